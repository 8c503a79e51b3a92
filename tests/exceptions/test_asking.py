"""Olu sends a blocked proposal back to its agent, and the agent reads what would be right."""

import pytest
from django.utils import timezone

from exceptions import asking, resolutions
from exceptions.models import Case
from runs import outcomes
from tests.builders import a_proposal, actor_of
from tests.exceptions.conftest import kinds
from tests.exceptions.test_pages import case_url, signed_in
from tests.people import Company

pytestmark = pytest.mark.django_db


def blocked(company: Company) -> Case:
    a_proposal(company.bot, arguments={"amount": "much"})
    return Case.objects.get()


def ask(company: Company, case: Case, note: str = "Send the amount as digits") -> int:
    return asking.ask_again(
        case=case, occurrences=[row.pk for row in case.occurrences.all()], member=company.olu, note=note,
        actor=actor_of(company.olu), now=timezone.now(),
    )  # fmt: skip


def test_the_agent_reads_what_would_be_right(northwind: Company) -> None:
    case = blocked(northwind)
    assert ask(northwind, case) == 1

    case.refresh_from_db()
    proposal = case.occurrences.get().proposal
    assert (case.state, case.occurrences.get().disposition) == ("resolved", "asked_again")
    assert case.resolutions.get().note == "Send the amount as digits"
    assert kinds(case) == ["case.opened", "occurrence.settled", "case.resolved"]
    story = outcomes.tell([proposal])[0]
    assert (story.outcome, story.wish) == ("asked_again", "Send the amount as digits")
    with pytest.raises(asking.NothingToAsk):
        ask(northwind, case)


def test_without_a_word_on_what_is_wanted_nothing_is_sent_back(northwind: Company) -> None:
    case = blocked(northwind)
    with pytest.raises(asking.MissingNote):
        ask(northwind, case, note="  ")
    case.failure_class.resolutions = ["dismiss"]
    with pytest.raises(resolutions.NotOffered):
        ask(northwind, case)
    assert case.occurrences.get().disposition == "open"


def test_the_button_is_a_post_of_ops_owners_in_their_own_workspace(
    northwind: Company, harbour: Company
) -> None:
    case = blocked(northwind)
    url = f"{case_url(case)}ask-again/"
    form = {"wish": "Send the amount as digits", "upto": case.occurrences.get().pk}
    assert signed_in(northwind.olu).get(url).status_code == 405
    assert signed_in(northwind.maria).post(url, form).status_code == 403
    assert signed_in(harbour.dana).post(url, form).status_code == 404
    assert "Tell the agent" in signed_in(northwind.olu).post(url, form | {"wish": ""}, follow=True).text
    assert "What should the agent do better?" in signed_in(northwind.olu).get(case_url(case)).text
    assert "The agent reads why." in signed_in(northwind.olu).post(url, form, follow=True).text
    assert "waits for the agent any more" in signed_in(northwind.olu).post(url, form, follow=True).text

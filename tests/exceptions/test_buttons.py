"""Each button of a case: it works, it is a POST, and it is nobody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from approvals.models import Proposal
from exceptions.class_forms import ClassForm
from exceptions.models import Case, Note, Resolution
from tests.builders import a_proposal
from tests.exceptions.conftest import kinds, open_case
from tests.exceptions.test_pages import BASE, case_url, occurrence_url, signed_in
from tests.people import Company

Blocked = Callable[..., Proposal]
ACTS = ["take", "hand-over", "dismiss", "notes"]


@pytest.mark.parametrize("act", ACTS)
def test_a_get_does_nothing(northwind: Company, act: str) -> None:
    case = open_case(northwind.workspace)

    assert signed_in(northwind.olu).get(f"{case_url(case)}{act}/").status_code == 405
    assert kinds(case) == ["case.opened"]


@pytest.mark.parametrize("act", ACTS)
def test_only_ops_owners_and_admins_of_the_workspace_act(
    northwind: Company, harbour: Company, act: str
) -> None:
    case = open_case(northwind.workspace)
    url = f"{case_url(case)}{act}/"

    assert signed_in(northwind.maria).post(url).status_code == 403
    assert signed_in(northwind.tess).post(url).status_code == 403
    assert signed_in(harbour.dana).post(url).status_code == 404
    assert signed_in(harbour.dana).post(url.replace("northwind", "harbour")).status_code == 404
    assert Client().post(url).status_code == 302
    assert kinds(case) == ["case.opened"]


@pytest.mark.parametrize("act", ACTS)
def test_a_form_from_elsewhere_is_refused(northwind: Company, act: str) -> None:
    case, client = open_case(northwind.workspace), Client(enforce_csrf_checks=True)
    client.force_login(northwind.olu.user)

    assert client.post(f"{case_url(case)}{act}/", {"text": "x", "reason": "other"}).status_code == 403


def test_take_it(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    client = signed_in(northwind.olu)

    page = client.post(f"{case_url(case)}take/", follow=True).content.decode()

    case.refresh_from_db()
    assert case.assignee == northwind.olu.user
    assert "It is yours until" in page
    assert (
        "olu was quicker"
        in signed_in(northwind.ada).post(f"{case_url(case)}take/", follow=True).content.decode()
    )


def test_hand_it_over(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    team = northwind.workspace.teams.get(name="Platform")
    form = {"team": team.pk, "note": "the network again"}

    page = signed_in(northwind.olu).post(f"{case_url(case)}hand-over/", form, follow=True).content.decode()

    case.refresh_from_db()
    assert case.owner == team
    assert "the network again" in page
    assert (
        "Choose another team"
        in signed_in(northwind.olu).post(f"{case_url(case)}hand-over/", form, follow=True).content.decode()
    )


def test_dismiss_what_was_on_the_screen_and_nothing_later(northwind: Company, a_blocked: Blocked) -> None:
    a_blocked()
    case = Case.objects.get()
    seen = case.occurrences.latest("id").pk
    a_blocked()

    signed_in(northwind.olu).post(f"{case_url(case)}dismiss/", {"reason": "unclear", "upto": seen})

    case.refresh_from_db()
    assert (case.state, case.open_count, case.total_count) == ("open", 1, 2)
    assert Resolution.objects.get().reason_code == "unclear"


def test_dismiss_one_failure_and_leave_the_others(northwind: Company, a_blocked: Blocked) -> None:
    a_blocked(), a_blocked()
    case = Case.objects.get()
    one = case.occurrences.first()

    signed_in(northwind.olu).post(f"{case_url(case)}dismiss/", {"reason": "unclear", "occurrence": one.pk})

    one.refresh_from_db()
    assert one.disposition == "dismissed"
    assert Case.objects.get().open_count == 1


@pytest.mark.parametrize(
    "form", [{}, {"reason": "because", "upto": 10**6}, {"reason": "other", "upto": 10**6}]
)
def test_nothing_is_dismissed_without_a_reason(northwind: Company, form: dict) -> None:
    case = open_case(northwind.workspace)

    signed_in(northwind.olu).post(f"{case_url(case)}dismiss/", form)

    assert Case.objects.get().open_count == 1
    assert kinds(case) == ["case.opened"]


def test_write_a_note(northwind: Company) -> None:
    case = open_case(northwind.workspace)

    page = signed_in(northwind.olu).post(
        f"{case_url(case)}notes/", {"text": "Called <b>them</b>"}, follow=True
    )

    assert Note.objects.get().text == "Called <b>them</b>"
    assert "olu: Called &lt;b&gt;them&lt;/b&gt;" in page.content.decode()
    signed_in(northwind.olu).post(f"{case_url(case)}notes/", {"text": " "})
    assert Note.objects.count() == 1


def test_amend_a_proposal_in_its_form(northwind: Company, a_blocked: Blocked) -> None:
    old = a_blocked()
    case = Case.objects.get()
    form = {"argument-title": "By telephone", "argument-amount": "10.00", "argument-currency": "EUR"}

    response = signed_in(northwind.olu).post(occurrence_url(case), form | {"note": "asked them"})

    new = Proposal.objects.get(amends=old)
    assert response.status_code == 302
    assert (new.arguments["title"], new.proposed_by) == ("By telephone", northwind.olu.user)
    assert Resolution.objects.get().note == "asked them"
    assert signed_in(northwind.olu).post(occurrence_url(case), form).status_code == 302
    assert Proposal.objects.count() == 2


def test_an_amendment_that_would_be_refused_says_why_and_keeps_what_was_typed(
    northwind: Company, a_blocked: Blocked
) -> None:
    a_blocked()
    case = Case.objects.get()

    wrong = signed_in(northwind.olu).post(
        occurrence_url(case), {"argument-title": "Kept", "argument-amount": "much"}
    )
    same = signed_in(northwind.olu).post(
        occurrence_url(case),
        {"argument-title": "Made up", "argument-amount": "10.00", "argument-currency": "EUR"},
    )

    assert wrong.status_code == same.status_code == 422
    assert "Kept" in wrong.content.decode()
    assert "the same again would fail again" in same.content.decode()
    assert Proposal.objects.count() == 1


def test_what_the_gates_block_is_said_at_the_form(northwind: Company, a_blocked: Blocked) -> None:
    a_blocked()
    northwind.bot.tools = []
    northwind.bot.save()
    form = {"argument-title": "Typed", "argument-amount": "10.00", "argument-currency": "EUR"}

    response = signed_in(northwind.olu).post(occurrence_url(Case.objects.get()), form)

    assert response.status_code == 422
    assert "The agent was not given memo.write" in response.content.decode()
    assert Proposal.objects.count() == 1


def test_readers_may_not_send_the_amendment(northwind: Company, harbour: Company, a_blocked: Blocked) -> None:
    a_blocked()
    url = occurrence_url(Case.objects.get())

    assert signed_in(northwind.tess).post(url, {}).status_code == 403
    assert signed_in(harbour.dana).post(url, {}).status_code == 404


def test_a_reviewer_hands_an_item_over(northwind: Company, harbour: Company) -> None:
    proposal = a_proposal(northwind.bot)
    url = f"/w/northwind/review/{proposal.public_id}/handover/"
    form = {"seen_digest": proposal.digest, "note": "Which vendor?"}

    assert signed_in(northwind.maria).get(url).status_code == 405
    assert signed_in(northwind.tess).post(url, form).status_code == 403
    assert signed_in(harbour.dana).post(url, form).status_code == 404
    stale = signed_in(northwind.maria).post(url, form | {"seen_digest": "0" * 64})
    assert stale.status_code == 409 and "This changed while you looked" in stale.text
    assert not Case.objects.exists()

    assert signed_in(northwind.maria).post(url, form).headers["Location"].startswith("/w/northwind/review/")
    proposal.refresh_from_db()
    assert proposal.state == "blocked"
    late = signed_in(northwind.ken).post(url, form)
    assert late.status_code == 409 and "Somebody was quicker: maria handed it to exceptions" in late.text
    again = signed_in(northwind.maria).post(url, form, headers={"X-Ahead": ""})
    assert again.status_code == 200 and "Recorded already" in again.headers["HX-Trigger"]
    assert Case.objects.get().total_count == 1


def test_an_admin_gives_a_class_to_other_teams(northwind: Company, harbour: Company) -> None:
    known = northwind.workspace.failure_classes.get(code="posting.refused")
    url = f"{BASE}classes/posting.refused/"
    teams = {team.name: team.pk for team in northwind.workspace.teams.all()}
    form = ClassForm(known).initial | {
        "owner": teams["Platform"], "backup": teams["AI quality"], "acknowledge_minutes": 45, "resolve_hours": 6,
        "plan": northwind.workspace.plans.get(name="Urgent").pk,
        "runbook": "Do **this**.", "version": known.version,
    }  # fmt: skip

    for other in (northwind.olu, northwind.tess):
        assert signed_in(other).post(url, form).status_code == 403
    assert signed_in(harbour.dana).post(url, form).status_code == 404
    admin = signed_in(northwind.ada)
    assert admin.post(url, form | {"backup": teams["Platform"]}).status_code == 422
    assert admin.post(url, form | {"backup": ""}).status_code == 422
    assert admin.post(url, form | {"owner": harbour.workspace.teams.first().pk}).status_code == 422
    assert admin.post(url, form).status_code == 302
    assert admin.post(url, form).status_code == 422  # read before the change

    known.refresh_from_db()
    assert (known.owner.name, known.backup.name, known.version) == ("Platform", "AI quality", 2)
    assert (known.plan.name, known.acknowledge_within) == ("Urgent", timedelta(minutes=45))

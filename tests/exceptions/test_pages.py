"""The pages of exceptions: who sees what, and that looking changes nothing."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from approvals.models import LedgerEntry, Proposal
from exceptions import cases
from exceptions.models import Case
from tests.approvals.reviewing import signed_in
from tests.builders import actor_of
from tests.exceptions.conftest import open_case
from tests.people import Company

Blocked = Callable[..., Proposal]
BASE = "/w/northwind/exceptions/"


def case_url(case: Case) -> str:
    return f"{BASE}{case.public_id}/"


def occurrence_url(case: Case) -> str:
    return f"{case_url(case)}occurrences/{case.occurrences.first().pk}/"


@pytest.mark.parametrize("name", ["maria", "olu", "ada", "tess"])
def test_every_member_reads_every_page(northwind: Company, a_blocked: Blocked, name: str) -> None:
    a_blocked()
    case, client = Case.objects.get(), signed_in(getattr(northwind, name))
    pages = [
        BASE,
        case_url(case),
        occurrence_url(case),
        f"{BASE}classes/",
        f"{BASE}classes/model.ungrounded/",
    ]

    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert " style=" not in response.content.decode(), page


def test_looking_records_nothing(northwind: Company, a_blocked: Blocked) -> None:
    a_blocked()
    case, before = Case.objects.get(), LedgerEntry.objects.count()

    for page in (BASE, case_url(case), occurrence_url(case)):
        signed_in(northwind.olu).get(page)

    assert LedgerEntry.objects.count() == before
    assert Case.objects.filter(state="open").count() == 1


def test_strangers_find_nothing_and_the_unknown_sign_in(
    northwind: Company, harbour: Company, a_blocked: Blocked
) -> None:
    a_blocked()
    case = Case.objects.get()
    pages = [
        BASE,
        case_url(case),
        occurrence_url(case),
        f"{BASE}classes/",
        f"{BASE}classes/model.ungrounded/",
    ]

    for page in pages:
        assert signed_in(harbour.dana).get(page).status_code == 404
        assert Client().get(page).status_code == 302
        assert signed_in(harbour.dana).get(page.replace("northwind", "harbour")).status_code in (200, 404)
    assert signed_in(harbour.dana).get(case_url(case).replace("northwind", "harbour")).status_code == 404


def test_the_list_shows_what_rings_next_first(northwind: Company) -> None:
    open_case(northwind.workspace, message="the slow one", code="proposal.invalid")
    open_case(northwind.workspace, message="the urgent one", code="outcome.unknown")

    page = signed_in(northwind.olu).get(BASE).content.decode()

    assert page.index("the urgent one") < page.index("the slow one")


def test_the_case_tells_owner_backup_money_and_what_to_do(northwind: Company) -> None:
    case = open_case(northwind.workspace, code="posting.period_closed", message="period 2017-10 is closed",
                     amount=Decimal("1208.40"), currency="MYR")  # fmt: skip

    page = signed_in(northwind.olu).get(case_url(case)).content.decode()

    for words in (
        "Finance ops",
        "Controllers",
        "MYR 1,208.40",
        "first open day",
        "Nothing was written",
        "Take it",
    ):
        assert words in page, words


@pytest.mark.parametrize("name", ["maria", "tess"])
def test_who_only_reads_is_offered_no_button(northwind: Company, a_blocked: Blocked, name: str) -> None:
    a_blocked()
    case, client = Case.objects.get(), signed_in(getattr(northwind, name))

    assert "/take/" not in client.get(case_url(case)).content.decode()
    assert "Propose these values" not in client.get(occurrence_url(case)).content.decode()


def test_what_came_from_outside_is_shown_and_never_obeyed(northwind: Company) -> None:
    case = open_case(
        northwind.workspace, code="agent.cannot", message="<script>alert(1)</script> \u202egnp.exe"
    )

    page = signed_in(northwind.olu).get(case_url(case)).content.decode()

    assert "<script>alert" not in page
    assert "U+202E" in page


def test_tabs_and_filters_narrow_the_list(northwind: Company) -> None:
    mine = open_case(northwind.workspace, message="of finance")
    other = open_case(northwind.workspace, message="of quality", code="model.ungrounded")
    quality = other.owner
    quality.members.clear()
    client = signed_in(northwind.olu)

    def listed(query: str) -> set[Case]:
        page = client.get(BASE + query).content.decode()
        return {case for case in (mine, other) if f"row-{case.public_id}" in page}

    assert listed("") == {mine}
    assert listed("?view=all") == {mine, other}
    assert listed(f"?view=all&team={quality.pk}") == {other}
    assert listed("?view=all&class=model.ungrounded") == {other}
    assert listed("?view=all&q=quality") == {other}
    assert listed("?view=resolved") == set()
    cases.take(case=mine, member=northwind.olu, actor=actor_of(northwind.olu), now=timezone.now())
    assert listed("?view=unacknowledged") == {other}


@pytest.mark.parametrize(
    "query", ["?view=nonsense", "?team=9" + "9" * 30, "?after=case_x", "?q=%00", "?class=%00", "?team=²"]
)
def test_a_strange_address_is_no_error(northwind: Company, query: str) -> None:
    assert signed_in(northwind.olu).get(BASE + query).status_code == 200


def test_pages_of_the_list_cover_it_once(northwind: Company) -> None:
    for number in range(65):
        open_case(northwind.workspace, message="cause " + "x" * number)
    client, url, seen = signed_in(northwind.olu), f"{BASE}?view=all", []
    while url:
        response = client.get(url)
        seen += [row.id for row in response.context["rows"]]
        url = response.context["more_url"]

    assert len(seen) == len(set(seen)) == 65


def test_a_page_takes_a_fixed_number_of_queries(
    northwind: Company, django_assert_max_num_queries: Callable
) -> None:
    for number in range(12):
        case = open_case(northwind.workspace, message="cause " + "x" * number)
        open_case(northwind.workspace, message="cause " + "x" * number)
    client = signed_in(northwind.olu)

    with django_assert_max_num_queries(14):
        client.get(BASE)
    with django_assert_max_num_queries(25):
        client.get(case_url(case))

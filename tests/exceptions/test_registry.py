"""The registry in the browser: owners of every class on one page, one class with all its terms, and its versions."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from approvals.models import LedgerEntry
from exceptions import owners, staffing
from exceptions.class_forms import ClassForm
from exceptions.models import FailureClass, Revision
from tests.exceptions.conftest import open_case
from tests.exceptions.ruling import class_of, team
from tests.exceptions.test_pages import BASE, signed_in
from tests.people import Company

LIST = f"{BASE}classes/"
PAGE = f"{LIST}integration.timeout/"


def table_of(company: Company, **changes: Any) -> dict[str, Any]:
    """The form on the page of all classes as it stands, but for these."""
    rows = FailureClass.objects.filter(workspace=company.workspace).order_by("code")
    sent: dict[str, Any] = {}
    for line in owners.Table(list(rows), staffing.teams(company.workspace.pk)).lines:
        sent |= {
            f"seen-{line.row.pk}": line.seen,
            f"owner-{line.row.pk}": line.owner,
            f"backup-{line.row.pk}": line.backup,
        }
    return sent | changes


def form_of(row: FailureClass, **changes: Any) -> dict[str, Any]:
    """The form of one class as it stands, but for these."""
    return dict(ClassForm(row).initial) | changes


def told(company: Company) -> list[str]:
    rows = LedgerEntry.objects.filter(kind="class.changed", workspace=company.workspace).order_by("id")
    return [row.data["class"] for row in rows]


def test_an_admin_assigns_many_owners_at_once(northwind: Company) -> None:
    one, other = class_of(northwind, "outcome.unknown"), class_of(northwind, "run.failed")
    quality, finance = team(northwind, "AI quality"), team(northwind, "Finance ops")
    sent = table_of(northwind, **{f"owner-{one.pk}": quality.pk, f"owner-{other.pk}": finance.pk})

    page = signed_in(northwind.ada).post(LIST, sent, follow=True).content.decode()

    assert "Owners of two kinds of failure changed" in page
    assert (class_of(northwind, one.code).owner, class_of(northwind, other.code).owner) == (quality, finance)
    assert sorted(told(northwind)) == ["outcome.unknown", "run.failed"]
    assert Revision.objects.get(key=one.code, version=2).by == northwind.ada.user
    signed_in(northwind.ada).post(LIST, table_of(northwind))
    assert len(told(northwind)) == 2


def test_a_whole_family_is_given_at_once(northwind: Company) -> None:
    quality = team(northwind, "AI quality")

    signed_in(northwind.ada).post(LIST, table_of(northwind, **{"all-owner-posting": quality.pk}))

    family = FailureClass.objects.filter(code__startswith="posting.")
    assert {row.owner for row in family} == {quality}
    assert len(told(northwind)) == family.count()


@pytest.mark.parametrize("wrong", ["same", "nobody", "strange", "another workspace"])
def test_nothing_is_saved_without_owner_and_backup(northwind: Company, harbour: Company, wrong: str) -> None:
    one, other = class_of(northwind, "outcome.unknown"), class_of(northwind, "run.failed")
    theirs = team(harbour, "Platform").pk
    owner = {"same": one.backup_id, "nobody": "", "strange": "\u00b2; DROP", "another workspace": theirs}[
        wrong
    ]
    sent = {f"owner-{one.pk}": owner, f"owner-{other.pk}": team(northwind, "Finance ops").pk}

    answer = signed_in(northwind.ada).post(LIST, table_of(northwind, **sent))

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert [line.row for line in answer.context["table"].errors] == [one]
    assert told(northwind) == []


def test_a_stale_line_changes_nothing_and_says_so(northwind: Company) -> None:
    quality, row = team(northwind, "AI quality"), class_of(northwind, "outcome.unknown")
    mine = table_of(northwind, **{f"owner-{row.pk}": quality.pk})
    untouched = table_of(northwind)
    platform = team(northwind, "Platform")
    signed_in(northwind.ada).post(LIST, table_of(northwind, **{f"owner-{row.pk}": platform.pk}))

    answer = signed_in(northwind.ada).post(LIST, mine)

    assert answer.status_code == 422
    assert "Somebody changed this class meanwhile" in answer.content.decode()
    assert signed_in(northwind.ada).post(LIST, untouched).status_code == 302
    assert class_of(northwind, row.code).owner == platform


@pytest.mark.parametrize("name", ["maria", "olu", "tess"])
def test_others_read_and_change_nothing(northwind: Company, harbour: Company, name: str) -> None:
    client, row = signed_in(getattr(northwind, name)), class_of(northwind, "integration.timeout")

    assert "<select" not in client.get(LIST).content.decode()
    assert client.post(LIST, table_of(northwind)).status_code == 403
    assert client.post(PAGE, form_of(row, title="Ours")).status_code == 403
    assert signed_in(harbour.dana).post(PAGE, form_of(row)).status_code == 404
    assert Client().post(PAGE, form_of(row)).status_code == 302
    assert told(northwind) == []


def test_every_term_of_a_class_is_set_and_its_versions_say_who_and_what(northwind: Company) -> None:
    row, client = class_of(northwind, "integration.timeout"), signed_in(northwind.ada)
    changes = {
        "title": "Too slow", "kind": "technical", "severity": "high", "owner": team(northwind, "AI quality").pk,
        "acknowledge_minutes": 45, "resolve_hours": 6, "handling": "retry", "tries": 7, "retry_seconds": 30,
        "retry_factor": 3, "retry_within_minutes": 90, "resolutions": ["retry", "dismiss"],
        "runbook": "Look at *the clock*.",
    }  # fmt: skip

    assert client.post(PAGE, form_of(row, **changes)).status_code == 302

    row.refresh_from_db()
    assert (row.title, row.severity, row.owner.name, row.version) == ("Too slow", "high", "AI quality", 2)
    assert (row.tries, row.retry_seconds, row.retry_factor) == (7, 30, 3)
    assert (row.retry_within, row.acknowledge_within) == (timedelta(minutes=90), timedelta(minutes=45))
    page = client.get(PAGE)
    second, first = page.context["versions"]
    assert (second.revision.by, first.revision.by, first.changes) == (northwind.ada.user, None, [])
    assert {change["label"]: (change["before"], change["after"]) for change in second.changes}["Owner"] == (
        "Platform", "AI quality",
    )  # fmt: skip
    assert "<em>the clock</em>" in page.content.decode()
    assert client.post(PAGE, form_of(row, version=1)).status_code == 422
    assert client.post(PAGE, form_of(row, handling="queue")).status_code == 302
    row.refresh_from_db()
    assert row.tries == 1


@pytest.mark.parametrize(
    "wrong",
    [{"owner": ""}, {"backup": ""}, {"plan": ""}, {"plan": 10**12}, {"handling": "forget"}, {"handling": "retry"},
     {"resolutions": []}, {"resolutions": ["shrug"]}, {"tries": 21}, {"retry_factor": 0}, {"version": ""}],
)  # fmt: skip
def test_what_makes_no_class_is_refused(northwind: Company, wrong: dict[str, Any]) -> None:
    row = class_of(northwind, "outcome.unknown")

    answer = signed_in(northwind.ada).post(f"{LIST}outcome.unknown/", form_of(row, **wrong))

    assert answer.status_code == 422
    assert told(northwind) == []


def test_looking_shows_what_saving_would_change_and_saves_nothing(northwind: Company) -> None:
    row, case = class_of(northwind, "posting.refused"), open_case(northwind.workspace)
    sent = form_of(row, owner=team(northwind, "Platform").pk, act="look")

    page = signed_in(northwind.ada).post(f"{LIST}posting.refused/", sent)

    assert page.status_code == 200
    assert [move.case for move in page.context["moves"]] == [case]
    assert [change["label"] for change in page.context["changes"]] == ["Owner"]
    assert "1 open case would lie elsewhere" in page.content.decode()
    assert told(northwind) == []


def test_a_hostile_runbook_is_text(northwind: Company) -> None:
    row, client = class_of(northwind, "integration.timeout"), signed_in(northwind.ada)
    evil = (
        "<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n![p](http://evil.example/p.png)\n\n"
        '<img src=x onerror="alert(1)">\n\n[y](data:text/html;base64,PHNjcmlwdD4=)\n\n</textarea><script>2</script>'
    )
    client.post(PAGE, form_of(row, runbook=evil))

    for page in (client.get(PAGE), signed_in(northwind.olu).get(PAGE)):
        shown = page.content.decode()
        for word in (
            "<script>alert",
            "<script>2",
            "<img src=x",
            'href="javascript',
            'href="data',
            'evil.example/p.png">',
        ):
            assert word not in shown, word


def test_teams_without_people_are_warned_of(northwind: Company) -> None:
    platform, olu = team(northwind, "Platform"), northwind.olu.user
    client = signed_in(northwind.ada)
    assert "Nobody is in" not in client.get(LIST).content.decode()

    platform.members.set([olu])
    olu.is_active = False
    olu.save()

    assert "Nobody is in Platform, which owns" in client.get(LIST).content.decode()
    assert "Nobody is in Platform" in client.get(PAGE).content.decode()

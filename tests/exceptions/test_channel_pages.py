"""Settings, Channels: added, changed, tried and retired by admins; secrets are names, and stay with workers."""

from typing import Any

import pytest
from django.utils import timezone

from exceptions.models import Call, Channel, Revision
from tests.approvals.administering import at, facts, signed_in
from tests.people import Company

ROOM = {"name": "Room", "kind": "chat", "url": "", "secret": "FINANCE_ROOM", "team": ""}
HOOK = {
    "name": "Pager",
    "kind": "webhook",
    "url": "https://pager.example.org/in",
    "secret": "PAGER_KEY",
    "team": "",
}


def add(company: Company, form: dict[str, str] = ROOM, **changes: str) -> Any:
    return signed_in(company.ada).post(at("settings-channel-add"), form | changes)


def press(member: Any, act: str, row: Channel, **form: Any) -> Any:
    return signed_in(member).post(at(f"settings-channel-{act}", row.pk), form)


def test_an_admin_adds_a_room_and_a_webhook_on_record(northwind: Company) -> None:
    team = northwind.workspace.teams.get(name="Platform")
    assert add(northwind, team=str(team.pk)).status_code == add(northwind, HOOK).status_code == 303

    room, hook = Channel.objects.order_by("id")
    assert (room.kind, room.team, hook.url) == ("chat", team, HOOK["url"])
    assert [fact[2] for fact in facts("channel.added")] == [
        {"channel": row.pk, "version": 1} for row in (room, hook)
    ]
    assert Revision.objects.get(key=str(room.pk)).content["secret"] == "FINANCE_ROOM"
    page = signed_in(northwind.tess).get(at("settings-channels")).text
    assert "Not tried yet" in page and "Send a test" not in page
    assert "SECRET_NORTHWIND__FINANCE_ROOM" in signed_in(northwind.ada).get(at("settings-channels")).text


@pytest.mark.parametrize(
    ("form", "changes", "said"),
    [
        (ROOM, {"url": "https://hooks.example.org/x"}, "A chat’s address is its secret"),
        (HOOK, {"url": ""}, "An address such as"),
        (HOOK, {"url": "ftp://pager.example.org/"}, "An address such as"),
        (HOOK, {"url": "https://me:pass@pager.example.org/"}, "No user and no password"),
        (ROOM, {"secret": "https://hooks.slack.com/services/T0/B0/x"}, "Capital letters"),
        (ROOM, {"kind": "email"}, "Select a valid choice"),
        (ROOM, {"name": "Taken"}, "Another channel is called so."),
    ],
)
def test_what_makes_no_channel_is_said(northwind: Company, form: Any, changes: Any, said: str) -> None:
    add(northwind, name="Taken")

    answer = add(northwind, form, **changes)

    assert answer.status_code == 422 and said in answer.text and Channel.objects.count() == 1


def test_a_team_of_another_workspace_is_not_on_offer(northwind: Company, harbour: Company) -> None:
    assert add(northwind, team=str(harbour.workspace.teams.first().pk)).status_code == 422


def test_it_is_changed_as_its_next_version_and_counts_as_untried(northwind: Company) -> None:
    add(northwind)
    room = Channel.objects.get()
    Channel.objects.update(failed_at=timezone.now())
    form = ROOM | {"secret": "OTHER_ROOM", "version": "1"}

    assert press(northwind.ada, "change", room, **form).status_code == 303
    assert press(northwind.ada, "change", room, **form).status_code == 422

    room.refresh_from_db()
    assert (room.secret, room.version, room.failed_at) == ("OTHER_ROOM", 2, None)
    assert [fact[2]["version"] for fact in facts("channel.changed")] == [2]


def test_a_test_waits_for_a_worker_and_the_page_says_how_it_ended(northwind: Company) -> None:
    add(northwind)
    room = Channel.objects.get()
    assert press(northwind.ada, "test", room).status_code == 303

    call = Call.objects.get()
    assert (call.why, call.case, call.channel, call.state) == ("test", None, room, "waiting")
    page = at("settings-channels")
    assert "on its way" in signed_in(northwind.ada).get(page).text
    Call.objects.update(state="failed", error="no_secret")
    assert "did not arrive: no worker knows a secret of that name" in signed_in(northwind.ada).get(page).text
    assert facts("channel.tried")[0][2] == {"channel": room.pk, "version": 1}


def test_it_is_retired_once_and_nothing_more_goes_through_it(northwind: Company) -> None:
    add(northwind)
    room = Channel.objects.get()
    for _ in range(2):
        assert press(northwind.ada, "retire", room).status_code == 303
    press(northwind.ada, "test", room)

    assert len(facts("channel.retired")) == 1 and not Call.objects.exists()
    assert press(northwind.ada, "change", room, **ROOM, version="1").status_code == 422


@pytest.mark.parametrize("name", ["olu", "tess"])
def test_only_admins_touch_them(northwind: Company, name: str) -> None:
    add(northwind)
    room, member = Channel.objects.get(), northwind.people[name]

    assert {press(member, act, room, **ROOM).status_code for act in ("change", "test", "retire")} == {403}
    assert signed_in(member).post(at("settings-channel-add"), HOOK).status_code == 403
    assert signed_in(northwind.olu).get(at("settings-channels")).status_code == 403


def test_what_another_workspace_has_does_not_exist(northwind: Company, harbour: Company) -> None:
    add(northwind)
    room = Channel.objects.get()

    for act in ("change", "test", "retire"):
        address = at(f"settings-channel-{act}", room.pk, slug="harbour")
        assert signed_in(harbour.dana).post(address, ROOM).status_code == 404

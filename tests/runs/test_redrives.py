"""Olu sends failed writes again: looked at first, a few before the rest, each proven by its target."""

import pytest
from django.test import Client
from django.utils import timezone

from approvals import tools
from approvals.models import LedgerEntry
from exceptions import amendments, cases, resolutions
from exceptions.models import Occurrence
from runs import drain, execution
from runs.models import Execution, Redrive
from runs.redriving import foreseeing, hearing, orders
from tests import builders
from tests.builders import actor_of
from tests.memo import Board, WriteMemo
from tests.people import Company
from tests.runs.redriving import CODE, confirmed, failures, previewed, turn

pytestmark = pytest.mark.django_db


def test_one_then_ten_then_the_rest_and_each_is_counted_as_seen_in_its_target(
    northwind: Company, board: Board
) -> None:
    case = failures(northwind, board, 14)
    redrive = confirmed(previewed(case, northwind.olu), northwind.olu)
    refused = len(board.calls)

    assert turn(redrive) == {"accepted": 1, "waiting": 13}
    case.refresh_from_db()
    assert (case.open_count, len(board.written)) == (14, 1)  # written, and not seen yet
    assert turn(redrive) == {"verified": 1, "accepted": 10, "waiting": 3}
    case.refresh_from_db()
    assert (redrive.state, case.open_count) == ("canary", 13)
    assert turn(redrive) == {"verified": 11, "accepted": 3}
    assert redrive.state == "running"
    assert turn(redrive) == {"verified": 14}

    assert (redrive.state, redrive.next_at) == ("done", None)
    assert len(board.written) == 14 == len(board.calls) - refused
    case.refresh_from_db()
    episode = case.episodes.get()
    assert (case.state, episode.resolved_at is not None, episode.verified_at is not None) == (
        "resolved",
        True,
        True,
    )
    kinds = (
        LedgerEntry.objects.filter(kind__startswith="redrive.").order_by("id").values_list("kind", flat=True)
    )
    assert list(kinds) == ["redrive.previewed", "redrive.confirmed", "redrive.finished"]


def test_the_same_failure_three_times_stops_it_and_the_rest_stays_open(
    northwind: Company, board: Board
) -> None:
    case = failures(northwind, board, 14)
    redrive = confirmed(previewed(case, northwind.olu), northwind.olu)
    turn(redrive)
    board.trouble = [tools.Refused(CODE, "the board is locked") for _ in range(10)]
    turn(redrive)
    assert turn(redrive) == {"verified": 1, "failed": 10, "waiting": 3}

    assert (redrive.state, redrive.why_stopped) == ("stopped", "The same failure came back 3 times")
    case.refresh_from_db()
    assert (case.state, case.open_count) == ("open", 13)

    orders.go_on(redrive=redrive, member=northwind.olu, actor=actor_of(northwind.olu), now=timezone.now())
    assert turn(redrive)["accepted"] == 1  # it begins anew with one
    orders.stop(redrive=redrive, member=northwind.olu, actor=actor_of(northwind.olu), now=timezone.now())
    assert turn(redrive)["verified"] == 2
    orders.give_up(redrive=redrive, member=northwind.olu, actor=actor_of(northwind.olu), now=timezone.now())
    redrive.refresh_from_db()
    assert redrive.state == "done"
    assert Occurrence.objects.filter(case=case, disposition="open").count() == 12


def test_the_preview_tells_what_is_there_already_what_moved_and_what_is_no_longer_approved(
    northwind: Company, board: Board
) -> None:
    case = failures(northwind, board, 4)
    rows = list(Execution.objects.filter(state="failed").order_by("created_at"))
    there, undone = rows[0], rows[1]
    board.written[there.write_key] = {"title": "it was written after all"}
    assert there.proposal.observation is not None
    Execution.objects.filter(pk=undone.pk).update(state="scheduled")

    redrive = previewed(case, northwind.olu)
    seen = dict(redrive.lines.values_list("execution_id", "foreseen"))
    assert (seen[there.pk], seen[undone.pk]) == (foreseeing.APPLIED, foreseeing.UNDER_WAY)

    board.version = "2"
    again = previewed(case, northwind.olu)
    redrive.refresh_from_db()
    assert (redrive.state, redrive.why_stopped) == ("done", "Looked at again")
    assert set(again.lines.values_list("foreseen", flat=True)) >= {foreseeing.APPLIED, foreseeing.UNDER_WAY}


def test_what_was_applied_meanwhile_is_written_once(northwind: Company, board: Board) -> None:
    case = failures(northwind, board, 1)
    row = Execution.objects.get()
    redrive = confirmed(previewed(case, northwind.olu), northwind.olu)
    board.written[row.write_key] = {"title": "by somebody else, under our key"}
    turn(redrive)
    assert turn(redrive) == {"verified": 1}
    assert board.written[row.write_key] == {"title": "by somebody else, under our key"}


def test_a_receipt_that_its_target_does_not_show_is_no_success(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = failures(northwind, board, 1)
    redrive = confirmed(previewed(case, northwind.olu), northwind.olu)
    turn(redrive)
    board.written.clear()
    assert turn(redrive) == {"failed": 1}
    assert Occurrence.objects.get(case__failure_class__code="write.unproven").written == "unknown"


def test_what_is_on_its_way_again_is_settled_in_no_other_way_until_it_was_seen(
    northwind: Company, board: Board
) -> None:
    case, now = failures(northwind, board, 1), timezone.now()
    row, failure, olu = Execution.objects.get(), case.occurrences.get(), northwind.olu
    execution.retry(execution=row, by=olu.user_id, actor=actor_of(olu), now=now)
    failure.refresh_from_db()
    assert not amendments.may_amend(failure)
    with pytest.raises(resolutions.AlreadySettled):
        resolutions.dismiss(
            case=case,
            occurrences=[failure.pk],
            member=olu,
            reason_code="passed",
            note="",
            actor=actor_of(olu),
            now=now,
        )

    assert hearing.hear_due(now=now) == 0  # not written yet
    board.trouble = [tools.Refused(CODE, "the board is locked")]
    drain.drain(linger=0, longest=0)  # it fails anew, and that is what is open now
    assert hearing.hear_due(now=now) == 0
    assert list(case.occurrences.order_by("id").values_list("disposition", flat=True)) == ["retried", "open"]
    execution.retry(execution=row, by=olu.user_id, actor=actor_of(olu), now=now)
    drain.drain(linger=0, longest=0)
    case.refresh_from_db()
    assert (case.state, case.open_count) == ("open", 1)
    assert hearing.hear_due(now=now) == 1
    case.refresh_from_db()
    assert case.state == "resolved"
    why = case.resolutions.order_by("id").values_list("reason_code", "by")
    assert list(why) == [("failed_again", olu.user_id), ("seen", olu.user_id)]


def test_a_tool_that_cannot_be_asked_is_said_to_be_unverifiable(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = failures(northwind, board, 1)
    redrive = confirmed(previewed(case, northwind.olu), northwind.olu)
    monkeypatch.setattr(WriteMemo, "idempotency", "none")
    turn(redrive)
    assert turn(redrive) == {"unverifiable": 1}
    assert case.episodes.get().verified_at is None


def test_many_or_dear_take_a_second_person(
    northwind: Company, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "ALONE", 1)
    redrive = previewed(failures(northwind, board, 2), northwind.olu)
    assert (redrive.wants_second, redrive.money) == (True, {"EUR": "20.00"})
    with pytest.raises(orders.SecondPersonWanted):
        confirmed(redrive, northwind.olu)
    assert confirmed(redrive, northwind.ada).confirmed_by == northwind.ada.user


def test_one_redrive_of_a_case_at_a_time_and_none_from_an_old_look(northwind: Company, board: Board) -> None:
    case = failures(northwind, board, 3)
    first = confirmed(previewed(case, northwind.olu), northwind.olu)
    second = previewed(case, northwind.olu)
    with pytest.raises(orders.AnotherRuns):
        confirmed(second, northwind.olu)
    with pytest.raises(orders.LookAgain):
        confirmed(first, northwind.olu)
    Redrive.objects.filter(pk=second.pk).update(created_at=timezone.now() - 2 * orders.GOOD_FOR)
    with pytest.raises(orders.LookAgain):
        confirmed(second, northwind.olu)


def test_a_case_whose_class_wants_a_change_first_is_not_sent_again(northwind: Company) -> None:
    case = cases.open_case(
        workspace=northwind.workspace, code="proposal.invalid", message="no", now=timezone.now(),
        actor=builders.agent_actor(northwind.bot),
    )  # fmt: skip
    with pytest.raises(orders.NotOffered):
        orders.preview(case=case, member=northwind.olu, actor=actor_of(northwind.olu), now=timezone.now())


def test_the_buttons_are_posts_of_ops_owners_in_their_own_workspace(
    northwind: Company, harbour: Company, board: Board
) -> None:
    case = failures(northwind, board, 2)
    start = f"/w/northwind/exceptions/{case.public_id}/redrive/"
    olu, maria, dana = Client(), Client(), Client()
    for client, member in ((olu, northwind.olu), (maria, northwind.maria), (dana, harbour.dana)):
        client.force_login(member.user)
    assert olu.get(start).status_code == 405
    assert maria.post(start).status_code == 403
    assert dana.post(start).status_code == 404

    page = olu.post(start).headers["Location"]
    assert dana.get(page).status_code == 404
    assert "The targets are being looked at" in olu.get(page).text
    assert olu.post(f"{page}confirm/", {"reason": ""}).status_code == 422
    assert "being looked at still" in olu.post(f"{page}confirm/", {"reason": "now"}, follow=True).text
    redrive = Redrive.objects.get()
    foreseeing.look_due(now=timezone.now())
    assert maria.post(f"{page}confirm/", {"reason": "now"}).status_code == 403
    shown = olu.post(f"{page}confirm/", {"reason": "It was unlocked"}, follow=True).text
    assert "The first are sent" in shown and "confirmed by olu" in shown
    for _ in range(3):
        turn(redrive)
    assert "Verified" in olu.get(page, headers={"HX-Request": "true"}).text
    assert maria.get(page).status_code == 200
    assert olu.post(f"{page}burn/").status_code == 404
    assert olu.post(f"{page}stop/", follow=True).status_code == 200

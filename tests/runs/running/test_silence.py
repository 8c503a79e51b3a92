"""A run that never ends is noticed: closed as a part, with a case; what it proposed stands, and another goes on."""

from datetime import timedelta

import pytest

from approvals import actors
from approvals.models import LedgerEntry
from exceptions.models import Case
from runs import recorder, silence
from tests.builders import a_proposal, now
from tests.runs.running.telling import a_move, a_run, end, tell

pytestmark = pytest.mark.django_db
TICK = actors.worker("tick")


def test_a_run_that_falls_silent_is_closed_with_a_case_and_takes_no_late_word(northwind):
    at = now() - timedelta(hours=7)
    run, mute = a_run(northwind.bot, at=at), a_run(northwind.bot, at=at)
    tell(run, a_move("read"), at=at + timedelta(minutes=1))
    proposal = a_proposal(northwind.bot, run=run.id)
    ended = end(a_run(northwind.bot, at=at), at=at)
    assert silence.close_due(actor=TICK, now=now()) == 2
    assert silence.close_due(actor=TICK, now=now()) == 0
    for row in (run, mute, ended, proposal):
        row.refresh_from_db()
    assert (run.state, run.silent, run.counts) == ("partial", True, {"steps": 1, "proposed": 1})
    assert run.error.startswith("No word since 20") and run.finished_at is not None
    assert (mute.state, ended.silent, proposal.state) == ("failed", False, "pending")
    case = Case.objects.get(failure_class__code="run.silent")
    assert case.open_count == 2 and case.next_escalation_at is not None
    assert LedgerEntry.objects.filter(kind="run.finished", run=run.id).count() == 1
    with pytest.raises(recorder.AlreadyFinished):
        tell(run, a_move("late"))


def test_a_word_in_time_or_more_patience_keeps_it_open(northwind):
    at = now() - timedelta(hours=7)
    heard, patient = a_run(northwind.bot, at=at), a_run(northwind.bot, at=at, patience_seconds=8 * 3600)
    tell(heard, a_move("read"))
    quick = a_run(northwind.bot, at=now() - timedelta(minutes=2), patience_seconds=60)
    assert silence.close_due(actor=TICK, now=now()) == 1
    for row in (heard, patient, quick):
        row.refresh_from_db()
    assert (heard.state, patient.state, quick.silent) == ("running", "running", True)

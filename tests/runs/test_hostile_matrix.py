"""Every bad manner of a target, met by a declared tool over a real socket: the state it ends in, its effects, its case.

The target counts by itself and keeps no key from being used twice, so that every blind second call would be seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from approvals.actors import worker
from exceptions.models import Occurrence
from runs import unknowns
from runs.models import Execution
from tests import builders, hostile
from tests.config.scripts import until
from tests.declaring import declare, sign, work
from tests.people import Company
from tests.runs.http import unhurried

pytestmark = pytest.mark.django_db
TICK = worker("tick")
DEFINITION: dict[str, Any] = {
    "arguments": {"type": "object", "properties": {"mode": {"type": "string"}}, "required": ["mode"]},
    "headline": "Write to {mode}",
    "write": {"method": "POST", "path": "/{mode}/writes", "body": {"mode": "{mode}"}},
    "answer": {
        "reference": "/id",
        "failures": [
            {"at": "/error", "meaning": "refused", "failure": "posting.refused", "message": "/error"}
        ],
    },
    "look_up": {"path": "/{mode}/writes/{key}", "reference": "/id", "sure": True},
}
DOUBT, BUSY, REFUSED, NEVER = (
    "outcome.unknown",
    "integration.rate_limited",
    "posting.refused",
    "integration.refused",
)
ENDINGS: dict[str, tuple[str, str, str, str, int]] = {
    # mode: (state after the first call, its failure class, state at last, its failure class, effects)
    "done": ("succeeded", "", "succeeded", "", 1),
    "twice": ("succeeded", "", "succeeded", "", 2),  # by itself, asked once: its own doing, and nobody's to see here
    "late": ("unknown", DOUBT, "succeeded", "", 1),
    "hang-first": ("unknown", DOUBT, "succeeded", "", 1),
    "hang_after": ("unknown", DOUBT, "succeeded", "", 1),
    "drip": ("unknown", DOUBT, "succeeded", "", 1),
    "error_in_200": ("failed", REFUSED, "failed", REFUSED, 0),
    "refuse": ("failed", REFUSED, "failed", REFUSED, 0),
    "error_after": ("unknown", DOUBT, "succeeded", "", 1),
    "unavailable": ("unknown", DOUBT, "failed", NEVER, 0),
    "unavailable-first": ("unknown", DOUBT, "succeeded", "", 1),
    "html": ("unknown", DOUBT, "succeeded", "", 1),
    "half_json": ("unknown", DOUBT, "succeeded", "", 1),
    "other_json": ("unknown", DOUBT, "succeeded", "", 1),
    "flood": ("unknown", DOUBT, "succeeded", "", 1),
    "redirect": ("unknown", DOUBT, "failed", NEVER, 0),
    "cut": ("unknown", DOUBT, "succeeded", "", 1),
    "cut_before": ("unknown", DOUBT, "failed", NEVER, 0),
    "cut_before-first": ("unknown", DOUBT, "succeeded", "", 1),
    "busy-first": ("scheduled", BUSY, "succeeded", "", 1),
    "busy": ("scheduled", BUSY, "failed", BUSY, 0),
    "deaf": ("unknown", DOUBT, "unknown", DOUBT, 1),
}  # fmt: skip
ROUNDS, MORE = 12, 3
ENDLESS = ("late", "hang-first", "hang_after", "drip", "deaf")  # nobody waits long for these


@dataclass
class Meeting:
    """One approved write to the target in one mood."""

    company: Company
    target: hostile.Target

    def begin(self, mode: str) -> Execution:
        patience = {"patience": 1 if mode in ENDLESS else 15}
        row = declare(self.company, DEFINITION | patience, name="hostile")
        proposal = builders.a_proposal(
            self.company.bot, tool=row.name, arguments={"mode": mode}, subject="", observed=False
        )
        sign(proposal, self.company)
        return self.go_on()

    def go_on(self) -> Execution:
        work()
        return Execution.objects.get()

    def let_time_pass(self) -> None:
        """Two minutes for everything that waits, and targets are asked."""
        past = timezone.now() - timedelta(minutes=2)
        Execution.objects.filter(state="scheduled").update(due_at=past)
        Execution.objects.filter(state="unknown").update(finished_at=past)
        Execution.objects.filter(state="unknown", leased_until__isnull=False).update(leased_until=past)
        unknowns.look_up(actor=TICK, now=timezone.now())

    def to_the_end(self, row: Execution) -> Execution:
        """For as long as anything might happen, and some time more, in which nothing may."""
        stood = 0
        for _ in range(ROUNDS):
            self.let_time_pass()
            row = self.go_on()
            stood = stood + 1 if row.state in ("succeeded", "failed") else 0
            if stood > MORE:
                break
        return row


@pytest.fixture
def meeting(northwind: Company, settings, tmp_path: Path, monkeypatch) -> Iterator[Meeting]:
    unhurried.start_with_the_first_read(monkeypatch)
    with hostile.Target(tmp_path) as target:
        settings.HTTP_ALLOW = [target.address]
        DEFINITION["base"] = f"http://{target.address}"
        yield Meeting(northwind, target)


@pytest.mark.parametrize("mode", ENDINGS)
def test_every_manner_ends_in_a_named_state_and_where_it_must_in_a_case(meeting: Meeting, mode: str) -> None:
    first_state, first_class, state, failure, effects = ENDINGS[mode]
    row = meeting.begin(mode)
    assert (row.state, row.failure_class) == (first_state, first_class), row.error
    if mode == "late":  # asked only when the tool's longest time has passed, it has long ended
        assert until(lambda: meeting.target.effects.under(row.write_key) != [])
    row = meeting.to_the_end(row)
    assert (row.state, row.failure_class) == (state, failure), row.error
    assert len(meeting.target.effects.under(row.write_key)) == effects
    open_ones = Occurrence.objects.filter(execution=row.id, disposition="open", case__owner__isnull=False)
    assert open_ones.exists() == (state != "succeeded")


def test_a_target_that_forgets_what_it_did_is_the_one_that_must_not_be_called_sure(meeting: Meeting) -> None:
    """Its look-up lies. Declared as what it is, not sure, nothing is sent again and a person is asked."""
    DEFINITION["look_up"] = DEFINITION["look_up"] | {"sure": False}
    try:
        row = meeting.to_the_end(meeting.begin("forgetful"))
    finally:
        DEFINITION["look_up"]["sure"] = True
    assert (row.state, meeting.target.effects.under(row.write_key)) == ("unknown", [1])
    assert Occurrence.objects.filter(execution=row.id, disposition="open").exists()

"""Failures become cases: one cause, one case, however many come at once and however many workers bring them."""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from approvals import ledger, prepared, wording
from approvals.actors import Actor
from approvals.models import Proposal, Workspace
from exceptions import episodes, escalating, finding, fingerprint, money, rules, schedule
from exceptions.models import Case, FailureClass, Occurrence
from exceptions.models.case import State
from exceptions.models.failure_class import Handling

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Failure:
    """One thing that could not be done. ``code`` names its class; ``connector`` and ``operation`` say where."""

    workspace: Workspace
    code: str
    message: str
    proposal: Proposal | None = None
    execution: UUID | None = None
    run: UUID | None = None
    field: str = ""
    facts: dict[str, Any] = default(default_factory=dict)
    written: str = "no"
    amount: Decimal | None = None
    currency: str = ""
    connector: str = ""
    operation: str = ""


@dataclass(frozen=True)
class Filed:
    """A failure as it is kept: printable, and where it goes should nobody have seen its like."""

    failure: Failure
    message: str
    field: str
    routed: rules.Routed
    parts: fingerprint.Parts

    @property
    def mark(self) -> finding.Mark:
        return self.failure.workspace.pk, self.parts.mark

    @property
    def words(self) -> finding.Mark:
        """Under which it lies where its exact words were split off."""
        return self.failure.workspace.pk, self.parts.words(self.message)


def open_many(
    *, failures: Sequence[Failure], actor: Actor, now: datetime, along: Collection[UUID] = ()
) -> list[Case]:
    """Keep failures in the cases of their causes, opening (again) those cases where needed. Returns the case of each.

    Commits with what it records: raises `ledger.OutsideTransaction` outside a transaction. Failures of one cause that
    arrive together wait for each other here, for as long as the caller's transaction lasts: call it last, and once.
    ``along`` are cases the caller is going to change as well: they are locked in one order with the others.
    """
    if not transaction.get_connection().in_atomic_block:
        raise ledger.OutsideTransaction("a case is opened inside the transaction of the failure it holds")
    filed = _filed(failures)
    fresh: dict[finding.Mark, Case] = {}
    for one in filed:
        if one.mark not in fresh:
            fresh[one.mark] = _fresh(one, now)
    places = finding.held([(one.words, one.mark) for one in filed], fresh, along)
    rows = Occurrence.objects.bulk_create(
        [_occurrence(one, place, now) for one, place in zip(filed, places, strict=True)]
    )
    counted = [_Counted(*three) for three in zip(filed, places, rows, strict=True)]
    entries = [_count(one, actor, now) for one in counted]
    cases = {place.case.pk: place.case for place in places}
    _keep(cases.values())
    episodes.begin_many(
        cases=[one.place.case for one, entry in zip(counted, entries, strict=True) if entry.kind in OPENING],
        now=now,
    )
    entries += escalating.look(
        cases=list(cases.values()), arrived=[row.case_id for row in rows], actor=actor, now=now
    )
    ledger.append_many(entries)
    return [place.case for place in places]


OPENING = {"case.opened", "case.reopened"}


@dataclass(frozen=True)
class _Counted:
    filed: Filed
    place: finding.Place
    row: Occurrence


def _filed(failures: Sequence[Failure]) -> list[Filed]:
    """What was told, made printable and routed."""
    told = [(one, _printable(one.message, 500), _printable(one.field, 120)) for one in failures]
    routed = rules.route_many(
        [
            (
                one.workspace,
                rules.Facts(
                    one.code, message, one.connector, one.operation, place, one.currency, one.amount, one.proposal,
                    one.facts,
                ),
            )
            for one, message, place in told
        ]
    )  # fmt: skip
    return [
        Filed(
            one, message, place, goes,
            fingerprint.parts(
                code=one.code, message=message, connector=one.connector, operation=one.operation, field=place
            ),
        )
        for (one, message, place), goes in zip(told, routed, strict=True)
    ]  # fmt: skip


def _is_noted(known: FailureClass) -> bool:
    return known.handling == Handling.NOTE


def _fresh(one: Filed, now: datetime) -> Case:
    """A case that has counted nothing yet; what is only noted waits for nobody from the beginning."""
    known = one.routed.failure_class
    case = Case(
        workspace=one.failure.workspace, failure_class=known, fingerprint=one.mark[1], owner=one.routed.owner,
        owner_source=one.routed.source, title=_title(known, one.message, one.field), grouped_by=one.parts.told(),
        first_seen_at=now, opened_at=now, latest_seen_at=now,
    )  # fmt: skip
    freeze(case, known, now)
    if _is_noted(known):
        case.state, case.resolved_at, case.next_escalation_at = State.RESOLVED, now, None
    return case


def _occurrence(one: Filed, place: finding.Place, now: datetime) -> Occurrence:
    """A case that was there stays where it is, whatever the rules say by now: its class says what waits."""
    told, noted = one.failure, _is_noted(place.case.failure_class)
    return Occurrence(
        case=place.case, origin_id=place.origin, proposal=told.proposal, execution=told.execution, run=told.run,
        message=one.message, field=one.field, written=told.written, amount=told.amount, currency=told.currency, at=now,
        facts={"code": told.code, "operation": told.operation} | told.facts,
        disposition="noted" if noted else "open",
    )  # fmt: skip


def _count(one: _Counted, actor: Actor, now: datetime) -> ledger.Fact:
    """Count one more failure in a locked case; the fact that makes."""
    case, told = one.place.case, one.filed.failure
    kind = "case.repeated" if case.total_count else "case.opened"
    case.total_count += 1
    case.latest_seen_at = max(case.latest_seen_at, now)
    if one.row.disposition == "noted":
        kind = "occurrence.noted"
    else:
        if case.state == State.RESOLVED:
            kind = "case.reopened" if kind == "case.repeated" else kind
            _open_again(case, now)
        case.open_count += 1
        money.add(case, one.row)
    return ledger.entry(
        workspace_id=case.workspace_id, kind=kind, actor=actor, at=now, case=case.id, execution=told.execution,
        run=told.run, proposal=told.proposal.id if told.proposal else None,
        data={"class": case.failure_class.code, "occurrence": one.row.pk, "count": case.total_count},
    )  # fmt: skip


def _open_again(case: Case, now: datetime) -> None:
    case.regressed, case.resolved_at = case.total_count > 1, None
    case.opened_at = now
    freeze(case, case.failure_class, now)
    case.save(update_fields=["regressed", "resolved_at", "opened_at", *FROZEN, *restart(case, now)])


_KEEP = """
UPDATE exceptions_case c SET open_count = told.open_count, total_count = told.total_count, money = told.money,
    latest_seen_at = told.latest_seen_at, most_money = told.most_money
FROM jsonb_to_recordset(%s::jsonb) AS told (id uuid, open_count int, total_count int, money jsonb, most_money numeric,
    latest_seen_at timestamptz)
WHERE c.id = told.id
"""


def _keep(cases: Iterable[Case]) -> None:
    """The counts of locked cases, in one statement."""
    told = [
        {
            "id": str(case.pk), "open_count": case.open_count, "total_count": case.total_count, "money": case.money,
            "most_money": str(case.most_money), "latest_seen_at": case.latest_seen_at.isoformat(),
        }
        for case in cases
    ]  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_KEEP, [json.dumps(told)])


FROZEN = ["plan", "plan_version", "steps", "repeats", "in_hours", "skip_empty"]
RESTARTED = [
    "state", "step", "assignee", "acknowledged_until", "escalated_to", "reminded_at", "snoozed_until",
    "next_escalation_at",
]  # fmt: skip


def freeze(case: Case, failure_class: FailureClass, now: datetime) -> None:
    """The escalation as it stands: changing it later changes nothing for this case."""
    plan = failure_class.plan
    case.plan, case.plan_version, case.steps = plan, plan.version, plan.steps
    case.repeats, case.in_hours, case.skip_empty = plan.repeats, plan.in_hours, plan.skip_empty
    case.next_escalation_at = schedule.opening(case, now)


def restart(case: Case, now: datetime) -> list[str]:
    """Open, held by nobody, escalation from the beginning; the fields this sets."""
    case.state, case.step = State.OPEN, 0
    case.assignee = case.acknowledged_until = case.escalated_to = case.reminded_at = case.snoozed_until = None
    case.next_escalation_at = schedule.opening(case, now)
    return RESTARTED


def _title(failure_class: FailureClass, message: str, field: str) -> str:
    """The class and what failed; what failed alone where it says the class in its own words."""
    said, known = set(_WORDS.findall(message.lower())), _WORDS.findall(failure_class.title.lower())
    if said.issuperset(known) or not (field or message):
        return (message or failure_class.title)[:200]
    if field and wording.label(field).lower() in failure_class.title.lower():
        return failure_class.title  # it names the field already
    return f"{failure_class.title}: {wording.label(field).lower() if field else message}"[:200]


def _printable(text: str, longest: int) -> str:
    """What PostgreSQL can keep of a message from outside."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:longest]

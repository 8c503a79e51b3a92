"""The rows behind a mark: runs, proposals, writes, failures or cases of a stretch of time, newest first and bounded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from approvals.models import Decision, Membership, Proposal
from exceptions.models import Case, Episode, Occurrence
from runs.figures import links, measures
from runs.models import Execution, Run
from runs.models.run import State

SHOWN = 200
FORMAT = links.MOMENT
LONGEST = timedelta(days=32)


@dataclass(frozen=True)
class Wanted:
    """What a mark stands for. Raises `Http404` on an address nobody was given."""

    of: str
    key: str
    since: datetime
    until: datetime
    workflow: str | None = None
    version: str | None = None

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Wanted":
        try:
            since, until = (
                datetime.strptime(asked.get(name, ""), FORMAT).replace(tzinfo=UTC)
                for name in ("since", "until")
            )
        except ValueError as error:
            raise Http404("no such time") from error
        of = asked.get("of", "")
        if of not in KINDS or not since < until <= since + LONGEST:
            raise Http404("no such rows")
        return cls(of, asked.get("key", ""), since, until, asked.get("workflow"), asked.get("version"))


def of(member: Membership, wanted: Wanted) -> list[Any]:
    """The newest `SHOWN` and one more, if there are more."""
    return list(KINDS[wanted.of](member, wanted)[: SHOWN + 1])


def _runs(member: Membership, wanted: Wanted) -> QuerySet[Any]:
    rows = Run.objects.filter(_between("finished_at", wanted), workspace=member.workspace_id)
    if wanted.key in State.values:
        rows = rows.filter(state=wanted.key)
    return _cut(rows, wanted).select_related("agent").order_by("-finished_at", "-id")


def _proposals(member: Membership, wanted: Wanted) -> QuerySet[Any]:
    rows = Proposal.objects.filter(
        _between("settled_at", wanted), workspace=member.workspace_id, drill=False, shadow=False
    )
    answers = Decision.objects.filter(proposal=OuterRef("pk"), round=OuterRef("round"))
    policy = Exists(answers.filter(by_policy=True))
    edit, refusal = (Exists(answers.filter(verdict=verdict)) for verdict in ("edit", "reject"))
    by_key: dict[str, Q] = {
        measures.BY_POLICY: Q(policy, state="approved"),
        measures.APPROVED: Q(~policy, ~edit, state="approved"),
        measures.EDITED: Q(edit, state="approved"),
        measures.REJECTED: Q(refusal, state="rejected"),
        measures.EXPIRED: Q(state="expired"),
        "overridden": Q(edit, state="approved") | Q(refusal, state="rejected"),
        "answered": Q(~policy, state="approved") | Q(refusal, state="rejected"),
    }
    if wanted.key == measures.HANDED_OVER:
        return _failures(member, wanted)
    return (
        _cut(rows.filter(by_key.get(wanted.key, Q())), wanted)
        .select_related("agent")
        .order_by("-settled_at", "-id")
    )


def _failures(member: Membership, wanted: Wanted) -> QuerySet[Any]:
    rows = Occurrence.objects.filter(
        _between("at", wanted),
        case__workspace=member.workspace_id,
        proposal__isnull=False,
        execution__isnull=True,
    )
    handed = Q(facts__code="review.handed_over")
    by_key = {measures.HANDED_OVER: handed, measures.BLOCKED: ~handed}
    rows = rows.filter(by_key.get(wanted.key, Q()), proposal__drill=False)
    return _cut(rows, wanted, "proposal__").select_related("proposal__agent", "case").order_by("-at", "-id")


def _writes(member: Membership, wanted: Wanted) -> QuerySet[Any]:
    undone = wanted.key == "reversed"
    rows = Execution.objects.filter(
        _between("finished_at", wanted), workspace=member.workspace_id, proposal__reverses__isnull=not undone,
        state="succeeded" if undone else wanted.key or F("state"),
    )  # fmt: skip
    return _cut(rows, wanted, "proposal__").select_related("proposal__agent").order_by("-finished_at", "-id")


def _cases(member: Membership, wanted: Wanted) -> QuerySet[Any]:
    rows = Episode.objects.filter(_between("opened_at", wanted), workspace=member.workspace_id)
    if wanted.key.isdecimal():
        rows = rows.filter(owner=int(wanted.key[:18]))
    return rows.select_related("case", "owner", "failure_class").order_by("-opened_at", "-id")


def _settled(member: Membership, wanted: Wanted) -> QuerySet[Any]:
    rows = Case.objects.filter(
        _between("resolved_at", wanted), workspace=member.workspace_id, state="resolved"
    )
    if wanted.key.isdecimal():
        rows = rows.filter(owner=int(wanted.key[:18]))
    return rows.select_related("owner", "failure_class").order_by("-resolved_at", "-id")


def _between(name: str, wanted: Wanted) -> Q:
    return Q(**{f"{name}__gte": wanted.since, f"{name}__lt": wanted.until})


def _cut(rows: QuerySet[Any], wanted: Wanted, to: str = "") -> QuerySet[Any]:
    told = {"workflow": wanted.workflow, "agent_version": wanted.version}
    return rows.filter(**{f"{to}{name}": value for name, value in told.items() if value is not None})


KINDS: dict[str, Callable[[Membership, Wanted], QuerySet[Any]]] = {
    "runs": _runs, "proposals": _proposals, "failures": _failures, "writes": _writes, "cases": _cases,
    "settled": _settled,
}  # fmt: skip

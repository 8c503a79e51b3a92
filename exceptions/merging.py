"""Merging cases that are one trouble, and taking them apart again. What is open moves; what was settled stays history
where it happened. Later failures follow: those of a merged fingerprint go to the case it was merged into, those of
words that were split off to the case made of them.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Membership
from exceptions import cases, episodes, finding, fingerprint, money, opening, resolutions
from exceptions.models import Case, Occurrence
from exceptions.models.case import State

MOST = 30


class NotMergeable(ValueError):
    """The two are not open cases of this workspace, or what settles one is not allowed for the other."""


class NotMerged(LookupError):
    """The case is not, or not any more, merged into another."""


class NotSplittable(ValueError):
    """No open failure of the case says just that, or all of them do."""


def candidates(case: Case) -> list[Case]:
    """Cases that this one may be merged into: the most urgent of its own class, then those of others."""
    rows = (
        Case.objects.filter(workspace=case.workspace_id, merged_into=None)
        .exclude(Q(state=State.RESOLVED) | Q(pk=case.pk))
        .select_related("failure_class", "owner")
        .only("id", "title", "open_count", "owner__name", "failure_class__code")
        .order_by("next_escalation_at", "id")
    )
    same = list(rows.filter(failure_class=case.failure_class_id)[:MOST])
    others = rows.exclude(failure_class=case.failure_class_id).filter(
        failure_class__resolutions__contained_by=case.failure_class.resolutions
    )
    return same + list(others[: MOST - len(same)]) if len(same) < MOST else same


def may_merge(case: Case, into: Case) -> bool:
    """Whatever may settle a failure there must be allowed here too: nobody gets around “find out first” by merging."""
    allowed = set(into.failure_class.resolutions) <= set(case.failure_class.resolutions)
    apart = case.pk != into.pk and case.workspace_id == into.workspace_id
    return allowed and apart and case.merged_into_id is None and into.merged_into_id is None


def merge(*, case: Case, into: Case, member: Membership, actor: Actor, now: datetime) -> Case:
    """Its open failures lie in the other case from now on. Returns that. Raises `NotYourCase`, `NotMergeable`."""
    cases.of_member(member, case)
    cases.of_member(member, into)
    with transaction.atomic():
        held = {row.pk: row for row in _held(Q(pk__in=[case.pk, into.pk]) | Q(merged_into=case.pk))}
        source, target = held[case.pk], held[into.pk]
        if not may_merge(source, target) or target.state == State.RESOLVED:
            raise NotMergeable(into.public_id)
        moved = _move(_open(source), source, target, origin=_origin(source))
        Case.objects.filter(merged_into=source).update(merged_into=target)
        source.merged_into = target
        target.first_seen_at = min(target.first_seen_at, source.first_seen_at)
        if source.state != State.RESOLVED:
            target.opened_at = min(target.opened_at, source.opened_at)
        target.latest_seen_at = max(target.latest_seen_at, source.latest_seen_at)
        source.save(update_fields=["merged_into", *COUNTS])
        target.save(update_fields=["first_seen_at", "opened_at", "latest_seen_at", *COUNTS])
        if source.state != State.RESOLVED:
            resolutions.close(case=source, actor=actor, now=now)
        _record(source, target, "case.merged", moved, actor, now)
    return target


def separate(*, case: Case, member: Membership, actor: Actor, now: datetime) -> Case:
    """Undo a merge: what came from the case, and is still open, is its own again. Raises `NotYourCase`, `NotMerged`."""
    cases.of_member(member, case)
    with transaction.atomic():
        held = {row.pk: row for row in _held(Q(pk__in=[case.pk, case.merged_into_id]))}
        source = held[case.pk]
        target = held.get(source.merged_into_id) if source.merged_into_id else None
        if target is None:
            raise NotMerged(case.public_id)
        source.merged_into = None
        moved = _move(_open(target).filter(origin=source), target, source, origin=None)
        _settle_both(source, target, moved, actor, now)
        _record(target, source, "case.split", moved, actor, now)
    return source


def split(*, case: Case, message: str, member: Membership, actor: Actor, now: datetime) -> Case:
    """A case of its own for the failures that say exactly this. Raises `NotYourCase`, `NotSplittable`."""
    cases.of_member(member, case)
    with transaction.atomic():
        (source,) = _held(Q(pk=case.pk))
        rows = _open(source).filter(origin=None, message=message)
        count = rows.count()
        if source.merged_into_id or not 0 < count < source.open_count or "words" in source.grouped_by:
            raise NotSplittable(case.public_id)
        made = _made(source, message, now)
        moved = _move(rows, source, made, origin=None)
        _settle_both(made, source, moved, actor, now)
        _record(source, made, "case.split", moved, actor, now)
    return made


COUNTS = ["open_count", "total_count", *money.FIELDS]


def _made(source: Case, message: str, now: datetime) -> Case:
    """The case of these words, resolved and empty until they move into it; one may be there from before."""
    mark = fingerprint.words(source.fingerprint, message)
    there = _held(Q(workspace=source.workspace_id, fingerprint=mark))
    if there and (there[0].merged_into_id or there[0].state != State.RESOLVED):
        raise NotSplittable(source.public_id)
    return there[0] if there else Case.objects.create(
        workspace_id=source.workspace_id, failure_class=source.failure_class, fingerprint=mark, title=message[:200],
        owner=source.owner, owner_source=source.owner_source, grouped_by=source.grouped_by | {"words": message},
        state=State.RESOLVED, resolved_at=now, first_seen_at=now, opened_at=now, latest_seen_at=now,
    )  # fmt: skip


def _settle_both(gains: Case, loses: Case, moved: int, actor: Actor, now: datetime) -> None:
    """Opens what has something open again, and closes what has nothing."""
    fields, opens = ["merged_into", *COUNTS], bool(moved) and gains.state == State.RESOLVED
    if opens:
        gains.resolved_at, gains.opened_at = None, now
        opening.freeze(gains, gains.failure_class, now)
        fields += ["resolved_at", "opened_at", *opening.FROZEN, *opening.restart(gains, now)]
    gains.save(update_fields=fields)
    if opens:
        episodes.begin_many(cases=[gains], now=now)
    loses.save(update_fields=COUNTS)
    if loses.open_count == 0 and loses.state != State.RESOLVED:
        resolutions.close(case=loses, actor=actor, now=now)


def _held(which: Q) -> list[Case]:
    return finding.locked(Case.objects.filter(which))


def _open(case: Case) -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(case=case, disposition=resolutions.OPEN)


def _move(rows: QuerySet[Occurrence], source: Case, target: Case, *, origin: object) -> int:
    """Between locked cases, with their counts and their money. Returns how many."""
    amounts = money.behind(rows)
    moved = rows.update(case=target, origin=origin)
    for case, sign in ((source, -1), (target, 1)):
        case.open_count += sign * moved
        case.total_count += sign * moved
        money.shift(case, amounts, sign)
    return moved


def _origin(source: Case) -> Coalesce:
    """Where a failure came from first, however often it moved."""
    return Coalesce("origin_id", Value(source.pk), output_field=UUIDField())


def _record(source: Case, target: Case, kind: str, moved: int, actor: Actor, now: datetime) -> None:
    """Said on both, each naming the other."""
    ledger.append_many(
        ledger.entry(
            workspace_id=one.workspace_id, kind=kind, actor=actor, at=now, case=one.id,
            data={way: other.public_id, "failures": moved},
        )
        for one, way, other in ((source, "into", target), (target, "from", source))
    )  # fmt: skip


def messages(case: Case) -> list[tuple[str, int]]:
    """What the newest open failures of the case say in exact words, most frequent first."""
    newest = _open(case).filter(origin=None).order_by("-id")[:500].values("pk")
    counted = (
        Occurrence.objects.filter(pk__in=newest)
        .values("message")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )
    return [(row["message"], row["count"]) for row in counted[:6]]

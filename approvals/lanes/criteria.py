"""What the next rung asks for, as far as this floor can tell. Floors above add what they know."""

from collections.abc import Callable
from datetime import datetime

from approvals.lanes import cuts, findings, ladder, moving, people_criteria, way_back_criteria
from approvals.lanes.criterion import Criterion, in_days, percent
from approvals.models import Lane, LaneAudit
from approvals.models.label import Region
from approvals.models.lane import Stage
from approvals.statistics import bounds, sequence, sprt

AGREED = 30  # so many findings before a rate of agreement says anything


def of(lane: Lane, now: datetime) -> list[Criterion]:
    """Every criterion of the one step up there is; none at the top, and none to come back from a pause."""
    return [told for ask in _ASKED.get(Stage(lane.stage), ()) for told in ask(lane, now)]


def from_shadow(lane: Lane, now: datetime) -> list[Criterion]:
    found = findings.of(lane, Region.REVIEWED)
    needed = bounds.labels_needed(float(lane.epsilon), 0, float(lane.delta))
    lacking, agreed = max(needed - len(found), 0), sum(not one.wrong for one in found)
    share = percent(agreed / len(found)) if found else "–"
    return [
        Criterion(
            "labels", "Answers of people to compare with", lacking == 0, f"{len(found)}", f"{needed}",
            f"{lacking} more" if lacking else "", in_days(lacking, findings.a_day(found, now)),
        ),
        Criterion(
            "agreement", "How often people agree is known", len(found) >= AGREED, f"{share} of {len(found)}",
            f"known from {AGREED}", "" if len(found) >= AGREED else f"{AGREED - len(found)} more answers",
        ),
    ]  # fmt: skip


def has_threshold(lane: Lane, now: datetime) -> list[Criterion]:
    """A threshold that holds the lane's promise, found on labels it was not fitted on."""
    chosen = cuts.in_force(lane)
    needed = f"at most {percent(float(lane.epsilon))} wrong, with {percent(1 - float(lane.delta))} confidence"
    if chosen:
        shown = f"at most {percent(chosen['bound'])} wrong ({chosen['errors']} of {chosen['n']})"
        return [Criterion("threshold", "A threshold of confidence that holds", True, shown, needed)]
    found = [one for one in findings.of(lane, Region.REVIEWED) if one.eligible and one.score is not None]
    lacking = max(least_labels(lane) - len(found), 0)
    missing = (
        f"{lacking} more labels"
        if lacking
        else "No threshold holds on these labels: too many errors at every cut"
    )
    return [
        Criterion(
            "threshold", "A threshold of confidence that holds", False, f"none, from {len(found)} labels", needed,
            missing, in_days(lacking, findings.a_day(found, now)),
        )
    ]  # fmt: skip


def least_labels(lane: Lane) -> int:
    """How many labels there must be: a third to fit on, the rest to judge by, and enough of those for the first cut."""
    return -(-3 * sequence.smallest(float(lane.epsilon), float(lane.delta)) // 2)


def tested(lane: Lane, now: datetime) -> list[Criterion]:
    """Wald's test over the audits of this stay, two weeks of it, and no audit left lying."""
    stay, plan = moving.current(lane), ladder.step_up(lane.epsilon)
    verdict = sprt.verdict(plan, stay.sprt)
    lacking = max(0, round((stay.sprt - plan.promote_at) / -plan.on_right + 0.5))
    missing = {
        sprt.PROMOTE: "",
        sprt.STOP: "The test has decided against it; it begins anew with another stay",
        sprt.GO_ON: f"{lacking} more audits without an error",
    }[verdict]
    stood = now - stay.entered_at
    rate = stay.audited / max(stood.total_seconds() / 86_400, 1.0)
    overdue = LaneAudit.objects.filter(lane=lane, judged_at__isnull=True, due_at__lte=now)[:1000].count()
    left = max((ladder.LEAST_STAY - stood).days + 1, 0) if stood < ladder.LEAST_STAY else 0
    return [
        Criterion(
            "test", "The sequential test lets it on", verdict == sprt.PROMOTE,
            f"{stay.wrong} of {stay.audited} audited wrong, total {stay.sprt:.2f}",
            f"total {plan.promote_at:.2f}: {percent(plan.p0)} wrong, not {percent(plan.p1)}", missing,
            in_days(lacking, rate) if verdict == sprt.GO_ON else None,
        ),
        Criterion(
            "days", "Long enough on this rung", left == 0, f"{stood.days} days", f"{ladder.LEAST_STAY.days} days",
            f"{left} more days" if left else "",
        ),
        Criterion(
            "audits", "No audit is overdue", overdue == 0, f"{overdue} overdue", "none",
            "Judge what is overdue" if overdue else "",
        ),
    ]  # fmt: skip


_ASKED: dict[Stage, tuple[Callable[[Lane, datetime], list[Criterion]], ...]] = {
    Stage.SHADOW: (from_shadow,),
    Stage.ASSISTED: (has_threshold, people_criteria.of, way_back_criteria.of),
    Stage.PARTIAL_10: (tested,),
    Stage.PARTIAL_25: (tested,),
    Stage.PARTIAL_50: (tested,),
}

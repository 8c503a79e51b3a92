"""Once in a while what an agent's confidence is worth is measured anew: fitted on one period, judged on the next.

Only where people still sign everything: there every proposal is labelled, and none is missing because of its score. In
later stages the threshold stays as it was earned, and audits watch over it. So no refit ever widens anything.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.lanes import criteria, findings, scoring, worth
from approvals.models import Calibrator, Lane
from approvals.models.label import Region
from approvals.models.lane import Stage
from approvals.statistics import calibration, sequence

FIT_SHARE = 3  # a third of the labels fit, the others judge
GROWN = 1.25  # so many times the labels of the last fit before it is worth another
SIGNED = (Stage.SHADOW, Stage.ASSISTED)


def refit(*, lane: Lane, actor: Actor, now: datetime) -> Calibrator | None:
    """Fit and judge where there are labels enough, and more by a quarter than the last time. None where not.

    The older third fits a curve; on the others, which it has not seen, it is judged and a threshold is looked for.
    """
    if lane.stage not in SIGNED:
        return None
    found = [one for one in findings.of(lane, Region.REVIEWED) if one.eligible and one.score is not None]
    fitted = _fitted(lane)
    if len(found) < max(criteria.least_labels(lane), GROWN * fitted):
        return None
    older, newer = found[: len(found) // FIT_SHARE], found[len(found) // FIT_SHARE :]
    curve = calibration.fit([one.score or 0.0 for one in older], [not one.wrong for one in older])
    said, wrong = [one.score or 0.0 for one in newer], [one.wrong for one in newer]
    proved = [float(scoring.rounded(curve.apply(score))) for score in said]
    told = sequence.threshold(proved, wrong, float(lane.epsilon), float(lane.delta))
    threshold = None if told.threshold is None else scoring.rounded(told.threshold)
    with transaction.atomic():
        row = Calibrator.objects.create(
            lane=lane, agent_version=lane.agent.version, method=curve.method, terms=curve.to_json(),
            digest=curve.digest, threshold=threshold, labels=len(found), fitted_at=now,
            figures=worth.figures(len(older), said, proved, wrong, told),
        )  # fmt: skip
        _take_up(lane, row, threshold, actor, now)
    return row


def _fitted(lane: Lane) -> int:
    """How many labels the last fit had, of those that count now."""
    rows = Calibrator.objects.filter(
        lane=lane, agent_version=lane.agent.version, fitted_at__gte=lane.counts_from_at or lane.created_at
    )
    return rows.order_by("-fitted_at").values_list("labels", flat=True).first() or 0


def _take_up(lane: Lane, row: Calibrator, threshold: Decimal | None, actor: Actor, now: datetime) -> None:
    """It counts from the next proposal on; not where the lane has moved on meanwhile."""
    if Lane.objects.filter(pk=lane.pk, stage__in=SIGNED).update(calibrator=row, threshold=threshold):
        lane.calibrator, lane.threshold = row, threshold
    ledger.append(
        workspace_id=lane.workspace_id, kind="lane.calibrated", actor=actor, at=now,
        data={"lane": lane.pk, "digest": row.digest, "labels": row.labels, "threshold": str(threshold or "")},
    )  # fmt: skip

"""The figures and drawings of a lane."""

from typing import Any

from django.urls import reverse

from approvals import ids
from approvals.lanes import criteria, cut_chart, cuts, ladder, reliability_chart, sampled, walk_chart
from approvals.lanes.criterion import percent
from approvals.lanes.findings import Finding
from approvals.models import Calibrator, Lane, LaneAudit, Stay
from approvals.models.lane import Stage
from approvals.models.stay import Cause
from approvals.statistics import bounds, cusum, weights

WALKED = 500
TORN = 20


def read(lane: Lane, stay: Stay, reviewed: list[Finding], automated: list[Finding]) -> dict[str, Any]:
    """Everything drawn, each region by itself."""
    told = _latest(lane)
    figures = told.figures if told else {}
    usable = sum(one.eligible and one.score is not None for one in reviewed)
    return {
        "figures": _figures(lane, stay, reviewed, automated),
        "torn": [_torn(one, lane) for one in reviewed if one.contradicted][:TORN],
        "calibrator": told,
        "figures_of": figures,
        "reliability": reliability_chart.of(figures),
        "cuts": cut_chart.of(cuts.under(told, lane.epsilon, lane.delta), float(lane.epsilon)),
        "usable": usable,
        "lacking": max(criteria.least_labels(lane) - usable, 0),
        "least": criteria.least_labels(lane),
        "walk": _walk(lane, stay),
        "limit": percent(float(lane.epsilon)),
        "sure": percent(1 - float(lane.delta)),
        "audit_share": percent(ladder.AUDITED[Stage(stay.stage)], 0) if ladder.passes(stay.stage) else "",
        "plan": ladder.STEP_UP,
        "false_alarm": round(cusum.expected_length(ladder.DRIFT, ladder.DRIFT.p0), -2),
        "detects": round(cusum.expected_length(ladder.DRIFT, ladder.DRIFT.p1), -1),
    }


def _latest(lane: Lane) -> Calibrator | None:
    """The lane's own, or the last one measured of this version, where it has none in force."""
    if lane.calibrator is not None:
        return lane.calibrator
    rows = Calibrator.objects.filter(lane=lane, agent_version=lane.agent.version)
    return rows.order_by("-fitted_at").first()


def _figures(
    lane: Lane, stay: Stay, reviewed: list[Finding], automated: list[Finding]
) -> list[dict[str, Any]]:
    wrong = sum(one.wrong for one in reviewed)
    told = [
        {"label": "Looked at by people", "value": f"{len(reviewed):,}"},
        {"label": "Wrong among them", "value": percent(wrong / len(reviewed)) if reviewed else "–"},
    ]
    if automated:
        found = weights.hajek([one.wrong for one in automated], [one.probability for one in automated])
        most = bounds.upper(sum(one.wrong for one in automated), len(automated), float(lane.delta))
        told += [
            {"label": "Audited after passing", "value": f"{found.n:,}"},
            {"label": "Wrong of what passed", "value": percent(found.rate)},
            {"label": "At most", "value": percent(most), "tone": "" if most <= lane.epsilon else "ask"},
        ]
    if ladder.passes(stay.stage):
        uneasy = stay.cusum >= ladder.DRIFT.h / 2
        value = f"{stay.cusum:.1f} of {ladder.DRIFT.h:g}"
        told.append({"label": "Way to the alarm", "value": value, "tone": "ask" if uneasy else ""})
    return told


def _torn(one: Finding, lane: Lane) -> dict[str, Any]:
    public_id = ids.show("proposal", one.proposal)
    return {
        "id": public_id,
        "url": reverse("proposal", args=[lane.workspace.slug, public_id]),
        "counts": "wrong" if one.wrong else "right",
    }


def _walk(lane: Lane, stay: Stay) -> dict[str, Any] | None:
    rows = LaneAudit.objects.filter(
        lane=lane, judged_at__gte=stay.entered_at, proposal__agent_version=stay.agent_version
    )
    told: list[tuple[Any, walk_chart.Seen]] = [
        (at, walk_chart.Seen(bool(wrong), drawn >= stay.entered_at, _url(lane, ids.show("proposal", pk))))
        for at, wrong, drawn, pk in rows.order_by("judged_at").values_list(
            "judged_at", "wrong", "drawn_at", "proposal_id"
        )[:WALKED]
    ]
    drawn_by_lot = sampled.of_stay(stay, lane).values_list("settled_at", "wrong", "pk")[:WALKED]
    told += [
        (at, walk_chart.Seen(bool(wrong), False, reverse("sample", args=[lane.workspace.slug, pk])))
        for at, wrong, pk in drawn_by_lot
    ]
    seen = [one for _, one in sorted(told, key=lambda one: one[0])]
    return walk_chart.of(seen, _carried(stay))


def _carried(stay: Stay) -> float:
    """The drift total it brought along from the rung below."""
    if stay.cause != Cause.EARNED:
        return 0.0
    before = Stay.objects.filter(lane=stay.lane_id, pk__lt=stay.pk).order_by("-id")
    return before.values_list("cusum", flat=True).first() or 0.0


def _url(lane: Lane, public_id: str) -> str:
    return reverse("audit", args=[lane.workspace.slug, public_id])

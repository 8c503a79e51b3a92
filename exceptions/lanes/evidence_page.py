"""The figures and drawings of a lane."""

from typing import Any

from django.urls import reverse

from approvals import ids
from approvals.lanes import criteria, cut_chart, cuts, ladder, reliability_chart, walk_chart, walked
from approvals.lanes.criterion import percent
from approvals.lanes.findings import Finding
from approvals.models import Calibrator, Lane, Stay
from approvals.models.lane import Stage
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
        **_watching(lane),
    }


def _watching(lane: Lane) -> dict[str, Any]:
    """How the lane is watched, as its limit has it."""
    drift = ladder.drift(lane.epsilon)
    return {
        "plan": ladder.step_up(lane.epsilon),
        "peace": percent(drift.p0),
        "trebled": percent(drift.p1),
        "false_alarm": round(cusum.expected_length(drift, drift.p0), -2),
        "detects": round(cusum.expected_length(drift, drift.p1), -1),
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
        height = ladder.drift(lane.epsilon).h
        uneasy = stay.cusum >= height / 2
        value = f"{stay.cusum:.1f} of {height:g}"
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
    seen = walked.of(stay, lane, WALKED)
    return walk_chart.of(seen, [_page_of(one, lane) for one in seen], walked.carried(stay), lane.epsilon)


def _page_of(one: walked.Seen, lane: Lane) -> str:
    if one.audit is not None:
        return reverse("audit", args=[lane.workspace.slug, ids.show("proposal", one.audit)])
    return reverse("sample", args=[lane.workspace.slug, one.sample])

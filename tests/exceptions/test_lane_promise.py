"""How many errors a lane may make: set with a reason, within bounds, and never to widen what passes by itself now."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from approvals.lanes import moving, promising
from approvals.models import Calibrator, Lane, LanePromise, LedgerEntry
from exceptions.models import Case
from tests import lanes
from tests.approvals.administering import at, signed_in
from tests.builders import a_proposal, actor_of, now
from tests.exceptions.test_lane_confidence import fresh
from tests.exceptions.test_lane_moves import judge
from tests.people import Company

FIVE, TWO, EIGHT = Decimal("0.050"), Decimal("0.020"), Decimal("0.080")


CUTS = [
    (0.99, 300, 0, 0.010, 0.2),
    (0.95, 500, 6, 0.024, 0.3),
    (0.9, 700, 20, 0.042, 0.5),
    (0.8, 900, 55, 0.076, 0.6),
]
STRICT, EARNED, LOOSE = Decimal("0.990"), Decimal("0.900"), Decimal("0.800")


def measured(company: Company) -> Lane:
    """A lane whose confidence was measured on nine hundred labels; 0.9 keeps its limit of five in a hundred."""
    lane = lanes.a_lane(company)
    names = ("threshold", "n", "errors", "bound", "coverage")
    cuts = [dict(zip(names, cut, strict=True)) | {"passed": True, "chosen": False} for cut in CUTS]
    curve = lanes.HONEST
    row = Calibrator.objects.create(
        lane=lane, agent_version=lane.agent.version, method=curve.method, terms=curve.to_json(), digest=curve.digest,
        threshold=EARNED, labels=curve.n, fitted_at=now(), figures={"cuts": cuts},
    )  # fmt: skip
    Lane.objects.filter(pk=lane.pk).update(calibrator=row, threshold=EARNED)
    return fresh(lane)


def promise(company: Company, lane: Lane, to: Decimal, seen: Decimal = FIVE) -> LanePromise:
    return promising.promise(
        lane=lane, epsilon=to, seen=seen, reason="Errors cost more now", by=company.ada.user_id,
        actor=actor_of(company.ada), now=now(),
    )  # fmt: skip


def test_a_limit_moves_the_threshold_and_every_version_of_it_stays_on_record(northwind):
    lane = measured(northwind)
    assert promise(northwind, lane, TWO).threshold == STRICT == fresh(lane).threshold
    assert promise(northwind, fresh(lane), EIGHT, seen=TWO).version == 2
    assert (
        fresh(lane).threshold == LOOSE
        and "about 60 %" in signed_in(northwind.ada).get(at("lane", lane.pk)).text
    )
    entries = LedgerEntry.objects.filter(kind="lane.promised").order_by("id").values_list("data", flat=True)
    assert [(one["from"], one["to"]) for one in entries] == [("0.050", "0.020"), ("0.020", "0.080")]
    page = signed_in(northwind.tess).get(at("lane-limit", lane.pk)).text
    assert "Errors cost more now" in page and "0.990" in page and "Set limit" not in page
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE approvals_lanepromise SET reason = 'none'")


def test_where_something_passes_a_stricter_limit_holds_at_once_and_a_looser_one_widens_nothing(northwind):
    lane = measured(northwind)
    lane = fresh(lanes.stand(lane, "partial_10", threshold=None))
    assert promise(northwind, lane, EIGHT).threshold == EARNED
    assert promise(northwind, fresh(lane), TWO, seen=EIGHT).threshold == STRICT
    assert (
        promise(northwind, fresh(lane), Decimal("0.005"), seen=TWO).threshold is None
    )  # nothing passes any more
    assert promise(northwind, fresh(lane), FIVE, seen=Decimal("0.005")).threshold is None


def test_what_cannot_be_promised_is_refused(northwind):
    lane = lanes.a_lane(northwind)
    ada, address = signed_in(northwind.ada), at("lane-limit-set", lane.pk)
    form = {"reason": "Why not", "seen": "0.050"}
    for limit in ("0.4", "10.1", "x", "NaN"):
        assert ada.post(address, form | {"limit": limit}).status_code == 422, limit
    assert ada.post(address, {"limit": "3", "reason": "", "seen": "0.050"}).status_code == 422
    assert ada.post(address, form | {"limit": "3", "seen": "0.010"}).status_code == 303  # changed meanwhile
    assert signed_in(northwind.maria).post(address, form | {"limit": "3"}).status_code == 403
    assert ada.get(address).status_code == 405
    assert not LanePromise.objects.exists()


def test_errors_are_watched_by_the_limit_and_a_stricter_one_counts_them_over_again(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "partial_10")
    told = [True] * 3 + [False] * 20 + [True]  # at most five in a hundred: 3.2 of 3.5; at most two: 3.9
    for audit, wrong in zip(lanes.drawn(*(a_proposal(northwind.bot) for _ in told)), told, strict=True):
        judge(northwind, audit, wrong)
    assert (fresh(lane).stage, moving.current(lane).cusum) == ("partial_10", pytest.approx(3.23, abs=0.01))
    form = {"reason": "Errors cost more now", "limit": "2", "seen": "0.050"}
    signed_in(northwind.ada).post(at("lane-limit-set", lane.pk), form)
    assert (fresh(lane).stage, moving.current(lane).evidence) == ("assisted", {"limit": "0.02"})
    assert Case.objects.filter(failure_class__code="lane.demoted").exists()

"""The pages of lanes: what is said first, who may press what, and what they cost."""

from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import LaneAudit, Proposal, Stay
from exceptions.lanes import falling
from exceptions.models import Case
from runs import drain
from runs.models import Execution
from tests import lanes
from tests.approvals.administering import at, signed_in
from tests.builders import a_proposal, approve, now
from tests.exceptions.conftest import WORKER
from tests.exceptions.test_lane_confidence import told


def costs(browser, path: str) -> int:
    browser.get(path)
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


def test_pages_cost_the_same_for_one_label_and_for_hundreds(northwind):
    lane, browser = lanes.a_lane(northwind), signed_in(northwind.ada)
    lanes.label(lane, told(1, 1))
    paths = [at("lanes"), at("lane", lane.pk), at("lane-what-if", lane.pk), at("audits")]
    one = [costs(browser, path) for path in paths]
    lanes.label(lane, told(200, 2))
    for name in ("clerk", "reader"):
        lanes.label(lanes.of_another(northwind, name), told(20, 3))
    lanes.drawn(*Proposal.objects.filter(lane=lane)[:40])
    assert [costs(browser, path) for path in paths] == one
    assert max(one) <= 45


def test_an_audit_is_judged_without_knowing_what_came_of_it(northwind, board):
    lanes.stand(lanes.a_lane(northwind), "full")
    proposal = a_proposal(northwind.bot, observed=False, title="Chairs for the hall")
    drain.drain()
    drain.drain()
    execution = Execution.objects.get(proposal=proposal)
    proposal.refresh_from_db()
    LaneAudit.objects.filter(proposal=proposal).exists() or lanes.drawn(proposal)
    maria = signed_in(northwind.maria)
    assert "to look at again" in maria.get(at("review")).text
    page = maria.get(at("audit", proposal.public_id)).text
    assert "Chairs for the hall" in page and "Would you have signed it" in page
    assert execution.receipt["reference"] not in page and "succeeded" not in page and "0.95" not in page
    assert signed_in(northwind.olu).post(at("audit-judge", proposal.public_id)).status_code == 403
    form = {"verdict": "wrong", "reason_code": "wrong_value", "note": "Nobody ordered chairs"}
    assert maria.post(at("audit-judge", proposal.public_id), {"verdict": "wrong"}).status_code == 303
    assert LaneAudit.objects.get().judged_at is None  # not without a reason
    assert maria.post(at("audit-judge", proposal.public_id), form).headers["Location"] == at("audits")
    case = Case.objects.get(failure_class__code="lane.audit_wrong")
    assert case.occurrences.get().execution == execution.id
    assert at("effect", proposal.public_id) in maria.get(at("audit", proposal.public_id)).text


def test_two_writes_undone_because_they_were_wrong_let_the_lane_fall(northwind, board):
    lane = lanes.stand(lanes.a_lane(northwind), "full")
    for number in (1, 2):
        proposal = a_proposal(northwind.bot, observed=False)
        drain.drain()
        drain.drain()
        execution = Execution.objects.get(proposal=proposal)
        form = {"reason": "Nobody ordered it", "wrong": "1"}
        signed_in(northwind.maria).post(at("reverse", execution.public_id), form)
        drain.drain()
        undoing = Proposal.objects.get(reverses=execution.id)
        assert undoing.blames
        approve(undoing, northwind.ken, at=now() - timedelta(minutes=5))
        drain.drain()
        drain.drain()
        lane.refresh_from_db()
        assert lane.stage == ("full" if number == 1 else "assisted")
    assert Stay.objects.latest("id").cause == "harm"


def test_the_list_begins_with_what_wants_somebody(northwind):
    calm, fallen = lanes.a_lane(northwind), lanes.of_another(northwind, "reader")
    lanes.stand(calm, "partial_10")
    lanes.stand(fallen, "full")
    falling.fall(lane=fallen, cause="cusum", actor=WORKER, now=now())
    page = signed_in(northwind.tess).get(at("lanes")).text
    assert page.index(at("lane", fallen.pk)) < page.index(at("lane", calm.pk))
    assert "too many errors among what was looked at again" in page
    assert "since" in page.partition(at("lane", fallen.pk))[2].partition("</tr>")[0]
    assert "when it fell" in signed_in(northwind.tess).get(at("lane", fallen.pk)).text
    assert "Raise" not in signed_in(northwind.maria).get(at("lane", calm.pk)).text

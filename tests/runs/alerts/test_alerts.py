"""Ada says what is too much; the tick opens one case for it, once, and settles it when it is calm."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.lanes import audits
from approvals.models import LedgerEntry
from exceptions.models import Case
from runs.alerts import checking, readings, setting
from runs.alerts.setting import Terms
from runs.models import Alarm, Threshold
from tests import lanes
from tests.approvals.reviewing import signed_in
from tests.builders import a_proposal, actor_of, approve
from tests.people import Company
from tests.runs.figures.counting import CLOCK, a_run, count

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 5, 15, tzinfo=UTC)  # a Thursday
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def watch(company: Company, what: str, limit: str, at: datetime = NOW, **terms: Any) -> Threshold:
    told = {"hours": 24, "least": 5, "currency": "", "working": False} | terms
    return setting.set_threshold(
        member=company.ada,
        terms=Terms("posting", what, Decimal(limit), **told),
        actor=actor_of(company.ada),
        now=at,
    )


def runs(company: Company, states: list[str], at: datetime = NOW, **more: Any) -> None:
    for state in states:
        a_run(company.bot, at - HOUR, at, state=state, **more)
    count(company.workspace)


def check(at: datetime = NOW) -> int:
    return checking.check_due(actor=CLOCK, now=at)


def alarms() -> list[tuple[bool, str]]:
    """Each alarm, whether it stands, and the state of its case."""
    return [(one.calmed_at is None, one.case.state) for one in Alarm.objects.order_by("pk")]


def test_one_case_while_it_lasts_and_none_when_it_is_over(northwind: Company):
    threshold = watch(northwind, "error_rate", "20")
    runs(northwind, ["failed"] * 4)
    assert check() == 0  # four say nothing
    runs(northwind, ["failed"] * 2 + ["succeeded"])
    assert check(NOW + timedelta(seconds=30)) == 0  # looked at a moment ago
    assert check(NOW + timedelta(minutes=1)) == 1
    assert check(NOW + timedelta(minutes=2)) == 0
    case = Case.objects.get(failure_class__code="alert.error_rate")
    assert case.owner.name == "Platform" and case.open_count == 1 and "posting" in case.title
    runs(northwind, ["succeeded"] * 30, NOW + HOUR)
    assert check(NOW + HOUR + timedelta(minutes=1)) == 1
    assert alarms() == [(False, "resolved")]
    runs(northwind, ["failed"] * 30, NOW + 2 * HOUR)
    assert check(NOW + 2 * HOUR) == 1
    assert alarms() == [(False, "open"), (True, "open")]  # of the same case, which is open again
    assert Alarm.objects.filter(case=case).count() == 2
    kinds = LedgerEntry.objects.filter(kind__startswith="alarm.", data__threshold=threshold.pk)
    assert [entry.kind for entry in kinds.order_by("id")] == ["alarm.raised", "alarm.calmed", "alarm.raised"]


def test_a_few_failures_that_chance_explains_are_no_alarm(northwind: Company):
    watch(northwind, "error_rate", "10")
    runs(northwind, ["failed"] + ["succeeded"] * 5)  # 17 %, and it may as well be 3
    assert check() == 0


def test_what_was_looked_at_again_alarms_where_people_sign_everything_as_it_stands(northwind: Company):
    accuracy = watch(northwind, "accuracy", "90")
    for _ in range(6):
        approve(a_proposal(northwind.bot, workflow="posting"), northwind.ken)
    rows = [a_proposal(northwind.bot, workflow="posting") for _ in range(6)]
    for number, audit in enumerate(lanes.drawn(*rows)):
        audits.judge(
            audit=audit, member=northwind.maria, wrong=number > 0, reason_code="other", note="",
            actor=actor_of(northwind.maria), now=NOW,
        )  # fmt: skip
    count(northwind.workspace)
    seen = readings.take(accuracy, NOW)
    assert (seen.n, round(seen.value or 0), seen.alarming, seen.calm) == (6, 17, True, False)
    assert (
        check() == 1
        and "second look"
        in signed_in(northwind.ada).get(reverse("alert", args=["northwind", accuracy.pk])).text
    )


def test_accuracy_latency_and_spend(northwind: Company):
    accuracy = watch(northwind, "accuracy", "90")
    latency = watch(northwind, "latency", "1800")
    spend = watch(northwind, "spend", "0.10", currency="EUR")
    runs(northwind, ["succeeded"] * 6, tokens_in=1)  # an hour each, at 0.02
    for _ in range(5):
        approve(
            a_proposal(northwind.bot, workflow="posting"), northwind.ken, verdict="reject", reason_code="other",
            note="no",
        )  # fmt: skip
    count(northwind.workspace)
    assert check() == 3
    codes = Case.objects.filter(failure_class__code__startswith="alert.").values_list(
        "failure_class__code", flat=True
    )
    assert sorted(codes) == ["alert.accuracy", "alert.latency", "alert.spend"]
    later = NOW + 30 * HOUR
    assert readings.take(accuracy, later).calm is False  # nobody answered since: nobody knows
    assert readings.take(latency, later).calm and readings.take(spend, later).calm


def test_a_spike_is_held_against_what_is_usual(northwind: Company):
    threshold = watch(northwind, "escalation", "3")
    assert readings.take(threshold, NOW).limit is None
    with time_machine.travel(NOW - timedelta(days=3), tick=False):
        for number in range(22):
            proposal = a_proposal(
                northwind.bot, workflow="posting", **({"arguments": {"amount": "x"}} if number < 2 else {})
            )
            if proposal.state == "pending":
                approve(proposal, northwind.maria)
    for number in range(6):
        a_proposal(northwind.bot, workflow="posting", arguments={"amount": f"x{number}"})
    count(northwind.workspace)
    seen = readings.take(threshold, NOW + HOUR)
    assert seen.value == 100 and seen.limit == pytest.approx(27.27, abs=0.01) and seen.alarming


def test_silence_is_an_alarm_when_a_run_was_due(northwind: Company):
    watch(northwind, "silence", "24", NOW - 10 * 24 * HOUR, working=True)
    runs(northwind, ["succeeded"])  # began on Thursday at 14:00
    assert check(NOW + 22 * HOUR) == 0
    assert (
        check(NOW + 3 * 24 * HOUR) == 1
    )  # on Sunday: Friday passed without one, and the weekend does not count
    assert alarms() == [(True, "open")]
    runs(northwind, ["succeeded"], NOW + 4 * 24 * HOUR)
    assert check(NOW + 4 * 24 * HOUR) == 1
    assert alarms() == [(False, "resolved")]


def test_every_version_is_kept_and_another_version_ends_the_alarm(northwind: Company):
    watch(northwind, "error_rate", "20")
    runs(northwind, ["failed"] * 9)
    check()
    second = watch(northwind, "error_rate", "99.9")
    assert second.version == 2 and alarms() == [(False, "resolved")]
    with pytest.raises(setting.SameThreshold):
        watch(northwind, "error_rate", "99.9")
    ada, tess = signed_in(northwind.ada), signed_in(northwind.tess)
    url = reverse("alert-retire", args=["northwind", second.pk])
    assert tess.post(url).status_code == 403 and ada.post(url).status_code == ada.post(url).status_code == 302
    page = tess.get(reverse("alert", args=["northwind", second.pk])).content.decode()
    assert "above 20 % in 24 hours" in page and "above 99.9 % in 24 hours" in page and "Not in force" in page
    assert LedgerEntry.objects.filter(kind="threshold.retired").count() == 1


def test_the_page_shows_what_is_measured_beside_the_threshold(northwind: Company, harbour: Company):
    runs(northwind, ["failed"] * 9 + ["succeeded"])
    ada = signed_in(northwind.ada)
    form = {"workflow": "posting", "watch": "error_rate", "limit": "20", "hours": "24", "least": "5"}
    assert ada.post(reverse("alert-set", args=["northwind"]), form | {"limit": "200"}).status_code == 422
    assert ada.post(reverse("alert-set", args=["northwind"]), form | {"watch": "spend"}).status_code == 422
    assert ada.post(reverse("alert-set", args=["northwind"]), form | {"workflow": "x"}).status_code == 422
    assert ada.post(reverse("alert-set", args=["northwind"]), form).status_code == 302
    check()
    page = signed_in(northwind.tess).get(reverse("alerts", args=["northwind"])).content.decode()
    assert "90 %" in page and "crossed" in page and "Set a threshold" not in page
    threshold = Threshold.objects.get()
    told = ada.get(reverse("alert", args=["northwind", threshold.pk])).context["plot"]
    assert [row["cells"][0]["text"] for row in told.table][-1] == "90 %"
    assert signed_in(harbour.dana).get(reverse("alert", args=["harbour", threshold.pk])).status_code == 404


def test_the_database_holds_one_of_each(northwind: Company):
    threshold = watch(northwind, "error_rate", "20")
    told = {
        "workspace": northwind.workspace,
        "workflow": "posting",
        "watch": "error_rate",
        "limit": 5,
        "version": 9,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Threshold.objects.create(set_at=NOW, set_by=northwind.ada.user, **told)
    Alarm.objects.create(threshold=threshold, value=1, limit=1, counted=1, raised_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.create(threshold=threshold, value=1, limit=1, counted=1, raised_at=NOW)

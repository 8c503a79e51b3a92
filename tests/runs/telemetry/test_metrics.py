"""/metrics: nothing without a token, and numbers that Prometheus' own parser reads."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from runs.telemetry import metrics
from tests.builders import a_proposal, approve
from tests.people import Company
from tests.runs.figures.counting import a_run, count

pytestmark = pytest.mark.django_db
PLACES = ("workspace", "workflow")
TOKEN = "a-token-of-some-length"
NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)


def scraped(client: Client, token: str = TOKEN) -> dict[str, dict[tuple[str, ...], float]]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            others = sorted(value for name, value in sample.labels.items() if name not in PLACES)
            labels = (*(sample.labels[name] for name in PLACES if name in sample.labels), *others)
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_there_is_no_such_page_without_a_token_in_the_environment(client: Client, settings: LazySettings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for shown in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        assert client.get("/metrics", headers=shown).status_code == 401


def test_what_is_counted_is_told(northwind: Company, client: Client, settings: LazySettings):
    settings.METRICS_TOKEN = TOKEN
    a_run(northwind.bot, NINE, NINE + timedelta(seconds=3), tokens_in=5)
    a_run(northwind.bot, NINE, NINE + timedelta(seconds=100), state="failed")
    a_proposal(northwind.bot)
    approve(a_proposal(northwind.bot), northwind.maria)
    count(northwind.workspace)
    told = scraped(client)
    assert told["countersign_runs_total"] == {
        ("northwind", "posting", "succeeded"): 1,
        ("northwind", "posting", "failed"): 1,
    }
    assert told["countersign_proposals_waiting"] == {("northwind",): 1}
    assert told["countersign_proposals_total"] == {("northwind", "", "approved"): 1}
    assert told["countersign_cost_total"] == {("northwind", "posting", "EUR"): 0.02}
    assert told["countersign_executions"] == {("scheduled",): 1}
    took = told["countersign_run_duration_seconds_bucket"]
    assert took["northwind", "posting", "4.096"] == 1 and took["northwind", "posting", "+Inf"] == 2
    assert took["northwind", "posting", "2.048"] == 0


def test_names_that_an_agent_makes_up_do_not_become_labels(
    northwind: Company, client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
):
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(metrics, "WORKFLOWS", 2)
    for number in range(5):
        a_run(northwind.bot, NINE, NINE, workflow=f"made-up-{number}")
    count(northwind.workspace)
    began = scraped(client)["countersign_runs_began_total"]
    assert len(began) == 3 and began["northwind", "other"] == 3

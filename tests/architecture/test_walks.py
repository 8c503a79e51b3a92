"""Laws 3, 11 and 12, asked of every address there is and will be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import pytest
from django.http import HttpResponse
from django.test import Client

from approvals import actors, ids
from approvals.models import (
    Agent,
    Decision,
    LedgerEntry,
    Proposal,
    Token,
)
from approvals.waiting import saved_views
from exceptions.models import Case, Occurrence, Resolution
from runs import recorder
from runs.models import Execution, Run
from tests import memo, people
from tests.architecture.things import (
    a_batch,
    a_budget,
    a_change,
    a_channel,
    a_golden,
    a_redrive,
    a_replay,
    a_saga,
    a_sample,
    a_threshold,
    a_trial,
    an_action,
    an_audit,
    an_incident,
    an_order,
    an_override,
    token_of,
)
from tests.architecture.walk import METHODS, SAFE, Address, addresses, body_of, knock
from tests.builders import a_proposal, an_approved, now
from tests.exceptions.ruling import a_rule

pytestmark = pytest.mark.django_db
WORDS = (b"Memo for northwind", b"northwind-secret")


@dataclass
class Site:
    """One of each thing in Northwind: the names under which addresses call for them, and a form that would act."""

    known: dict[str, Any]
    form: dict[str, Any]

    def walk(self, client: Client, *methods: str, **more: Any) -> Iterator[tuple[str, Address, HttpResponse]]:
        """Every address by every method that it may tell apart. Nothing may fail on our side."""
        for address in addresses(self.known):
            for method in (one for one in told_apart(address) if not methods or one in methods):
                answer = knock(client, address, method, self.form, **more)
                assert answer.status_code < 500, (method, address.path, answer.status_code)
                yield method, address, answer


def told_apart(address: Address) -> tuple[str, ...]:
    """To a page a request is a look or an answer: of the other methods each page meets one, its neighbour another."""
    if not address.is_page:
        return METHODS
    others = [method for method in METHODS if method not in ("GET", "POST")]
    return "GET", "POST", others[crc32(address.pattern.encode()) % len(others)]


@pytest.fixture(scope="module")
def northwind(lasting: None) -> people.Company:
    memo.install()
    return people.northwind(now())


@pytest.fixture(scope="module")
def harbour(lasting: None) -> people.Company:
    return people.harbour(now())


@pytest.fixture(scope="module")
def site(northwind: people.Company) -> Site:
    return one_of_each(northwind)


def one_of_each(northwind: people.Company) -> Site:
    pending = a_proposal(northwind.bot, title="Memo for northwind", subject="northwind-secret")
    approved = an_approved(northwind.bot, northwind.maria, title="Memo for northwind, approved")
    blocked = a_proposal(northwind.bot, arguments={"amount": "northwind-secret"})
    run = recorder.start(
        agent=northwind.bot, workflow="northwind-secret", actor=actors.worker("t"), now=now()
    )
    recorder.record(run=run, moves=[recorder.Move("northwind-secret", "read", "note")], now=now())
    token_of(northwind.bot)
    trial = a_trial(northwind)
    occurrence = Occurrence.objects.select_related("case__failure_class").get(proposal=blocked)
    case, execution = occurrence.case, Execution.objects.get(proposal=approved)
    known = {
        "workspace": "northwind", "proposal": pending.public_id, "proposal_id": pending.public_id,
        "case": case.public_id, "number": occurrence.pk, "occurrence": occurrence.pk, "code": case.failure_class.code,
        "run": run.public_id, "run_id": run.public_id, "step": run.steps.get().pk,  "key": "northwind-secret",
        "execution": execution.public_id, "agent": ids.show("agent", northwind.bot.id),
        "plan": case.plan_id, "token": Token.objects.earliest("id").prefix,
        "lane": pending.lane_id, "policy": pending.policy_id, "tool": "memo.write", "team": case.owner_id,
        "member": northwind.maria.pk, "user": northwind.maria.user_id, "entry": LedgerEntry.objects.earliest("id").pk,
        "view": saved_views.keep(member=northwind.maria, name="northwind-secret", query={}, now=now()).pk,
        "order": an_order(northwind.olu, execution).public_id, "saga": (saga := a_saga(northwind.bot)).public_id,
        "saga_id": saga.public_id, "redrive": a_redrive(northwind.olu, case, execution).public_id, "act": "stop",
        "incident": an_incident(northwind.olu, case).public_id, "action": an_action(northwind.olu, case).pk,
        "replay": a_replay(northwind.maria, run).public_id,
        "batch": a_batch(northwind.ada, pending).public_id, "audit": an_audit(approved).proposal.public_id,
        "declared": trial.tool.name, "trial": trial.pk, "rule": a_rule(northwind, owner="Platform", code="x").pk,
        "prompt": "extract_expense", "budget": a_budget(northwind.ada).pk,
        "workflow": "expense-posting", "golden": a_golden(northwind.ada, approved).pk,
        "seal": 1, "version": 1, "day": "2026-11-05", "limit": (change := a_change(northwind.ada)).payload["limit"],
        "sample": a_sample(northwind.ada, approved).pk,
        "change": change.pk, "channel": a_channel(northwind).pk, "override": an_override(northwind, case).pk,
        "part": "failures", "threshold": a_threshold(northwind.ada).pk,
    }  # fmt: skip
    form = {
        "verdict": "reject", "reason_code": "other", "reason": "other", "note": "x", "text": "x", "title": "x",
        "seen_digest": pending.digest, "digest": pending.digest, "occurrence": occurrence.pk, "upto": occurrence.pk,
        "stage": "full", "seen": "assisted", "days": 30, "version": 1,
    }  # fmt: skip
    return Site(known, form)


def standing() -> dict[str, Any]:
    """Everything that a decision, a settlement or a write would change."""
    return {
        "proposals": sorted(Proposal.objects.values_list("id", "state", "round", "digest")),
        "executions": sorted(Execution.objects.values_list("id", "state", "due_at")),
        "cases": sorted(Case.objects.values_list("id", "state", "owner_id", "open_count")),
        "runs": sorted(Run.objects.values_list("id", "state")),
        "counts": [model.objects.count() for model in (Decision, Resolution, LedgerEntry, Occurrence)],
    }


def signed_in(member: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


def bearing(agent: Agent) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token_of(agent)}"}}


def names_nothing(answer: HttpResponse) -> bool:
    return not any(word in body_of(answer) for word in WORDS)


def test_the_same_walk_by_a_reviewer_decides(site, northwind):
    """Otherwise the walks below would prove nothing."""
    before = Decision.objects.count()
    for _ in site.walk(signed_in(northwind.ken)):
        pass
    assert Decision.objects.count() > before


def test_no_address_lets_an_agents_token_decide_anything(site, northwind):
    """Its own proposals and runs included. What it may do to them, taking back, trying and ending, is no decision."""
    client, token = Client(raise_request_exception=False), bearing(northwind.bot)
    before = standing()
    for _ in site.walk(client, *SAFE, "PUT", "DELETE", **token):
        pass
    assert standing() == before
    for address in addresses(site.known):
        if not address.path.endswith(("/withdrawal", "/rehearsal")):
            assert knock(client, address, "POST", site.form, **token).status_code < 500
    assert standing() == before
    for _ in site.walk(client, **token):
        pass
    after = standing()
    assert Decision.objects.count() == before["counts"][0] and Resolution.objects.count() == 0
    assert {state for _, state, _, _ in after["proposals"]} == {"withdrawn", "approved", "blocked"}
    assert after["executions"] == before["executions"] and after["cases"] == before["cases"]


def test_pages_do_not_know_an_agents_token(site, northwind):
    for _, address, answer in site.walk(Client(), **bearing(northwind.bot)):
        if address.is_page:
            assert answer.status_code in {302, 403, 404, 405}, (address.path, answer.status_code)
            assert names_nothing(answer), address.path


def test_the_api_does_not_know_a_session(site, northwind):
    client, before = signed_in(northwind.ada), standing()
    for address in addresses(site.known):
        for method in METHODS if address.is_api else ():
            answer = knock(client, address, method, site.form)
            assert answer.status_code in {401, 404, 405} or address.path.endswith("openapi.json"), (
                address.path
            )
    assert standing() == before


def test_a_stranger_reaches_nothing_by_any_address(site, harbour):
    before = standing()
    for method, address, answer in site.walk(signed_in(harbour.dana)):
        assert names_nothing(answer), (method, address.path)
        if address.is_page:
            assert answer.status_code in {403, 404, 405}, (method, address.path, answer.status_code)
    assert standing() == before


def test_a_stranger_reaches_nothing_under_the_name_of_their_own_workspace(site, harbour):
    """The address of one's own house with another's ids in it."""
    mine = Site(site.known | {"workspace": "harbour"}, site.form)
    before = standing()
    for method, address, answer in mine.walk(signed_in(harbour.dana)):
        assert names_nothing(answer), (method, address.path)
    after = standing()
    assert {name: after[name] for name in before if name != "counts"} == {
        name: before[name] for name in before if name != "counts"
    }


def test_a_strange_agent_reaches_nothing_by_any_address(site, harbour):
    client = Client(raise_request_exception=False)
    token = bearing(harbour.bot)
    before = standing()
    for method, address, answer in site.walk(client, **token):
        assert names_nothing(answer), (method, address.path)
    assert standing() == before


def test_an_auditor_changes_nothing_by_any_address(site, northwind):
    before = standing()
    for _ in site.walk(signed_in(northwind.tess)):
        pass
    assert standing() == before


def test_reading_changes_nothing(site, northwind):
    before = standing()
    for _ in site.walk(signed_in(northwind.ada), *SAFE):
        pass
    assert standing() == before

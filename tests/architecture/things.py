"""One of each thing a walk may come by, its words those that nobody else may read."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from approvals import actors, agents, limits
from approvals.four_eyes import changes, of_limits
from approvals.models import (
    Agent,
    Batch,
    Change,
    LaneAudit,
    Limit,
    Membership,
    Proposal,
    SampleItem,
    SampleWeek,
    Trial,
)
from exceptions.models import Case, Channel, Incident, NextAction, Override
from runs import sagas
from runs.asking import budgets
from runs.models import (
    Execution,
    GoldenCase,
    ModelBudget,
    Redrive,
    ReversalOrder,
    Run,
    RunReplay,
    Saga,
    Threshold,
)  # fmt: skip
from tests.builders import a_draft, now
from tests.declaring import ARGUMENTS, TICKETS, declare
from tests.people import Company


def a_batch(member: Membership, *members: Proposal) -> Batch:
    """Opened by the member, not answered yet."""
    batch = Batch.objects.create(
        workspace=member.workspace, reviewer=member.user, cohort=members[0].cohort, created_at=now()
    )
    for position, row in enumerate(members, start=1):
        batch.items.create(proposal=row, position=position, digest=row.digest)
    return batch


def an_order(member: Membership, execution: Execution) -> ReversalOrder:
    """To undo one write, not asked yet."""
    order = ReversalOrder.objects.create(
        workspace=member.workspace,
        key="k",
        made_by=member.user,
        reason="northwind-secret",
        scope={},
        created_at=now(),
    )
    order.lines.create(position=1, execution=execution)
    return order


def a_sample(member: Membership, proposal: Proposal) -> SampleItem:
    """All that was drawn of a week, and waits for a judge."""
    week = SampleWeek.objects.create(
        workspace=member.workspace, monday=now().date(), seed="s", severity="normal", plan_n=13, plan_accept=0,
        frames={"uniform": {"size": 0, "drawn": 0}, "people": {"size": 1, "drawn": 1}}, drawn_at=now(),
        due_at=now() + timedelta(days=14),
    )  # fmt: skip
    return week.items.create(
        position=1,
        proposal=proposal,
        digest=proposal.digest,
        strata=["people"],
        through=["people"],
        probability=1.0,
    )


def a_redrive(member: Membership, case: Case, execution: Execution) -> Redrive:
    """Of one write, its first on its way."""
    redrive = Redrive.objects.create(
        workspace=member.workspace, case=case, made_by=member.user, confirmed_by=member.user, reason="northwind-secret",
        state="canary", created_at=now(), confirmed_at=now(),
    )  # fmt: skip
    redrive.lines.create(position=1, execution=execution, foreseen="run")
    return redrive


def an_action(member: Membership, case: Case) -> NextAction:
    """Decided, and not done yet."""
    return NextAction.objects.create(
        workspace=member.workspace, week=now().date(), text="northwind-secret", owner=case.owner, due_on=now().date(),
        made_by=member.user, created_at=now(),
    )  # fmt: skip


def an_incident(member: Membership, case: Case) -> Incident:
    """Declared, of one case."""
    incident = Incident.objects.create(
        workspace=member.workspace, title="northwind-secret", lead=member.user, declared_at=now()
    )
    incident.cases.add(case)
    return incident


def a_saga(agent: Agent) -> Saga:
    """Two steps that cannot be done, and lie in a case."""
    drafts = [a_draft(arguments={"amount": "northwind-secret"}) for _ in range(2)]
    return sagas.begin(
        agent=agent, key="northwind-secret", fingerprint="", title="northwind-secret", drafts=drafts,
        actor=actors.worker("t"), now=now(),
    )  # fmt: skip


def a_trial(company: Company) -> Trial:
    """A declared tool in its second version, and a dry run of it that a worker has finished."""
    definition = TICKETS | {"base": "http://tickets.internal", "patience": 1}
    declare(company, definition, title="northwind-secret")
    row = declare(company, definition | {"patience": 2}, title="northwind-secret", seen=1)
    return Trial.objects.create(
        tool=row, arguments=ARGUMENTS, asked_by=company.ada.user, asked_at=now(), finished_at=now(), state="done",
        ending="refused", failure_class="integration.unreachable", message="northwind-secret cannot be reached",
        request="POST http://tickets.internal/northwind-secret", secrets={"TICKETS_TOKEN": True}, took_ms=1234,
        answer={"before": {"subject": "northwind-secret"}}, notes=["Nothing was sent"],
    )  # fmt: skip


def a_limit(member: Membership) -> Limit:
    """On the whole workspace, far from being reached."""
    terms = limits.Terms("workspace", "writes", "day", Decimal(1000), burst=1000)
    actor = actors.worker("test")
    return limits.set_limit(
        workspace=member.workspace, terms=terms, by=member.user_id, actor=actor, now=now()
    )


def a_budget(member: Membership) -> ModelBudget:
    """For models, far from being reached."""
    return budgets.set_budget(
        workspace=member.workspace, per="month", measure="tokens", amount=Decimal(10**9), by=member.user_id,
        actor=actors.worker("test"), now=now(),
    )  # fmt: skip


def a_golden(member: Membership, proposal: Proposal) -> GoldenCase:
    """Kept, and not tried yet."""
    return GoldenCase.objects.create(
        workspace=member.workspace, workflow="expense-posting", proposal=proposal.id, source="kept",
        input={"id": "northwind-secret", "text": "northwind-secret"}, expected={}, kept_at=now(), kept_by=member.user,
    )  # fmt: skip


def a_channel(company: Company) -> Channel:
    """A room that nothing reaches."""
    return Channel.objects.create(
        workspace=company.workspace, name="northwind-secret", kind="chat", secret="NORTHWIND_SECRET", failed_at=now(),
        created_at=now(),
    )  # fmt: skip


def an_override(company: Company, case: Case) -> Override:
    """Olu is on duty for the team that owns the case, for a day."""
    return Override.objects.create(
        team=case.owner, user=company.olu.user, starts_at=now(), ends_at=now() + timedelta(days=1),
        made_by=company.ada.user, created_at=now(),
    )  # fmt: skip


def a_threshold(member: Membership) -> Threshold:
    """On a workflow that nobody else may hear of."""
    return Threshold.objects.create(
        workspace=member.workspace, workflow="northwind-secret", watch="silence", limit=24, set_at=now(),
        set_by=member.user,
    )  # fmt: skip


def a_change(member: Membership) -> Change:
    """A limit that shall go, as soon as another admin agrees."""
    draft = of_limits.retiring(a_limit(member))
    assert draft is not None
    return changes.propose(
        workspace=member.workspace, draft=draft, by=member.user_id, actor=actors.worker("test"), now=now()
    )


def a_replay(member: Membership, run: Run) -> RunReplay:
    """Done, of one input that is read differently by now."""
    replay = RunReplay.objects.create(
        workspace=member.workspace, run=run, asked_by=member.user, asked_at=now(), state="done", done_at=now(),
        inputs=1,
    )  # fmt: skip
    changes = [{"step": "extract", "field": "total.value", "then": "northwind-secret", "now": "2"}]
    replay.lines.create(position=1, item="northwind-secret", outcome="differs", changes=changes)
    return replay


def an_audit(approved: Proposal) -> LaneAudit:
    """As if it had passed by itself, and were to be looked at again."""
    return LaneAudit.objects.create(
        proposal=approved, workspace_id=approved.workspace_id, lane_id=approved.lane_id, probability=0.2,
        drawn_at=now(),
        due_at=now() + timedelta(days=7),
    )  # fmt: skip


def token_of(agent: Agent) -> str:
    return agents.issue_token(agent=agent, actor=actors.worker("test"), now=timezone.now())

"""What people have arranged among themselves in the sample workspaces, so that there is something to see at once.

Alike receipts that can be answered together, views kept, an item given, one set aside, a colleague who is away next
week, hours of one's own, and a first signature. All of it through the doors that people use.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from approvals import actors, decisions, hours, policies
from approvals.actors import Actor
from approvals.administering.policy_forms import as_typed
from approvals.four_eyes import changes, of_policies
from approvals.models import Membership, Proposal
from approvals.routing import asides, assignments, covers, own_hours
from approvals.waiting import saved_views
from runs.demo import history
from runs.demo.company import Company, standing_order
from runs.models import Run
from runs.replaying import asking
from runs.workflows.expense import posting, walk

NOTE = "You know this vendor better than I do. Is the account right?"


def begin(company: Company, *, now: datetime) -> None:
    """Let the people of this workspace begin their day."""
    _AT_WORK[company.workspace.slug](company, now)


def _at_northwind(company: Company, now: datetime) -> None:
    maria, ken = company.people["maria"], company.people["ken"]
    walk.walk(agent=company.agent, inputs=standing_order(), period=history.PERIOD)
    history.work()
    saved_views.keep(member=maria, name="Above 500", query={"order": "money", "least": "500"}, now=now)
    saved_views.keep(member=maria, name="Due within 3 days", query={"due": "3d"}, now=now)
    _own_hours(maria, time(8, 30), time(17), now)
    _own_hours(ken, time(10), time(18, 30), now)
    doubtful = _of_one_signature(company, "confidence")
    assignments.assign(
        proposal=doubtful[0], member=ken, to=[maria], label=str(maria.user.first_name), note=NOTE,
        actor=_person(ken), now=now,
    )  # fmt: skip
    _set_aside(doubtful[1], maria, now)
    _away_next_week(ken, maria, now)
    _read_again(company, maria, now)


def _at_harbour(company: Company, now: datetime) -> None:
    dana, ken = company.people["dana"], company.people["ken"]
    saved_views.keep(member=dana, name="Needs two", query={"view": "all", "two": "1"}, now=now)
    first = _waiting(company).filter(quorum=2, decisions__isnull=True).order_by("stake", "id")[0]
    decisions.decide(
        proposal_id=first.pk, member=ken, verdict="approve", seen_digest=first.digest, actor=_person(ken), now=now
    )  # fmt: skip
    _looser_policy(company, company.people["ivo"], now)


def _looser_policy(company: Company, ivo: Membership, now: datetime) -> None:
    """Two sign from a higher amount on, if the other admin agrees."""
    policy = policies.newest(workspace=company.workspace, tool=posting.TOOL)
    if policy is None:
        return
    kept = {name: getattr(policy, name) for name in as_typed(policy) if name != "seen"}
    draft = of_policies.widening(
        policy=policy, terms=kept | {"second_above": Decimal(4000)}, seen=policy.version
    )
    if draft is not None:
        changes.propose(workspace=company.workspace, draft=draft, by=ivo.user_id, actor=_person(ivo), now=now)


_AT_WORK: dict[str, Callable[[Company, datetime], None]] = {
    "northwind": _at_northwind,
    "harbour": _at_harbour,
}


def _read_again(company: Company, member: Membership, now: datetime) -> None:
    """What the rules of today make of the last run before today's, which a model had read."""
    runs = Run.objects.filter(workspace=company.workspace, agent=company.agent, state="succeeded")
    earlier = runs.exclude(period=history.PERIOD).order_by("-started_at", "-id").first()
    if earlier is not None and asking.possible(earlier):
        asking.ask(run=earlier, member=member, actor=_person(member), now=now)


def _set_aside(proposal: Proposal, member: Membership, now: datetime) -> None:
    """Until the next working morning, or as late as is safe where that is too late for it."""
    offered = {choice.code: choice for choice in asides.choices(proposal, member, now)}
    until = (offered.get("morning") or offered["latest"]).at
    asides.set_aside(proposal=proposal, member=member, until=until, actor=_person(member), now=now)


def _away_next_week(member: Membership, stand_in: Membership, now: datetime) -> None:
    """From Monday to the end of Sunday, on the clocks of the workspace."""
    here = hours.of_workspace(member.workspace).local(now)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight + timedelta(days=8 - here.isoweekday())
    covers.arrange(
        member=member, stand_in=stand_in, starts_at=monday, ends_at=monday + timedelta(days=7),
        actor=_person(member), now=now,
    )  # fmt: skip


def _own_hours(member: Membership, start: time, end: time, now: datetime) -> None:
    wanted = replace(hours.of_workspace(member.workspace), start=start, end=end)
    own_hours.set_own(member=member, wanted=wanted, now=now)


def _of_one_signature(company: Company, gate: str) -> list[Proposal]:
    """What waits because of this gate and may be answered by one person, oldest first."""
    asks = [{"gate": gate, "ruling": "ask"}]
    return list(_waiting(company).filter(quorum=1, rulings__contains=asks).order_by("id"))


def _waiting(company: Company) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(workspace=company.workspace, state="pending", observed_at__isnull=False)
    return rows.filter(drill=False).select_related("policy", "workspace")


def _person(member: Membership) -> Actor:
    return actors.person(member.user_id, "demo")

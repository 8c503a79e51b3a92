"""Stopping what an incident touches, by the same functions as everywhere else."""

from datetime import datetime
from uuid import UUID

from approvals import switches
from approvals.actors import Actor
from approvals.lanes import lowering, moving
from approvals.models import Agent, Lane, Membership
from approvals.models.lane import Stage
from approvals.models.stay import Cause
from approvals.models.workspace import Role
from runs import breakers

HANDS = {
    "agent": (Role.ADMIN,), "tool": (Role.ADMIN,), "lane": (Role.ADMIN,), "breaker": (Role.ADMIN, Role.OPS_OWNER)
}  # fmt: skip


def may(member: Membership, what: str) -> bool:
    """Whether the member may stop that kind of thing."""
    return member.may(*HANDS.get(what, ())) if what in HANDS else False


def stop(*, member: Membership, what: str, key: str, actor: Actor, now: datetime) -> bool:
    """Stop it, where the caller knows that it is the workspace's. False: it stood still already."""
    house = member.workspace
    try:
        match what:
            case "agent":
                agent = Agent.objects.get(pk=UUID(key), workspace=house)
                switches.pull(of=agent, by=member.user_id, actor=actor, now=now)
            case "tool":
                switches.pull(of=switches.OfTool(house, key), by=member.user_id, actor=actor, now=now)
            case "breaker":
                breakers.open_by_hand(
                    workspace=house, tool=key, by=member.user.get_username(), actor=actor, now=now
                )
            case "lane":
                lane = Lane.objects.select_related("agent").get(pk=int(key), workspace=house)
                lowering.lower(
                    lane=lane, to=Stage.PAUSED, reason="An incident touches it", by=member.user_id, actor=actor,
                    now=now, cause=Cause.INCIDENT,
                )  # fmt: skip
    except (
        switches.AlreadyPulled,
        breakers.AlreadyOpen,
        moving.SameStage,
        moving.StaleLane,
        lowering.NotDown,
    ):
        return False
    return True

"""Kinds of change that may wait, of this floor: what stands in its place now, and the write that carries it out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from approvals import agents, declared, kinds, limits, people, policies, sources
from approvals.actors import Actor
from approvals.four_eyes import of_agents, of_lanes, of_limits, of_people, of_policies, of_tools, rule
from approvals.lanes import lowering, moving, promising, raising
from approvals.models import Workspace

# What the writes say when they find something else than was proposed against.
REFUSALS = (
    agents.SameAgent, declared.NameTaken, declared.StaleTool, declared.SameTool, kinds.NotADefinition,
    limits.SameLimit, limits.AlreadyRetired, people.UnknownPerson, people.AlreadyMember, people.SameRoles,
    people.LastAdmin, policies.StalePolicy, moving.StaleLane, moving.SameStage, raising.NotEarned, raising.NotNext,
    lowering.NoReason, promising.OutOfBounds, promising.SamePromise, promising.ChangedMeanwhile,
    rule.SameRule, sources.NotJson,
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    standing: Callable[[Workspace, dict[str, Any]], Any]
    carry_out: Callable[[Workspace, dict[str, Any], int, Actor, datetime], None]
    refusals: tuple[type[Exception], ...] = REFUSALS


KINDS = {
    of_policies.POLICY: Kind(of_policies.policy_standing, of_policies.set_policy),
    of_lanes.LANE: Kind(of_lanes.standing, of_lanes.raise_lane),
    of_lanes.LIMIT: Kind(of_lanes.limit_standing, of_lanes.loosen),
    of_agents.AGENT: Kind(of_agents.standing, of_agents.change_agent),
    of_agents.TOKEN: Kind(of_agents.standing, of_agents.admit_token),
    of_tools.KIND: Kind(of_tools.standing, of_tools.declare),
    of_limits.LIMIT: Kind(of_limits.standing, of_limits.set_limit),
    of_limits.RETIRED: Kind(of_limits.standing_of, of_limits.retire),
    of_people.ROLES: Kind(of_people.standing, of_people.change_roles),
    of_people.MEMBER: Kind(of_people.nobody, of_people.add_member),
    rule.KIND: Kind(rule.standing, rule.carry_out),
}

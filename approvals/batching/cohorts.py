"""Cohorts: proposals that put the same kind of question in the same way, and so may be answered together."""

from collections.abc import Iterable
from typing import Any

from approvals import canonical, gates, tools
from approvals.models import Proposal
from approvals.models.proposal import State

ALONE = ""
LOUD = {"duplicate", "injection", "safety rails"}  # gates whose question is about this one and no other
RISKY = "high"


def cohort_of(proposal: Proposal) -> str:
    """A digest that is equal for proposals alike: agent, workflow, tool, risk, template, what changes, what asks.

    `ALONE` where a proposal may only be answered by itself. A drill has the cohort of its kind, so that its page offers
    what the pages of its like offer; it is never in a batch.
    """
    if not _is_plain(proposal) or proposal.state != State.PENDING or proposal.observed_at is None:
        return ALONE
    template = proposal.arguments.get("template")
    return canonical.digest(
        [
            proposal.agent_id.hex,
            proposal.workflow,
            *([proposal.reversal_order.hex] if proposal.reversal_order else []),
            proposal.tool,
            proposal.tool_version,
            proposal.risk,
            template if isinstance(template, str) else "",
            sorted(name for name, value in proposal.arguments.items() if value is not None),
            moved(proposal),
            sorted(asking(proposal.rulings)),
        ]
    )


def may_join(proposal: Proposal) -> bool:
    """Whether it may be answered together with others at all. What was asked again or edited never may: those who put
    a question again empty its cohort. Shadow is compared with careful answers, so it is answered by itself too.
    """
    return not proposal.drill and _is_plain(proposal)


def _is_plain(proposal: Proposal) -> bool:
    alone = (
        proposal.reverses is not None and proposal.reversal_order is None
    )  # undone by a person, one by one
    special = proposal.shadow or alone or proposal.amends_id is not None or proposal.saga is not None
    plain = proposal.round == 1 and proposal.quorum == 1 and proposal.risk != RISKY
    unread = bool((proposal.observation or {}).get("error"))
    return (
        plain
        and not special
        and not unread
        and not LOUD & asking(proposal.rulings)
        and _has_way_back(proposal)
    )


def belongs(proposal: Proposal, cohort: str) -> bool:
    """Whether it is a member of that cohort still. To be asked under lock by whoever answers."""
    return cohort != ALONE and proposal.cohort == cohort and may_join(proposal)


def asking(rulings: Iterable[dict[str, Any]]) -> set[str]:
    """The gates that want a person."""
    return {ruling["gate"] for ruling in rulings if ruling["ruling"] != gates.ALLOW}


def moved(proposal: Proposal) -> list[str]:
    """What would change in the target and what it lacks, as far as it was read."""
    before = (proposal.observation or {}).get("before") or {}
    found = []
    for name, value in before.items():
        if value is None:
            found.append(f"no {name}")
        elif isinstance(value, dict):
            found += [name] if {"before", "after"} <= value.keys() else []
        elif name in proposal.arguments and value != proposal.arguments[name]:
            found.append(name)
    return sorted(found)


def _has_way_back(proposal: Proposal) -> bool:
    try:
        return tools.get(proposal.tool, proposal.tool_version).reversibility != "none"
    except tools.UnknownTool:
        return False

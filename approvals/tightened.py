"""What the policy of now says to what was signed under the policy of then: gates that ask nothing but the policy.

Confidence and who signs are weighed where they are counted; here is what no signature makes good.
"""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from approvals import arguments as reading
from approvals import gates, gathering, tools
from approvals.circumstances import Circumstances, Terms
from approvals.models import Policy, Proposal


def rulings(proposal: Proposal, policy: Policy, now: datetime) -> list[gates.Ruling]:
    """The amount against its limits and, where they stop it now, protected names and bounds of dates."""
    terms = gathering.terms(policy)
    found = [gates.amount_ruling(terms, proposal.amount, proposal.currency)]
    try:
        tool = tools.get(proposal.tool, proposal.tool_version)
    except tools.UnknownTool:
        return found
    clock = ZoneInfo(proposal.workspace.timezone)
    came, signed = (at.astimezone(clock).date() for at in (proposal.created_at, proposal.settled_at or now))
    seen = _seen(proposal, tool, terms, came)
    # No policy is stricter because days have passed: a date is out of bounds that was so on every day since it came.
    in_bounds = any(gates.bounds(replace(seen, today=day)).ruling != gates.BLOCK for day in (came, signed))
    stops = [gates.safety_rails(seen), *([] if in_bounds else [gates.bounds(seen)])]
    return found + [ruling for ruling in stops if ruling.ruling == gates.BLOCK]


def _seen(proposal: Proposal, tool: tools.Tool, terms: Terms, today: date) -> Circumstances:
    read = reading.read(tool, proposal.arguments)
    return Circumstances(
        tool=tool.name, risk=tool.risk, reversibility=tool.reversibility, customer_facing=tool.customer_facing,
        grounded={}, arguments=read.normal, errors=read.errors, dates=reading.dates(tool, read.value), amount=None,
        currency="", confidence=None, evidence=(), terms=terms, today=today, agent_tools=(),
        protected_texts=gathering.touched(proposal.subject, read),
    )  # fmt: skip

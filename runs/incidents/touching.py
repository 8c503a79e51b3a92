"""What an incident touches: the agents, tools and lanes behind its cases, how many writes and how much money."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from approvals import switches, wording
from approvals.models import Agent, Lane
from approvals.models.lane import Stage
from exceptions import money
from exceptions.models import Case, Incident, Occurrence
from runs.models import Breaker
from runs.models.breaker import BreakerState

LATEST = 2_000  # failures that are looked at


@dataclass(frozen=True)
class Stop:
    """Something that can be stopped from the page: ``what`` and ``key`` name it, ``stopped`` says that it is."""

    what: str
    key: str
    name: str
    word: str
    stopped: bool


@dataclass(frozen=True)
class Touched:
    """In how many failures, of how many proposals, with how much money behind those that are open."""

    failures: int
    writes: int
    doubtful: int
    money: list[tuple[Decimal, str]]
    agents: list[str]
    stops: list[Stop]


def of(incident: Incident, found: Sequence[Case]) -> Touched:
    """By the latest failures of its cases; a fixed number of queries."""
    rows = Occurrence.objects.filter(case__in=found).order_by("-id")[:LATEST]
    told = list(
        rows.values_list("proposal__agent", "proposal__tool", "proposal__lane", "proposal", "written")
    )
    agents = Counter(agent for agent, *_ in told if agent is not None)
    tools = Counter(tool for _, tool, *_ in told if tool)
    lanes = Counter(lane for _, _, lane, *_ in told if lane is not None)
    named = {row.pk: row for row in Agent.objects.filter(pk__in=agents)}
    sums: Counter[str] = Counter()
    for case in found:
        for amount, currency in money.of(case):
            sums[currency] += amount  # type: ignore[assignment]
    return Touched(
        failures=sum(case.total_count for case in found),
        writes=len({proposal for *_, proposal, _ in told if proposal is not None}),
        doubtful=sum(written == "unknown" for *_, written in told),
        money=money.largest_first({currency: str(amount) for currency, amount in sums.items()}),
        agents=sorted(row.name for row in named.values()),
        stops=[
            *_agents(named),
            *_tools(incident.workspace_id, list(tools)),
            *_lanes(list(lanes)),
        ],
    )


def _agents(named: dict[UUID, Agent]) -> list[Stop]:
    rows = sorted(named.values(), key=lambda row: row.name)
    return [Stop("agent", row.pk.hex, row.name, "Stop the agent", row.paused_at is not None) for row in rows]


def _tools(workspace_id: int, names: Sequence[str]) -> list[Stop]:
    pulled = {one.key for one in switches.pulled_in(workspace_id) if one.what == "tool"}
    cut = Breaker.objects.filter(workspace_id=workspace_id, tool__in=names).exclude(state=BreakerState.CLOSED)
    open_ones = set(cut.values_list("tool", flat=True))
    return [
        stop
        for name in sorted(names)
        for stop in (
            Stop("breaker", name, wording.tool_title(name), "Cut it off", name in open_ones),
            Stop("tool", name, wording.tool_title(name), "Stop the tool", name in pulled),
        )
    ]


def _lanes(numbers: Sequence[int]) -> list[Stop]:
    rows = Lane.objects.filter(pk__in=numbers).select_related("agent").order_by("agent__name", "tool", "risk")
    return [
        Stop(
            "lane", str(row.pk), f"{row.agent.name}, {wording.tool_title(row.tool)}, {row.risk} risk", "Pause the lane",
            row.stage in (Stage.PAUSED, Stage.SHADOW),
        )
        for row in rows
    ]  # fmt: skip

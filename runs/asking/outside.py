"""Agents outside that read by another prompt or model and keep their version: their lanes begin again, and somebody
owns why.

Followed behind the record, a stretch at a time: whoever tells a step waits for nothing. Two that are tried side by side
count as one program from then on. One that was away for longer than a week while another was told comes back as a
stranger: what the lanes know by then was found about the other, and what was found about itself counted only until the
other came.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from approvals import ids, ledger, locks
from approvals.actors import Actor
from approvals.lanes import ladder, lowering
from approvals.models import Agent, Lane
from exceptions import cases
from runs.models import PromptTold, StepMark

CODE = "lane.demoted"
AGAIN, STRETCH = (
    timedelta(minutes=10),
    timedelta(hours=1),
)  # told late by a slow transaction; at most so much at once

AT_ONCE = 500
AWAY = timedelta(days=8)  # who takes turns within a week is in use all along
NOTED = timedelta(days=1)  # how exactly it is known when one was told last

# The model is told of apart from the prompt: not every agent tells of both.
_TOLD = """
INSERT INTO runs_prompttold AS known (agent_id, agent_version, prompt, digest, model, seen_at)
SELECT DISTINCT r.agent_id, r.agent_version, s.prompt, told.digest, told.model, %(now)s::timestamptz
FROM runs_step s JOIN runs_run r ON r.id = s.run_id
JOIN approvals_agent a ON a.id = r.agent_id AND a.version = r.agent_version AND NOT a.name = ANY (%(ours)s)
CROSS JOIN LATERAL (
    SELECT s.prompt_digest, '' WHERE s.prompt <> '' AND s.prompt_digest <> ''
    UNION ALL SELECT '', s.model WHERE s.model <> ''
) AS told (digest, model)
WHERE s.id > %(since)s AND s.id <= %(upto)s
ON CONFLICT (agent_id, agent_version, prompt, digest, model) DO UPDATE SET seen_at = excluded.seen_at,
    counts_from_at = CASE WHEN known.seen_at > %(away)s OR NOT EXISTS (
        SELECT FROM runs_prompttold AS other
        WHERE other.agent_id = known.agent_id AND other.agent_version = known.agent_version
            AND other.prompt = known.prompt AND (other.digest = '') = (known.digest = '')
            AND other.seen_at > known.seen_at AND other.counts_from_at IS NOT NULL
    ) THEN known.counts_from_at END
WHERE known.seen_at < %(noted)s
"""


def look(*, ours: list[str], actor: Actor, now: datetime) -> int:
    """Go on from where the last look ended; agents named in ``ours`` say by their version what reads. Returns how many
    agents began again.
    """
    with transaction.atomic():
        StepMark.objects.get_or_create(pk=1)
        mark = locks.take(StepMark.objects).get(pk=1)
        since = max(mark.upto, _at(now - timedelta(days=1)))
        began = datetime.fromtimestamp((since.int >> 80) / 1000, now.tzinfo)
        upto = _at(min(now, began + STRETCH))
        told: dict[str, Any] = {
            "now": now, "ours": ours, "since": _at(began - AGAIN), "upto": upto, "away": now - AWAY,
            "noted": now - NOTED,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_TOLD, told)
        StepMark.objects.filter(pk=1).update(upto=max(upto, since))
        waiting = PromptTold.objects.filter(counts_from_at__isnull=True).select_related("agent__workspace")
        new = list(waiting.order_by("pk")[:AT_ONCE])
        others = _others(new)
        PromptTold.objects.filter(pk__in=[row.pk for row in new]).update(counts_from_at=now)
        return sum(_begin_again(row, actor, now) for row in others)


def _others(new: list[PromptTold]) -> list[PromptTold]:
    """Those that are not the first of their name, of agents that still have that version: one for each agent."""
    found: dict[UUID, PromptTold] = {}
    for row in new:
        if (
            row.agent_version == row.agent.version
            and told_before(row.agent, row.prompt, bool(row.model)).exists()
        ):
            found.setdefault(row.agent_id, row)
    return list(found.values())


def told_before(agent: Agent, prompt: str, of_models: bool) -> QuerySet[PromptTold]:
    """What counts as the agent's version by now: digests of this prompt, or the models it was asked of."""
    counting = PromptTold.objects.filter(
        agent=agent, agent_version=agent.version, counts_from_at__isnull=False
    )
    return (
        counting.filter(prompt=prompt, digest="") if of_models else counting.filter(prompt=prompt, model="")
    )


def _begin_again(row: PromptTold, actor: Actor, now: datetime) -> bool:
    agent = Agent.objects.select_related("workspace").get(pk=row.agent_id)
    stages = Lane.objects.filter(agent=agent).values_list("stage", flat=True)
    above = any(ladder.trust(stage) > ladder.trust(agent.workspace.new_versions) for stage in stages)
    lowering.begin_again(agent=agent, actor=actor, now=now)
    kind = "model" if row.model else "prompt"
    told = {"agent": agent.id.hex, "prompt": ledger.code_of(row.prompt), "digest": ledger.code_of(row.digest)}
    told |= {"model": ledger.code_of(row.model)} if row.model else {}
    ledger.append(workspace_id=agent.workspace_id, kind=f"agent.other_{kind}", actor=actor, at=now, data=told)
    if above:
        name = row.model or row.prompt
        cases.open_case(
            workspace=agent.workspace, code=CODE, operation=f"{agent.name} {name}"[:80], actor=actor, now=now,
            message=f"{agent.name} reads by another {kind} ({name}) and has kept its version",
            facts={"subject": agent.name} | told,
        )  # fmt: skip
    return above


def _at(moment: datetime) -> UUID:
    """The first id of a moment."""
    return UUID(int=ids.born(int(moment.timestamp() * 1000)).int >> 80 << 80)

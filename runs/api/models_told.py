"""The model an agent outside names with a proposal: a part of its version. One that the version was not seen with, or
not for more than a week in which it read by another, has earned nothing that counts: a person is asked, and a worker
lets the lanes begin again (`runs.asking.outside`).
"""

from datetime import datetime

from approvals import canonical
from approvals.models import Agent
from runs.asking import outside
from runs.models import PromptTold
from runs.workflows.catalogue import WORKFLOWS

LONGEST, LENGTH = 31, 8  # of a version and of a digest, together as long as a version may be


def read_by(*, agent: Agent, model: str, now: datetime) -> str:
    """Under which version a proposal of this model counts; empty for the agent's own. Agents of workflows that ship say
    by their version what reads. In the caller's transaction.
    """
    if not model or agent.name in WORKFLOWS:
        return ""
    known = outside.told_before(agent, "", of_models=True)
    if _counts(known.filter(model=model).first(), agent, now):
        return ""
    first = not known.exists()
    PromptTold.objects.get_or_create(
        agent=agent, agent_version=agent.version, prompt="", digest="", model=model,
        defaults={"seen_at": now, "counts_from_at": now if first else None},
    )  # fmt: skip
    return "" if first else f"{agent.version[:LONGEST]}+{canonical.text_digest(model)[:LENGTH]}"


def _counts(row: PromptTold | None, agent: Agent, now: datetime) -> bool:
    """Whether what was earned was earned with it. Notes that it is told of; one that comes back from far counts no more
    until the lanes have begun again.
    """
    if row is None:
        return False
    if row.seen_at > now - outside.NOTED:
        return True
    others = outside.told_before(agent, "", of_models=True).filter(seen_at__gt=row.seen_at)
    back = row.seen_at <= now - outside.AWAY and others.exists()
    counting = None if back else row.counts_from_at
    PromptTold.objects.filter(pk=row.pk).update(seen_at=now, counts_from_at=counting)
    return not back

"""The model an agent outside names with a proposal: a part of its version. One that the version was not seen with has
earned nothing yet: a person is asked, and a worker lets the lanes begin again (`runs.asking.outside`).
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
    if known.filter(model=model).exists():
        return ""
    first = not known.exists()
    PromptTold.objects.get_or_create(
        agent=agent, agent_version=agent.version, prompt="", digest="", model=model,
        defaults={"seen_at": now, "counts_from_at": now if first else None},
    )  # fmt: skip
    return "" if first else f"{agent.version[:LONGEST]}+{canonical.text_digest(model)[:LENGTH]}"

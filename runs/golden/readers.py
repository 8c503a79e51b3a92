"""Who reads: prompts with their shares, the model and the version of the code, as one digest."""

from typing import Any

from django.conf import settings

from approvals import canonical
from approvals.models import Workspace
from runs.asking import versions
from runs.golden.sets import Kind
from runs.llm import prompts
from runs.models import ExampleSet
from runs.workflows import catalogue


def now_reading(workspace: Workspace, workflow: str, kind: Kind) -> dict[str, Any]:
    """Without a model the prompts do not matter, and the team's examples do."""
    told: dict[str, Any] = {"code": catalogue.get(workflow).version, "model": ""}
    if not settings.OPENAI_API_KEY:
        used = ExampleSet.objects.filter(workspace=workspace, workflow=workflow, retired_at__isnull=True)
        return told | {"examples": used.values_list("digest", flat=True).first() or ""}
    told["model"] = settings.OPENAI_MODEL
    told["prompts"] = {name: _mix(workspace, name) for name in kind.prompts}
    return told


def _mix(workspace: Workspace, name: str) -> dict[str, Any]:
    shared = versions.shares(versions.in_force(workspace.pk, name), name)
    digests = {one.version: one.digest for one in prompts.versions(name)}
    return {
        str(version): {"share": share, "digest": digests[version]}
        for version, share in sorted(shared.items())
    }


def digest(reader: dict[str, Any]) -> str:
    return canonical.digest(reader)


def words(reader: dict[str, Any]) -> str:
    """ "gpt-4.1-mini, extract_expense version 2", "rules, version 1.0"."""
    if not reader.get("model"):
        return f"rules, version {reader.get('code', '?')}"
    mixes = [f"{name} {_shares(mix)}" for name, mix in reader.get("prompts", {}).items()]
    return ", ".join([reader["model"], *mixes])


def _shares(mix: dict[str, Any]) -> str:
    alone = len(mix) == 1
    return " and ".join(
        f"version {version}{'' if alone else _percent(told)}" for version, told in mix.items()
    )


def _percent(told: dict[str, Any]) -> str:
    return f" ({told['share']} %)"

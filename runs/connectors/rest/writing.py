"""What a declared write over HTTP and its way back share."""

from typing import Any

from approvals import tools
from approvals.kinds import Declared
from approvals.tools import Context, Refused
from runs import secrets
from runs.connectors import templates
from runs.connectors.rest import asking, observing
from runs.connectors.rest.definition import Definition
from runs.connectors.rest.observing import Sight
from runs.connectors.rest.parts import Observe
from runs.http.answer import Answer
from runs.http.request import Request


class HttpTool(tools.Tool):
    """What a write and its way back share. The attributes stand on the instance: each is a tool of its own."""

    definition: Definition

    def __init__(self, declared: Declared) -> None:
        definition = Definition.model_validate(declared.definition)
        stated = {
            "name": declared.name, "version": declared.version, "workspace": declared.workspace_slug,
            "definition": definition, "title": definition.title, "risk": definition.risk,
            "customer_facing": definition.customer_facing, "max_seconds": definition.patience * 3.0 + 5,
        }  # fmt: skip
        vars(self).update(stated)

    def subject(self, arguments: Any) -> str:
        return templates.filled(self.definition.subject, arguments.model_dump(mode="json"), 200)

    def values(self, arguments: Any, key: str = "") -> dict[str, Any]:
        """What templates may name."""
        return arguments.model_dump(mode="json") | {"key": key, "workspace": self.workspace}

    def sight(self, how: Observe, arguments: Any, context: Context) -> Sight:
        if context.workspace != self.workspace:
            raise Refused("integration.refused", "This tool belongs to another workspace")
        return observing.look(self.definition, how, self.values(arguments), secrets.of(self.workspace))

    def sent(self, asked: Request) -> Answer:
        """What the target says to it, asked with this workspace's own secrets."""
        return asking.sent(self.definition, asked, secrets.of(self.workspace))

    def key_headers(self, key: str) -> dict[str, str]:
        return {self.definition.key_header: key} if self.definition.key_header else {}

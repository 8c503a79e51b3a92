"""A declared letter as a tool like any other: customer-facing, high risk, without a way back."""

from typing import Any

from django.utils import timezone

from approvals import canonical, tools
from approvals.tools import Context, Observation, Receipt, Refused, Rehearsal, Unknown
from runs.connectors import templates
from runs.connectors.declared import Declared
from runs.connectors.email import arguments as reading
from runs.connectors.email import dialogue, message, once, servers
from runs.connectors.email.addresses import on_the_wire
from runs.connectors.email.definition import Definition
from runs.connectors.email.message import Letter


class WriteLetter(tools.Tool):
    """One letter in plain text. The attributes stand on the instance: each definition is a tool of its own."""

    reversibility = "none"
    customer_facing = True
    idempotency = "none"
    observes = False
    max_seconds = dialogue.LONGEST_SECONDS + 10

    definition: Definition

    def __init__(self, declared: Declared) -> None:
        definition = Definition.model_validate(declared.definition)
        may_edit = {"subject": definition.subject_editable, "body": definition.body_editable}
        stated = {
            "name": declared.name, "version": declared.version, "workspace": declared.workspace_slug,
            "definition": definition, "title": definition.title, "risk": definition.risk,
            "Arguments": reading.of(definition), "editable": tuple(name for name, may in may_edit.items() if may),
            "grounded": {"to": "text"} if definition.grounded_recipient else {},
        }  # fmt: skip
        vars(self).update(stated)

    def subject(self, arguments: Any) -> str:
        return f"letter:{canonical.text_digest(arguments.to.casefold())[:16]}"

    def likeness(self, arguments: Any) -> str:
        told = arguments.model_dump(mode="json", exclude_none=True, exclude={"in_reply_to", "references"})
        return canonical.digest(told)

    def headline(self, arguments: dict[str, Any]) -> str:
        return templates.filled(self.definition.headline, arguments) or self.title

    def observe(self, arguments: Any, *, context: Context) -> Observation:
        """There is nothing to read before a letter."""
        return Observation({}, "")

    def run(self, arguments: Any, *, key: str, context: Context) -> Receipt:
        letter = self._letter(arguments, key, context)

        def send() -> Receipt:
            with dialogue.opened(servers.of(context.workspace, self.definition.server)) as line:
                dialogue.address(line, letter)
                dialogue.deliver(line, letter)
            return _receipt(letter, arguments)

        return once.only(letter.message_id, send)

    def look_up(self, arguments: Any, *, key: str, context: Context) -> Receipt | None:
        raise Unknown("outcome.unknown", "A mail server cannot be asked what became of a letter")

    def spelled(self, arguments: Any, *, key: str, context: Context) -> str:
        return _as_text(self._letter(arguments, key, context))

    def rehearse(self, arguments: Any, *, key: str, context: Context) -> Rehearsal:
        """The letter as it would go out; and what the server says to its envelope, before all is taken back."""
        letter = self._letter(arguments, key, context)
        with dialogue.opened(servers.of(context.workspace, self.definition.server)) as line:
            dialogue.address(line, letter)
            dialogue.let_go(line)
        foreign = [one for one in _everybody(arguments) if on_the_wire(one) != one]
        notes = ["The mail server would take a letter for everybody named; none was handed over"]
        notes += [f"{one} is written {on_the_wire(one)} on the way" for one in foreign]
        would = {
            "message_id": letter.message_id,
            "recipients": list(letter.recipients),
            "bytes": len(letter.content),
        }
        return Rehearsal(_as_text(letter), would, tuple(notes))

    def _letter(self, arguments: Any, key: str, context: Context) -> Letter:
        if context.workspace != self.workspace:
            raise Refused("integration.refused", "This tool belongs to another workspace")
        return message.compose(
            self.definition, arguments, workspace=self.workspace, tool=self.name, key=key, at=timezone.now()
        )


def _as_text(letter: Letter) -> str:
    return letter.content.decode("ascii").replace("\r\n", "\n")


def _receipt(letter: Letter, arguments: Any) -> Receipt:
    after = {"to": arguments.to, "subject": arguments.subject, "message_id": letter.message_id}
    if len(letter.recipients) > 1:
        after["cc"] = list(arguments.cc)
    data = {"message_id": letter.message_id, "content": canonical.text_digest(letter.content.decode("ascii"))}
    return Receipt(f"letter:{letter.message_id[1:33]}", after, data)


def _everybody(arguments: Any) -> list[str]:
    return [arguments.to, *(getattr(arguments, "cc", None) or [])]


def build(declared: Declared) -> tools.Tool:
    """Raises `pydantic.ValidationError` for a definition that is not one."""
    return WriteLetter(declared)


def every(declared: Declared) -> tuple[tools.Tool, ...]:
    """All tools that come with the definition: only itself, for there is no way back."""
    return (WriteLetter(declared),)

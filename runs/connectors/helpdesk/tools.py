"""The writes the helpdesk allows: give a ticket to a team, and put it back as it was."""

from typing import Any

from approvals import canonical, tools
from approvals.tools import Context, Observation, Receipt, Refused, Rehearsal
from runs.connectors.helpdesk import writing
from runs.connectors.helpdesk.arguments import AssignArguments, PutBackArguments
from runs.connectors.values import said

KEPT = "Tried in a transaction that was rolled back: the helpdesk keeps nothing of it"
_SHOWN = ("id", "sender", "subject", "team", "label", "state")


class _OfATicket(tools.Tool):
    """What both have in common: they read one ticket, and write under a key the helpdesk honours."""

    idempotency = "key"
    max_seconds = 15.0

    def subject(self, arguments: Any) -> str:
        return f"ticket:{arguments.ticket}"

    def observe(self, arguments: Any, *, context: Context) -> Observation:
        row = writing.ticket(company=context.workspace, number=arguments.ticket)
        if row is None:
            return Observation(
                {"ticket": None}, canonical.digest(None), notes=("The helpdesk has no such ticket",)
            )
        notes = ("The ticket is closed",) if row["state"] != "open" else ()
        return Observation({"ticket": {name: row[name] for name in _SHOWN}}, str(row["version"]), notes=notes)

    def look_up(self, arguments: Any, *, key: str, context: Context) -> Receipt | None:
        return writing.look_up(company=context.workspace, key=key)

    def run(self, arguments: Any, *, key: str, context: Context) -> Receipt:
        return writing.change(
            company=context.workspace, key=key, ticket=arguments.ticket, team=arguments.team, label=arguments.label,
            version=int(context.version) if context.version.isdecimal() else None,
        )  # fmt: skip

    def rehearse(self, arguments: Any, *, key: str, context: Context) -> Rehearsal:
        seen = self.observe(arguments, context=context)
        told = {"ticket": arguments.ticket, "team": arguments.team, "label": arguments.label}
        row = writing.rehearse(company=context.workspace, key=key, **told)
        after = {name: row[name] for name in ("team", "label")}
        return Rehearsal(
            _spelled(told), {"before": seen.before["ticket"], "after": after}, (KEPT, *seen.notes)
        )

    def spelled(self, arguments: Any, *, key: str, context: Context) -> str:
        return _spelled({"ticket": arguments.ticket, "team": arguments.team, "label": arguments.label})


class AssignTicket(_OfATicket):
    name = "helpdesk.assign"
    title = "Give a ticket to a team"
    Arguments = AssignArguments
    risk = "low"
    reversibility = "exact"
    way_back = "Can be put back"
    cascade = "whoever has worked on the ticket meanwhile has worked on it"
    editable = ("team", "label")

    def likeness(self, arguments: AssignArguments) -> str:
        return f"{arguments.ticket}|{arguments.team.casefold()}|{arguments.label or ''}"[:64]

    def headline(self, arguments: dict[str, Any]) -> str:
        label = said(arguments.get("label"))
        whom = said(arguments.get("team")) or "a team"
        return f"Give ticket {said(arguments.get('ticket'))} to {whom}{f', as {label}' if label else ''}"

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        data = receipt.get("data", {})
        if "write" not in data:
            return None
        before = {name: value for name, value in data["before"].items() if value is not None}
        return PutTicketBack.name, {"ticket": arguments["ticket"], "write": data["write"], **before}


class PutTicketBack(_OfATicket):
    name = "helpdesk.put_back"
    title = "Put a ticket back"
    Arguments = PutBackArguments
    risk = "low"
    reversal_of = AssignTicket.name

    def likeness(self, arguments: PutBackArguments) -> str:
        return arguments.write

    def headline(self, arguments: dict[str, Any]) -> str:
        team = said(arguments.get("team"))
        return f"Put ticket {said(arguments.get('ticket'))} back{f' to {team}' if team else ' among those nobody has'}"

    def run(self, arguments: PutBackArguments, *, key: str, context: Context) -> Receipt:
        undone = writing.look_up(company=context.workspace, key=arguments.write)
        stands = writing.ticket(company=context.workspace, number=arguments.ticket)
        mine = undone is not None and stands is not None and undone.data["version"] == stands["version"]
        if not mine and writing.look_up(company=context.workspace, key=key) is None:
            raise Refused(
                "posting.target_changed", "The ticket was changed again since: nothing is put back", "ticket"
            )
        return super().run(arguments, key=key, context=context)


def _spelled(told: dict[str, Any]) -> str:
    lines = [f"  {name} = {value}" for name, value in told.items() if value is not None]
    return "\n".join(["INSERT INTO helpdesk.changes", *lines])

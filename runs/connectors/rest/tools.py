"""A declared write over HTTP as a tool like any other."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from approvals import canonical, tools
from approvals.kinds import Declared
from approvals.tools import Context, Observation, Receipt, Refused, Rehearsal
from runs.connectors import templates
from runs.connectors.rest import asking, observing, pointers, schema
from runs.connectors.rest.parts import LookUp
from runs.connectors.rest.undoing import Undo
from runs.connectors.rest.writing import HttpTool
from runs.http.request import Request, written


class Write(HttpTool):
    """The write itself."""

    def __init__(self, declared: Declared) -> None:
        super().__init__(declared)
        told = self.definition
        asked = "look_up" if told.look_up else "none"
        stated = {
            "Arguments": schema.model_of(told.arguments), "editable": tuple(told.editable),
            "grounded": dict(told.grounded), "observes": told.observe is not None,
            "idempotency": "key" if told.look_up and told.key_honoured else asked,
            "reversibility": told.undo.reversibility if told.undo else "none",
            "way_back": told.undo.way_back if told.undo else "",
            "cascade": told.undo.cascade if told.undo else "",
        }  # fmt: skip
        vars(self).update(stated)

    def amount(self, arguments: Any) -> tuple[Decimal, str] | None:
        told = self.definition
        given = getattr(arguments, told.amount) if told.amount else None
        if given is None:
            return None
        currency = getattr(arguments, told.currency_argument) if told.currency_argument else told.currency
        return Decimal(given), (currency or "")[:3]

    def likeness(self, arguments: Any) -> str:
        return canonical.digest(arguments.model_dump(mode="json", exclude_none=True))

    def dates(self, arguments: Any) -> dict[str, Any]:
        days = [name for name, told in self.definition.arguments.properties.items() if told.format == "date"]
        return {name: day for name in days if (day := getattr(arguments, name)) is not None}

    def headline(self, arguments: dict[str, Any]) -> str:
        return templates.filled(self.definition.headline, arguments) or self.title

    def reversal(
        self, arguments: dict[str, Any], receipt: dict[str, Any]
    ) -> tuple[str, dict[str, Any]] | None:
        """None where no way back was declared, or where what it needs was not kept."""
        told, reference = self.definition, receipt.get("reference", "")
        before = receipt.get("data", {}).get("before")
        if told.undo is None or not reference or not (told.before_names <= set(before or {})):
            return None
        given = {name: arguments[name] for name in told.argument_names if name in arguments}
        seen = (
            {"before": {name: before[name] for name in sorted(told.before_names)}}
            if before and told.before_names
            else {}
        )
        return undoing_name(self.name), given | {"receipt": reference} | seen

    def observe(self, arguments: Any, *, context: Context) -> Observation:
        if self.definition.observe is None:
            return Observation({}, "")
        return self.sight(self.definition.observe, arguments, context).observation()

    def run(self, arguments: Any, *, key: str, context: Context) -> Receipt:
        before = self._before(arguments, context)
        answer = asking.judged(self.sent(self._request(arguments, key, context)), self.definition.answer)
        rules = self.definition.answer
        reference = asking.reference(answer, rules.reference)
        after = pointers.picked(asking.document(answer), rules.after) if rules.after else {}
        return Receipt(reference, after, {"http": answer.http} | ({"before": before} if before else {}))

    def look_up(self, arguments: Any, *, key: str, context: Context) -> Receipt | None:
        """What stands under the key now, and before it what was signed: another target was refused before the write."""
        told = self.definition.look_up
        if told is None:
            raise tools.Unknown(
                "outcome.unknown", "This target was not declared to tell what became of a write"
            )
        asked = asking.request(self.definition, told, told.method, self.values(arguments, key), changes=False)
        answer = self.sent(asked)
        if answer.http in told.absent:
            self._not_found(told, answer.host)
            return None
        answer = asking.judged(answer, self.definition.answer.model_copy(update={"codes": {}}))
        whole = answer.json()
        record = pointers.at(whole, told.record)
        if record is pointers.MISSING or record in (None, [], {}, ""):
            self._not_found(told, answer.host)
            return None
        reference = asking.reference(answer, told.reference or self.definition.answer.reference, told.record)
        after = pointers.picked(whole, told.after or self.definition.answer.after, told.record)
        return Receipt(reference, after, {"found_by": "look_up"} | self._signed_before(context))

    def _not_found(self, told: LookUp, host: str) -> None:
        """Nothing is there now. Whether it may still arrive, only the definition can say."""
        if not (told.sure or self.definition.key_honoured):
            raise tools.Unknown("outcome.unknown", f"{host} shows no such write, and it may still arrive")

    def spelled(self, arguments: Any, *, key: str, context: Context) -> str:
        return written(self._request(arguments, key, context))

    def rehearse(self, arguments: Any, *, key: str, context: Context) -> Rehearsal:
        """The request as it would go out. Where the target knows dry runs, it is asked for one."""
        told, would = self.definition, {}
        notes = []
        if told.observe is not None:
            seen = self.observe(arguments, context=context)
            would["before"], notes = seen.before, list(seen.notes)
        if told.dry_run is None:
            notes.append("The target knows no dry run: the request was made, and not sent")
            return Rehearsal(self.spelled(arguments, key=key, context=context), would, tuple(notes))
        asked = self._request(arguments, key, context, dry=True)
        answer = asking.judged(self.sent(asked), told.answer)
        whole = asking.document(answer)
        body = answer.excerpt(2_000) if whole is pointers.MISSING else pointers.kept(whole)
        would |= {
            "answer": {"http": answer.http, "body": body},
            "after": pointers.picked(whole, told.answer.after),
        }
        notes.append(f"Sent as a dry run, and the target answered HTTP {answer.http}")
        return Rehearsal(written(asked), would, tuple(notes))

    def _before(self, arguments: Any, context: Context) -> dict[str, Any]:
        """What the way back will put back, read at the last moment; only where it puts anything back."""
        how = self.definition.observe
        if how is None or not self.definition.before_names:
            return {}
        seen = self.sight(how, arguments, context)
        if context.version and seen.version != context.version:
            raise Refused("posting.target_changed", "The target is no longer as it was signed")
        return seen.picked

    def _signed_before(self, context: Context) -> dict[str, Any]:
        needed = self.definition.before_names
        known = bool(needed) and bool(context.version) and needed <= set(context.before)
        return {"before": dict(context.before)} if known else {}

    def _request(self, arguments: Any, key: str, context: Context, *, dry: bool = False) -> Request:
        if context.workspace != self.workspace:
            raise Refused("integration.refused", "This tool belongs to another workspace")
        told = self.definition
        headers, query = self.key_headers(key), {}
        if told.write.if_match and context.version and context.version != observing.ABSENT:
            headers["If-Match"] = context.version
        if dry and told.dry_run is not None:
            headers, query = headers | told.dry_run.header, told.dry_run.query
        return asking.request(
            told, told.write, told.write.method, self.values(arguments, key), headers=headers, query=query,
            changes=False if dry else None,
        )  # fmt: skip


def undoing_name(name: str) -> str:
    return f"{name}.undo"


def every(declared: Declared) -> Sequence[tools.Tool]:
    """The write and, where one was declared, its way back. Raises `pydantic.ValidationError`."""
    write = Write(declared)
    return (write, Undo(declared, undoing_name(declared.name))) if write.definition.undo else (write,)

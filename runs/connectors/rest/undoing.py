"""The way back of a declared write: another request, and a look that proves that it did something."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from approvals import canonical, tools
from approvals.kinds import Declared
from approvals.tools import Context, Observation, Receipt, Refused, Rehearsal, Unknown
from runs.connectors import templates
from runs.connectors.rest import asking, filling, pointers, schema
from runs.connectors.rest.definition import BEFORE, Definition
from runs.connectors.rest.observing import Sight
from runs.connectors.rest.parts import Observe
from runs.connectors.rest.parts import Undo as Way
from runs.connectors.rest.writing import HttpTool
from runs.http.request import Request, written

NO_EFFECT = "reversal.no_effect"
TWICE_IS_ONCE = ("PUT", "DELETE")  # RFC 9110 §9.2.2


def _plain(value: Any) -> Any:
    canonical.check(value)
    return value


Kept = Annotated[Any, AfterValidator(_plain)]


def of(definition: Definition) -> type[tools.Arguments]:
    """What the way back is told: the receipt, the arguments it speaks of, and what it puts back."""
    told: dict[str, Any] = {}
    for name in definition.argument_names:
        member = definition.arguments.properties[name]
        needed = name in definition.arguments.required
        told[name] = (schema.needed if needed else schema.optional)(member, name)
    told["receipt"] = (Annotated[str, Field(min_length=1, max_length=200)], Field(title="Receipt"))
    if definition.before_names:
        config = ConfigDict(extra="forbid", frozen=True)
        fields: dict[str, Any] = dict.fromkeys(sorted(definition.before_names), (Kept, ...))
        before = create_model("Before", __config__=config, **fields)
        told["before"] = (before, Field(title="As it was before"))
    return create_model("Undo", __base__=tools.Arguments, **told)


class Undo(HttpTool):
    """Undoes one write of the tool it belongs to. Never named by an administrator: it comes with that tool."""

    idempotency = "look_up"
    way: Way
    how: Observe

    def __init__(self, declared: Declared, name: str) -> None:
        super().__init__(declared)
        way, how = self.definition.undo, self.definition.observe_undo
        assert way is not None and how is not None  # the definition said so
        stated = {
            "name": name, "title": way.title or f"Undo: {self.definition.title}"[:80], "way": way, "how": how,
            "Arguments": of(self.definition), "reversal_of": declared.name, "observes": True,
        }  # fmt: skip
        vars(self).update(stated)

    def values(self, arguments: Any, key: str = "") -> dict[str, Any]:
        told = super().values(arguments, key)
        before: BaseModel | None = getattr(arguments, "before", None)
        seen = before.model_dump(mode="json") if before is not None else {}
        return told | {f"{BEFORE}{name}": value for name, value in seen.items()}

    def subject(self, arguments: Any) -> str:
        return ""  # a reversal has that of what it undoes

    def likeness(self, arguments: Any) -> str:
        return str(arguments.receipt)

    def headline(self, arguments: dict[str, Any]) -> str:
        told = templates.filled(self.definition.headline, arguments)
        return f"Undo: {told or self.definition.title}"

    def observe(self, arguments: Any, *, context: Context) -> Observation:
        """What it shows now, and will show."""
        seen, before = self.sight(self.how, arguments, context), {}
        if self.way.proof.gone and seen.is_there:
            before = dict(seen.picked) | {"record": {"before": "there", "after": "gone"}}
        elif seen.is_there:
            wanted = self._wanted(arguments)
            before = {
                name: {"before": value, "after": wanted[name]} if name in wanted else value
                for name, value in seen.picked.items()
            }
        notes = ("It looks undone already: this will be refused",) if self._is_undone(seen, arguments) else ()
        return Observation(before, seen.version, notes=notes)

    def run(self, arguments: Any, *, key: str, context: Context) -> Receipt:
        first = self.sight(self.how, arguments, context)
        if context.version and first.version != context.version:
            raise Refused("posting.target_changed", "The target is no longer as it was signed")
        if self._is_undone(first, arguments) or not first.is_there:
            raise Refused(
                "posting.target_changed", "It is undone already, by somebody else: nothing was sent"
            )
        answer = asking.judged(self.sent(self._request(arguments, key, context)), self.way.answer)
        last = self._look_again(arguments, context)
        if not self._was_undone(first, last, arguments):
            raise Unknown(NO_EFFECT, f"{answer.host} answered HTTP {answer.http}, and nothing is undone")
        after = pointers.picked(asking.document(answer), self.way.answer.after)
        reference = asking.reference(answer, self.way.answer.reference)
        return Receipt(reference, after | last.picked, {"http": answer.http, "undoes": arguments.receipt})

    def look_up(self, arguments: Any, *, key: str, context: Context) -> Receipt | None:
        """By what the target shows: who undid it cannot be told, and need not be."""
        if self.way.proof.changed:
            raise Unknown("outcome.unknown", "Nothing in the target tells whether it was undone")
        seen = self.sight(self.how, arguments, context)
        if not self._is_undone(seen, arguments):
            if self.way.method in TWICE_IS_ONCE or self.definition.key_honoured:
                return None
            raise Unknown("outcome.unknown", "The target does not show it undone, and it may still be")
        return Receipt("undone", dict(seen.picked), {"found_by": "look_up", "undoes": arguments.receipt})

    def spelled(self, arguments: Any, *, key: str, context: Context) -> str:
        return written(self._request(arguments, key, context))

    def rehearse(self, arguments: Any, *, key: str, context: Context) -> Rehearsal:
        seen = self.observe(arguments, context=context)
        note = "The request was made, and not sent"
        return Rehearsal(
            self.spelled(arguments, key=key, context=context), {"before": seen.before}, (*seen.notes, note)
        )

    def _look_again(self, arguments: Any, context: Context) -> Sight:
        """After the write was answered, a target that cannot be read leaves doubt."""
        try:
            return self.sight(self.how, arguments, context)
        except Refused as trouble:
            raise Unknown(
                "outcome.unknown", f"It was sent, and cannot be proved: {trouble.message}"
            ) from None

    def _wanted(self, arguments: Any) -> dict[str, Any]:
        filled: dict[str, Any] = filling.body(self.way.proof.shows, self.values(arguments))
        return filled

    def _is_undone(self, seen: Sight, arguments: Any) -> bool:
        """Whether the target shows it, whoever did it."""
        if self.way.proof.gone:
            return not seen.is_there
        if self.way.proof.changed or not seen.is_there:
            return False
        return all(_alike(seen.picked.get(name), value) for name, value in self._wanted(arguments).items())

    def _was_undone(self, first: Sight, last: Sight, arguments: Any) -> bool:
        if self.way.proof.changed:
            return last.version != first.version
        return self._is_undone(last, arguments)

    def _request(self, arguments: Any, key: str, context: Context) -> Request:
        headers = self.key_headers(key)
        if self.way.if_match and context.version and self.how.etag:
            headers["If-Match"] = context.version
        return asking.request(
            self.definition, self.way, self.way.method, self.values(arguments, key), headers=headers
        )


def _alike(found: Any, wanted: Any) -> bool:
    """Equal, or the same spelled as a text: targets turn numbers into texts and back."""
    return bool(found == wanted) or filling.spelled(found) == filling.spelled(wanted)

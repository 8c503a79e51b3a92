"""The target as it stands: read before a write, shown to reviewers, and compared before and after."""

from dataclasses import dataclass
from typing import Any

from approvals.tools import Observation, Refused
from runs.connectors.rest import asking, filling, pointers
from runs.connectors.rest.definition import Definition
from runs.connectors.rest.parts import Answer, Observe
from runs.http.request import Secrets

ABSENT = "absent"


@dataclass(frozen=True)
class Sight:
    """What was read: values by name, and a version; nothing, and ``absent``, where there is nothing."""

    picked: dict[str, Any]
    version: str

    @property
    def is_there(self) -> bool:
        return self.version != ABSENT

    def observation(self) -> Observation:
        notes = () if self.is_there else ("There is nothing there yet",)
        return Observation(dict(self.picked), self.version, notes=notes)


def look(definition: Definition, how: Observe, values: filling.Values, secrets: Secrets) -> Sight:
    """Read the target. Raises `Refused`, `Transient`."""
    asked = asking.request(definition, how, how.method, values, changes=False)
    answer = asking.sent(definition, asked, secrets)
    if answer.http in how.absent:
        return Sight({}, ABSENT)
    answer = asking.judged(answer, Answer(failures=definition.answer.failures))
    whole = answer.json()
    record = pointers.at(whole, how.record)
    if record is pointers.MISSING or record in (None, [], {}):
        return Sight({}, ABSENT)
    picked = pointers.picked(whole, how.before, how.record)
    if not picked:
        raise Refused("integration.refused", f"{answer.host} shows nothing of what observe looks for")
    return Sight(picked, asking.version(answer, how.version, picked, how.record))

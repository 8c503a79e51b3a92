"""A system that is not ours and keeps count: every request that arrives takes effect, whether it came before or not."""

from collections import Counter
from typing import Any

from approvals import tools


class Letter(tools.Arguments):
    text: str


class FarSide:
    """``effects`` by key. ``fate`` says what becomes of the next call: done, refused, busy, cut_off (after the effect)
    or lost (before it).
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.effects: Counter[str] = Counter()
        self.fate = "done"
        self.deaf = False

    def write(self, key: str) -> tools.Receipt:
        match self.fate:
            case "refused":
                raise tools.Refused("integration.refused", "no")
            case "busy":
                raise tools.Transient("integration.timeout", "later")
            case "lost":
                raise tools.Unknown("outcome.unknown", "nobody knows")
        self.effects[key] += 1
        if self.fate == "cut_off":
            raise tools.Unknown("outcome.unknown", "cut off while answering")
        return tools.Receipt(f"letter:{key[:8]}", {}, {"key": key})


FAR_SIDE = FarSide()


class SendLetter(tools.Tool):
    """To a far side that can be searched by key, and refuses nothing twice."""

    name = "letter.searched"
    title = "Send a letter"
    Arguments = Letter
    idempotency = "look_up"
    max_seconds = 20.0
    grounded = {}

    def observe(self, arguments: Any, *, context: tools.Context) -> tools.Observation:
        return tools.Observation(before={}, version="1")

    def run(self, arguments: Any, *, key: str, context: tools.Context) -> tools.Receipt:
        return FAR_SIDE.write(key)

    def look_up(self, arguments: Any, *, key: str, context: tools.Context) -> tools.Receipt | None:
        if FAR_SIDE.deaf:
            raise tools.Transient("integration.unreachable", "away")
        return tools.Receipt(f"letter:{key[:8]}", {}, {"key": key}) if FAR_SIDE.effects[key] else None


class PostLetter(SendLetter):
    """To one that cannot even be asked: a person finds out."""

    name = "letter.posted"
    idempotency = "none"


LETTERS = (SendLetter.name, PostLetter.name)


def install() -> FarSide:
    """Register the tools and hand out the far side, with nothing on it."""
    for tool in (SendLetter(), PostLetter()):
        tools.register(tool)
    FAR_SIDE.clear()
    return FAR_SIDE

"""How many look at one thing: a second where the first finds it wrong, a third where the two disagree."""

from collections.abc import Sequence

from approvals.models.sample import State


def after(answers: Sequence[bool], *, twice: bool) -> tuple[str, bool | None]:
    """The state after these verdicts, in order (True is "wrong"), and what was found once it is settled.

    ``twice`` were drawn to be judged by two whatever the first says. Only those tell how far judges agree:
    where a second looks only at what a first found wrong, agreement on what is right is never tried.
    """
    match list(answers):
        case []:
            return State.FIRST, None
        case [False] if not twice:
            return State.SETTLED, False
        case [_]:
            return State.SECOND, None
        case [first, second] if first == second:
            return State.SETTLED, first
        case [_, _]:
            return State.THIRD, None
        case _:
            return State.SETTLED, sum(answers) >= 2

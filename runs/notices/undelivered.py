"""A call that did not arrive, and in one code why: never in the far side's words."""


class NotDelivered(Exception):
    """``code`` says why; ``final``: asking again is of no use; ``after``: not before so many seconds."""

    def __init__(self, code: str, *, final: bool = False, after: float | None = None):
        super().__init__(code)
        self.code, self.final, self.after = code, final, after

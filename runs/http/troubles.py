"""What can go wrong on the way, and what it means: nothing was written, for good or for now, or nobody can tell.

Messages name the host and what happened. They never repeat an address, a header or a library's words, for those may
repeat a secret.
"""

from approvals.tools import Refused, Transient, Unknown

UNREACHABLE, TIMEOUT, REFUSED = "integration.unreachable", "integration.timeout", "integration.refused"
AUTH, RATE_LIMITED, IN_DOUBT = "integration.auth", "integration.rate_limited", "outcome.unknown"


class AddressRefused(Refused):
    """The guard does not let us go there. Nothing was sent."""

    def __init__(self, message: str) -> None:
        super().__init__(REFUSED, message)


class NotARequest(Refused):
    """What was asked for cannot be said in HTTP: a line break in a header, a method nobody knows. Nothing was sent."""

    def __init__(self, message: str) -> None:
        super().__init__("proposal.invalid", message)


class Trouble(Exception):
    """A step of an exchange that failed. Stays inside this package: `named` turns it into what callers catch."""

    code, words = UNREACHABLE, "the connection failed"
    unsent = ""  # the words where nothing was sent yet, if they differ


class OutOfTime(Trouble):
    code, words = TIMEOUT, "there was no whole answer in time"
    unsent = "no connection could be made in time"


class Unresolvable(Trouble):
    words = "its name cannot be resolved"


class Unreachable(Trouble):
    words = "it cannot be reached"


class NotSecure(Trouble):
    words = "no safe connection could be made"


class NotTrusted(Trouble):
    """A certificate that does not prove the name. Trying again does not make it do so."""

    words = "its certificate is not to be trusted"


class Broken(Trouble):
    words = "the connection broke before the answer was whole"


class Garbled(Trouble):
    """It answered, and what it said is not HTTP, or is packed in a way nobody asked for."""

    code, words = REFUSED, "its answer cannot be read"


class TooLarge(Trouble):
    code, words = REFUSED, "its answer is larger than we read"


FOR_GOOD = NotTrusted | Garbled | TooLarge


def named(trouble: Trouble, *, host: str, sent: bool, writes: bool) -> Refused:
    """The error callers see. Once a byte of a write was sent, whatever broke leaves it unknown."""
    message = f"{host}: {trouble.words if sent else trouble.unsent or trouble.words}"
    if sent and writes:
        return Unknown(IN_DOUBT, message)
    if isinstance(trouble, FOR_GOOD):
        return Refused(trouble.code, message)
    return Transient(trouble.code, message)

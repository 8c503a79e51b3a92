"""Why an answer, or the taking back of one, is not taken: errors named after the intention that failed."""

from typing import Any

from django.db import IntegrityError

from approvals.models import Decision

HAS_BEGUN = "execution_has_begun"  # the database's word for it: nothing is taken back any more


def law_of(error: IntegrityError) -> str:
    """The constraint that the database found broken, or empty."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


class NotYourDecision(PermissionError):
    """This person may not decide this proposal: not a reviewer here, or it is their own (four eyes)."""


class StaleView(LookupError):
    """It changed while you looked: the digest on the screen is not the digest on the table. Read it again."""


class PolicyForbids(LookupError):
    """Policy lets nobody sign it as it is: it became stricter since. ``ruling`` is what the gate says."""

    def __init__(self, ruling: dict[str, Any]):
        super().__init__(ruling["reason"])
        self.ruling = ruling


class SignedByOthers(LookupError):
    """Colleagues have signed this round as well: taking one's own signature back would undo theirs."""


class TooLate(LookupError):
    """The proposal's patience has run out; nobody may answer it any more."""


class AlreadyAnswered(LookupError):
    """The reviewer has answered this round; another person must."""


class RecordedAlready(AlreadyAnswered):
    """The same answer of the same person to the same question is on record: nothing is lost, and nothing was added."""

    def __init__(self, decision: Decision):
        super().__init__(f"answered at {decision.decided_at.isoformat()}")
        self.decision = decision


class NotReady(LookupError):
    """The worker has not read the target yet; what will change is not known."""


class MissingReason(ValueError):
    """A rejection needs one of `REASONS`."""

"""What the last look at a target means for the write that was signed over it. Pure: others look, others write.

Whoever signed saw the target in one version. Where it shows another, nothing is written and the question is put again;
where it cannot be read, nothing is written either, for nobody knows what the write would land on.
"""

from typing import Any

from approvals.models import Proposal

GO, TARGET, UNREAD = "go", "target", "unread"


def finding(signed: dict[str, Any] | None, fresh: dict[str, Any]) -> str:
    """``go``, ``target`` (it moved) or ``unread``. Whoever signed without seeing the target, as the page then said,
    signed the write whatever it finds.
    """
    if signed is None or signed.get("error"):
        return GO
    if fresh.get("error"):
        return UNREAD if signed.get("version") else GO
    return GO if fresh["version"] == signed["version"] else TARGET


def signed_version(signed: dict[str, Any] | None) -> str:
    """The version that was signed; empty where the target was not seen."""
    return "" if signed is None or signed.get("error") else str(signed.get("version") or "")


def as_signed(proposal: Proposal) -> dict[str, Any]:
    """What is kept of the target as it was signed, beside the fresh observation: the third side of the difference."""
    seen = proposal.observation or {}
    read_at = proposal.observed_at.isoformat() if proposal.observed_at else None
    return {"was": seen.get("before"), "was_at": read_at}

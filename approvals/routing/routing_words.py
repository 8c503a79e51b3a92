"""Facts of routing as sentences of an item's story: set aside, brought back, given, taken over, and for whom signed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from approvals import moments, wording
from approvals.models import LedgerEntry


def sentence(entry: LedgerEntry, who: str, names: Mapping[str, str]) -> str:
    """The fact in words; nothing for facts of other kinds."""
    match entry.kind:
        case "proposal.set_aside":
            return f"{who} set it aside{_until(entry)}"
        case "proposal.brought_back":
            return f"{who} brought it back"
        case "proposal.assigned":
            people = [names.get(str(name), "somebody") for name in entry.data.get("to", [])]
            return f"{who} gave it to {wording.listed(people)}{_until(entry)}"
        case "proposal.unassigned":
            return f"{who} offered it to everybody again"
        case "hold.taken_over":
            return f"{who} took it over from {names.get(str(entry.data.get('from')), 'a colleague')}"
    return ""


def in_whose_place(who: str, data: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Whoever answered, and for whom, where somebody stood in."""
    covering = data.get("covering")
    return f"{who}, for {names.get(covering, 'somebody')}," if covering else who


def _until(entry: LedgerEntry) -> str:
    try:
        at = datetime.fromisoformat(entry.data["until"])
    except (KeyError, ValueError, TypeError):
        return ""
    return f" until {moments.near(at, entry.at)}"

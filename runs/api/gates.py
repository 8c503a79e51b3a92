"""What an agent is told of the gates: how each ruled and why, and nothing by which it could aim at what passes.

Its own confidence, what that has proved to be worth, the line it is held to and the number that chance drew stay here
(DESIGN.md §10: freedom is earned). An agent that knew them could say just enough, or ask until it passes.
"""

from collections.abc import Sequence
from typing import Any

from approvals.gates import ALLOW, ASK

KEPT = {"confidence", "rollout stage"}
PASSES, SIGNED = "Policy lets it pass", "A person signs it"


def told(rulings: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """As the API answers. The two gates that decide whether a person signs say the same: one of them asks, or none."""
    asks = any(one["ruling"] == ASK for one in rulings if one["gate"] in KEPT)
    kept = {"ruling": ASK if asks else ALLOW, "reason": SIGNED if asks else PASSES, "measured": ""}
    names = ("gate", "ruling", "reason", "measured")
    return [{name: one[name] for name in names} | (kept if one["gate"] in KEPT else {}) for one in rulings]

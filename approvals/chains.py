"""Writes that belong together: every step is judged as strictly as the strictest of its chain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from approvals.gates import ALLOW, ASK, BLOCK, Judgement, Ruling

RISKS = ("low", "medium", "high")
GATE = "chain"


@dataclass(frozen=True)
class Chain:
    """What the strictest step asks for. ``pivot`` is the first step that cannot be undone, 0 where all can be."""

    steps: int
    risk: str
    quorum: int
    asks: bool
    pivot: int = 0
    shadow: bool = False  # one step in a shadow lane, and none of them executes


@dataclass(frozen=True)
class Link:
    """One step as it is judged by itself."""

    risk: str
    reversibility: str
    judgement: Judgement
    shadow: bool = False


def chain_of(links: Sequence[Link]) -> Chain:
    """The strictest of all steps, for each of them."""
    return Chain(
        steps=len(links),
        risk=max((link.risk for link in links), key=RISKS.index),
        quorum=max(link.judgement.quorum for link in links),
        asks=any(link.judgement.ruling != ALLOW for link in links),
        pivot=next((number for number, link in enumerate(links, 1) if link.reversibility == "none"), 0),
        shadow=any(link.shadow for link in links),
    )


def bound(own: Judgement, chain: Chain) -> Judgement:
    """A step's own judgement, made as strict as its chain."""
    ruling = Ruling(
        GATE, ASK if chain.asks else ALLOW, _reason(own, chain), f"{chain.risk} risk", quorum=chain.quorum
    )
    strictest = own.ruling if own.ruling == BLOCK else ruling.ruling
    return replace(
        own, ruling=strictest, quorum=max(own.quorum, chain.quorum), rulings=(*own.rulings, ruling)
    )


def _reason(own: Judgement, chain: Chain) -> str:
    if not chain.asks:
        return f"All {chain.steps} steps of its chain are allowed"
    if own.quorum < chain.quorum:
        return f"One of its chain of {chain.steps} needs {chain.quorum} signatures, so all do"
    return f"One of its chain of {chain.steps} steps needs a person, so all do"

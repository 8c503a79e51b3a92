"""Pure rules: circumstances in, rulings out. No queries, no clock, no chance, no I/O.

Every gate is evaluated and every ruling shown. *allow* lets pass, *ask* wants a person (or several), *block* hands the
proposal to the owner of a failure class. The strictest ruling wins. No gate reads the agent's prose, except to warn.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from approvals import grounding, injected
from approvals.circumstances import Circumstances, Terms

ALLOW, ASK, BLOCK = "allow", "ask", "block"
STRICTNESS = {ALLOW: 0, ASK: 1, BLOCK: 2}
MOST_REFUSALS = 3  # of the very same within a day; asked once more, an agent is in a loop
DEFERS_TO_A_PERSON = {"shadow", "assisted", "paused"}


@dataclass(frozen=True)
class Ruling:
    """One gate's answer. ``measured`` and ``limit`` are the numbers behind it, as text."""

    gate: str
    ruling: str
    reason: str
    measured: str = ""
    limit: str = ""
    failure_class: str = ""
    quorum: int = 1
    field: str = ""


@dataclass(frozen=True)
class Judgement:
    """All rulings, the strictest, how many must sign, and the failure class of the first block."""

    ruling: str
    quorum: int
    failure_class: str
    rulings: tuple[Ruling, ...]

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(ruling) for ruling in self.rulings]


def judge(seen: Circumstances) -> Judgement:
    """Every gate in order. The table test in ``tests/approvals/test_gates.py`` is its specification."""
    rulings = tuple(gate(seen) for gate in GATES)
    strictest = max(rulings, key=lambda ruling: STRICTNESS[ruling.ruling])
    first_block = next((ruling for ruling in rulings if ruling.ruling == BLOCK), None)
    quorum = max([seen.terms.quorum, *(ruling.quorum for ruling in rulings if ruling.ruling == ASK)])
    return Judgement(strictest.ruling, quorum, first_block.failure_class if first_block else "", rulings)


def schema(seen: Circumstances) -> Ruling:
    wrong = [error for error in seen.errors if not error.missing]
    if not wrong:
        return Ruling("schema", ALLOW, "The arguments fit the tool's schema")
    first = wrong[0]
    return Ruling(
        "schema", BLOCK, f"{first.field}: {first.message}", f"{len(wrong)} wrong", "0", "proposal.invalid",
        field=first.field,
    )  # fmt: skip


def required(seen: Circumstances) -> Ruling:
    missing = [error.field for error in seen.errors if error.missing]
    if not missing:
        return Ruling("required fields", ALLOW, "Nothing required is missing")
    return Ruling(
        "required fields", BLOCK, "Missing: " + ", ".join(missing), f"{len(missing)} missing", "0",
        "proposal.missing_field", field=missing[0],
    )  # fmt: skip


def bounds(seen: Circumstances) -> Ruling:
    latest = seen.today + timedelta(days=seen.terms.future_days)
    for name, value in seen.dates.items():
        if value > latest:
            return Ruling("bounds", BLOCK, f"{name} lies in the future", value.isoformat(), latest.isoformat(),
                          "proposal.out_of_bounds", field=name)  # fmt: skip
        if seen.terms.oldest_days is not None:
            oldest = seen.today - timedelta(days=seen.terms.oldest_days)
            if value < oldest:
                return Ruling("bounds", BLOCK, f"{name} is too long ago", value.isoformat(), oldest.isoformat(),
                              "proposal.out_of_bounds", field=name)  # fmt: skip
    return Ruling("bounds", ALLOW, "Dates are within their bounds")


def agent_may(seen: Circumstances) -> Ruling:
    if seen.tool in seen.agent_tools or seen.is_reversal:
        return Ruling("agent may use tool", ALLOW, "The agent was given this tool")
    return Ruling("agent may use tool", BLOCK, f"The agent was not given {seen.tool}", seen.tool,
                  ", ".join(seen.agent_tools) or "no tools", "policy.tool_not_allowed")  # fmt: skip


def duplicate(seen: Circumstances) -> Ruling:
    if seen.refused >= MOST_REFUSALS:
        return Ruling("duplicate", BLOCK, "People have said no to exactly this again and again",
                      f"{seen.refused} times in a day", str(MOST_REFUSALS), "agent.looping")  # fmt: skip
    if seen.same_event:
        return Ruling("duplicate", BLOCK, f"The same subject and arguments as {seen.same_event[0]}",
                      f"{len(seen.same_event)} found", "0", "proposal.duplicate")  # fmt: skip
    if seen.alike:
        return Ruling(
            "duplicate", ASK, f"Looks like a repeat of {seen.alike[0]}", f"{len(seen.alike)} alike", "0"
        )
    return Ruling("duplicate", ALLOW, "Nothing like it was proposed before", "0", "0")


def evidence_present(seen: Circumstances) -> Ruling:
    if (
        seen.grounded
        and not seen.is_reversal
        and not any(piece.content.strip() or piece.pictured for piece in seen.evidence)
    ):
        return Ruling("evidence", BLOCK, "No evidence came with it", "0", "1", "evidence.missing")
    return Ruling(
        "evidence", ALLOW, "Evidence is attached", str(len(seen.evidence)), "1" if seen.grounded else "0"
    )


def grounded(seen: Circumstances) -> Ruling:
    """Values that must come from evidence are found in it; a claimed span must itself hold the value.

    Nothing here reads pixels: what only a box in a picture claims to show, a person has to look at.
    """
    wanted = {
        name: kind
        for name, kind in seen.grounded.items()
        if seen.arguments.get(name) not in (None, "") and name not in seen.edited_fields
    }
    if not wanted or seen.is_reversal:
        return Ruling("grounding", ALLOW, "Nothing here must come from evidence")
    unfound = [name for name, kind in wanted.items() if not _supported(seen, name, kind)]
    lost = [name for name in unfound if not _pictured(seen, name)]
    found = f"{len(wanted) - len(unfound)} of {len(wanted)}"
    if not unfound:
        return Ruling("grounding", ALLOW, "Every value was found in the evidence", found, str(len(wanted)))
    if not lost:
        return Ruling("grounding", ASK, "Shown in an image, not machine-checked: " + ", ".join(unfound), found,
                      str(len(wanted)), field=unfound[0])  # fmt: skip
    return Ruling("grounding", BLOCK, "Not in the evidence: " + ", ".join(lost), found, str(len(wanted)),
                  "model.ungrounded", field=lost[0])  # fmt: skip


def _pictured(seen: Circumstances, name: str) -> bool:
    """Whether a picture alone is said to show the field. A text that is said to, and does not, is not made good."""
    pointer = f"/{name}"
    in_text = any(claim == pointer for piece in seen.evidence for claim, _, _ in piece.spans)
    return not in_text and any(pointer in piece.boxes for piece in seen.evidence)


def _supported(seen: Circumstances, name: str, kind: str) -> bool:
    value = str(seen.arguments[name])
    for piece in seen.evidence:
        claimed = [piece.content[start:end] for pointer, start, end in piece.spans if pointer == f"/{name}"]
        if any(grounding.found(kind, value, text) for text in claimed or [piece.content]):
            return True
    return False


def injection(seen: Circumstances) -> Ruling:
    """Text in the evidence that speaks to the machine. A warning: it changes no value and loosens nothing."""
    marks = [
        match.group().strip() for piece in seen.evidence for match in injected.ORDERS.finditer(piece.content)
    ]
    if marks:
        return Ruling("injection", ASK, "The evidence speaks to the agent: “" + marks[0][:60] + "”",
                      f"{len(marks)} passages", "0")  # fmt: skip
    return Ruling("injection", ALLOW, "Nothing in the evidence gives orders", "0", "0")


def safety_rails(seen: Circumstances) -> Ruling:
    for name in seen.terms.protected:
        if any(name.casefold() in text.casefold() for text in seen.protected_texts):
            return Ruling(
                "safety rails", BLOCK, f"{name} is protected by policy", name, "", "policy.protected"
            )
    if seen.reversibility == "none":
        return Ruling(
            "safety rails", ASK, "It cannot be undone, so two people sign", "irreversible", "", quorum=2
        )
    if seen.risk == "high" or seen.customer_facing:
        return Ruling("safety rails", ASK, "High risk or customer-facing: a person signs", seen.risk)
    return Ruling("safety rails", ALLOW, "Nothing protected is touched, and it can be undone")


def confidence(seen: Circumstances) -> Ruling:
    floor = seen.terms.confidence_floor
    if seen.is_reversal:
        return Ruling("confidence", ALLOW, "A person asked for this reversal")
    if seen.confidence is None:
        return Ruling("confidence", ASK, "The agent gave no confidence", "", f"{floor}")
    if seen.confidence < floor:
        return Ruling(
            "confidence", ASK, "Confidence is below this lane's line", f"{seen.confidence}", f"{floor}"
        )
    if seen.stage in DEFERS_TO_A_PERSON:
        return Ruling(
            "confidence", ALLOW, "Confidence reaches this lane's line", f"{seen.confidence}", f"{floor}"
        )
    return _earned(seen)


def _earned(seen: Circumstances) -> Ruling:
    """Where something may pass by itself, what the agent claims routes nothing: what its claims were worth does."""
    if seen.threshold is None or seen.calibrated is None:
        return Ruling(
            "confidence", ASK, "No threshold has been earned in this lane", f"{seen.confidence}", ""
        )
    measured, limit = f"{seen.calibrated}", f"{seen.threshold}"
    if seen.calibrated < seen.threshold:
        return Ruling(
            "confidence", ASK, "Confidence, as it has proved, is below this lane's threshold", measured, limit
        )
    return Ruling(
        "confidence", ALLOW, "Confidence, as it has proved, reaches this lane's threshold", measured, limit
    )


def amount(seen: Circumstances) -> Ruling:
    return amount_ruling(seen.terms, seen.amount, seen.currency)


def amount_ruling(terms: Terms, value: Decimal | None, currency: str) -> Ruling:
    """The amount against a policy's limits; also asked again at dispatch, with the policy of that moment."""
    if value is None:
        return Ruling("amount", ALLOW, "No money is moved")
    measured = f"{currency} {abs(value)}".strip()
    foreign = bool(terms.currency) and currency != terms.currency
    limits = [
        (terms.block_above, BLOCK, "above what policy lets anyone sign", "policy.limit_exceeded", 1),
        (terms.second_above, ASK, "above the limit for one signature", "", 2),
        (terms.ask_above, ASK, "above what may pass by policy", "", 1),
    ]
    for limit, ruling, words, failure_class, signers in limits:
        if limit is not None and not foreign and abs(value) > limit:
            return Ruling("amount", ruling, f"The amount is {words}", measured, f"{terms.currency} {limit}",
                          failure_class, quorum=signers)  # fmt: skip
    if foreign and any(limit is not None for limit, *_ in limits):
        # unmeasured, it is held to the strictest limit it might be above
        strict = terms.second_above is not None or terms.block_above is not None
        return Ruling("amount", ASK, f"Limits are in {terms.currency}, this is {currency or 'no currency'}",
                      measured, terms.currency, quorum=2 if strict else 1)  # fmt: skip
    return Ruling("amount", ALLOW, "The amount is within its limits", measured)


def rate_and_spend(seen: Circumstances) -> Ruling:
    terms = seen.terms
    if terms.rate_per_hour is not None and seen.recent_count >= terms.rate_per_hour and not seen.is_reversal:
        return Ruling("rate and spend", BLOCK, "The agent proposes more than its budget per hour",
                      f"{seen.recent_count + 1} in an hour", str(terms.rate_per_hour),
                      "policy.rate_exceeded")  # fmt: skip
    spent = seen.spent_today + abs(seen.amount or Decimal(0))
    if terms.spend_per_day is not None and spent > terms.spend_per_day:
        return Ruling("rate and spend", ASK, "The day's spend limit is reached", str(spent), str(terms.spend_per_day),
                      quorum=2)  # fmt: skip
    return Ruling("rate and spend", ALLOW, "Within rate and spend", f"{seen.recent_count + 1} in an hour",
                  str(terms.rate_per_hour or ""))  # fmt: skip


def switches(seen: Circumstances) -> Ruling:
    paused = [
        name
        for name, is_paused in [
            ("the workspace", seen.workspace_paused), ("the agent", seen.agent_paused), ("the tool", seen.terms.paused)
        ]
        if is_paused
    ]  # fmt: skip
    if paused:
        reason = f"{paused[0]} is paused: nothing runs until it is released".capitalize()
        return Ruling("breaker and kill switch", ASK, reason, paused[0], "")
    return Ruling("breaker and kill switch", ALLOW, "Nothing is paused")


def rollout(seen: Circumstances) -> Ruling:
    if seen.stage == "shadow":
        return Ruling("rollout stage", ASK, "Shadow: it will be compared, never executed", "shadow")
    if seen.stage in DEFERS_TO_A_PERSON:
        return Ruling("rollout stage", ASK, "A person signs everything in this lane", seen.stage)
    if not seen.as_earned:
        return Ruling(
            "rollout stage", ASK, "Another version of the agent than the one that has earned this", "other"
        )
    ruling, words = ALLOW, "This lane lets it pass by policy"
    if seen.draw >= seen.share:
        ruling, words = ASK, "Outside the share that may pass by policy"
    return Ruling("rollout stage", ruling, words, str(seen.draw), str(seen.share))


GATES: tuple[Callable[[Circumstances], Ruling], ...] = (
    schema, required, bounds, agent_may, duplicate, evidence_present, grounded, injection, safety_rails, confidence,
    amount, rate_and_spend, switches, rollout,
)  # fmt: skip

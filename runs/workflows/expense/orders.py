"""Text that gives orders to whoever reads it, instead of recording a purchase."""

import re

_FIELD = "(?:TOTAL|VENDOR|AMOUNT|DATE|CURRENCY)"
_PATTERNS: tuple[str, ...] = (
    r"\b(?:IGNORE|DISREGARD|FORGET|OVERRIDE|BYPASS)\b.{0,40}"
    r"\b(?:INSTRUCTION|PREVIOUS|PRIOR|ABOVE|RULE|PROMPT|EVERYTHING)",
    r"\bIGNORE (?:ALL|THE|ANY|EVERY)\b",
    r"\b(?:NEW|SYSTEM|REAL|UPDATED) (?:INSTRUCTION|PROMPT|MESSAGE)",
    r"\bYOU ARE (?:NOW )?(?:AN? |THE )?(?:AI|ASSISTANT|AGENT|CHATBOT|MODEL|LANGUAGE)",
    r"\bYOU ARE NOW\b|\bAS AN AI\b|\b(?:SYSTEM|ASSISTANT|DEVELOPER) ?:",
    r"</?(?:SYSTEM|INST|IM_START)|\[/?INST\]|<\|IM_",
    rf"\b(?:SET|CHANGE|REPORT|RETURN|OUTPUT|ANSWER|USE|RECORD|WRITE|MAKE|TREAT|POST) "
    rf"(?:\w+ ){{0,3}}{_FIELD} (?:\w+ )?(?:AS|TO|BE|=) ",
    rf"\b{_FIELD} (?:\w+ )?(?:IS (?:NOW |ACTUALLY |REALLY )|SHOULD BE|MUST BE)",
    rf"\bTHE (?:CORRECT|REAL|TRUE|NEW) {_FIELD}",
    r"\b(?:AUTO-?)?APPROVE THIS|\bDO NOT (?:ASK|FLAG|TELL|MENTION|REVIEW)|\bPROMPT INJECTION",
    r"\bFROM NOW ON,? (?:YOU|I WANT)|\bYOUR (?:NEW|INITIAL|STARTING|SYSTEM) (?:TASK|ROLE|PROMPT|INSTRUCTION)",
    r"\bPRETEND (?:TO BE|YOU)|\b(?:YOU ARE TO|YOU WILL|YOU MUST|PLEASE) ACT AS\b",
    r"\bCHAT ?GPT\b|\bOPENAI\b|\bGPT-?[0-9]|\bSYSTEM ?PROMPT|\b(?:INITIAL|STARTING|THE) INSTRUCTIONS? YOU\b",
    r"\bONLY (?:RESPOND|REPLY|ANSWER) WITH|\b(?:RESPOND|REPLY|ANSWER) (?:ONLY )?WITH [\"']",
    r"\b(?:IGNORIERE|IGNOREZ|IGNORA|IGNORE[RZ]?) .{0,30}(?:ANWEISUNG|INSTRUCTION|INSTRUCCION)",
)
_ORDERS = re.compile("|".join(_PATTERNS))


def gives_orders(folded: str) -> bool:
    """Whether a folded line speaks to a machine."""
    return len(folded) > 7 and _ORDERS.search(folded) is not None

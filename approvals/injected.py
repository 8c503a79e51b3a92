"""Text that speaks to the machine instead of being evidence."""

import re

ORDERS = re.compile(
    r"(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}?(?:instructions?|prompts?|rules?|guidelines?|polic(?:y|ies))"
    r"|(?:system|assistant|developer)\s*(?:prompt|message|override|instruction)"
    r"|^\s*(?:#+\s*)?(?:system|assistant)\s*:"
    r"|<\|?(?:im_start|system|endoftext)|\[/?INST\]|BEGIN SYSTEM"
    r"|you (?:are|must) (?:now|immediately)\b|new instructions?\s*:"
    r"|(?:approve|authori[sz]e|pay|post|process)\s+(?:this|it|the \w+)?\s*"
    r"(?:automatically|immediately|without (?:review|approval|asking))"
    r"|(?:auto[- ]?approve|pre-?approved by)|do not (?:ask|flag|review|report|tell)\b"
    r"|\"?(?:verdict|decision|ruling)\"?\s*:\s*\"?(?:approve|allow)",
    re.IGNORECASE | re.MULTILINE,
)

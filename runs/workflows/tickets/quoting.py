"""What somebody wrote this time, told apart from what they quote and how they sign. Line by line, in linear time."""

import re
from dataclasses import dataclass

_WROTE_BEGINS = re.compile(r"^\s*(On|Am|Le|El|Il|Em|Op)\b.{4,}", re.IGNORECASE)
_WROTE_ENDS = re.compile(
    r"(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef)\s*:\s*$", re.IGNORECASE
)
_HEAD = re.compile(r"^[\s*_]*(From|Von|De|Da|Van)[\s*_]*:", re.IGNORECASE)
_HEAD_GOES_ON = re.compile(
    r"^[\s*_]*(Sent|To|Date|Subject|Cc|Gesendet|An|Betreff|Envoyé|À|Objet|Enviado|Para|Asunto)[\s*_]*:", re.I
)
_RULE = re.compile(
    r"^\s*[-_=]{5,}\s*$|^\s*-{2,}\s*(Original|Forwarded|Ursprüngliche)\b.*-{2,}\s*$", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^(--|—|__)\s*$")
# a device signs with a capitalised name and no verb: "Sent from my desk, is much easier" is a sentence
_DEVICE = re.compile(
    r"^\s*(Sent from|Get Outlook for|Von meinem .{1,30} gesendet)\b[^,;?!]{0,60}$", re.IGNORECASE
)
MOST_OF_A_LEAD = 4  # lines over which "On … wrote:" may be broken


@dataclass(frozen=True)
class Own:
    """The text a sender wrote, and from where to where it stands in the whole message."""

    text: str
    spans: tuple[tuple[int, int], ...]
    quoted: bool  # whether anything was left out


def own_words(text: str) -> Own:
    """Everything above the first quotation, head or signature, without single quoted lines. Where nothing of one's own
    is left, as in a bare forward, it is the whole text.
    """
    lines = text.splitlines(keepends=True)
    kept: list[tuple[int, int]] = []
    start, end_at = 0, _end(lines)
    for line in lines[:end_at]:
        if not line.lstrip().startswith(">") and not _DEVICE.match(line):
            kept.append((start, start + len(line)))
        start += len(line)
    own = "".join(text[first:last] for first, last in kept)
    if not own.strip():
        return Own(text, ((0, len(text)),), quoted=False)
    return Own(own.strip("\r\n"), _together(kept), quoted=len(own.strip()) < len(text.strip()))


def _end(lines: list[str]) -> int:
    """The line from which on nothing is the sender's own any more."""
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line.rstrip("\r\n")) or _is_lead(lines, number) or _is_head(lines, number):
            return number
        if (
            _RULE.match(line)
            and number
            and any(_HEAD.match(after) for after in lines[number + 1 : number + 4])
        ):
            return number
    return len(lines)


def _is_lead(lines: list[str], number: int) -> bool:
    """ "On Monday, somebody wrote:", perhaps over several lines, and quoted lines below it."""
    if not _WROTE_BEGINS.match(lines[number]):
        return False
    for place in range(number, min(number + MOST_OF_A_LEAD, len(lines))):
        if place > number and (not lines[place].strip() or _WROTE_BEGINS.match(lines[place])):
            return False
        if _WROTE_ENDS.search(lines[place].rstrip()):
            return True
    return False


def _is_head(lines: list[str], number: int) -> bool:
    """A head of another message: From, and right below it Sent, To or Subject."""
    below = lines[number + 1 : number + 3]
    return bool(_HEAD.match(lines[number])) and any(_HEAD_GOES_ON.match(line) for line in below)


def _together(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Neighbours as one."""
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(joined)

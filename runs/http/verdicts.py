"""What an answer means for the write it answers. By default an HTTP code says; a connector may know its target better.

Cautious where a write is concerned: a code that a gateway may give after the work was done is doubt, not a no.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from django.utils import timezone

from approvals.tools import Refused, Transient, Unknown
from runs.http import waits
from runs.http.answer import Answer
from runs.http.troubles import AUTH, IN_DOUBT, RATE_LIMITED, REFUSED, TIMEOUT, UNREACHABLE

Meaning = Literal["done", "refused", "transient", "unknown"]
MEANINGS: tuple[Meaning, ...] = ("done", "refused", "transient", "unknown")
CODES = {401: AUTH, 403: AUTH, 408: TIMEOUT, 429: RATE_LIMITED, 504: TIMEOUT}
NOT_BEGUN = {425, 429}  # RFC 8470 §5.2, RFC 6585 §4: the request was not worked on


def judge(
    answer: Answer, *, meanings: Mapping[str, Meaning] | None = None, now: datetime | None = None
) -> Answer:
    """The answer, when it says done. Else raises `Refused`, `Transient` (with ``after``) or `Unknown`.

    ``meanings`` overrides by code (``"409"``) or family (``"5xx"``).
    """
    meaning = meaning_of(answer, meanings or {})
    if meaning == "done":
        return answer
    words = f"{answer.host} answered HTTP {answer.http}"
    message = f"{words}: {said}" if (said := answer.excerpt()) else words
    if meaning == "unknown":
        raise Unknown(IN_DOUBT, message)
    if meaning == "refused":
        raise Refused(CODES.get(answer.http, REFUSED), message)
    after = waits.asked(answer.all("retry-after"), now or timezone.now())
    raise Transient(CODES.get(answer.http, UNREACHABLE), message, after=after)


def meaning_of(answer: Answer, meanings: Mapping[str, Meaning]) -> Meaning:
    """The connector's word for the code, for its family, or the usual one."""
    for key in (str(answer.http), f"{answer.http // 100}xx"):
        if key in meanings:
            return meanings[key]
    return usual(answer.http, writes=answer.writes)


def usual(http: int, *, writes: bool) -> Meaning:
    """What a code means when nobody knows better. A redirected write is doubt: many redirect after the work."""
    if 200 <= http < 300:
        return "done"
    if http in NOT_BEGUN:
        return "transient"
    if http >= 500 or http == 408:
        return "unknown" if writes else "transient"
    if 400 <= http < 500:
        return "refused"
    return "unknown" if writes else "refused"

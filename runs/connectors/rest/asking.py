"""Templates become requests, requests are sent, and answers get their meaning."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from approvals import canonical
from approvals.tools import Refused, Transient, Unknown
from runs.connectors.rest import filling, pointers
from runs.connectors.rest.definition import Definition
from runs.connectors.rest.parts import HEADER, Answer, Ask, Coded, Failure
from runs.http import answer as http
from runs.http import verdicts
from runs.http.client import send
from runs.http.limits import Limits
from runs.http.request import Request, Secrets
from runs.http.request import SecretHeader as SecretHeaderOfRequest
from runs.http.targets import target
from runs.http.troubles import AddressRefused

Extra = Mapping[str, str]
_CHANGED: Mapping[str, verdicts.Meaning | Coded] = {
    "412": Coded(meaning="refused", failure="posting.target_changed")
}


def request(
    definition: Definition, ask: Ask, method: str, values: filling.Values, *,
    headers: Extra | None = None, query: Extra | None = None, changes: bool | None = None,
) -> Request:  # fmt: skip
    """The request a template makes of these values. Raises `Refused` where a value does not fit its place."""
    url = definition.base + filling.segment_path(ask.path, values) + _query(ask, values, query or {})
    if target(url).origin != target(definition.base).origin:
        raise AddressRefused("The address would lead to another host")
    body = b""
    told = {"Accept": "application/json"} | definition.headers | dict(headers or {})
    if ask.body is not None:
        filled = filling.body(ask.body, values)
        json = ask.encoding == "json"
        body = (filling.dumps(filled) if json else urlencode(_texts(filled))).encode()
        told = {"Content-Type": "application/json" if json else "application/x-www-form-urlencoded"} | told
    secret = tuple(
        SecretHeaderOfRequest(one.name, one.secret, one.prefix, one.form) for one in definition.secret_headers
    )
    return Request(method, url, tuple(told.items()), secret, body, changes)


def _query(ask: Ask, values: filling.Values, more: Extra) -> str:
    """Values of arguments that were not told leave their name out."""
    told = []
    for name, template in ask.query.items():
        alone = filling.only(template)
        if not alone or values.get(alone) is not None:
            told.append((name, filling.text(template, values)))
    pairs = [f"{filling.encoded(name)}={filling.encoded(value)}" for name, value in [*told, *more.items()]]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _texts(filled: dict[str, Any]) -> dict[str, str]:
    return {name: filling.spelled(value) for name, value in filled.items() if value is not None}


def sent(definition: Definition, told: Request, secrets: Secrets) -> http.Answer:
    """One answer, whole and masked, or what the lack of it means."""
    limits = Limits(total_seconds=definition.patience, connect_seconds=5)
    return send(told, limits=limits, secrets=secrets)


def judged(answer: http.Answer, rules: Answer) -> http.Answer:
    """The answer, where it says that it was done. Else raises `Refused`, `Transient` or `Unknown`."""
    for failure in rules.failures:
        if _says(answer, failure) and not _leaves_doubt(answer, failure):
            return _meant(answer, failure.meaning, failure.failure, _words(answer, failure))
    codes = dict(_CHANGED) | dict(rules.codes)
    for key in (str(answer.http), f"{answer.http // 100}xx"):
        if key in codes:
            found = codes[key]
            if isinstance(found, Coded):
                return _meant(answer, found.meaning, found.failure, "")
            return _meant(answer, found, "", "")
    return verdicts.judge(answer)


def _says(answer: http.Answer, failure: Failure) -> bool:
    found = pointers.at(document(answer), failure.at)
    if found is pointers.MISSING:
        return False
    if failure.one_of or failure.equals is not None:
        wanted = [*failure.one_of, *([] if failure.equals is None else [failure.equals])]
        return any(type(found) is type(one) and found == one for one in wanted)
    return bool(found)


def _leaves_doubt(answer: http.Answer, failure: Failure) -> bool:
    """An error that may be any error is no proof that nothing was done: most targets say one with every 500 too."""
    if failure.one_of or failure.equals is not None or failure.meaning != "refused":
        return False
    return verdicts.usual(answer.http, writes=answer.writes) in ("unknown", "transient")


def document(answer: http.Answer) -> Any:
    """The body as JSON; `MISSING` where it is none."""
    try:
        return answer.json()
    except Refused:
        return pointers.MISSING


def _words(answer: http.Answer, failure: Failure) -> str:
    if failure.message is None:
        return ""
    found = pointers.at(document(answer), failure.message)
    said = filling.spelled(found) if found is not pointers.MISSING else ""
    return " ".join(http.UNPRINTABLE.sub(" ", said).split())[:200]


def _meant(answer: http.Answer, meaning: verdicts.Meaning, failure: str, words: str) -> http.Answer:
    """The usual consequence of a meaning, under the definition's own failure class and the target's own words."""
    if meaning == "done":
        return answer
    try:
        verdicts.judge(answer, meanings={str(answer.http): meaning})
    except Refused as usual:
        code = failure or usual.code
        message = f"{answer.host} answered HTTP {answer.http}: {words}" if words else usual.message
        if isinstance(usual, Transient):
            raise Transient(code, message, after=usual.after) from None
        raise type(usual)(code, message) from None
    return answer


def reference(answer: http.Answer, place: str | None, record: str = "") -> str:
    """The far side's name for what was written. Raises `Unknown` where it should say one, and does not."""
    if place is None:
        return f"http-{answer.http}"
    if place.startswith(HEADER):
        found: Any = answer.header(place.removeprefix(HEADER))
    else:
        found = pointers.at(answer.json(), record + place)
    if found is pointers.MISSING or found in (None, "") or isinstance(found, dict | list | bool):
        raise Unknown(
            "outcome.unknown", f"{answer.host} answered HTTP {answer.http} without saying a reference"
        )
    said = pointers.kept(found)
    return str(said)[:200]


def version(answer: http.Answer, places: list[str], picked: dict[str, Any], record: str) -> str:
    """What is compared to notice that the target changed: a header as it is, or a digest over what was read."""
    if len(places) == 1 and places[0].startswith(HEADER):
        told = answer.header(places[0].removeprefix(HEADER))
        if told:
            return told[:200]
    whole = document(answer)
    read = [pointers.at(whole, record + place) for place in places if not place.startswith(HEADER)]
    values = [pointers.kept(value) for value in read if value is not pointers.MISSING]
    return canonical.digest(values or picked)

"""`send`: one request out, one whole answer back, or a named failure that says whether anything may have happened.

No cookies, no proxy, no connection kept for later: a connection that was closed while it lay idle would make a write
that never arrived look like one in doubt. HTTP/1.1 (RFC 9112), certificates verified.
"""

from urllib.parse import urljoin

import httpcore2
import structlog

from approvals.tools import Refused
from runs.http import guard as guarding
from runs.http import unpacking, wire
from runs.http.answer import Answer
from runs.http.guard import Guard
from runs.http.limits import Deadline, Limits
from runs.http.request import Request, Secrets
from runs.http.sealing import Sealed, sealed
from runs.http.targets import Target, target
from runs.http.troubles import REFUSED, AddressRefused, Broken, Garbled, Trouble, named
from runs.secrets import NOBODYS

log = structlog.get_logger(__name__)
USUAL = Limits()
REDIRECTS = {301, 302, 303, 307, 308}


def send(
    request: Request, *, limits: Limits = USUAL, secrets: Secrets = NOBODYS, guard: Guard | None = None
) -> Answer:
    """Send once. Any complete answer is returned, whatever its code: `runs.http.verdicts.judge` says what it means.

    Raises `Refused` (guard, secret, certificate, unreadable answer to a read), `Transient` (nothing was sent, or
    nothing was to be written) or `Unknown` (a write was sent and its answer did not come whole).
    """
    ready = sealed(request, limits=limits, secrets=secrets)
    guard = guard or guarding.from_settings()
    deadline = Deadline(limits.total_seconds)
    home = place = target(request.url)
    for hop in range(limits.redirects + 1):
        answer = _exchange(request, place, ready, place.origin == home.origin, guard, deadline, limits)
        onward = answer.header("location") if answer.http in REDIRECTS else None
        if onward is None or request.writes or limits.redirects == 0:
            return answer
        if hop < limits.redirects:
            place = _next(place, onward)
    raise Refused(REFUSED, f"{place.host}: redirected more than {limits.redirects} times")


def _next(place: Target, onward: str) -> Target:
    """Where a redirection leads, read as strictly as any address; never from an encrypted way to an open one."""
    try:
        following = target(urljoin(place.url, onward))
    except ValueError:
        raise AddressRefused(f"{place.host}: redirected to what is no address") from None
    if place.scheme == "https" and following.scheme != "https":
        raise AddressRefused(f"{place.host}: redirected from https to http")
    return following


def _exchange(
    request: Request,
    place: Target,
    ready: Sealed,
    at_home: bool,
    guard: Guard,
    deadline: Deadline,
    limits: Limits,
) -> Answer:
    """One hop: resolve, judge, connect, ask, read. Every ending but an answer is named."""
    line: wire.Wire | None = None
    try:
        addresses = guard.addresses(place, deadline, limits.connect_seconds)
        line = wire.connect(place, addresses, guard=guard, deadline=deadline, limits=limits)
        answer = _asked(request, place, ready, at_home, line, deadline, limits)
    except Trouble as error:
        trouble = error
    else:
        log.info(
            "http.answered", method=request.method, host=place.host, http=answer.http, bytes=len(answer.body)
        )
        return answer
    finally:
        if line is not None:
            line.close()
    sent = line is not None and line.sent
    log.warning(
        "http.broke", method=request.method, host=place.host, trouble=type(trouble).__name__, sent=sent
    )
    # Raised out here, so that no library's error, and what it quotes, is chained to ours.
    raise named(trouble, host=place.host, sent=sent, writes=request.writes)


def _asked(
    request: Request,
    place: Target,
    ready: Sealed,
    at_home: bool,
    line: wire.Wire,
    deadline: Deadline,
    limits: Limits,
) -> Answer:
    scheme, host = place.scheme.encode(), place.host.encode()
    connection = httpcore2.HTTP11Connection(origin=httpcore2.Origin(scheme, host, place.port), stream=line)
    question = httpcore2.Request(
        method=request.method.encode(),
        url=httpcore2.URL(scheme=scheme, host=host, port=place.port, target=place.path),
        headers=ready.headers(request, place, at_home=at_home),
        content=request.body,
    )
    trouble: Trouble
    try:
        reply = connection.handle_request(question)
        line.head_is_whole()
        if reply.status < 200:
            raise Garbled
        body = unpacking.body(reply.headers, reply.iter_stream(), most=limits.answer_bytes)
        return _masked(request, place, ready, reply, body, deadline)
    except Trouble:
        raise
    except httpcore2.RemoteProtocolError:
        trouble = Broken()
    except Exception as error:
        # A reader's own mistake is not told in its words either: they may quote what was sent.
        log.warning("http.reader_broke", host=place.host, error=type(error).__name__)
        trouble = Garbled()
    raise trouble


def _masked(
    request: Request, place: Target, ready: Sealed, reply: httpcore2.Response, body: bytes, deadline: Deadline
) -> Answer:
    return Answer(
        http=reply.status,
        headers=tuple(
            (ready.masker.bytes(name).decode("latin-1"), ready.masker.bytes(value).decode("latin-1"))
            for name, value in reply.headers
        ),
        body=ready.masker.bytes(body),
        url=ready.masker.text(place.url),
        host=place.host,
        writes=request.writes,
        seconds=deadline.seconds(),
    )

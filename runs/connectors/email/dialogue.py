"""The words with a mail server, up to the one after which nothing can be taken back.

A server answers for a letter once it has seen the dot that ends it. Before that dot a broken line means that it took
nothing (RFC 5321, 4.1.1.4 and 4.1.1.10); after it, only its answer tells.
"""

import re
import select
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import structlog
from django.conf import settings

from approvals.tools import Refused, Transient, Unknown
from runs.connectors.cutting import cut_off
from runs.connectors.email.message import Letter
from runs.connectors.email.servers import Where

PATIENCE = 10.0  # seconds for each word of the server's
LONGEST_SECONDS = 30.0  # for all of them
LONGEST_ANSWER = 64 * 1024
log = structlog.get_logger(__name__)
_DOTS = re.compile(rb"^\.", re.MULTILINE)


class _Bounded:
    """The server's half of the line, of which one answer is not endless."""

    def __init__(self, file: Any) -> None:
        self.file, self.left = file, LONGEST_ANSWER

    def readline(self, longest: int) -> bytes:
        line: bytes = self.file.readline(longest)
        self.left -= len(line)
        if self.left < 0 or (line and not line.endswith(b"\n")):
            raise OSError("The answer does not end")  # half a line is none: 2 is not 250
        return line

    def close(self) -> None:
        self.file.close()


class _Plain(smtplib.SMTP):
    """In the clear, until STARTTLS. ``watch`` ends with the connection."""

    watch: ExitStack

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        line = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self.watch.enter_context(cut_off(line.fileno(), after=LONGEST_SECONDS))
        return line

    def getreply(self) -> tuple[int, bytes]:
        file: Any = self.file
        if file is None:
            self.file = file = _Bounded(self.sock.makefile("rb"))  # type: ignore[union-attr]
        file.left = LONGEST_ANSWER
        return super().getreply()


class _Sealed(smtplib.SMTP_SSL, _Plain):
    """Encrypted from the first byte."""


@contextmanager
def opened(where: Where) -> Iterator[smtplib.SMTP]:
    """A server that has let us in. Raises `Transient` or `Refused`."""
    with ExitStack() as watch:
        line = _made(where, watch)
        watch.callback(line.close)
        with before_the_dot():
            _enter(line, where)
        yield line
        with suppress(smtplib.SMTPException, OSError, AttributeError):
            line.sock.settimeout(1.0)  # type: ignore[union-attr]
            line.quit()


def address(line: smtplib.SMTP, letter: Letter) -> None:
    """The envelope. All recipients or none: what was signed is not sent to half of them."""
    with before_the_dot():
        code, _ = line.mail(letter.sender)
        if not 200 <= code < 300:
            _expect(code, "The mail server refuses the sender")
            raise Transient("integration.unreachable", "The mail server's answer cannot be read")
        answers = {one: line.rcpt(one)[0] for one in letter.recipients}
    bad = {one: code for one, code in answers.items() if not 200 <= code < 300}
    if bad:
        let_go(line)
        words = f"The mail server does not take letters for {', '.join(bad)}"
        field = "to" if letter.recipients[0] in bad else "cc"
        if any(code >= 500 for code in bad.values()):
            raise Refused("integration.refused", words, field)
        raise Transient("integration.rate_limited", f"{words} for now", field)


def let_go(line: smtplib.SMTP) -> None:
    """Nothing of what was said counts."""
    with suppress(smtplib.SMTPException, OSError):
        line.rset()


def deliver(line: smtplib.SMTP, letter: Letter) -> None:
    """The letter itself. Raises `Unknown` from the dot on, unless the server says no."""
    with before_the_dot():
        code, _ = line.docmd("DATA")
        if code != 354:
            _expect(code, "The mail server refuses letters")
            raise Transient("integration.unreachable", "The mail server did not ask for the letter")
        line.send(_DOTS.sub(b"..", letter.content))
        _hear_out(line)
    try:
        line.send(b".\r\n")
        code, _ = line.getreply()
    except (smtplib.SMTPException, OSError) as error:
        log.warning("email.in_doubt", error=type(error).__name__)
        raise Unknown("outcome.unknown", "The mail server has the letter and did not answer") from None
    _expect(code, "The mail server refuses the letter")
    if not 200 <= code < 300:
        raise Unknown("outcome.unknown", "The mail server has the letter, and its answer cannot be read")


def _hear_out(line: smtplib.SMTP) -> None:
    """A server that speaks, or leaves, before the dot takes nothing. Under TLS other things than words arrive too."""
    if line.sock is None or isinstance(line.sock, ssl.SSLSocket):
        return
    asked = select.poll()
    asked.register(line.sock, select.POLLIN)
    if not asked.poll(0):
        return
    code, _ = line.getreply()
    _expect(code, "The mail server refuses the letter")
    raise Transient("integration.unreachable", "The mail server spoke out of turn")


def _made(where: Where, watch: ExitStack) -> smtplib.SMTP:
    kind: Any = _Sealed if where.safe_by == "ssl" else _Plain
    secure = {"context": ssl.create_default_context()} if where.safe_by == "ssl" else {}
    line: Any = kind(timeout=PATIENCE, local_hostname=_our_name(), **secure)
    line.watch, line._host = watch, where.host  # by this name its certificate is judged
    made: smtplib.SMTP = line
    return made


def _our_name() -> str:
    """As a greeting says it; asking the resolver for one could take a minute."""
    name: str = settings.SITE_HOST
    return f"[{name}]" if name.replace(".", "").isdigit() else name


def _enter(line: smtplib.SMTP, where: Where) -> None:
    code, _ = line.connect(where.host, where.port)
    if code != 220:
        _expect(code, "The mail server does not let us in")
        raise Transient("integration.unreachable", "No mail server answers there")
    line.ehlo_or_helo_if_needed()
    if where.safe_by == "tls":
        line.starttls(context=ssl.create_default_context())
        line.ehlo()
    if where.username:
        line.login(where.username, where.password)


@contextmanager
def before_the_dot() -> Iterator[None]:
    """Whatever breaks here, the server has taken nothing. Its words are not repeated: they may hold anything."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        _expect(error.smtp_code, "The mail server refuses the name or the key", "integration.auth")
        raise Transient("integration.unreachable", "The mail server did not let us in") from None
    except smtplib.SMTPResponseException as error:
        _expect(error.smtp_code, "The mail server refuses us")
        raise Transient("integration.unreachable", "The mail server did not let us in") from None
    except smtplib.SMTPNotSupportedError:
        raise Refused("integration.refused", "The mail server offers no TLS, or no way to sign in") from None
    except ssl.SSLCertVerificationError:
        raise Transient(
            "integration.unreachable", "The mail server's certificate is not to be trusted"
        ) from None
    except TimeoutError:
        raise Transient("integration.timeout", "The mail server did not answer in time") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        log.info("email.broke", error=type(error).__name__)
        raise Transient("integration.unreachable", "The connection to the mail server broke") from None


def _expect(code: int, words: str, why: str = "integration.refused") -> None:
    """Raise what a refusal means: 4xx for now, 5xx for good."""
    if 400 <= code < 500:
        raise Transient("integration.rate_limited", f"{words} for now ({code})") from None
    if 500 <= code < 600:
        raise Refused(why, f"{words} ({code})") from None

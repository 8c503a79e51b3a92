"""The mail server, as far as letters know it: what it took, and in one code why it did not."""

import smtplib
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
PATIENCE = 10  # seconds for each word of the server's


class NotTaken(Exception):
    """The server did not take the letter.

    ``code`` says why; ``final``: asking again is of no use; ``down``: no other letter would fare better now.
    """

    def __init__(self, code: str, *, final: bool = False, down: bool = False):
        super().__init__(code)
        self.code, self.final, self.down = code, final, down


class Server:
    """One connection for several letters, opened with the first."""

    def __init__(self) -> None:
        self.connection: Any = get_connection(BACKEND, timeout=PATIENCE, **settings.SMTP)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.connection.close()

    def send(self, message: EmailMessage) -> None:
        """Raises `NotTaken`."""
        try:
            self.connection.open()
            self.connection.send_messages([message])
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if not isinstance(error, smtplib.SMTPRecipientsRefused):
                self.connection.close()
            raise _why(error) from error


def _why(error: Exception) -> NotTaken:
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return NotTaken("recipient_refused", final=all(code >= 500 for code in codes))
        case smtplib.SMTPAuthenticationError():
            return NotTaken("sign_in_refused", down=True)
        case smtplib.SMTPSenderRefused():
            return NotTaken("sender_refused", down=True)
        case smtplib.SMTPDataError():
            return NotTaken("letter_refused", final=error.smtp_code >= 500)
        case smtplib.SMTPNotSupportedError():
            return NotTaken("not_supported", down=True)
        case smtplib.SMTPException() | OSError():
            return NotTaken("server_unreachable", down=True)
        case _:  # a header that Django refuses to write
            return NotTaken("not_writable", final=True)

"""How a call ended, in words. Workers keep codes only: what a far side says may repeat a secret."""

from exceptions.models import Call
from exceptions.models.call import CallState
from exceptions.models.channel import Kind

BY = {
    Kind.IN_APP: "in the product",
    Kind.EMAIL: "by e-mail",
    Kind.CHAT: "by chat",
    Kind.WEBHOOK: "by webhook",
}
REASONS = {
    "no_address": "the person has no e-mail address",
    "left": "the person has left",
    "no_mail_server": "no worker knows a mail server",
    "server_unreachable": "the mail server cannot be reached",
    "sign_in_refused": "the mail server does not let us in",
    "sender_refused": "the mail server refuses our address",
    "recipient_refused": "the mail server refuses the person’s address",
    "letter_refused": "the mail server refuses the letter",
    "not_supported": "the mail server cannot do what is asked of it",
    "not_writable": "the letter could not be written",
    "no_secret": "no worker knows a secret of that name",
    "odd_key": "the secret is no signing key: whsec_ and 24 to 64 bytes in base64",
    "address_refused": "workers may not go to that address; HTTP_ALLOW names exceptions",
    "retired": "the channel was retired",
    "unreachable": "it cannot be reached",
    "timeout": "it did not answer in time",
    "no_answer": "it did not answer",
    "refused": "its answer or its certificate cannot be used",
    "worker_lost": "the workers that tried it did not come back",
}


def reason(error: str) -> str:
    """Why it did not arrive."""
    if error.startswith("http_"):
        return f"it answered HTTP {error.removeprefix('http_')}"
    return REASONS.get(error, error.replace("_", " "))


def ended(call: Call) -> str:
    """How it stands: one sentence without its point."""
    match call.state:
        case CallState.DELIVERED:
            return "arrived"
        case CallState.NEEDLESS:
            return "not sent: the case was taken or settled before"
        case CallState.FAILED:
            return f"did not arrive: {reason(call.error)}"
    return f"tried again soon: {reason(call.error)}" if call.error else "on its way"

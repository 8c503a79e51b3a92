"""Who carries calls out, by mail, chat and signed webhook."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from approvals.models import Membership
from exceptions.models import Call
from exceptions.models.channel import Kind
from runs.notices import addresses, call_words, hooks
from runs.notices.server import NotTaken, Server
from runs.notices.undelivered import NotDelivered


class Couriers:
    """What one job carries out. A mail server that is down is not asked again by it."""

    def __init__(self, server: Server | None) -> None:
        self.server, self.mail_down = server, ""

    def carry(self, calls: Sequence[Call], now: datetime) -> int:
        """Deliver these calls, which go one way. Returns how many arrived: fewer than all where a webhook stopped
        taking them, or took too long. Raises `NotDelivered` when none did.
        """
        match calls[0].kind:
            case Kind.EMAIL:
                return self._post(calls)
            case Kind.CHAT:
                return hooks.chat(calls)
            case _:
                return hooks.announce(calls, now)

    def _post(self, calls: Sequence[Call]) -> int:
        if self.server is None:
            raise NotDelivered("no_mail_server", final=True)
        if self.mail_down:
            raise NotDelivered(self.mail_down)
        member = Membership.objects.filter(
            workspace=calls[0].workspace_id, user=calls[0].user_id, user__is_active=True
        )
        found = member.select_related("user", "workspace").first()
        if found is None:
            raise NotDelivered("left", final=True)
        if not addresses.known(found.user.email):
            raise NotDelivered("no_address", final=True)
        try:
            self.server.send(call_words.letter(calls, found))
        except NotTaken as why:
            self.mail_down = why.code if why.down else ""
            raise NotDelivered(why.code, final=why.final) from None
        return len(calls)


def mail_server() -> Server | None:
    """None where this process knows none, or letters are switched off."""
    return Server() if settings.SMTP and settings.LETTERS_ENABLED else None

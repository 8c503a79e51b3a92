"""The heartbeat of escalation: somebody outside hears each minute that nothing is late, and is alarmed by silence."""

from django.conf import settings

from approvals.tools import Refused
from exceptions import audit
from exceptions.models import EscalationAudit
from runs.http.client import send
from runs.http.limits import Limits
from runs.http.request import Request

PATIENCE = Limits(total_seconds=5.0, connect_seconds=2.0, read_seconds=3.0, redirects=2)


def send_due() -> bool:
    """Send the latest heartbeat that waits. Returns whether it arrived; one that did not is not sent again, since the
    next minute has its own.
    """
    waiting = EscalationAudit.objects.filter(heartbeat=audit.WAITING)
    latest = waiting.order_by("-at").first()
    if latest is None or not settings.HEARTBEAT_URL:
        return False
    claimed = waiting.filter(pk=latest.pk).update(heartbeat=audit.FAILED)
    waiting.update(heartbeat=audit.FAILED)
    if not claimed or not _arrived():
        return False
    EscalationAudit.objects.filter(pk=latest.pk).update(heartbeat=audit.SENT)
    return True


def _arrived() -> bool:
    try:
        return send(Request("GET", settings.HEARTBEAT_URL), limits=PATIENCE).http < 400
    except Refused:
        return False  # said in the log by the client, without the address

"""What the tests of the review pages do over and over: go somewhere, answer, read the record."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import ids
from approvals.models import LedgerEntry, Membership, Proposal


def url(name: str, proposal: Proposal) -> str:
    return reverse(name, args=[proposal.workspace.slug, proposal.public_id])


def queue(slug: str = "northwind", **query: str) -> str:
    return reverse("review", args=[slug], query=query or None)


def signed_in(member: Membership) -> Client:
    """A browser of the member's own, with the session of somebody who signed in: the door itself has its own tests."""
    user, session = member.user, SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def answer(client: Client, proposal: Proposal, verdict: str = "approve", **fields: Any) -> Any:
    """Press a button of the item page; a reason alone is a no."""
    told = {"seen_digest": proposal.digest} | ({"verdict": verdict} if verdict else {}) | fields
    return client.post(url("decision", proposal), told)


def kinds(proposal: Proposal) -> list[str]:
    """What the ledger holds about it, oldest first."""
    return list(
        LedgerEntry.objects.filter(proposal=proposal.pk).order_by("id").values_list("kind", flat=True)
    )


def again(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_related("workspace", "policy").get(pk=proposal.pk)


def as_drill(proposal: Proposal) -> Proposal:
    """A copy of it as a drill that somebody has refused."""
    kept = Proposal.objects.get(pk=proposal.pk)
    kept.pk, kept.idempotency_key, kept.drill = ids.new(), f"{kept.idempotency_key}-drill", True
    kept.save(force_insert=True)
    Proposal.objects.filter(pk=kept.pk).update(state="rejected", settled_at=timezone.now())
    return kept

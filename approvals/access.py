"""The only ways to fetch a row on somebody's behalf. What is not yours does not exist: 404, never a hint."""

import hashlib
from functools import cache
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from approvals import actors, ids
from approvals.models import Membership, Proposal
from approvals.waiting import statements

KNOWN = "_countersign_member"


class SignInFirst(PermissionDenied):
    """Nobody is signed in: `config.sign_in.forbidden` leads to the sign-in page and back."""


def member(request: HttpRequest, workspace: str, *roles: str) -> Membership:
    """The signed-in person's membership in the workspace of that slug, with any of ``roles`` when given.

    Raises `SignInFirst`, `Http404` for strangers, `PermissionDenied` for members without the role.
    """
    if not request.user.is_authenticated:
        raise SignInFirst
    found = statements.first(_membership(), {statements.NAME: workspace, statements.SEAT: request.user.pk})
    if found is None:
        raise Http404("no such workspace")
    if roles and not found.may(*roles):
        raise PermissionDenied(f"this needs the role {' or '.join(roles)}")
    timezone.activate(found.workspace.timezone)  # from here on this request tells the workspace's own time
    vars(request)[KNOWN] = found
    return found


@cache
def _membership() -> statements.Kept[Membership]:
    rows = Membership.objects.select_related("workspace", "user")
    return statements.keep(rows.filter(workspace__slug=statements.NAME, user_id=statements.SEAT))


def known(request: HttpRequest) -> Membership | None:
    """Whom `member` found for this request: for what surrounds a page, which need not ask again."""
    return vars(request).get(KNOWN)


def actor(request: HttpRequest) -> actors.Actor:
    """The person behind the request, and a digest of the session that proved it."""
    key = request.session.session_key or ""
    return actors.person(int(request.user.pk or 0), hashlib.sha256(key.encode()).hexdigest()[:12])


def proposal(member: Membership, public_id: str) -> Proposal:
    """A proposal of the member's workspace. Raises `Http404`."""
    row = found(member, identifier("proposal", public_id))
    if row is None:
        raise Http404("no such proposal")
    return row


def found(member: Membership, pk: UUID) -> Proposal | None:
    """The whole proposal with that id, if the member's workspace has it."""
    row = statements.first(_item(), statements.of(member) | {statements.ITEM: pk})
    if row is not None:
        row.workspace = row.agent.workspace = member.workspace
    return row


def asked(member: Membership, pk: UUID) -> statements.Built:
    """What `found` asks."""
    return statements.meant(_item().built, statements.of(member) | {statements.ITEM: pk})


@cache
def _item() -> statements.Kept[Proposal]:
    rows = Proposal.objects.select_related("agent", "policy", "lane")
    return statements.keep(rows.filter(pk=statements.ITEM, workspace_id=statements.HOUSE))


def identifier(kind: str, public_id: str) -> UUID:
    """The id behind its public spelling. Raises `Http404`."""
    try:
        return ids.read(kind, public_id)
    except ids.UnknownId as error:
        raise Http404(str(error)) from error

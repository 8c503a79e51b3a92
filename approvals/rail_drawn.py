"""The rail as it is drawn: once for all pages on which it says the same to the same person."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import loader
from django.utils.safestring import SafeString, mark_safe

from approvals import rail
from approvals.models.workspace import Role

TOKEN = secrets.token_hex(16)  # stands where the reader's own comes, which is another on every page


@dataclass(frozen=True)
class Said:
    """Everything the rail says; names are those that ``components/rail.html`` reads."""

    slug: str
    name: str
    username: str
    roles: str
    administers: bool
    others: tuple[tuple[str, str, str], ...]  # address, name and slug of each workspace one belongs to
    here: str
    review: str
    notices: str
    cases: str
    late: str


def drawn(context: Mapping[str, Any]) -> SafeString:
    """The rail of a page; nothing outside a workspace."""
    if not context.get("workspace"):
        return SafeString()
    said = _said(context)
    html = _render(said) if settings.DEBUG else _drawn(said)
    return mark_safe(html.replace(TOKEN, str(context.get("csrf_token", ""))))  # noqa: S308


def _said(context: Mapping[str, Any]) -> Said:
    member, workspace, counts = context["member"], context["workspace"], context.get("cases_waiting") or {}
    known = context.get("workspaces") or ()
    told = context.get("rail") or {}
    return Said(
        slug=workspace.slug,
        name=workspace.name,
        username=member.user.username,
        roles=member.roles_text,
        administers=Role.ADMIN in member.roles or Role.AUDITOR in member.roles,
        others=tuple((rail.addresses(one.slug)["review"], one.name, one.slug) for one in known),
        here=rail.section(context["request"].path, rail.addresses(workspace.slug)),
        review=told.get("review_count", ""),
        notices=told.get("notices", ""),
        cases=counts.get("all", ""),
        late=counts.get("late", ""),
    )


@lru_cache(maxsize=500)
def _drawn(said: Said) -> str:
    return _render(said)


def _render(said: Said) -> str:
    given = asdict(said) | {"at": rail.addresses(said.slug), "csrf_token": TOKEN}
    return loader.render_to_string("components/rail.html", given)

"""The house's own tags: text nobody vouches for, money and moments, said the same on every page."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import loader
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from approvals import decisions, moments, rail_drawn, wording
from approvals import visible as sight
from approvals.models import Proposal
from approvals.waiting.places import item_url

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """A symbol of ``img/icons.svg``, beside the words that say the same. A tag, since a page holds a hundred."""
    kind = f"icon {classes}" if classes else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', kind, _symbols(), name
    )


@cache
def _symbols() -> str:
    return static("img/icons.svg")


@register.simple_tag
def gathered(name: str) -> str:
    """The address of a file that only collectstatic makes; empty where files are served one by one."""
    known = getattr(staticfiles_storage, "hashed_files", {})
    return staticfiles_storage.url(name) if name in known else ""


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A part that says the same on every page, drawn once."""
    return _render(name) if settings.DEBUG else _drawn(name)


@cache
def _drawn(name: str) -> SafeString:
    return _render(name)


def _render(name: str) -> SafeString:
    return loader.render_to_string(name, {"reasons": decisions.REASONS.items()})


register.simple_tag(rail_drawn.drawn, takes_context=True, name="rail")
register.simple_tag(item_url)


@register.filter
def visible(value: Any) -> SafeString:
    """Escaped, with every character that hides shown as a chip. What is safe already stays as it is."""
    return value if isinstance(value, SafeString) else sight.visible("" if value is None else value)


@register.filter
def plain(value: Any) -> str:
    """For titles and attributes, where there is no room for chips."""
    return sight.plain("" if value is None else value)


@register.filter
def money(value: Any, currency: str = "") -> str:
    """Grouped digits with the currency; nothing for no amount."""
    return "" if value is None else wording.money(value, currency)


@register.filter
def ago(value: datetime | None) -> str:
    """How long since a moment."""
    return "" if value is None else wording.ago(timezone.now() - value)


@register.filter(expects_localtime=True)
def iso(value: datetime | None) -> str:
    """The moment as machines read it, on the workspace's clock: Django's ``date:"c"`` in a twentieth of the time."""
    return value.isoformat() if value else ""


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """29 Nov 2026, on the workspace's clock."""
    return f"{value.day} {value:%b} {value.year}" if value else ""


@register.filter(expects_localtime=True)
def clock(value: datetime | None) -> str:
    """23:05, on the workspace's clock."""
    return f"{value:%H:%M}" if value else ""


@register.filter
def near(value: datetime | None) -> str:
    """The moment as far as it must be told from now, on the workspace's clock."""
    return "" if value is None else moments.near(value, timezone.now())


@register.filter
def touching(stops: Any, proposal: Proposal) -> list[Any]:
    """Of what stands still, that which touches a proposal."""
    given = {"agent": proposal.agent_id.hex, "tool": proposal.tool}
    return [stop for stop in stops or () if stop.touches(**given)]


@register.simple_tag
def clocks_stand(stops: Any, proposal: Proposal) -> bool:
    """Whether something that is pulled stops the proposal's clocks."""
    return any(stop.stops_clocks for stop in touching(stops, proposal))


@register.filter
def left(value: datetime | None) -> str:
    """How long until a moment."""
    return "" if value is None else wording.spell(value - timezone.now())


@register.filter
def label(value: Any) -> str:
    """A field's name as people read it."""
    return wording.label(str(value))

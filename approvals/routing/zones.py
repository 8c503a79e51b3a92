"""Time zones to choose from: hundreds, drawn at once."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

NOT_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")
ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith(NOT_PLACES))
SELECTED = {True: mark_safe(" selected"), False: ""}


def zones(held: str) -> list[tuple[str, str]]:
    """What may be chosen as a time zone, the one held among it, whatever that is."""
    names = ["UTC", *ZONES]
    return [(name, name) for name in (names if held in names else [*names, held])]


class Zones(forms.Select):
    """Django draws a template for each option, which takes longer than all the rest of such a page."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        held = str(value or "")
        options = [(key, SELECTED[key == held], words) for key, words in self.choices]
        drawn = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), drawn
        )

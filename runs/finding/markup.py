"""Acts as lines of HTML, every value escaped. A moment has hundreds, and a template takes longer to say them."""

from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from runs.finding.acts import Act

MINUTE = '<li class="minute" aria-hidden="true">{}</li>'
LINE = '<li class="{}"><time class="num" datetime="{}">{}</time><span>{}</span>{}</li>\n'
LINK = '<a href="{}">{}</a>'


def lines(acts: Iterable[Act]) -> SafeString:
    """One below the other, each minute named where it begins."""
    return format_html_join("", "{}", ((said,) for said in _lines(acts)))


def _lines(acts: Iterable[Act]) -> Iterator[SafeString]:
    minute = ""
    for act in acts:
        if act.told_at[:16] != minute:
            minute = act.told_at[:16]
            yield format_html(MINUTE, act.minute)
        link = format_html(LINK, act.url, act.about) if act.url else ""
        yield format_html(LINE, act.tone, act.told_at, act.clock, act.sentence, link)

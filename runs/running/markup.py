"""Rows of a waterfall as HTML, every value escaped. A page shows a hundred, and a template takes longer to say them
than everything else on it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from approvals.templatetags.house import icon, visible

ROW = (
    '<details class="step {state}{waits}" id="{id}"><summary><span class="step-name{depth}">{icon}'
    '<span class="nowrap">{name}</span><small>{note}</small>{odd}</span>{bar}<span class="took">{took}</span></summary>'
    '<div class="step-body">{why}{facts}{parts}{more}</div></details>\n'
)
BAR = (
    '<svg class="step-bar" role="img" aria-label="{state}, started after {after}"><rect class="track" width="100%"'
    ' height="100%" rx="3"></rect>{folds}<rect class="bar {state}" x="{x}%" width="{width}%" {thick}></rect></svg>'
)
THIN, THICK = mark_safe('y="43%" height="14%"'), mark_safe('height="100%" rx="3"')
ODD = '<span class="step-odd" title="{words}">{icon}<span class="vh">{words}</span></span>'
PART = (
    '<section class="section"><h3>{title}</h3><pre class="code" tabindex="0" role="region" aria-label="{title}">'
    "{text}</pre></section>"
)
MORE = (
    '<div class="stack" hx-get="{url}" hx-trigger="toggle from:closest details once">'
    '<p><a href="{url}">The whole step</a></p></div>'
)
FOLD = '<rect class="fold" x="{}%" width="{}%" height="100%"></rect>'
FACT = "<div><dt>{label}</dt><dd{kind}>{value}</dd></div>"
DRAWN = ("state", "after", "x", "width")
MONO = mark_safe(' class="mono"')


def folds(pieces: Iterable[Any]) -> SafeString:
    """Where the axis is folded, as every row draws it."""
    return format_html_join("", FOLD, ((f"{one.x:.2f}", f"{one.width:.2f}") for one in pieces))


def row(step: Mapping[str, Any], folded: str | SafeString = "") -> SafeString:
    """One row. Of a step: ``id``, ``state``, ``name``, ``note``, ``icon``, ``after``, ``x``, ``width``, ``took``, and
    what there is of ``waits``, ``level``, ``odd``, ``facts``, ``parts``, ``url``.
    """
    level, odd, url = step.get("level", 0), step.get("odd") or (), step.get("url", "")
    told: dict[str, Any] = {
        "waits": " waits" if step.get("waits") else "",
        "depth": f" deep l{level}" if level else "",
        "icon": icon(step.get("icon") or "runs"),
        "name": visible(step["name"]),
        "note": visible(step["note"]),
        "odd": format_html(ODD, words=" ".join(odd), icon=icon("exceptions")) if odd else "",
        "bar": format_html(BAR, folds=folded, thick=THIN if step.get("waits") else THICK, **_of(step, DRAWN)),
        "why": format_html_join("", '<p class="step-odd">{}</p>', ((words,) for words in odd)),
        "facts": _facts(step.get("facts") or ()),
        "parts": _parts(step.get("parts") or ()),
        "more": format_html(MORE, url=url) if url else "",
    }
    return format_html(ROW, **_of(step, ("id", "state", "took")), **told)


def _of(step: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: step[name] for name in names}


def _facts(facts: Iterable[Mapping[str, Any]]) -> SafeString:
    """As ``components/facts.html`` has them."""
    lines = format_html_join("", FACT, ({"label": one["label"], **_fact(one)} for one in facts))
    return format_html('<dl class="facts">{}</dl>', lines) if lines else lines


def _fact(one: Mapping[str, Any]) -> dict[str, Any]:
    value = conditional_escape(one["value"])
    if one.get("url"):
        value = format_html('<a href="{}">{}</a>', one["url"], value)
    return {"kind": MONO if one.get("mono") else "", "value": value}


def _parts(parts: Iterable[Mapping[str, str]]) -> SafeString:
    return format_html_join(
        "", PART, ({"title": one["title"], "text": visible(one["text"])} for one in parts)
    )

"""Marks and rows of tables as HTML, every value escaped. There are a thousand on a page, and a template takes five
times as long to say them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

LINE = '<line class="{tone}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
BAR = (
    '<a href="{url}" tabindex="-1" aria-label="{words}"><rect class="mark {tone}" x="{x}" y="{y}" width="{width}"'
    ' height="{height}"><title>{words}</title></rect></a>'
)
DOT = (
    '<a href="{url}" tabindex="-1" aria-label="{words}"><circle class="mark {tone}" cx="{x}" cy="{y}" r="4">'
    "<title>{words}</title></circle></a>"
)
ROW = '<tr><th scope="row" class="nowrap">{label}</th>{cells}</tr>'
CELL = '<td class="right"><a href="{url}">{text}</a>{reach}</td>'
REACH = ' <span class="quiet">{reach}</span>'


def marks(
    lines: Iterable[Mapping[str, str]], bars: Iterable[Mapping[str, str]], dots: Iterable[Mapping[str, str]]
) -> SafeString:
    """What is drawn, the later upon the earlier."""
    return _said(LINE, lines) + _said(BAR, bars) + _said(DOT, dots)


def rows(table: Iterable[Mapping[str, Any]]) -> SafeString:
    """The body of a table."""
    return _said(ROW, ({"label": row["label"], "cells": _cells(row["cells"])} for row in table))


def _cells(cells: Iterable[dict[str, str]]) -> SafeString:
    return _said(CELL, (cell | {"reach": _said(REACH, [cell] if cell["reach"] else [])} for cell in cells))


def _said(form: str, values: Iterable[Mapping[str, Any]]) -> SafeString:
    return format_html_join("", form, values)

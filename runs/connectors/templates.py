"""One-line templates an administrator writes: words with `{argument}` in them, and nothing that computes."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from runs.connectors.values import said


def placeholders(template: str) -> list[str]:
    """Names in braces. Raises ValueError for anything a name alone does not say."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as trouble:
        raise ValueError(f"the template cannot be read: {trouble}") from None
    names = []
    for _, name, layout, conversion in parts:
        if name is None:
            continue
        if layout or conversion or not name.isidentifier():
            raise ValueError(f"write {{argument}} and nothing else between braces, not {{{name}…}}")
        names.append(name)
    return names


def check(template: str, known: Iterable[str]) -> None:
    """Raise ValueError when the template speaks of arguments there are not."""
    allowed = set(known)
    strangers = [name for name in placeholders(template) if name not in allowed]
    if strangers:
        raise ValueError(
            f"the template speaks of {', '.join(strangers)}; there are {', '.join(sorted(allowed))}"
        )


def filled(template: str, values: Mapping[str, Any], longest: int = 300) -> str:
    """The template with raw, perhaps invalid values in it, in one line; what is missing is left out."""
    words = "".join(
        text + (said(values.get(name)) if name else "") for text, name, _, _ in Formatter().parse(template)
    )
    return " ".join(words.split())[:longest]

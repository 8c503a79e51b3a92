"""Runbooks as HTML: Markdown without raw HTML, images or scripts, its links marked as leading away."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

LONGEST = 20_000


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "noopener nofollow")
    return self.renderToken(tokens, index, options, env)


_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["image", "html_block", "html_inline"]
)
_markdown.add_render_rule("link_open", _link_open)


@lru_cache(maxsize=256)
def render(text: str) -> SafeString:
    """Markdown as HTML that may stand in a page, the same for every reader: raw HTML is shown as text, and links are
    http(s) or mail only.
    """
    return mark_safe(_markdown.render(text[:LONGEST]))  # noqa: S308  html is off, links are validated

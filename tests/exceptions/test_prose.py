"""Runbooks are Markdown and nothing more."""

import pytest

from exceptions import catalogue, prose


def test_lists_and_emphasis_are_rendered() -> None:
    page = prose.render("1. **Amend** it\n2. or not")

    assert "<ol>" in page
    assert "<strong>Amend</strong>" in page


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.com/track.gif)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<a href='javascript:alert(1)'>x</a>",
    ],
)
def test_nothing_in_a_runbook_acts(attack: str) -> None:
    page = prose.render(attack)

    assert not any(
        live in page for live in ("<script", "<img", 'href="javascript', 'href="data', "<a href='")
    )


def test_links_lead_away_without_vouching() -> None:
    assert 'rel="noopener nofollow"' in prose.render("[state](https://example.com/state)")


def test_every_shipped_runbook_is_of_a_shipped_class() -> None:
    families = {entry.code for entry in catalogue.ENTRIES} | {
        entry.code.partition(".")[0] for entry in catalogue.ENTRIES
    }

    assert {path.stem for path in catalogue.RUNBOOKS.glob("*.md")} <= families

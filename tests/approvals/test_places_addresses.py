"""An address put together from its pieces is the one that Django would find."""

import pytest
from django.urls import reverse

from approvals.waiting.places import Place, item_url


@pytest.mark.parametrize("slug", ["northwind", "-", "a-b"])
@pytest.mark.parametrize("name", ["proposal", "decision", "edit", "give", "set-aside", "undo"])
def test_of_an_item(slug: str, name: str) -> None:
    for item in ("prop_01a2285e584e77ffb7f2d62f51999af3", "-"):
        assert Place().url(name, slug, item).partition("?")[0] == reverse(name, args=[slug, item])


@pytest.mark.parametrize("slug", ["northwind", "-"])
def test_of_the_queue_and_of_a_page(slug: str) -> None:
    assert Place().url("review", slug).partition("?")[0] == reverse("review", args=[slug])
    assert item_url(slug, "prop_1") == reverse("proposal", args=[slug, "prop_1"])

"""A sample is judged with the keys of review, one after another."""

from typing import Any

import pytest

from approvals.models import SampleVerdict
from approvals.sampling import waiting
from tests.approvals.sampling import drawn, passed, trusted
from tests.journeys.browsing import press
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ken_judges_by_key_alone(northwind: Company, opened: Any):
    trusted(northwind)
    passed(northwind, 5)
    drawn(northwind)
    first, second, third = waiting.of(northwind.ken)[:3]
    page = opened(northwind.ken, "/w/northwind/samples/judge/")
    for keys, headline in (("a", second), ("r1", third)):
        press(page, *keys)
        page.wait_for_function("title => document.querySelector('h1[data-landing]').innerText === title",
                               arg=headline.proposal.headline)  # fmt: skip
    told = SampleVerdict.objects.order_by("id").values_list("item", "wrong", "reason_code")
    assert list(told) == [(first.pk, False, ""), (second.pk, True, "wrong_value")]
    press(page, "s")
    page.wait_for_function("title => document.querySelector('h1[data-landing]').innerText !== title",
                           arg=third.proposal.headline)  # fmt: skip
    assert SampleVerdict.objects.count() == 2

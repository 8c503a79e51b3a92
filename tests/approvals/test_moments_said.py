"""Days and times of day in templates: on the reader's clock, and as Django's own filter writes them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone

MOMENTS = [
    datetime(2026, 11, 29, 23, 30, tzinfo=UTC),
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    datetime(1999, 9, 30, 0, 0, tzinfo=UTC),
    date(2026, 5, 1),
    None,
    "",
]


def said(filters: str, moment: Any) -> str:
    return Template("{{ moment|" + filters + " }}").render(Context({"moment": moment}))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland"])
def test_days_are_those_of_the_clock_that_is_read(moment: Any, zone: str) -> None:
    with timezone.override(zone):
        assert said("day", moment) == said('date:"j M Y"', moment)
        if not isinstance(moment, date) or isinstance(moment, datetime):
            assert said("clock", moment) == said('date:"H:i"', moment)

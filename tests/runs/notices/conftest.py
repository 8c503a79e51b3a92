"""A mail server, a company that can be written to, and a morning."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from approvals import actors, policies
from tests.people import Company
from tests.runs.notices import mailbox

MONDAY_NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def morning() -> datetime:
    """Monday, the moment at which the company's hours begin."""
    return MONDAY_NINE


@pytest.fixture
def post(settings) -> Iterator[mailbox.Mailbox]:
    """The server this site sends its letters through."""
    with mailbox.serving() as box:
        settings.SMTP, settings.LETTERS_ENABLED = mailbox.known_as(box.port), True
        settings.SITE_URL, settings.SITE_HOST = "https://sign.example.org", "sign.example.org"
        yield box


@pytest.fixture
def maria(northwind: Company, morning: datetime):
    """The only person with an address; the company was founded the day before."""
    member = northwind.maria
    member.user.email = "maria@northwind.example"
    member.user.save()
    return member


@pytest.fixture
def two_must_sign(northwind: Company) -> None:
    """From now on a memo needs two signatures."""
    policies.set_policy(
        workspace=northwind.workspace,
        tool="memo.write",
        actor=actors.worker("test"),
        now=timezone.now(),
        quorum=2,
    )


@pytest.fixture
def yesterday(morning: datetime) -> datetime:
    return morning - timedelta(days=1)

"""Circumstances that tests of decisions share."""

import pytest
from django.utils import timezone

from approvals import actors, policies
from tests.people import Company


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

"""Fixtures that hand the cast and the memo board to tests."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests import memo, people


@pytest.fixture
def board() -> Iterator[memo.Board]:
    """An empty memo board, and its tools registered."""
    yield memo.install()
    memo.BOARD.clear()


@pytest.fixture
def northwind(db: None, board: memo.Board) -> people.Company:
    """Northwind Finance: maria and ken review, olu owns cases, ada runs it, tess audits, bot proposes."""
    return people.northwind(timezone.now())


@pytest.fixture
def harbour(db: None, board: memo.Board) -> people.Company:
    """Harbour Clinic, where Dana is at home."""
    return people.harbour(timezone.now())


@pytest.fixture(scope="module")
def founded(lasting: None) -> people.Company:
    """Northwind for a module that builds much upon it: what is built once lasts, and each test has a copy (`again`)."""
    memo.install()
    return people.northwind(timezone.now())


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What fixtures of a module make stands for all its tests, each of which is undone by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)

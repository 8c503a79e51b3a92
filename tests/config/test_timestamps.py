"""Moments come out of the database as Django would read them, whatever the session's time zone."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.pq import Format

from config.timestamps import Moment

pytestmark = pytest.mark.django_db


def told(moment: datetime | str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [moment])
        return cursor.fetchone()[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.datetimes(timezones=st.timezones()))
def test_any_moment_comes_back_as_it_went_in(moment: datetime) -> None:
    found = told(moment)

    assert found == moment.astimezone(UTC)
    assert found.tzinfo is UTC


def test_every_connection_of_the_product_reads_them_so() -> None:
    connection.ensure_connection()
    adapters = connection.connection.adapters

    assert adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT) is Moment


def test_a_session_with_another_clock_is_understood() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Asia/Kolkata'")

    assert told("2026-11-29 13:05:00.5+00") == datetime(2026, 11, 29, 13, 5, 0, 500_000, UTC)


@pytest.mark.parametrize("never", ["infinity", "-infinity", "44-03-15 12:00 BC", "12026-11-29 13:05+00"])
def test_what_python_has_no_moment_for_is_an_error(never: str) -> None:
    with pytest.raises(DataError):
        told(never)

"""Between tests even tables that refuse to be emptied are emptied, and their laws stand again afterwards."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from approvals.models import LedgerEntry
from tests import people
from tests.builders import a_proposal, an_approved

pytestmark = pytest.mark.django_db(transaction=True)
ALWAYS = "ALTER TABLE approvals_proposal ENABLE ALWAYS TRIGGER never_deleted"
ORIGIN = "ALTER TABLE approvals_proposal ENABLE TRIGGER never_deleted"
LAWS = (
    "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
)


@pytest.fixture
def _a_law_for_always() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(ALWAYS)
    yield
    with connection.cursor() as cursor:
        cursor.execute(ORIGIN)


def laws() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(LAWS)
        return cursor.fetchall()


@pytest.mark.usefixtures("_a_law_for_always")
def test_after_a_flush_nothing_is_left_and_every_law_stands_again(northwind):
    an_approved(northwind.bot, northwind.maria)
    before, lasting = laws(), Permission.objects.count()
    call_command("flush", interactive=False, verbosity=0)
    left = {model.__name__ for model in apps.get_models() if model._meta.managed and model.objects.exists()}
    assert left == {"Permission", "ContentType"} and Permission.objects.count() == lasting
    assert laws() == before and ("approvals_proposal", "never_deleted", "A") in before


@pytest.mark.parametrize(
    "attack", ["DELETE FROM approvals_ledgerentry", "TRUNCATE approvals_ledgerentry CASCADE"]
)
def test_the_ledger_refuses_again_after_a_flush(northwind, attack):
    a_proposal(northwind.bot)
    call_command("flush", interactive=False, verbosity=0)
    a_proposal(people.northwind(timezone.now()).bot)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert LedgerEntry.objects.exists()

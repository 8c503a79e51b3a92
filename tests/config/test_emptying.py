"""Between tests even tables that refuse to be emptied are emptied, and their laws stand again afterwards."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

GUARD = """
    CREATE TABLE guarded (id int);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;
    CREATE TRIGGER no_truncate BEFORE TRUNCATE ON guarded EXECUTE FUNCTION refuse();
    CREATE TRIGGER no_delete BEFORE DELETE ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();
    ALTER TABLE guarded ENABLE ALWAYS TRIGGER no_delete;
"""


@pytest.fixture
def _guarded_table(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute(GUARD)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE guarded; DROP FUNCTION refuse()")


@pytest.mark.usefixtures("_guarded_table")
def test_a_guarded_table_is_still_guarded_after_a_flush():
    call_command("flush", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO guarded VALUES (1)")
        for attack in ("TRUNCATE guarded", "DELETE FROM guarded"):
            with pytest.raises(DatabaseError, match="never"), transaction.atomic():
                cursor.execute(attack)
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'no_delete'")
        assert cursor.fetchone() == ("A",)

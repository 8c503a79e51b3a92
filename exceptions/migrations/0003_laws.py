"""Laws the database keeps by itself (DESIGN.md §4, law 9): nothing disappears, and settled means settled."""

from django.db import migrations

SETTLED = """
CREATE FUNCTION countersign_case_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM exceptions_occurrence WHERE case_id = NEW.id AND disposition = 'open') THEN
    RAISE EXCEPTION 'a case with open occurrences is not resolved' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER settled BEFORE INSERT OR UPDATE OF state ON exceptions_case
  FOR EACH ROW WHEN (NEW.state = 'resolved') EXECUTE FUNCTION countersign_case_is_settled();
"""

SAME_WORKSPACE = """
CREATE FUNCTION countersign_teams_of_one_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM exceptions_team WHERE id IN (NEW.owner_id, NEW.backup_id)
             AND workspace_id <> NEW.workspace_id) THEN
    RAISE EXCEPTION 'owner and backup are teams of the same workspace' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER same_workspace BEFORE INSERT OR UPDATE ON exceptions_failureclass
  FOR EACH ROW EXECUTE FUNCTION countersign_teams_of_one_workspace();
"""

KEPT = ["exceptions_case", "exceptions_occurrence", "exceptions_resolution", "exceptions_failureclass"]


def kept(table: str) -> str:
    return f"""
CREATE TRIGGER never_deleted BEFORE DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""


def released(table: str) -> str:
    return f"DROP TRIGGER never_deleted ON {table}; DROP TRIGGER never_truncated ON {table};"


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0002_clocks"), ("approvals", "0002_laws")]

    operations = [
        migrations.RunSQL(
            [SETTLED],
            ["DROP TRIGGER settled ON exceptions_case; DROP FUNCTION countersign_case_is_settled();"],
        ),
        migrations.RunSQL(
            [SAME_WORKSPACE],
            [
                "DROP TRIGGER same_workspace ON exceptions_failureclass;"
                "DROP FUNCTION countersign_teams_of_one_workspace();"
            ],
        ),
        migrations.RunSQL([kept(table) for table in KEPT], [released(table) for table in KEPT]),
    ]

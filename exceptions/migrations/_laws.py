"""Words of SQL that several migrations say."""


def kept(table: str) -> str:
    """Rows of the table are never deleted."""
    return f"""
CREATE TRIGGER never_deleted BEFORE DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""


def released(table: str) -> str:
    """They may be deleted again."""
    return f"DROP TRIGGER never_deleted ON {table}; DROP TRIGGER never_truncated ON {table};"


FIXED = """
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON exceptions_revision
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_revision
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""
LOOSE = (
    "DROP TRIGGER never_changed ON exceptions_revision; DROP TRIGGER never_truncated ON exceptions_revision;"
)

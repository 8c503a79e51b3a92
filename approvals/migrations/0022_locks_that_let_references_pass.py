"""Laws lock what they judge by as everybody does: whoever only refers to it does not wait (`approvals.locks`)."""

from django.db import migrations

FULL, NO_KEY = "FOR UPDATE;", "FOR NO KEY UPDATE;"


def _with(old: str, new: str) -> str:
    return f"""
DO $$
DECLARE law regproc;
BEGIN
  FOREACH law IN ARRAY ARRAY['countersign_decision_is_lawful', 'countersign_sample_verdict_is_lawful']::regproc[] LOOP
    EXECUTE replace(pg_get_functiondef(law), '{old}', '{new}');
  END LOOP;
END $$;"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0021_fewer_indexes")]

    operations = [migrations.RunSQL([_with(FULL, NO_KEY)], [_with(NO_KEY, FULL)])]

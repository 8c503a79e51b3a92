"""What was measured of a look, and what a drill was, is neither taken away nor emptied: the flags would go with it."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_exposure
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_exposure
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_drill
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""
BACKWARD = """
DROP TRIGGER never_truncated ON approvals_drill;
DROP TRIGGER never_truncated ON approvals_exposure;
DROP TRIGGER never_deleted ON approvals_exposure;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0008_batch_laws")]

    operations = [migrations.RunSQL([FORWARD], [BACKWARD])]

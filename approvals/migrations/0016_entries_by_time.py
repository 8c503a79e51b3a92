"""The ledger by the clock: a few pages of index for any number of entries, which are written in its order; and what a
run proposed, newest first.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models
from django.db.models import Q

BY_TIME = BrinIndex(fields=["at"], name="entries_by_time", pages_per_range=16, autosummarize=True)

BY_RUN = models.Index(fields=["run", "-id"], condition=Q(run__isnull=False), name="proposals_by_run")

# "receipt:NW-4102" is found by "NW-4102" too
RECORD = "substring(subject from position(':' in subject) + 1)"
BY_RECORD = (
    f"CREATE INDEX proposals_by_record ON approvals_proposal (workspace_id, {RECORD}) WHERE subject <> ''"
)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0015_told_quickly")]

    operations = [
        migrations.AddIndex("ledgerentry", BY_TIME),
        migrations.AddIndex("proposal", BY_RUN),
        migrations.RemoveIndex("proposal", "proposals_of_run"),
        migrations.RunSQL(BY_RECORD, "DROP INDEX proposals_by_record"),
    ]

"""Whether a case passes over steps that reach nobody is kept with it, and holds to remind of are found by an index."""

from django.db import migrations, models

KEEP = """
UPDATE exceptions_case AS held SET skip_empty = plan.skip_empty
FROM exceptions_plan AS plan WHERE plan.id = held.plan_id AND NOT plan.skip_empty;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0009_week")]

    operations = [
        migrations.AddField("case", "skip_empty", models.BooleanField(default=True)),
        migrations.RunSQL([KEEP], migrations.RunSQL.noop),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("reminded_at__isnull", True), ("state", "acknowledged")),
                fields=["acknowledged_until"],
                name="reminder_sweep",
            ),
        ),
    ]

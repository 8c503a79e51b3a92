"""Executions are written anew three times in a second: indexes that others cover go, and pages keep room for a claim,
which then touches no index at all (a heap-only tuple).
"""

import django.db.models.deletion
from django.db import migrations, models


def to(model: str, name: str, **more: object) -> models.ForeignKey:
    """A reference without an index of its own."""
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to=model,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0021_fewer_indexes"), ("runs", "0018_run_states")]

    operations = [
        migrations.AddConstraint(
            "execution", models.UniqueConstraint(fields=("write_key",), name="one_key_one_write")
        ),
        migrations.AlterField("execution", "write_key", models.CharField(max_length=64)),
        migrations.AlterField("execution", "workspace", to("approvals.workspace", "executions")),
        migrations.AlterField("execution", "reverses", to("runs.execution", "reversals", null=True)),
        migrations.AddIndex(
            "execution",
            models.Index(
                condition=models.Q(("reverses__isnull", False)), fields=["reverses"], name="reversals"
            ),
        ),
        migrations.AlterField("attempt", "execution", to("runs.execution", "tries")),
        migrations.RunSQL(
            "ALTER TABLE runs_execution SET (fillfactor = 70)",
            "ALTER TABLE runs_execution RESET (fillfactor)",
        ),
    ]

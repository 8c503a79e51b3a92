from django.db import migrations, models

# A case that is open is as old as the time it was opened last; one that is settled keeps what its last time was.
FILL = """
UPDATE exceptions_case AS held SET opened_at = coalesce(
    (SELECT max(e.opened_at) FROM exceptions_episode e WHERE e.case_id = held.id), held.first_seen_at);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0014_fewer_indexes")]

    operations = [
        migrations.AddField(model_name="case", name="opened_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name="case", name="opened_at", field=models.DateTimeField()),
        migrations.RemoveIndex(model_name="case", name="oldest_cases"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "resolved"), _negated=True),
                fields=["workspace", "opened_at", "id"],
                name="oldest_cases",
            ),
        ),
    ]

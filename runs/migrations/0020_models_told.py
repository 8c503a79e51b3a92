"""A model that an agent outside tells of is part of its version, as a prompt is; what was told so far counts already."""

from django.db import migrations, models

COUNTED = "UPDATE runs_prompttold SET counts_from_at = seen_at"


class Migration(migrations.Migration):
    dependencies = [("runs", "0019_fewer_indexes")]

    operations = [
        migrations.AddField(
            "prompttold", "model", models.CharField(blank=True, db_default="", default="", max_length=80)
        ),
        migrations.AddField("prompttold", "counts_from_at", models.DateTimeField(null=True)),
        migrations.AlterField("prompttold", "prompt", models.CharField(blank=True, max_length=60)),
        migrations.AlterField("prompttold", "digest", models.CharField(blank=True, max_length=64)),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.RemoveConstraint("prompttold", "a_prompt_is_told_once"),
        migrations.AddConstraint(
            "prompttold",
            models.UniqueConstraint(
                fields=("agent", "agent_version", "prompt", "digest", "model"), name="a_prompt_is_told_once"
            ),
        ),
        migrations.AddConstraint(
            "prompttold",
            models.CheckConstraint(
                condition=models.Q(("digest", ""), ("model", ""), _connector="XOR"),
                name="a_prompt_or_a_model_is_told",
            ),
        ),
        migrations.AddIndex(
            "prompttold",
            models.Index(
                condition=models.Q(("counts_from_at__isnull", True)),
                fields=["id"],
                name="told_and_not_counted",
            ),
        ),
    ]

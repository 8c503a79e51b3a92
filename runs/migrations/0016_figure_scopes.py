"""Facts are counted for the whole workspace, each workflow and each version; what was counted is counted anew."""

from django.db import migrations, models

FORGET = "DELETE FROM runs_figure; DELETE FROM runs_figuremark;"
SCOPES = [
    ("all", "the whole workspace"),
    ("workflow", "one workflow"),
    ("version", "one version of an agent, in one workflow"),
]
FIELDS = ["grain", "starts_at", "measure", "workflow", "agent", "agent_version", "key"]


class Migration(migrations.Migration):
    dependencies = [("runs", "0015_models")]

    operations = [
        migrations.RunSQL(FORGET, FORGET),
        migrations.RemoveConstraint("figure", "one_figure_of_a_kind"),
        migrations.AddField(
            "figure",
            "scope",
            models.CharField(choices=SCOPES, default="all", max_length=8),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "figure",
            models.UniqueConstraint(fields=["workspace", "scope", *FIELDS], name="one_figure_of_a_kind"),
        ),
    ]

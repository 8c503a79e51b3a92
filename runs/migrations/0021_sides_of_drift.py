"""What was usual before and is of late stands beside each finding of drift; when a prompt or a model was told last counts
from now on, for what is in use as for what is not.
"""

from django.db import migrations, models

IN_USE = "UPDATE runs_prompttold SET seen_at = now()"


class Migration(migrations.Migration):
    dependencies = [("runs", "0020_models_told")]

    operations = [
        migrations.AddField("driftfinding", "sides", models.JSONField(db_default={}, default=dict)),
        migrations.RunSQL(IN_USE, migrations.RunSQL.noop),
    ]

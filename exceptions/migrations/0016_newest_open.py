"""What is open in a case is indexed in the order in which it is read. In the minute in which a case fills, the database
does not know how full it is: it took an index without that order and sorted the whole case for its newest. A step of an
escalation writes a case anew: two indexes that others cover go.
"""

import django.db.models.deletion
from django.db import migrations, models

OPEN = models.Q(("disposition", "open"))


def to(model: str, name: str) -> models.ForeignKey:
    """A reference without an index of its own: another begins with it."""
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to=f"exceptions.{model}",
    )


class Migration(migrations.Migration):
    dependencies = [("exceptions", "0015_age")]

    operations = [
        migrations.AddIndex(
            "occurrence",
            models.Index(
                condition=OPEN,
                fields=["case", "-id"],
                include=("currency", "amount"),
                name="occurrences_open",
            ),
        ),
        migrations.RemoveIndex("occurrence", "money_at_risk"),
        migrations.AlterField("occurrence", "case", to("case", "occurrences")),
        migrations.AlterField("resolution", "case", to("case", "resolutions")),
        migrations.AlterField("case", "failure_class", to("failureclass", "cases")),
        migrations.AlterField("case", "owner", to("team", "cases")),
    ]

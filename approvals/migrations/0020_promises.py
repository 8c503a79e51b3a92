"""A lane's limit of errors, version by version, none of which ever changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FROZEN = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_lanepromise
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0019_views_of_cases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LanePromise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("epsilon", models.DecimalField(decimal_places=3, max_digits=4)),
                ("before", models.DecimalField(decimal_places=3, max_digits=4)),
                ("threshold", models.DecimalField(decimal_places=3, max_digits=4, null=True)),
                ("reason", models.CharField(max_length=500)),
                ("set_at", models.DateTimeField()),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promises",
                        to="approvals.lane",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("lane", "version"), name="one_promise_a_version"),
                    models.CheckConstraint(
                        condition=models.Q(("epsilon__gt", 0), ("epsilon__lte", "0.1")),
                        name="a_promise_is_within_bounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_promise_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.RunSQL([FROZEN], ["DROP TRIGGER append_only ON approvals_lanepromise"]),
    ]

"""How full each limit is, the breakers of tools, and what a stopped clock means for what was scheduled."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# the undo window was prolonged by the time a switch was pulled: what it released waits as long
PROLONGED = """
CREATE FUNCTION countersign_prolong() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE runs_execution SET due_at = due_at + (NEW.release_at - OLD.release_at)
    WHERE proposal_id = NEW.id AND state = 'scheduled' AND attempts = 0;
  RETURN NULL;
END $$;
CREATE TRIGGER prolong AFTER UPDATE OF release_at ON approvals_proposal FOR EACH ROW
  WHEN (OLD.state = 'approved' AND NEW.state = 'approved' AND NEW.release_at > OLD.release_at)
  EXECUTE FUNCTION countersign_prolong();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0011_limits"), ("runs", "0006_targets")]

    operations = [
        migrations.AddField(
            "execution", "waits_for", models.CharField(blank=True, db_default="", default="", max_length=160)
        ),
        migrations.AddIndex(
            "execution",
            models.Index(
                fields=["waits_for"],
                condition=Q(state="scheduled") & ~Q(waits_for=""),
                name="waits_for_limit",
            ),
        ),
        migrations.CreateModel(
            name="Breaker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tool", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[("closed", "closed"), ("open", "open"), ("half_open", "half open")],
                        max_length=10,
                    ),
                ),
                ("failures", models.JSONField(default=dict)),
                ("trips", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField(null=True)),
                ("half_opens_at", models.DateTimeField(null=True)),
                ("canary_at", models.DateTimeField(null=True)),
                ("changed_by", models.CharField(blank=True, max_length=60)),
                (
                    "canary",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="runs.execution",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "tool"], condition=~Q(state="closed"), name="open_breakers"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["workspace", "tool"], name="one_breaker_of_a_tool"),
                    models.CheckConstraint(
                        condition=Q(state__in=["closed", "open", "half_open"]), name="breaker_state_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(state="half_open", canary__isnull=False)
                        | (~Q(state="half_open") & Q(canary__isnull=True)),
                        name="half_open_by_a_canary",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="closed", opened_at__isnull=True)
                        | (~Q(state="closed") & Q(opened_at__isnull=False)),
                        name="open_means_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bucket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("used", models.DecimalField(decimal_places=18, max_digits=36)),
                ("counted_at", models.DateTimeField()),
                ("case_period", models.CharField(blank=True, max_length=20)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["workspace", "name"], name="one_bucket_of_a_name"),
                    models.CheckConstraint(condition=Q(used__gte=0), name="bucket_not_below_nothing"),
                ],
            },
        ),
        migrations.RunSQL(
            [PROLONGED],
            ["DROP TRIGGER prolong ON approvals_proposal; DROP FUNCTION countersign_prolong();"],
        ),
    ]

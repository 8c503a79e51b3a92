"""What a run's steps add up to, when it was last heard of, and the indexes that time search reads."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

TIME_TAKEN = "tstzrange(started_at, greatest(started_at, coalesce(finished_at, 'infinity')), '[]')"
UNDER_WAY = f"CREATE INDEX runs_under_way ON runs_run USING gist ({TIME_TAKEN})"
BY_RECEIPT = """
CREATE INDEX executions_by_receipt ON runs_execution (workspace_id, (receipt ->> 'reference')) WHERE state = 'succeeded'
"""
NUMBERS = ("steps_told", "steps_failed", "steps_contradicted")


def run_field(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField("run", name, field)


def index(model: str, name: str, *fields: str, condition: Q | None = None) -> migrations.AddIndex:
    return migrations.AddIndex(model, models.Index(fields=list(fields), name=name, condition=condition))


def law(name: str, condition: Q) -> migrations.AddConstraint:
    return migrations.AddConstraint("run", models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("runs", "0011_testimonies")]

    operations = [
        run_field("resumes", models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="resumed_by", to="runs.run",
            db_index=False,
        )),
        run_field("heard_at", models.DateTimeField(null=True)),
        run_field("patience_seconds", models.PositiveIntegerField(default=21600, db_default=21600)),
        run_field("silent", models.BooleanField(default=False, db_default=False)),
        *(run_field(name, models.PositiveIntegerField(default=0, db_default=0)) for name in NUMBERS),
        run_field("tokens_in", models.BigIntegerField(default=0, db_default=0)),
        run_field("tokens_out", models.BigIntegerField(default=0, db_default=0)),
        run_field("costs", models.JSONField(default=dict, db_default={})),
        migrations.AddField(
            "step", "parent", models.CharField(max_length=120, blank=True, default="", db_default="")
        ),
        migrations.AddField("step", "ended_at", models.DateTimeField(null=True)),
        law("run_resumes_another", ~Q(resumes=F("id"))),
        law("silence_ends_a_run", ~Q(silent=True, state="running")),
        index("run", "runs_by_workflow", "workspace", "workflow", "-started_at"),
        index("run", "runs_by_state", "workspace", "state", "-started_at"),
        index("run", "runs_by_period", "workspace", "period", "-started_at", condition=~Q(period="")),
        index("run", "runs_by_agent", "agent", "-started_at"),
        index("run", "runs_by_version", "agent", "agent_version", "-started_at"),
        index("run", "runs_running", "id", condition=Q(state="running")),
        index("run", "runs_resumed", "resumes", condition=Q(resumes__isnull=False)),
        index("step", "steps_that_failed", "run", "started_at", "id", condition=Q(error__isnull=False)),
        index("step", "steps_of_item", "run", "item", condition=~Q(item="")),
        index("step", "steps_that_proposed", "run", "proposal", condition=Q(proposal__isnull=False)),
        migrations.RunSQL(BY_RECEIPT, "DROP INDEX executions_by_receipt"),
        migrations.RunSQL(UNDER_WAY, "DROP INDEX runs_under_way"),
    ]  # fmt: skip

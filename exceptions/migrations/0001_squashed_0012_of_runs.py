"""A database that begins today begins with this, and not with the history of the others.

As in approvals: models and laws as they stand.
"""

import approvals.ids
import approvals.migrations._at_once
import datetime
import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LAWS = """
CREATE FUNCTION countersign_case_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM exceptions_occurrence WHERE case_id = NEW.id AND disposition = 'open') THEN
    RAISE EXCEPTION 'a case with open occurrences is not resolved' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER settled BEFORE INSERT OR UPDATE OF state ON exceptions_case
  FOR EACH ROW WHEN (((new.state)::text = 'resolved'::text)) EXECUTE FUNCTION countersign_case_is_settled();
CREATE FUNCTION countersign_teams_of_one_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM exceptions_team WHERE id IN (NEW.owner_id, NEW.backup_id)
             AND workspace_id <> NEW.workspace_id) THEN
    RAISE EXCEPTION 'owner and backup are teams of the same workspace' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER same_workspace BEFORE INSERT OR UPDATE ON exceptions_failureclass
  FOR EACH ROW EXECUTE FUNCTION countersign_teams_of_one_workspace();
"""
LAWLESS = """
DROP FUNCTION countersign_case_is_settled, countersign_teams_of_one_workspace CASCADE;
"""
# what is kept: rows that are never changed, deleted or emptied
KEPT = """
CREATE TRIGGER never_deleted BEFORE DELETE ON exceptions_case
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_case
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON exceptions_occurrence
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_occurrence
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON exceptions_resolution
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_resolution
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON exceptions_failureclass
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_failureclass
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON exceptions_episode
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_episode
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON exceptions_call
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_call
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON exceptions_incident
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_incident
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_changed BEFORE DELETE OR UPDATE ON exceptions_revision
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON exceptions_revision
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""


class Migration(migrations.Migration):
    replaces = [
        ("exceptions", "0001_initial"),
        ("exceptions", "0002_clocks"),
        ("exceptions", "0003_laws"),
        ("exceptions", "0004_owners"),
        ("exceptions", "0005_plans"),
        ("exceptions", "0006_calls_of_trials"),
        ("exceptions", "0007_ask_again"),
        ("exceptions", "0008_tallies"),
        ("exceptions", "0009_week"),
        ("exceptions", "0010_skipping"),
        ("exceptions", "0011_told_quickly"),
        ("exceptions", "0012_of_runs"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("approvals", "0018_lanes"),
    ]

    operations = [
        approvals.migrations._at_once.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teams",
                                to="approvals.workspace",
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("timezone", models.CharField(blank=True, default="", max_length=40)),
                        ("works_from", models.TimeField(blank=True, null=True)),
                        ("works_until", models.TimeField(blank=True, null=True)),
                        (
                            "works_on",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                null=True,
                                size=None,
                            ),
                        ),
                        ("turns_begin_at", models.DateTimeField(blank=True, null=True)),
                        ("turn_days", models.PositiveSmallIntegerField(default=7)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "members",
                            models.ManyToManyField(
                                blank=True, related_name="teams", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "name"), name="one_team_of_a_name"),
                            models.CheckConstraint(
                                condition=models.Q(("turn_days__gte", 1), ("turn_days__lte", 90)),
                                name="turns_of_some_days",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="approvals.workspace",
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("steps", models.JSONField(default=list)),
                        ("repeats", models.PositiveSmallIntegerField(default=2)),
                        ("in_hours", models.BooleanField(default=False)),
                        ("skip_empty", models.BooleanField(default=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "name"), name="one_plan_of_a_name"),
                            models.CheckConstraint(
                                condition=models.Q(("repeats__lte", 5)), name="repeats_end"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FailureClass",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="failure_classes",
                                to="approvals.workspace",
                            ),
                        ),
                        ("code", models.CharField(max_length=60)),
                        ("title", models.CharField(max_length=120)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("technical", "technical: trying again may help"),
                                    ("business", "business: somebody must change the data"),
                                    ("model", "model: the agent was wrong"),
                                    ("policy", "policy: a rule said no"),
                                    ("unknown_outcome", "unknown: it may have happened"),
                                    ("integrity", "integrity: our own promise is in doubt"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[("low", "low"), ("medium", "medium"), ("high", "high")], max_length=6
                            ),
                        ),
                        (
                            "handling",
                            models.CharField(
                                choices=[
                                    ("alert", "alert at once: the owner is called when the case opens"),
                                    ("queue", "queue: the owner's clock starts when the case opens"),
                                    ("retry", "retry, then queue: a case opens when the tries are used up"),
                                    ("note", "note and go on: counted, never waiting for anybody"),
                                ],
                                default="queue",
                                max_length=6,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned_classes",
                                to="exceptions.team",
                            ),
                        ),
                        (
                            "backup",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="backed_classes",
                                to="exceptions.team",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="classes",
                                to="exceptions.plan",
                            ),
                        ),
                        (
                            "acknowledge_within",
                            models.DurationField(default=datetime.timedelta(seconds=14400)),
                        ),
                        ("resolve_within", models.DurationField(default=datetime.timedelta(days=2))),
                        ("tries", models.PositiveSmallIntegerField(default=1)),
                        ("retry_seconds", models.PositiveIntegerField(default=10)),
                        ("retry_factor", models.PositiveSmallIntegerField(default=2)),
                        ("retry_within", models.DurationField(default=datetime.timedelta(seconds=7200))),
                        (
                            "resolutions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), default=list, size=None
                            ),
                        ),
                        ("runbook", models.TextField(blank=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "verbose_name_plural": "failure classes",
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "code"), name="one_class_of_a_code"),
                            models.CheckConstraint(
                                condition=models.Q(("owner", models.F("backup")), _negated=True),
                                name="backup_is_another_team",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "technical",
                                            "business",
                                            "model",
                                            "policy",
                                            "unknown_outcome",
                                            "integrity",
                                        ],
                                    )
                                ),
                                name="class_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("handling__in", ["alert", "queue", "retry", "note"])),
                                name="class_handling_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("tries__gte", 1), ("tries__lte", 20)),
                                name="tries_are_bounded",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Case",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=approvals.ids.new, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "failure_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="exceptions.failureclass",
                            ),
                        ),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("grouped_by", models.JSONField(default=dict)),
                        ("title", models.CharField(max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("acknowledged", "acknowledged"),
                                    ("resolved", "resolved"),
                                ],
                                default="open",
                                max_length=14,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="exceptions.team",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assigned_cases",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("owner_source", models.CharField(default="class", max_length=40)),
                        (
                            "plan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.plan",
                            ),
                        ),
                        ("plan_version", models.PositiveIntegerField(default=0)),
                        ("steps", models.JSONField(default=list)),
                        ("repeats", models.PositiveSmallIntegerField(default=0)),
                        ("in_hours", models.BooleanField(default=False)),
                        ("skip_empty", models.BooleanField(default=True)),
                        ("step", models.PositiveSmallIntegerField(default=0)),
                        (
                            "escalated_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="escalated_cases",
                                to="exceptions.team",
                            ),
                        ),
                        ("next_escalation_at", models.DateTimeField(null=True)),
                        ("acknowledged_until", models.DateTimeField(null=True)),
                        ("reminded_at", models.DateTimeField(null=True)),
                        ("snoozed_until", models.DateTimeField(null=True)),
                        ("snoozes", models.PositiveSmallIntegerField(default=0)),
                        ("escalating_at", models.DateTimeField(null=True)),
                        (
                            "merged_into",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="exceptions.case",
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("data", "data: what came in was wrong"),
                                    ("prompt", "prompt: the agent was asked badly"),
                                    ("knowledge", "knowledge: the agent could not know"),
                                    ("process", "process: the work is arranged badly"),
                                ],
                                default="",
                                max_length=9,
                            ),
                        ),
                        ("money", models.JSONField(default=dict)),
                        ("most_money", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("open_count", models.PositiveIntegerField(default=0)),
                        ("total_count", models.PositiveIntegerField(default=0)),
                        ("regressed", models.BooleanField(default=False)),
                        ("first_seen_at", models.DateTimeField()),
                        ("latest_seen_at", models.DateTimeField()),
                        ("resolved_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "resolved"), _negated=True),
                                fields=["workspace", "next_escalation_at", "id"],
                                name="open_cases",
                            ),
                            models.Index(
                                condition=models.Q(("state", "resolved")),
                                fields=["workspace", "-resolved_at", "-id"],
                                name="resolved_cases",
                            ),
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["next_escalation_at"],
                                name="escalation_sweep",
                            ),
                            models.Index(
                                condition=models.Q(("state", "acknowledged")),
                                fields=["acknowledged_until"],
                                name="hold_sweep",
                            ),
                            models.Index(
                                condition=models.Q(("reminded_at__isnull", True), ("state", "acknowledged")),
                                fields=["acknowledged_until"],
                                name="reminder_sweep",
                            ),
                            models.Index(
                                condition=models.Q(("state", "resolved"), _negated=True),
                                fields=["workspace", "-most_money", "id"],
                                name="dearest_cases",
                            ),
                            models.Index(
                                condition=models.Q(("state", "resolved"), _negated=True),
                                fields=["workspace", "first_seen_at", "id"],
                                name="oldest_cases",
                            ),
                            models.Index(
                                condition=models.Q(("state", "resolved"), _negated=True),
                                fields=["workspace", "owner", "next_escalation_at", "id"],
                                name="cases_of_team",
                            ),
                            models.Index(
                                condition=models.Q(("state", "resolved"), _negated=True),
                                fields=["workspace", "failure_class", "next_escalation_at", "id"],
                                name="cases_of_class",
                            ),
                            models.Index(
                                condition=models.Q(("escalating_at__isnull", False)),
                                fields=["escalating_at"],
                                name="escalating_cases",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "fingerprint"), name="one_case_per_fingerprint"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["open", "acknowledged", "resolved"])),
                                name="case_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "open"), _negated=True),
                                    ("next_escalation_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="an_open_case_has_a_clock",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "acknowledged"), _negated=True),
                                    models.Q(
                                        ("acknowledged_until__isnull", False), ("assignee__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="acknowledged_by_somebody_until",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("open_count", 0),
                                        ("resolved_at__isnull", False),
                                        ("state", "resolved"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "resolved"), _negated=True),
                                        ("resolved_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="resolved_means_settled",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Channel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="channels",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="channels",
                                to="exceptions.team",
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("in_app", "in the product"),
                                    ("email", "e-mail"),
                                    ("chat", "chat (Slack-compatible incoming webhook)"),
                                    ("webhook", "signed webhook (Standard Webhooks)"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("url", models.CharField(blank=True, default="", max_length=500)),
                        ("secret", models.CharField(max_length=60)),
                        ("failed_at", models.DateTimeField(null=True)),
                        ("delivered_at", models.DateTimeField(null=True)),
                        ("retired_at", models.DateTimeField(null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "name"), name="one_channel_of_a_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["chat", "webhook"])),
                                name="channel_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Call",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="exceptions.case",
                            ),
                        ),
                        ("step", models.PositiveSmallIntegerField()),
                        ("why", models.CharField(max_length=20)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("in_app", "in the product"),
                                    ("email", "e-mail"),
                                    ("chat", "chat (Slack-compatible incoming webhook)"),
                                    ("webhook", "signed webhook (Standard Webhooks)"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.team",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "channel",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="exceptions.channel",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("delivered", "delivered"),
                                    ("failed", "failed"),
                                    ("needless", "needless"),
                                ],
                                default="waiting",
                                max_length=9,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_try_at", models.DateTimeField(null=True)),
                        ("delivered_at", models.DateTimeField(null=True)),
                        ("error", models.CharField(blank=True, max_length=200)),
                        (
                            "instead_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="exceptions.call",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["next_try_at", "id"],
                                name="calls_to_make",
                            ),
                            models.Index(fields=["case", "-id"], name="calls_of_case"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["in_app", "email", "chat", "webhook"])),
                                name="call_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["waiting", "delivered", "failed", "needless"])
                                ),
                                name="call_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("case__isnull", False), ("why", "test"), _connector="OR"),
                                name="a_call_is_about_a_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "waiting"), _negated=True),
                                    ("next_try_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_waiting_call_has_a_clock",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "delivered"), _negated=True),
                                    ("delivered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="delivered_at_some_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Episode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="episodes",
                                to="exceptions.case",
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
                        (
                            "failure_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.failureclass",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.team",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("opened_at", models.DateTimeField()),
                        ("taken_at", models.DateTimeField(null=True)),
                        (
                            "taken_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("resolved_at", models.DateTimeField(null=True)),
                        ("verified_at", models.DateTimeField(null=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "opened_at"], name="episodes_by_time")],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "number"), name="episodes_in_order"),
                            models.UniqueConstraint(
                                condition=models.Q(("resolved_at__isnull", True)),
                                fields=("case",),
                                name="one_episode_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationAudit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(unique=True)),
                        ("open_cases", models.PositiveIntegerField()),
                        ("overdue", models.PositiveIntegerField()),
                        ("late_seconds", models.FloatField(default=0)),
                        ("heartbeat", models.CharField(default="none", max_length=8)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("overdue__gt", 0)), fields=["at"], name="audits_overdue"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=approvals.ids.new, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="approvals.workspace",
                            ),
                        ),
                        ("title", models.CharField(max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("declared", "declared"),
                                    ("contained", "contained"),
                                    ("closed", "closed"),
                                ],
                                default="declared",
                                max_length=9,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("summary", models.TextField(blank=True)),
                        ("declared_at", models.DateTimeField()),
                        ("contained_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("cases", models.ManyToManyField(related_name="incidents", to="exceptions.case")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "-declared_at"], name="incidents_newest")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["declared", "contained", "closed"])),
                                name="incident_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                                    models.Q(
                                        models.Q(("state", "closed"), _negated=True),
                                        ("closed_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="closed_at_some_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NextAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="next_actions",
                                to="approvals.workspace",
                            ),
                        ),
                        ("week", models.DateField()),
                        ("text", models.CharField(max_length=300)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="next_actions",
                                to="exceptions.team",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="next_actions",
                                to="exceptions.case",
                            ),
                        ),
                        ("due_on", models.DateField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "done_at", "due_on"], name="actions_to_do")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Note",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="exceptions.case",
                            ),
                        ),
                        ("text", models.TextField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Occurrence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="occurrences",
                                to="exceptions.case",
                            ),
                        ),
                        (
                            "origin",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.case",
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="occurrences",
                                to="approvals.proposal",
                            ),
                        ),
                        ("execution", models.UUIDField(null=True)),
                        ("run", models.UUIDField(null=True)),
                        ("message", models.CharField(max_length=500)),
                        ("field", models.CharField(blank=True, max_length=120)),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "written",
                            models.CharField(
                                choices=[("no", "no"), ("unknown", "unknown")], default="no", max_length=8
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("disposition", models.CharField(default="open", max_length=12)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["case", "-id"], name="occurrences_newest"),
                            models.Index(
                                condition=models.Q(("disposition", "open"), _negated=True),
                                fields=["case", "-id"],
                                name="occurrences_settled",
                            ),
                            models.Index(
                                condition=models.Q(("origin__isnull", False)),
                                fields=["origin"],
                                name="occurrences_merged",
                            ),
                            models.Index(fields=["at"], name="occurrences_by_time"),
                            models.Index(
                                condition=models.Q(("run__isnull", False)),
                                fields=["run"],
                                name="occurrences_of_run",
                            ),
                            models.Index(
                                condition=models.Q(("disposition", "open")),
                                fields=["case", "currency"],
                                include=("amount",),
                                name="money_at_risk",
                            ),
                            models.Index(
                                condition=models.Q(("disposition", "open")),
                                fields=["proposal"],
                                name="open_of_proposal",
                            ),
                            models.Index(
                                condition=models.Q(("disposition", "open")),
                                fields=["execution"],
                                name="open_of_execution",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "disposition__in",
                                        [
                                            "open",
                                            "amended",
                                            "retried",
                                            "reconciled",
                                            "reversed",
                                            "dismissed",
                                            "elsewhere",
                                            "asked_again",
                                            "noted",
                                        ],
                                    )
                                ),
                                name="disposition_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Override",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overrides",
                                to="exceptions.team",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["team", "ends_at"], name="overrides_of_team")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="override_ends_after_start",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Resolution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolutions",
                                to="exceptions.case",
                            ),
                        ),
                        (
                            "occurrence",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolutions",
                                to="exceptions.occurrence",
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("reason_code", models.CharField(blank=True, max_length=40)),
                        ("note", models.TextField(blank=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["kind", "at"], name="resolutions_by_time")],
                    },
                ),
                migrations.CreateModel(
                    name="Revision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisions",
                                to="approvals.workspace",
                            ),
                        ),
                        ("kind", models.CharField(max_length=8)),
                        ("key", models.CharField(max_length=60)),
                        ("version", models.PositiveIntegerField()),
                        ("content", models.JSONField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "kind", "key", "version"), name="one_row_a_version"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["class", "plan", "team", "rules", "channel"])
                                ),
                                name="revision_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="approvals.workspace",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("name", models.CharField(max_length=80)),
                        ("code", models.CharField(blank=True, max_length=60)),
                        ("connector", models.CharField(blank=True, max_length=80)),
                        ("operation", models.CharField(blank=True, max_length=80)),
                        ("agent", models.CharField(blank=True, max_length=80)),
                        ("field", models.CharField(blank=True, max_length=120)),
                        ("message", models.CharField(blank=True, max_length=120)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        (
                            "amount_from",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True),
                        ),
                        (
                            "failure_class",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="exceptions.failureclass",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="exceptions.team",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                                fields=("workspace", "position"),
                                name="rules_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("failure_class__isnull", False),
                                    ("owner__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_rule_does_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tallies",
                                to="exceptions.case",
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("failures", models.PositiveIntegerField()),
                    ],
                    options={
                        "verbose_name_plural": "tallies",
                        "indexes": [models.Index(fields=["starts_at"], name="tallies_by_time")],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "starts_at"), name="one_tally_a_quarter")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Turn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="turns",
                                to="exceptions.team",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("team", "position"), name="turns_in_order"),
                            models.UniqueConstraint(fields=("team", "user"), name="one_turn_in_a_round"),
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL([LAWS], [LAWLESS]),
        migrations.RunSQL([KEPT], migrations.RunSQL.noop),
    ]

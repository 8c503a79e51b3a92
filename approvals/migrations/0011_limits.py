"""Limits, the switches of tools, and clocks that stand still while a switch is pulled."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STAYS = """
CREATE FUNCTION countersign_limit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'retired_at' - 'retired_by_id') <> (to_jsonb(OLD) - 'retired_at' - 'retired_by_id')
     OR OLD.retired_at IS NOT NULL THEN
    RAISE EXCEPTION 'a limit never changes: it is retired, and another takes its place'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON approvals_limit FOR EACH ROW EXECUTE FUNCTION countersign_limit_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_limit
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_limit
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""
STAYS_NO_MORE = """
DROP TRIGGER never_truncated ON approvals_limit;
DROP TRIGGER never_deleted ON approvals_limit;
DROP TRIGGER stays ON approvals_limit;
DROP FUNCTION countersign_limit_stays();
"""
# a tool that its newest policy paused stays paused, by its switch
CARRIED_OVER = """
INSERT INTO approvals_toolswitch (workspace_id, tool, paused_at, paused_by_id)
SELECT workspace_id, tool, paused_at, created_by_id FROM (
  SELECT DISTINCT ON (workspace_id, tool) * FROM approvals_policy ORDER BY workspace_id, tool, version DESC
) AS newest WHERE paused_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0010_declared_tools"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="paused_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="credited_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="workspace",
            name="paused_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Limit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("tool", "tool"), ("agent", "agent"), ("workspace", "workspace")],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=80)),
                (
                    "measure",
                    models.CharField(choices=[("writes", "writes"), ("money", "money")], max_length=6),
                ),
                (
                    "per",
                    models.CharField(
                        choices=[("minute", "minute"), ("hour", "hour"), ("day", "day"), ("month", "month")],
                        max_length=6,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                ("burst", models.PositiveIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "retired_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits",
                        to="approvals.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ToolSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tool", models.CharField(max_length=80)),
                ("paused_at", models.DateTimeField(null=True)),
                (
                    "paused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tool_switches",
                        to="approvals.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tool switches",
            },
        ),
        migrations.AddIndex(
            model_name="limit",
            index=models.Index(
                condition=models.Q(("retired_at__isnull", True)), fields=["workspace"], name="limits_in_force"
            ),
        ),
        migrations.AddIndex(
            model_name="limit",
            index=models.Index(fields=["workspace", "-id"], name="limits_newest"),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("workspace", "scope", "key", "measure", "per"),
                name="one_limit_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="limit_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", ""), ("scope", "workspace")),
                    models.Q(("scope__in", ["tool", "agent"]), models.Q(("key", ""), _negated=True)),
                    _connector="OR",
                ),
                name="limit_names_its_scope",
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("burst__gte", 1),
                        ("currency", ""),
                        ("measure", "writes"),
                        ("per__in", ["minute", "hour", "day"]),
                    ),
                    models.Q(
                        ("burst__isnull", True),
                        ("measure", "money"),
                        ("per__in", ["day", "month"]),
                        models.Q(("currency", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="limit_of_writes_or_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retired_at__isnull", True), ("retired_at__gte", models.F("created_at")), _connector="OR"
                ),
                name="limit_retired_after_birth",
            ),
        ),
        migrations.AddIndex(
            model_name="toolswitch",
            index=models.Index(
                condition=models.Q(("paused_at__isnull", False)),
                fields=["workspace", "tool"],
                name="pulled_switches",
            ),
        ),
        migrations.AddConstraint(
            model_name="toolswitch",
            constraint=models.UniqueConstraint(fields=("workspace", "tool"), name="one_switch_of_a_tool"),
        ),
        migrations.RunSQL([STAYS], [STAYS_NO_MORE]),
        migrations.RunSQL([CARRIED_OVER], migrations.RunSQL.noop),
        migrations.RemoveField("policy", "paused_at"),
    ]

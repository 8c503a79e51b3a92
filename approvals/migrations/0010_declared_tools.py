import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LAWS = """
CREATE FUNCTION countersign_declared_tool_begins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  house text;
  newest int;
BEGIN
  SELECT slug INTO house FROM approvals_workspace WHERE id = NEW.workspace_id FOR SHARE;
  IF position(house || '.' in NEW.name) <> 1 THEN
    RAISE EXCEPTION 'a declared tool is named after its workspace' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT coalesce(max(version), 0) INTO newest FROM approvals_declaredtool WHERE name = NEW.name;
  IF NEW.version <> newest + 1 OR NEW.retired_at IS NOT NULL THEN
    RAISE EXCEPTION 'a new version follows the newest' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON approvals_declaredtool
  FOR EACH ROW EXECUTE FUNCTION countersign_declared_tool_begins();
CREATE FUNCTION countersign_declared_tool_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.workspace_id, NEW.name, NEW.version, NEW.kind, NEW.title, NEW.source, NEW.digest, NEW.created_at)
       IS DISTINCT FROM
     (OLD.id, OLD.workspace_id, OLD.name, OLD.version, OLD.kind, OLD.title, OLD.source, OLD.digest, OLD.created_at)
     OR NEW.created_by_id IS DISTINCT FROM OLD.created_by_id
     OR OLD.retired_at IS NOT NULL THEN
    RAISE EXCEPTION 'a declared tool never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON approvals_declaredtool
  FOR EACH ROW EXECUTE FUNCTION countersign_declared_tool_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_declaredtool
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_declaredtool
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""
LAWLESS = """
DROP TRIGGER never_truncated ON approvals_declaredtool;
DROP TRIGGER never_deleted ON approvals_declaredtool;
DROP TRIGGER stays ON approvals_declaredtool;
DROP FUNCTION countersign_declared_tool_stays();
DROP TRIGGER begins ON approvals_declaredtool;
DROP FUNCTION countersign_declared_tool_begins();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0009_measured_laws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclaredTool",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("version", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=80)),
                ("source", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
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
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declared_tools",
                        to="approvals.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("arguments", models.JSONField(null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("started", "under way"), ("done", "done")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("passed", "passed"),
                            ("refused", "refused"),
                            ("transient", "refused for now"),
                            ("unknown", "in doubt"),
                            ("broken", "broken"),
                            ("lost", "lost"),
                        ],
                        max_length=10,
                    ),
                ),
                ("failure_class", models.CharField(blank=True, max_length=60)),
                ("message", models.CharField(blank=True, max_length=500)),
                ("request", models.TextField(blank=True)),
                ("answer", models.JSONField(null=True)),
                ("notes", models.JSONField(default=list)),
                ("secrets", models.JSONField(default=dict)),
                ("took_ms", models.PositiveIntegerField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="approvals.declaredtool",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="declaredtool",
            constraint=models.UniqueConstraint(fields=("name", "version"), name="one_tool_per_version"),
        ),
        migrations.AddConstraint(
            model_name="declaredtool",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="tool_versions_begin_with_one"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                condition=models.Q(("state", "done"), _negated=True),
                fields=["asked_at"],
                name="trials_to_carry_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", False), ("state", "done")),
                    models.Q(("state", "done"), _negated=True),
                    _connector="OR",
                ),
                name="trials_end_at_a_moment",
            ),
        ),
        migrations.RunSQL(LAWS, LAWLESS),
    ]

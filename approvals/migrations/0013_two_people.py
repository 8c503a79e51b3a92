"""Changes that wait for a second admin, and terms of the breaker in policies."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


STAYS = """
CREATE FUNCTION countersign_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'state' - 'settled_by_id' - 'settled_at')
       <> (to_jsonb(OLD) - 'state' - 'settled_by_id' - 'settled_at')
     OR OLD.state <> 'proposed' THEN
    RAISE EXCEPTION 'a proposed change never changes: it is confirmed or withdrawn, once'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON approvals_change FOR EACH ROW EXECUTE FUNCTION countersign_change_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_change
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_change
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""
STAYS_NO_MORE = """
DROP TRIGGER never_truncated ON approvals_change;
DROP TRIGGER never_deleted ON approvals_change;
DROP TRIGGER stays ON approvals_change;
DROP FUNCTION countersign_change_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0012_sagas"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("about", models.CharField(max_length=100)),
                ("title", models.CharField(max_length=200)),
                ("lines", models.JSONField(default=list)),
                ("payload", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "standing",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits"),
                            ("confirmed", "confirmed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="policy",
            name="breaker_failures",
            field=models.PositiveSmallIntegerField(default=5),
        ),
        migrations.AddField(
            model_name="policy",
            name="breaker_pause",
            field=models.PositiveIntegerField(default=30),
        ),
        migrations.AddField(
            model_name="policy",
            name="breaker_window",
            field=models.PositiveIntegerField(default=60),
        ),
        migrations.AddField(
            model_name="workspace",
            name="two_people",
            field=models.BooleanField(default=True),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("breaker_failures__gte", 1), ("breaker_pause__gte", 1), ("breaker_window__gte", 1)
                ),
                name="breaker_terms_are_something",
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="approvals.workspace"
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["workspace", "-id"], name="changes_newest"),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("workspace", "kind", "about"),
                name="one_change_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_at__isnull", True), ("settled_by__isnull", True), ("state", "proposed")
                    ),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        ("state__in", ["confirmed", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="change_settled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="change_needs_two",
            ),
        ),
        migrations.RunSQL(STAYS, STAYS_NO_MORE),
    ]

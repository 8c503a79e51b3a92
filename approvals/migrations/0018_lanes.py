"""Lanes that earn their freedom: stays, labels, calibrators, audits, and the laws of the ladder."""

import approvals.models.lane
import django.core.serializers.json
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

STAY = """
CREATE FUNCTION countersign_lane_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stage NOT IN ('shadow', 'assisted', 'paused') THEN
    RAISE EXCEPTION 'a lane begins where nothing passes by itself' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  INSERT INTO approvals_stay (lane_id, stage, came_from, cause, reason, met, evidence, agent_version, entered_at, sprt,
      cusum, audited, wrong, harms)
    SELECT NEW.id, NEW.stage, '', 'began', '', false, '{}', a.version, NEW.created_at, 0, 0, 0, 0, 0
    FROM approvals_agent a WHERE a.id = NEW.agent_id;
  RETURN NULL;
END $$;
CREATE TRIGGER begins AFTER INSERT ON approvals_lane FOR EACH ROW EXECUTE FUNCTION countersign_lane_begins();

CREATE FUNCTION countersign_lane_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_stay s WHERE s.lane_id = NEW.id AND s.left_at IS NULL AND s.stage = NEW.stage) THEN
    RAISE EXCEPTION 'a lane stands where its stay is' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OF stage ON approvals_lane
  FOR EACH ROW EXECUTE FUNCTION countersign_lane_stands();

CREATE FUNCTION countersign_rung(stage text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE stage WHEN 'paused' THEN 2 ELSE
    array_position(ARRAY['shadow', 'assisted', 'partial_10', 'partial_25', 'partial_50', 'full'], stage) END
$$;
CREATE FUNCTION countersign_stay_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stood text; up int;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT s.stage INTO stood FROM approvals_stay s WHERE s.lane_id = NEW.lane_id ORDER BY s.id DESC LIMIT 1;
    IF stood IS NULL THEN RETURN NEW; END IF;
    up := countersign_rung(NEW.stage) - countersign_rung(stood);
    IF NEW.came_from <> stood OR up > 1 OR (up = 1 AND NEW.cause <> 'earned')
       OR (stood = 'shadow' AND NEW.stage = 'paused') OR (stood = 'paused' AND up > 0) OR (up <= 0 AND NEW.cause = 'earned' AND stood <> 'paused') THEN
      RAISE EXCEPTION 'a lane does not move from % to % by %', stood, NEW.stage, NEW.cause
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF OLD.left_at IS NOT NULL OR (to_jsonb(NEW) - ARRAY['left_at', 'sprt', 'cusum', 'audited', 'wrong', 'harms'])
       <> (to_jsonb(OLD) - ARRAY['left_at', 'sprt', 'cusum', 'audited', 'wrong', 'harms']) THEN
    RAISE EXCEPTION 'what a stay was never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lawful BEFORE INSERT OR UPDATE ON approvals_stay
  FOR EACH ROW EXECUTE FUNCTION countersign_stay_is_lawful();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_stay
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_stay
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();

CREATE FUNCTION countersign_lane_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM approvals_lane l JOIN approvals_stay s ON s.lane_id = l.id AND s.left_at IS NULL
      WHERE l.id = NEW.lane_id AND s.stage <> l.stage) THEN
    RAISE EXCEPTION 'a lane stands where its stay is' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER follows AFTER INSERT ON approvals_stay DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION countersign_lane_follows();
"""
STAY_NO_MORE = """
DROP TRIGGER follows ON approvals_stay; DROP FUNCTION countersign_lane_follows();
DROP TRIGGER never_truncated ON approvals_stay; DROP TRIGGER never_deleted ON approvals_stay;
DROP TRIGGER lawful ON approvals_stay; DROP FUNCTION countersign_stay_is_lawful(); DROP FUNCTION countersign_rung(text);
DROP TRIGGER stands ON approvals_lane; DROP FUNCTION countersign_lane_stands();
DROP TRIGGER begins ON approvals_lane; DROP FUNCTION countersign_lane_begins();
"""
ONCE = """
CREATE FUNCTION countersign_audit_is_judged_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.judged_at IS NOT NULL OR (NEW.proposal_id, NEW.lane_id, NEW.probability, NEW.drawn_at, NEW.due_at)
      IS DISTINCT FROM (OLD.proposal_id, OLD.lane_id, OLD.probability, OLD.drawn_at, OLD.due_at) THEN
    RAISE EXCEPTION 'an audit is judged once, and is what was drawn' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER judged_once BEFORE UPDATE ON approvals_laneaudit
  FOR EACH ROW EXECUTE FUNCTION countersign_audit_is_judged_once();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_laneaudit
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_laneaudit
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_calibrator
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""
ONCE_NO_MORE = """
DROP TRIGGER append_only ON approvals_calibrator;
DROP TRIGGER never_truncated ON approvals_laneaudit; DROP TRIGGER never_deleted ON approvals_laneaudit;
DROP TRIGGER judged_once ON approvals_laneaudit; DROP FUNCTION countersign_audit_is_judged_once();
"""
# Lanes there are already: each with a secret of its own, the promise of its risk, and the stay it is in.
STANDING = """
UPDATE approvals_lane SET salt = replace(gen_random_uuid()::text, '-', ''),
  epsilon = CASE risk WHEN 'high' THEN 0.010 WHEN 'medium' THEN 0.020 ELSE 0.050 END;
INSERT INTO approvals_stay (lane_id, stage, came_from, cause, reason, met, evidence, agent_version, entered_at, sprt, cusum,
    audited, wrong, harms)
  SELECT l.id, l.stage, '', 'began', '', false, '{}', a.version, l.created_at, 0, 0, 0, 0, 0
  FROM approvals_lane l JOIN approvals_agent a ON a.id = l.agent_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0017_samples"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LaneAudit",
            fields=[
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="lane_audit",
                        serialize=False,
                        to="approvals.proposal",
                    ),
                ),
                ("probability", models.FloatField()),
                ("drawn_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                ("wrong", models.BooleanField(null=True)),
                ("reason_code", models.CharField(blank=True, max_length=40)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="LaneLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agent_version", models.CharField(max_length=40)),
                ("score", models.FloatField(null=True)),
                ("calibrated", models.FloatField(null=True)),
                ("wrong", models.BooleanField()),
                (
                    "region",
                    models.CharField(
                        choices=[("reviewed", "people were asked"), ("automated", "passed by itself")],
                        max_length=9,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("decision", "the answer of a reviewer"),
                            ("audit", "looked at again by chance"),
                            ("sample", "drawn for the weekly sample"),
                            ("gold", "a kept case with a known answer"),
                            ("harm", "undone because it was wrong"),
                        ],
                        max_length=8,
                    ),
                ),
                ("probability", models.FloatField(default=1.0)),
                ("eligible", models.BooleanField(default=False)),
                ("judges", models.PositiveSmallIntegerField(default=1)),
                ("judged_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("shadow", "shadow: nothing executes"),
                            ("assisted", "assisted: a person signs everything"),
                            ("partial_10", "partial: one in ten may pass by policy"),
                            ("partial_25", "partial: one in four may pass by policy"),
                            ("partial_50", "partial: one in two may pass by policy"),
                            ("full", "full: what passes every gate may pass by policy"),
                            ("paused", "paused: a person signs everything"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "came_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("shadow", "shadow: nothing executes"),
                            ("assisted", "assisted: a person signs everything"),
                            ("partial_10", "partial: one in ten may pass by policy"),
                            ("partial_25", "partial: one in four may pass by policy"),
                            ("partial_50", "partial: one in two may pass by policy"),
                            ("full", "full: what passes every gate may pass by policy"),
                            ("paused", "paused: a person signs everything"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("began", "the lane began here"),
                            ("earned", "an admin raised it on its evidence"),
                            ("person", "a person lowered it"),
                            ("incident", "an incident paused it"),
                            ("version", "another version of the agent begins again"),
                            ("cusum", "too many errors among what was looked at again"),
                            ("harm", "two of its writes were wrong and had to be undone"),
                            ("drift", "its proposals are no longer like those it was judged by"),
                            ("breaker", "its tool was cut off"),
                            ("golden", "it failed cases that it had passed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("met", models.BooleanField(default=False)),
                (
                    "evidence",
                    models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                ("agent_version", models.CharField(max_length=40)),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("sprt", models.FloatField(default=0.0)),
                ("cusum", models.FloatField(default=0.0)),
                ("audited", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("harms", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="lane",
            name="counts_from_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="lane",
            name="delta",
            field=models.DecimalField(decimal_places=3, default=Decimal("0.050"), max_digits=4),
        ),
        migrations.AddField(
            model_name="lane",
            name="epsilon",
            field=models.DecimalField(decimal_places=3, default=Decimal("0.050"), max_digits=4),
        ),
        migrations.AddField(
            model_name="lane",
            name="look_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["lane", "-id"], name="lanes_list"),
        ),
        migrations.AddField(
            model_name="lane",
            name="salt",
            field=models.CharField(default=approvals.models.lane.salt, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="lane",
            name="threshold",
            field=models.DecimalField(decimal_places=3, max_digits=4, null=True),
        ),
        migrations.AddField(
            model_name="proposal",
            name="blames",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="proposal",
            name="confidence_calibrated",
            field=models.DecimalField(decimal_places=3, max_digits=4, null=True),
        ),
        migrations.AddField(
            model_name="workspace",
            name="new_versions",
            field=models.CharField(
                choices=[("shadow", "shadow"), ("assisted", "assisted")], default="shadow", max_length=8
            ),
        ),
        migrations.CreateModel(
            name="Calibrator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agent_version", models.CharField(max_length=40)),
                ("method", models.CharField(max_length=10)),
                ("terms", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("threshold", models.DecimalField(decimal_places=3, max_digits=4, null=True)),
                ("figures", models.JSONField(default=dict)),
                ("labels", models.PositiveIntegerField()),
                ("fitted_at", models.DateTimeField()),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calibrators",
                        to="approvals.lane",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lane",
            name="calibrator",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.calibrator",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="calibrator",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.calibrator",
            ),
        ),
        migrations.AddConstraint(
            model_name="lane",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("threshold__isnull", True), ("calibrator__isnull", False), _connector="OR"
                ),
                name="a_threshold_is_of_a_calibrator",
            ),
        ),
        migrations.AddConstraint(
            model_name="lane",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delta__gt", 0), ("delta__lt", 1), ("epsilon__gt", 0), ("epsilon__lt", 1)
                ),
                name="a_promise_is_a_share",
            ),
        ),
        migrations.AddField(
            model_name="laneaudit",
            name="judged_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="laneaudit",
            name="lane",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="audits", to="approvals.lane"
            ),
        ),
        migrations.AddField(
            model_name="laneaudit",
            name="workspace",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.workspace"
            ),
        ),
        migrations.AddField(
            model_name="lanelabel",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lanelabel",
            name="lane",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="labels", to="approvals.lane"
            ),
        ),
        migrations.AddField(
            model_name="lanelabel",
            name="proposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="labels", to="approvals.proposal"
            ),
        ),
        migrations.AddField(
            model_name="stay",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="stay",
            name="lane",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="approvals.lane"
            ),
        ),
        migrations.AddIndex(
            model_name="calibrator",
            index=models.Index(fields=["lane", "-fitted_at"], name="calibrators_of_lane"),
        ),
        migrations.AddIndex(
            model_name="laneaudit",
            index=models.Index(
                condition=models.Q(("judged_at__isnull", True)),
                fields=["workspace", "due_at"],
                name="audits_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="laneaudit",
            index=models.Index(fields=["lane", "-drawn_at"], name="audits_of_lane"),
        ),
        migrations.AddConstraint(
            model_name="laneaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("judged_at__isnull", True), ("judged_by__isnull", True), ("wrong__isnull", True)
                    ),
                    models.Q(
                        ("judged_at__isnull", False), ("judged_by__isnull", False), ("wrong__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="judged_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="laneaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("wrong", True), _negated=True),
                    models.Q(("reason_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="wrong_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="laneaudit",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                name="drawn_with_a_probability",
            ),
        ),
        migrations.AddIndex(
            model_name="lanelabel",
            index=models.Index(fields=["lane", "region", "-judged_at"], name="labels_of_lane"),
        ),
        migrations.AddIndex(
            model_name="lanelabel",
            index=models.Index(
                condition=models.Q(("wrong", True)), fields=["lane", "-judged_at"], name="errors_of_lane"
            ),
        ),
        migrations.AddConstraint(
            model_name="lanelabel",
            constraint=models.UniqueConstraint(
                fields=("proposal", "source", "region"), name="one_label_a_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="lanelabel",
            constraint=models.CheckConstraint(
                condition=models.Q(("region__in", ["reviewed", "automated"])), name="a_region_is_one_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="lanelabel",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["decision", "audit", "sample", "gold", "harm"])),
                name="a_label_has_a_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="lanelabel",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                name="a_probability_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="lanelabel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("score__isnull", True), models.Q(("score__gte", 0), ("score__lte", 1)), _connector="OR"
                ),
                name="a_score_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="lanelabel",
            constraint=models.CheckConstraint(condition=models.Q(("judges__gte", 1)), name="somebody_judged"),
        ),
        migrations.AddIndex(
            model_name="stay",
            index=models.Index(fields=["lane", "-entered_at"], name="stays_of_lane"),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at__isnull", True)), fields=("lane",), name="one_stay_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "earned"), _negated=True),
                    models.Q(("by__isnull", False), ("met", True), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="up_by_a_person_on_evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="stay",
            constraint=models.CheckConstraint(
                condition=models.Q(("cusum__gte", 0)), name="a_cusum_is_never_negative"
            ),
        ),
        migrations.RunSQL([STANDING], migrations.RunSQL.noop),
        migrations.RunSQL([STAY], [STAY_NO_MORE]),
        migrations.RunSQL([ONCE], [ONCE_NO_MORE]),
    ]

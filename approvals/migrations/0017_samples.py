"""The week's sample, and its laws: what was drawn stays, verdicts are never edited, a finding follows from its judges."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


LAWS = """
CREATE FUNCTION countersign_sample_week_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.closed_at IS NOT NULL AND (NEW.closed_at, NEW.passed, NEW.switching) IS DISTINCT FROM
      (OLD.closed_at, OLD.passed, OLD.switching)) OR OLD.resumed_at IS NOT NULL OR (NEW.workspace_id, NEW.monday, NEW.seed, NEW.frames, NEW.severity, NEW.plan_n,
      NEW.plan_accept, NEW.drawn_at, NEW.due_at) IS DISTINCT FROM (OLD.workspace_id, OLD.monday, OLD.seed, OLD.frames,
      OLD.severity, OLD.plan_n, OLD.plan_accept, OLD.drawn_at, OLD.due_at) THEN
    RAISE EXCEPTION 'what was drawn never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.resumed_at IS NOT NULL AND NEW.switching ->> 'severity' <> 'stopped' THEN
    RAISE EXCEPTION 'nothing had stopped' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.closed_at IS NOT NULL AND EXISTS (SELECT 1 FROM approvals_sampleitem
      WHERE week_id = NEW.id AND state IN ('first', 'second', 'third')) THEN
    RAISE EXCEPTION 'a week closes when nothing in it waits' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION countersign_sample_item_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE yes int; no int;
BEGIN
  IF (NEW.week_id, NEW.position, NEW.proposal_id, NEW.digest, NEW.run, NEW.strata, NEW.through, NEW.probability,
      NEW.twice)
      IS DISTINCT FROM (OLD.week_id, OLD.position, OLD.proposal_id, OLD.digest, OLD.run, OLD.strata, OLD.through,
      OLD.probability, OLD.twice) OR (OLD.wrong IS NOT NULL AND NEW.wrong IS DISTINCT FROM OLD.wrong) THEN
    RAISE EXCEPTION 'what was drawn never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state <> OLD.state AND NOT (
       (OLD.state = 'first' AND NEW.state IN ('second', 'settled', 'lapsed'))
    OR (OLD.state = 'second' AND NEW.state IN ('third', 'settled', 'lapsed'))
    OR (OLD.state = 'third' AND NEW.state IN ('settled', 'lapsed'))) THEN
    RAISE EXCEPTION 'a sample does not move from % to %', OLD.state, NEW.state USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state = 'settled' AND OLD.state <> 'settled' THEN
    SELECT count(*) FILTER (WHERE wrong), count(*) FILTER (WHERE NOT wrong) INTO yes, no
      FROM approvals_sampleverdict WHERE item_id = NEW.id;
    IF NOT ((NEW.wrong AND yes >= 2 AND yes > no) OR (NOT NEW.wrong AND no >= 1 AND no > yes
        AND (no >= 2 OR NOT NEW.twice))) THEN
      RAISE EXCEPTION 'its judges did not find that' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION countersign_sample_verdict_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE drawn approvals_sampleitem%ROWTYPE; house bigint;
BEGIN
  SELECT * INTO drawn FROM approvals_sampleitem WHERE id = NEW.item_id FOR UPDATE;
  SELECT workspace_id INTO house FROM approvals_sampleweek WHERE id = drawn.week_id;
  IF NEW.number <> (CASE drawn.state WHEN 'first' THEN 1 WHEN 'second' THEN 2 WHEN 'third' THEN 3 ELSE 0 END) THEN
    RAISE EXCEPTION 'the sample is %', drawn.state USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM approvals_membership m WHERE m.workspace_id = house AND m.user_id = NEW.judge_id
      AND 'reviewer' = ANY (m.roles)) THEN
    RAISE EXCEPTION 'no reviewer of this workspace' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM approvals_decision d WHERE d.proposal_id = drawn.proposal_id AND d.reviewer_id = NEW.judge_id)
     OR EXISTS (SELECT 1 FROM approvals_proposal p WHERE p.id = drawn.proposal_id AND p.proposed_by_id = NEW.judge_id) THEN
    RAISE EXCEPTION 'nobody judges their own work' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER stays BEFORE UPDATE ON approvals_sampleweek
  FOR EACH ROW EXECUTE FUNCTION countersign_sample_week_stays();
CREATE TRIGGER moves BEFORE UPDATE ON approvals_sampleitem
  FOR EACH ROW EXECUTE FUNCTION countersign_sample_item_moves();
CREATE TRIGGER lawful BEFORE INSERT ON approvals_sampleverdict
  FOR EACH ROW EXECUTE FUNCTION countersign_sample_verdict_is_lawful();
CREATE TRIGGER unchanged BEFORE UPDATE OR DELETE ON approvals_sampleverdict
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_sampleweek
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_sampleitem
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_sampleverdict
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""
BACK = """
DROP TRIGGER never_truncated ON approvals_sampleverdict;
DROP TRIGGER never_deleted ON approvals_sampleitem; DROP TRIGGER never_deleted ON approvals_sampleweek;
DROP TRIGGER unchanged ON approvals_sampleverdict; DROP TRIGGER lawful ON approvals_sampleverdict;
DROP TRIGGER moves ON approvals_sampleitem; DROP TRIGGER stays ON approvals_sampleweek;
DROP FUNCTION countersign_sample_verdict_is_lawful(); DROP FUNCTION countersign_sample_item_moves();
DROP FUNCTION countersign_sample_week_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0016_entries_by_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SampleWeek",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("monday", models.DateField()),
                ("seed", models.CharField(max_length=64)),
                ("frames", models.JSONField()),
                ("severity", models.CharField(max_length=10)),
                ("plan_n", models.PositiveSmallIntegerField()),
                ("plan_accept", models.PositiveSmallIntegerField()),
                ("drawn_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("passed", models.BooleanField(null=True)),
                ("switching", models.JSONField(null=True)),
                ("resumed_at", models.DateTimeField(null=True)),
                ("resumed_note", models.TextField(blank=True)),
                (
                    "resumed_by",
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
                        related_name="sample_weeks",
                        to="approvals.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SampleItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("run", models.UUIDField(null=True)),
                (
                    "strata",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), size=None
                    ),
                ),
                (
                    "through",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), size=None
                    ),
                ),
                ("probability", models.FloatField()),
                ("twice", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("first", "waits for a judge"),
                            ("second", "waits for a second judge"),
                            ("third", "waits for a third judge"),
                            ("settled", "settled"),
                            ("lapsed", "nobody judged it in time"),
                        ],
                        default="first",
                        max_length=8,
                    ),
                ),
                ("wrong", models.BooleanField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("case", models.UUIDField(null=True)),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="approvals.proposal",
                    ),
                ),
                (
                    "week",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="approvals.sampleweek",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SampleVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("wrong", models.BooleanField()),
                ("reason_code", models.CharField(blank=True, max_length=40)),
                ("note", models.TextField(blank=True)),
                ("judged_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="approvals.sampleitem",
                    ),
                ),
                (
                    "judge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "number"), name="one_verdict_a_turn"),
                    models.UniqueConstraint(fields=("item", "judge"), name="nobody_judges_twice"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 3)),
                        name="three_judges_at_most",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("wrong", True), models.Q(("reason_code", ""), _negated=True)),
                            models.Q(("reason_code", ""), ("wrong", False)),
                            _connector="OR",
                        ),
                        name="wrong_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="sampleweek",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["due_at"], name="samples_to_close"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleweek",
            constraint=models.UniqueConstraint(fields=("workspace", "monday"), name="one_sample_a_week"),
        ),
        migrations.AddConstraint(
            model_name="sampleweek",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("drawn_at"))), name="sample_due_after_drawn"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleweek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True), ("passed__isnull", True), ("switching__isnull", True)
                    ),
                    models.Q(("closed_at__isnull", False), ("switching__isnull", False)),
                    _connector="OR",
                ),
                name="sample_closed_with_a_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleweek",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("resumed_at__isnull", True), ("resumed_by__isnull", True), ("resumed_note", "")
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("resumed_at__isnull", False),
                        ("resumed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="resumed_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="sampleitem",
            index=models.Index(fields=["week", "state", "position"], name="samples_to_judge"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(fields=("week", "position"), name="one_place_in_a_sample"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proposal__isnull", False)),
                fields=("week", "proposal"),
                name="drawn_once_a_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("run__isnull", False)), fields=("week", "run"), name="run_drawn_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("proposal__isnull", False),
                        ("run__isnull", True),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    models.Q(("digest", ""), ("proposal__isnull", True), ("run__isnull", False)),
                    _connector="OR",
                ),
                name="a_proposal_or_a_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                name="drawn_with_a_chance",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["first", "second", "third", "settled", "lapsed"])),
                name="sample_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", False), ("state", "settled"), ("wrong__isnull", False)),
                    models.Q(
                        models.Q(("state", "settled"), _negated=True),
                        ("settled_at__isnull", True),
                        ("wrong__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="settled_means_a_finding",
            ),
        ),
        migrations.RunSQL([LAWS], [BACK]),
    ]

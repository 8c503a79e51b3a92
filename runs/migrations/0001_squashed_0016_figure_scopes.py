"""A database that begins today begins with this, and not with the history of the others.

As in approvals: models and laws as they stand.
"""

import approvals.ids
import approvals.migrations._at_once
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LAWS = """
CREATE FUNCTION countersign_saga_lets(of_saga uuid, of_step smallint, undoes uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN of_saga IS NULL THEN true
    WHEN undoes IS NOT NULL THEN NOT EXISTS (
      SELECT FROM approvals_proposal later JOIN runs_execution done ON done.proposal_id = later.id
      WHERE later.saga = of_saga AND later.reverses IS NULL AND later.saga_step > of_step
        AND done.state IN ('started', 'succeeded', 'unknown') AND NOT EXISTS (
          SELECT FROM runs_execution undone WHERE undone.reverses_id = done.id AND undone.state = 'succeeded'))
    ELSE EXISTS (SELECT FROM runs_saga s WHERE s.id = of_saga AND s.state = 'running')
      AND (of_step = 1 OR EXISTS (
        SELECT FROM approvals_proposal earlier JOIN runs_execution done ON done.proposal_id = earlier.id
        WHERE earlier.saga = of_saga AND earlier.reverses IS NULL AND earlier.saga_step = of_step - 1
          AND done.state = 'succeeded' AND NOT EXISTS (
            SELECT FROM runs_execution undone WHERE undone.reverses_id = done.id
              AND undone.state IN ('started', 'succeeded', 'unknown'))))
  END
$$;
CREATE FUNCTION countersign_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'approved' AND OLD.state = 'pending' AND NOT NEW.shadow AND NOT NEW.drill THEN
    INSERT INTO runs_execution (id, workspace_id, proposal_id, round, reverses_id, tool, tool_version, arguments, digest,
        write_key, target, state, due_at, attempts, lease_epoch, failure_class, error, before, created_at)
    VALUES (gen_random_uuid(), NEW.workspace_id, NEW.id, NEW.round, NEW.reverses, NEW.tool, NEW.tool_version,
        NEW.arguments, NEW.digest,
        encode(sha256(convert_to(NEW.id::text || '/' || NEW.round || '/' || NEW.digest, 'UTF8')), 'hex'),
        CASE WHEN NEW.subject = '' THEN '' ELSE NEW.workspace_id || ':' || split_part(NEW.tool, '.', 1) || ':' || NEW.subject END,
        'scheduled', NEW.release_at, 0, 0, '', '', NEW.observation -> 'before', NEW.settled_at);
  ELSIF NEW.state = 'pending' AND OLD.state = 'approved' THEN
    UPDATE runs_execution SET state = 'cancelled', finished_at = now()
      WHERE proposal_id = NEW.id AND state = 'scheduled' AND attempts = 0;
    IF EXISTS (SELECT 1 FROM runs_execution WHERE proposal_id = NEW.id AND state <> 'cancelled') THEN
      RAISE EXCEPTION 'too late: the execution has begun' USING ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'execution_has_begun';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER schedule AFTER UPDATE OF state ON approvals_proposal
  FOR EACH ROW WHEN (((new.state)::text IS DISTINCT FROM (old.state)::text)) EXECUTE FUNCTION countersign_schedule();
CREATE FUNCTION countersign_execution_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_proposal%ROWTYPE; signed bigint; automatic boolean;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.arguments IS DISTINCT FROM OLD.arguments OR NEW.digest <> OLD.digest OR NEW.write_key <> OLD.write_key
       OR NEW.proposal_id <> OLD.proposal_id OR NEW.tool <> OLD.tool OR NEW.lease_epoch < OLD.lease_epoch THEN
      RAISE EXCEPTION 'what was signed is what runs' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state IN ('succeeded', 'cancelled') AND (NEW.receipt, NEW.after, NEW.finished_at)
       IS DISTINCT FROM (OLD.receipt, OLD.after, OLD.finished_at) THEN
      RAISE EXCEPTION 'what was recorded at the end stands' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('scheduled', 'started'), ('scheduled', 'cancelled'), ('scheduled', 'failed'), ('started', 'succeeded'),
        ('started', 'failed'), ('started', 'unknown'), ('failed', 'scheduled'), ('unknown', 'succeeded'),
        ('unknown', 'failed')) THEN
      RAISE EXCEPTION 'an execution does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT (NEW.state = 'started' AND OLD.state <> 'started') AND NOT (NEW.state = 'scheduled' AND OLD.state = 'failed') THEN
      RETURN NEW;
    END IF;
  ELSIF NEW.state <> 'scheduled' THEN
    RAISE EXCEPTION 'an execution begins scheduled' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT * INTO asked FROM approvals_proposal WHERE id = NEW.proposal_id FOR SHARE;
  SELECT count(*), coalesce(bool_or(by_policy), false) INTO signed, automatic FROM approvals_decision
    WHERE proposal_id = NEW.proposal_id AND round = asked.round AND digest = NEW.digest AND arguments = NEW.arguments
    AND verdict IN ('approve', 'edit');
  IF asked.state <> 'approved' OR asked.shadow OR asked.drill OR asked.round <> NEW.round OR asked.digest <> NEW.digest
     OR asked.arguments IS DISTINCT FROM NEW.arguments OR asked.workspace_id <> NEW.workspace_id
     OR signed < (CASE WHEN automatic THEN 1 ELSE asked.quorum END) THEN
    RAISE EXCEPTION 'no live approval of this digest' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM approvals_proposal WHERE amends_id = asked.id) THEN
    RAISE EXCEPTION 'an amended proposal took its place' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lawful BEFORE INSERT OR UPDATE ON runs_execution
  FOR EACH ROW EXECUTE FUNCTION countersign_execution_is_lawful();
CREATE FUNCTION countersign_target_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a write keeps its target' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER target_stays BEFORE UPDATE ON runs_execution
  FOR EACH ROW WHEN (((new.target)::text <> (old.target)::text)) EXECUTE FUNCTION countersign_target_stays();
CREATE FUNCTION countersign_prolong() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE runs_execution SET due_at = due_at + (NEW.release_at - OLD.release_at)
    WHERE proposal_id = NEW.id AND state = 'scheduled' AND attempts = 0;
  RETURN NULL;
END $$;
CREATE TRIGGER prolong AFTER UPDATE OF release_at ON approvals_proposal
  FOR EACH ROW WHEN ((((old.state)::text = 'approved'::text) AND ((new.state)::text = 'approved'::text) AND (new.release_at > old.release_at))) EXECUTE FUNCTION countersign_prolong();
CREATE FUNCTION countersign_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked record;
BEGIN
  SELECT saga, saga_step, reverses INTO asked FROM approvals_proposal WHERE id = NEW.proposal_id;
  IF asked.saga IS NOT NULL THEN
    PERFORM FROM runs_saga WHERE id = asked.saga FOR SHARE;  -- whoever turns the saga round is waited for
    IF NOT countersign_saga_lets(asked.saga, asked.saga_step, asked.reverses) THEN
      RAISE EXCEPTION 'it is not the turn of this step' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER in_turn BEFORE UPDATE OF state ON runs_execution
  FOR EACH ROW WHEN ((((new.state)::text = 'started'::text) AND ((old.state)::text <> 'started'::text))) EXECUTE FUNCTION countersign_in_turn();
CREATE FUNCTION countersign_saga_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.workspace_id, NEW.agent_id, NEW.key, NEW.steps, NEW.pivot)
     IS DISTINCT FROM (OLD.workspace_id, OLD.agent_id, OLD.key, OLD.steps, OLD.pivot) THEN
    RAISE EXCEPTION 'what was begun never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('running', 'succeeded'), ('running', 'compensating'),
      ('running', 'undone'), ('running', 'halfway'), ('compensating', 'undone'), ('compensating', 'halfway'),
      ('succeeded', 'compensating'), ('halfway', 'compensating')) THEN
    RAISE EXCEPTION 'a saga does not move from % to %', OLD.state, NEW.state
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE UPDATE ON runs_saga
  FOR EACH ROW EXECUTE FUNCTION countersign_saga_moves();
"""
LAWLESS = """
DROP FUNCTION countersign_saga_lets, countersign_schedule, countersign_execution_is_lawful,
  countersign_target_stays, countersign_prolong, countersign_in_turn, countersign_saga_moves CASCADE;
"""
# what is kept: rows that are never changed, deleted or emptied
KEPT = """
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_execution
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON runs_execution
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_attempt
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON runs_attempt
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_saga
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_reversalline
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_reversalorder
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""
# what Django has no words for: indexes of expressions, and how tables are stored
STORED = """
CREATE INDEX executions_by_receipt ON runs_execution (workspace_id, (receipt ->> 'reference')) WHERE state = 'succeeded';
CREATE INDEX runs_under_way ON runs_run USING gist
  (tstzrange(started_at, greatest(started_at, coalesce(finished_at, 'infinity')), '[]'));
ALTER TABLE runs_execution SET (fillfactor = 70);
"""


class Migration(migrations.Migration):
    replaces = [
        ("runs", "0001_initial"),
        ("runs", "0002_laws"),
        ("runs", "0003_replay"),
        ("runs", "0004_drills"),
        ("runs", "0005_letters"),
        ("runs", "0006_targets"),
        ("runs", "0007_breakers"),
        ("runs", "0008_rehearsals"),
        ("runs", "0009_sagas"),
        ("runs", "0010_redrives"),
        ("runs", "0011_testimonies"),
        ("runs", "0012_run_totals"),
        ("runs", "0013_figures"),
        ("runs", "0014_run_replays"),
        ("runs", "0015_models"),
        ("runs", "0016_figure_scopes"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("approvals", "0018_lanes"),
        ("exceptions", "0012_of_runs"),
    ]

    operations = [
        approvals.migrations._at_once.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Threshold",
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
                        ("workflow", models.CharField(max_length=60)),
                        (
                            "watch",
                            models.CharField(
                                choices=[
                                    ("error_rate", "error rate"),
                                    ("accuracy", "accuracy"),
                                    ("escalation", "escalation"),
                                    ("latency", "latency"),
                                    ("spend", "spend"),
                                    ("silence", "silence"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("limit", models.DecimalField(decimal_places=4, max_digits=14)),
                        ("hours", models.PositiveSmallIntegerField(default=24)),
                        ("least", models.PositiveIntegerField(default=5)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("working", models.BooleanField(default=False)),
                        ("set_at", models.DateTimeField()),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("retired_at", models.DateTimeField(null=True)),
                        (
                            "retired_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("checked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=["checked_at"],
                                name="thresholds_to_check",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("workspace", "workflow", "watch"),
                                name="one_threshold_in_force",
                            ),
                            models.UniqueConstraint(
                                fields=("workspace", "workflow", "watch", "version"),
                                name="thresholds_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "watch__in",
                                        [
                                            "error_rate",
                                            "accuracy",
                                            "escalation",
                                            "latency",
                                            "spend",
                                            "silence",
                                        ],
                                    )
                                ),
                                name="watch_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("limit__gt", 0)), name="threshold_above_nothing"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hours__gte", 1), ("hours__lte", 744)),
                                name="threshold_looks_back",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("watch", "spend"), models.Q(("currency", ""), _negated=True)),
                                    models.Q(models.Q(("watch", "spend"), _negated=True), ("currency", "")),
                                    _connector="OR",
                                ),
                                name="only_spend_has_a_currency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_at__isnull", True),
                                    ("retired_at__gte", models.F("set_at")),
                                    _connector="OR",
                                ),
                                name="threshold_retired_after_birth",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Alarm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "threshold",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="alarms",
                                to="runs.threshold",
                            ),
                        ),
                        ("value", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("limit", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("counted", models.PositiveIntegerField()),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.case",
                            ),
                        ),
                        ("raised_at", models.DateTimeField()),
                        ("calmed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["threshold", "-raised_at"], name="alarms_newest"),
                            models.Index(
                                condition=models.Q(("calmed_at__isnull", True)),
                                fields=["raised_at"],
                                name="alarms_standing",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("calmed_at__isnull", True)),
                                fields=("threshold",),
                                name="one_alarm_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("calmed_at__isnull", True),
                                    ("calmed_at__gte", models.F("raised_at")),
                                    _connector="OR",
                                ),
                                name="calmed_after_raised",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Execution",
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
                                related_name="executions",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="executions",
                                to="approvals.proposal",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField()),
                        (
                            "reverses",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversals",
                                to="runs.execution",
                            ),
                        ),
                        ("tool", models.CharField(max_length=80)),
                        ("tool_version", models.PositiveIntegerField()),
                        ("arguments", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                        ("write_key", models.CharField(max_length=64, unique=True)),
                        ("target", models.CharField(blank=True, db_default="", default="", max_length=320)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("scheduled", "scheduled"),
                                    ("started", "started"),
                                    ("succeeded", "succeeded"),
                                    ("failed", "failed"),
                                    ("unknown", "unknown"),
                                    ("cancelled", "cancelled"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("due_at", models.DateTimeField()),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("lease_epoch", models.PositiveIntegerField(default=0)),
                        ("claimed_by", models.BigIntegerField(null=True)),
                        ("leased_until", models.DateTimeField(null=True)),
                        (
                            "waits_for",
                            models.CharField(blank=True, db_default="", default="", max_length=160),
                        ),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("failure_class", models.CharField(blank=True, max_length=60)),
                        ("error", models.CharField(blank=True, max_length=500)),
                        ("receipt", models.JSONField(null=True)),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField(null=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "scheduled")),
                                fields=["due_at", "id"],
                                name="due_executions",
                            ),
                            models.Index(
                                condition=models.Q(("state", "scheduled")),
                                fields=["workspace", "tool", "due_at", "id"],
                                name="due_in_turn",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["started", "unknown"])),
                                fields=["state", "id"],
                                name="begun",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state", "scheduled"), models.Q(("waits_for", ""), _negated=True)
                                ),
                                fields=["waits_for"],
                                name="waits_for_limit",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["scheduled", "started", "unknown"]),
                                    models.Q(("target", ""), _negated=True),
                                ),
                                fields=["target", "created_at", "id"],
                                name="targets_in_order",
                            ),
                            models.Index(fields=["workspace", "-finished_at"], name="executions_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "cancelled"), _negated=True),
                                fields=("proposal",),
                                name="one_approval_one_effect",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("reverses__isnull", False),
                                    ("state__in", ["scheduled", "started", "succeeded", "unknown"]),
                                ),
                                fields=("reverses",),
                                name="reversed_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state", "started"), models.Q(("target", ""), _negated=True)
                                ),
                                fields=("target",),
                                name="one_write_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "scheduled",
                                            "started",
                                            "succeeded",
                                            "failed",
                                            "unknown",
                                            "cancelled",
                                        ],
                                    )
                                ),
                                name="execution_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "succeeded"), _negated=True),
                                    models.Q(("finished_at__isnull", False), ("receipt__isnull", False)),
                                    _connector="OR",
                                ),
                                name="success_has_a_receipt",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reverses", models.F("id")), _negated=True),
                                name="reverses_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "execution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tries",
                                to="runs.execution",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("lease_epoch", models.PositiveIntegerField()),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("outcome", models.CharField(blank=True, max_length=10)),
                        ("failure_class", models.CharField(blank=True, max_length=60)),
                        ("message", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("execution", "number"), name="attempts_in_order")
                        ],
                    },
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
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.workspace",
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
                        (
                            "canary",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="runs.execution",
                            ),
                        ),
                        ("canary_at", models.DateTimeField(null=True)),
                        ("changed_by", models.CharField(blank=True, max_length=60)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "closed"), _negated=True),
                                fields=["workspace", "tool"],
                                name="open_breakers",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "tool"), name="one_breaker_of_a_tool"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["closed", "open", "half_open"])),
                                name="breaker_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("canary__isnull", False), ("state", "half_open")),
                                    models.Q(
                                        models.Q(("state", "half_open"), _negated=True),
                                        ("canary__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="half_open_by_a_canary",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("opened_at__isnull", True), ("state", "closed")),
                                    models.Q(
                                        models.Q(("state", "closed"), _negated=True),
                                        ("opened_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
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
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.workspace",
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("used", models.DecimalField(decimal_places=18, max_digits=36)),
                        ("counted_at", models.DateTimeField()),
                        ("case_period", models.CharField(blank=True, max_length=20)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "name"), name="one_bucket_of_a_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("used__gte", 0)), name="bucket_not_below_nothing"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DriftFinding",
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
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.agent",
                            ),
                        ),
                        ("feature", models.CharField(max_length=20)),
                        ("measure", models.CharField(max_length=3)),
                        ("value", models.FloatField()),
                        ("chance", models.FloatField(null=True)),
                        ("before", models.PositiveIntegerField()),
                        ("of_late", models.PositiveIntegerField()),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("calm", "as before"),
                                    ("watch", "somewhat different"),
                                    ("alarm", "different"),
                                ],
                                max_length=5,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.case",
                            ),
                        ),
                        ("found_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["agent", "feature", "-found_at"], name="drift_newest"),
                            models.Index(fields=["found_at"], name="drift_oldest"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("level__in", ["calm", "watch", "alarm"])),
                                name="drift_level_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("measure__in", ["psi", "ks"])), name="drift_measure_known"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExampleSet",
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
                        ("workflow", models.CharField(max_length=60)),
                        ("examples", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                        ("size", models.PositiveIntegerField()),
                        ("labels", models.JSONField()),
                        ("held_out", models.PositiveIntegerField()),
                        ("right", models.PositiveIntegerField()),
                        ("answered", models.PositiveIntegerField()),
                        ("answered_right", models.PositiveIntegerField()),
                        ("set_at", models.DateTimeField()),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "workflow", "-id"], name="examples_newest")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("workspace", "workflow"),
                                name="one_example_set_in_use",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered__lte", models.F("held_out")),
                                    ("answered_right__lte", models.F("right")),
                                    ("right__lte", models.F("held_out")),
                                ),
                                name="examples_judged_soundly",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Figure",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("all", "the whole workspace"),
                                    ("workflow", "one workflow"),
                                    ("version", "one version of an agent, in one workflow"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "grain",
                            models.CharField(
                                choices=[("hour", "hour"), ("day", "day"), ("ever", "ever")], max_length=4
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("measure", models.CharField(max_length=12)),
                        ("workflow", models.CharField(blank=True, max_length=60)),
                        ("agent", models.CharField(blank=True, max_length=32)),
                        ("agent_version", models.CharField(blank=True, max_length=40)),
                        ("key", models.CharField(blank=True, max_length=90)),
                        ("count", models.BigIntegerField()),
                        ("amount", models.DecimalField(decimal_places=6, default=0, max_digits=24)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "workspace",
                                    "scope",
                                    "grain",
                                    "starts_at",
                                    "measure",
                                    "workflow",
                                    "agent",
                                    "agent_version",
                                    "key",
                                ),
                                name="one_figure_of_a_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("count__gte", 0)), name="figures_count_up"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FigureMark",
                    fields=[
                        (
                            "workspace",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="approvals.workspace",
                            ),
                        ),
                        ("upto_transaction", models.BigIntegerField(default=0)),
                        ("upto_id", models.BigIntegerField(default=0)),
                        ("timezone", models.CharField(max_length=40)),
                        ("counted_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="GoldenRun",
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
                                related_name="+",
                                to="approvals.workspace",
                            ),
                        ),
                        ("workflow", models.CharField(max_length=60)),
                        ("why", models.CharField(max_length=8)),
                        ("reader", models.JSONField()),
                        ("reader_digest", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting for a worker"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                ],
                                default="waiting",
                                max_length=7,
                            ),
                        ),
                        ("size", models.PositiveIntegerField()),
                        ("right", models.PositiveIntegerField(default=0)),
                        (
                            "before",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="runs.goldenrun",
                            ),
                        ),
                        ("worse", models.PositiveIntegerField(default=0)),
                        ("better", models.PositiveIntegerField(default=0)),
                        ("chance", models.FloatField(null=True)),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exceptions.case",
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["workspace", "workflow", "-asked_at"], name="golden_runs_newest"
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["waiting", "running"])),
                                fields=["asked_at"],
                                name="golden_runs_due",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                                name="golden_run_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("right__lte", models.F("size"))),
                                name="golden_run_counts_soundly",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("workspace", "workflow"),
                                name="one_golden_run_waits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoldenCase",
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
                                related_name="+",
                                to="approvals.workspace",
                            ),
                        ),
                        ("workflow", models.CharField(max_length=60)),
                        ("proposal", models.UUIDField()),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("kept", "kept by a reviewer"),
                                    ("sample", "drawn from reviewed work"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("input", models.JSONField()),
                        ("expected", models.JSONField()),
                        ("kept_at", models.DateTimeField()),
                        (
                            "kept_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=["workspace", "workflow", "id"],
                                name="golden_in_use",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "proposal"), name="kept_as_golden_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("source__in", ["kept", "sample"])),
                                name="golden_source_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoldenAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "trial",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="runs.goldenrun",
                            ),
                        ),
                        (
                            "golden",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="runs.goldencase",
                            ),
                        ),
                        ("said", models.JSONField()),
                        ("wrong", models.JSONField(default=list)),
                        ("right", models.BooleanField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("trial", "golden"), name="one_answer_of_a_trial")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeptAnswer",
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
                        ("key", models.CharField(max_length=64)),
                        ("answer", models.JSONField()),
                        ("model", models.CharField(max_length=80)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["expires_at"], name="answers_expiring")],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "key"), name="one_answer_of_a_key")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("daily", "what waits, at the beginning of a working day"),
                                    ("urgent", "what is about to run out"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("period", models.CharField(max_length=20)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("sent", "sent"),
                                    ("needless", "needless"),
                                    ("failed", "failed"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_try_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("error", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["next_try_at"],
                                name="letters_due",
                            ),
                            models.Index(fields=["created_at"], name="letters_oldest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "workspace", "kind", "period"),
                                name="one_letter_in_its_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["waiting", "sent", "needless", "failed"])),
                                name="letter_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["daily", "urgent"])),
                                name="letter_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                                    models.Q(
                                        models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="sent_means_a_moment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ModelBudget",
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
                            "per",
                            models.CharField(
                                choices=[("run", "run"), ("day", "day"), ("month", "month")], max_length=5
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(
                                choices=[("money", "US dollars"), ("tokens", "tokens")], max_length=6
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("workspace", "per", "measure"),
                                name="one_budget_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="budget_above_nothing"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("measure__in", ["money", "tokens"]), ("per__in", ["run", "day", "month"])
                                ),
                                name="budget_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_at__isnull", True),
                                    ("retired_at__gte", models.F("created_at")),
                                    _connector="OR",
                                ),
                                name="budget_retired_after_birth",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Run",
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
                                related_name="runs",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="approvals.agent",
                            ),
                        ),
                        ("agent_version", models.CharField(max_length=40)),
                        ("workflow", models.CharField(max_length=60)),
                        ("period", models.CharField(blank=True, max_length=40)),
                        ("trace_parent", models.CharField(blank=True, max_length=60)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "running"),
                                    ("succeeded", "succeeded"),
                                    ("partial", "partial"),
                                    ("failed", "failed"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="running",
                                max_length=10,
                            ),
                        ),
                        ("counts", models.JSONField(default=dict)),
                        ("error", models.CharField(blank=True, max_length=500)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "resumes",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resumed_by",
                                to="runs.run",
                            ),
                        ),
                        ("heard_at", models.DateTimeField(null=True)),
                        ("patience_seconds", models.PositiveIntegerField(db_default=21600, default=21600)),
                        ("silent", models.BooleanField(db_default=False, default=False)),
                        ("steps_told", models.PositiveIntegerField(db_default=0, default=0)),
                        ("steps_failed", models.PositiveIntegerField(db_default=0, default=0)),
                        ("steps_contradicted", models.PositiveIntegerField(db_default=0, default=0)),
                        ("tokens_in", models.BigIntegerField(db_default=0, default=0)),
                        ("tokens_out", models.BigIntegerField(db_default=0, default=0)),
                        ("costs", models.JSONField(db_default={}, default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "-started_at"], name="runs_newest"),
                            models.Index(
                                fields=["workspace", "workflow", "-started_at"], name="runs_by_workflow"
                            ),
                            models.Index(fields=["workspace", "state", "-started_at"], name="runs_by_state"),
                            models.Index(
                                condition=models.Q(("period", ""), _negated=True),
                                fields=["workspace", "period", "-started_at"],
                                name="runs_by_period",
                            ),
                            models.Index(fields=["agent", "-started_at"], name="runs_by_agent"),
                            models.Index(
                                fields=["agent", "agent_version", "-started_at"], name="runs_by_version"
                            ),
                            models.Index(
                                condition=models.Q(("state", "running")), fields=["id"], name="runs_running"
                            ),
                            models.Index(
                                condition=models.Q(("resumes__isnull", False)),
                                fields=["resumes"],
                                name="runs_resumed",
                            ),
                            models.Index(fields=["workspace", "-finished_at"], name="runs_ended"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["running", "succeeded", "partial", "failed", "cancelled"])
                                ),
                                name="run_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("resumes", models.F("id")), _negated=True),
                                name="run_resumes_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("silent", True), ("state", "running"), _negated=True),
                                name="silence_ends_a_run",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_at__isnull", True), ("state", "running")),
                                    models.Q(
                                        models.Q(("state", "running"), _negated=True),
                                        ("finished_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="finished_means_a_moment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ModelCall",
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
                            "run",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="runs.run",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("work", "work"),
                                    ("check", "second opinion"),
                                    ("golden", "golden set"),
                                    ("replay", "replay"),
                                ],
                                default="work",
                                max_length=6,
                            ),
                        ),
                        ("prompt", models.CharField(max_length=60)),
                        ("prompt_version", models.PositiveSmallIntegerField()),
                        ("prompt_digest", models.CharField(max_length=64)),
                        ("model", models.CharField(max_length=80)),
                        ("input_digest", models.CharField(max_length=64)),
                        ("proposal", models.UUIDField(null=True)),
                        ("error", models.CharField(blank=True, max_length=40)),
                        ("from_cache", models.BooleanField(default=False)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("tokens_in", models.PositiveIntegerField(default=0)),
                        ("tokens_out", models.PositiveIntegerField(default=0)),
                        ("cost", models.DecimalField(decimal_places=8, max_digits=14, null=True)),
                        ("latency_ms", models.PositiveIntegerField(default=0)),
                        ("asked_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "prompt", "-asked_at"], name="calls_of_prompt"),
                            models.Index(
                                condition=models.Q(("run__isnull", False)),
                                fields=["run", "input_digest"],
                                name="calls_of_run",
                            ),
                            models.Index(fields=["asked_at"], name="calls_oldest"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("purpose__in", ["work", "check", "golden", "replay"])),
                                name="call_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_cache", False),
                                    models.Q(
                                        ("attempts", 0), ("cost", 0), ("tokens_in", 0), ("tokens_out", 0)
                                    ),
                                    _connector="OR",
                                ),
                                name="the_cache_costs_nothing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ModelTerms",
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
                        ("version", models.PositiveIntegerField()),
                        ("second_model", models.CharField(blank=True, max_length=80)),
                        ("keep_days", models.PositiveSmallIntegerField(default=7)),
                        ("set_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name_plural": "model terms",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "version"), name="one_version_of_model_terms"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("keep_days__lte", 365)),
                                name="answers_kept_a_year_at_most",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PromptMix",
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
                        ("prompt", models.CharField(max_length=60)),
                        ("shares", models.JSONField()),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "prompt mixes",
                        "indexes": [models.Index(fields=["workspace", "prompt", "-id"], name="mixes_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("workspace", "prompt"),
                                name="one_mix_of_a_prompt",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_at__isnull", True),
                                    ("retired_at__gte", models.F("created_at")),
                                    _connector="OR",
                                ),
                                name="mix_retired_after_birth",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Redrive",
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
                                related_name="redrives",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redrives",
                                to="exceptions.case",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("previewed", "previewed"),
                                    ("canary", "canary"),
                                    ("running", "running"),
                                    ("stopped", "stopped"),
                                    ("done", "done"),
                                ],
                                default="previewed",
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("per_minute", models.PositiveIntegerField(default=600)),
                        ("money", models.JSONField(default=dict)),
                        ("wants_second", models.BooleanField(default=False)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("why_stopped", models.CharField(blank=True, max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("next_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_at__isnull", False)),
                                fields=["next_at"],
                                name="redrives_to_do",
                            ),
                            models.Index(fields=["case", "-created_at"], name="redrives_of_case"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["previewed", "canary", "running", "stopped", "done"])
                                ),
                                name="redrive_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["canary", "running", "stopped"])),
                                fields=("case",),
                                name="one_redrive_a_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confirmed_by__isnull", True),
                                    ("wants_second", False),
                                    models.Q(("confirmed_by", models.F("made_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_second_person_confirms",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RedriveLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "redrive",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="runs.redrive",
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        (
                            "execution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="runs.execution",
                            ),
                        ),
                        ("foreseen", models.CharField(max_length=12)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("skipped", "skipped"),
                                    ("accepted", "accepted"),
                                    ("executed", "executed"),
                                    ("verified", "verified"),
                                    ("unverifiable", "unverifiable"),
                                    ("failed", "failed"),
                                ],
                                default="waiting",
                                max_length=12,
                            ),
                        ),
                        ("why", models.CharField(blank=True, max_length=200)),
                        ("sent_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["redrive", "state", "position"], name="lines_by_state")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("redrive", "position"), name="redriven_in_order"),
                            models.UniqueConstraint(fields=("redrive", "execution"), name="redriven_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rehearsal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.proposal",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("arguments", models.JSONField()),
                        ("edited", models.BooleanField(default=False)),
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
                            "asked_agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.agent",
                            ),
                        ),
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
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("passed", "would be written"),
                                    ("read", "only read"),
                                    ("refused", "would be refused"),
                                    ("transient", "refused for now"),
                                    ("unknown", "in doubt"),
                                    ("broken", "broken"),
                                    ("stopped", "stopped"),
                                    ("lost", "lost"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("failure_class", models.CharField(blank=True, max_length=60)),
                        ("message", models.CharField(blank=True, max_length=500)),
                        ("field", models.CharField(blank=True, max_length=120)),
                        ("request", models.TextField(blank=True)),
                        ("would", models.JSONField(default=dict)),
                        ("notes", models.JSONField(default=list)),
                        ("seen_version", models.CharField(blank=True, max_length=200)),
                        ("took_ms", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "done"), _negated=True),
                                fields=["id"],
                                name="rehearsals_to_carry_out",
                            ),
                            models.Index(fields=["proposal", "-id"], name="rehearsals_latest"),
                            models.Index(fields=["asked_at"], name="rehearsals_oldest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "done"), _negated=True),
                                fields=("proposal",),
                                name="one_rehearsal_at_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("done_at__isnull", False),
                                        ("state", "done"),
                                        models.Q(("ending", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "done"), _negated=True),
                                        ("done_at__isnull", True),
                                        ("ending", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="rehearsals_end_somehow",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("asked_by__isnull", False),
                                    ("asked_agent__isnull", False),
                                    _connector="XOR",
                                ),
                                name="somebody_asked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Replay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.agent",
                            ),
                        ),
                        ("endpoint", models.CharField(max_length=60)),
                        ("key", models.CharField(max_length=255)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("body", models.JSONField()),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["created_at"], name="replays_oldest")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agent", "endpoint", "key"), name="one_answer_per_key"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RunReplay",
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
                                related_name="+",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replays",
                                to="runs.run",
                            ),
                        ),
                        ("item", models.CharField(blank=True, max_length=120)),
                        ("step", models.CharField(blank=True, max_length=60)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "waiting"), ("started", "under way"), ("done", "done")],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("epoch", models.PositiveIntegerField(default=0)),
                        ("heard_at", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("version", models.CharField(blank=True, max_length=40)),
                        ("inputs", models.PositiveIntegerField(default=0)),
                        ("error", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "done"), _negated=True),
                                fields=["id"],
                                name="replays_to_carry_out",
                            ),
                            models.Index(fields=["run", "-id"], name="replays_of_run"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "done"), _negated=True),
                                fields=("run",),
                                name="one_replay_at_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at__isnull", False), ("state", "done")),
                                    models.Q(
                                        models.Q(("state", "done"), _negated=True), ("done_at__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="done_replays_have_a_moment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReplayLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "replay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="runs.runreplay",
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("item", models.CharField(max_length=120)),
                        ("proposal", models.UUIDField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("same", "the same"),
                                    ("differs", "differs"),
                                    ("unable", "cannot be read again"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("why", models.CharField(blank=True, max_length=200)),
                        ("changes", models.JSONField(default=list)),
                        ("by_then", models.CharField(blank=True, max_length=200)),
                        ("by_now", models.CharField(blank=True, max_length=200)),
                        ("took_ms", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["replay", "outcome", "position"], name="lines_by_outcome")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("replay", "position"), name="one_line_an_input")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReversalOrder",
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
                                related_name="reversal_orders",
                                to="approvals.workspace",
                            ),
                        ),
                        ("key", models.CharField(max_length=64)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_auth", models.CharField(max_length=40)),
                        ("reason", models.CharField(max_length=500)),
                        ("scope", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("asking", "asking"), ("asked", "asked")],
                                default="asking",
                                max_length=8,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "asking")), fields=["id"], name="orders_to_ask"
                            ),
                            models.Index(fields=["workspace", "-created_at"], name="orders_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "key"), name="one_confirmation_one_order"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["asking", "asked"])),
                                name="order_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReversalLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="runs.reversalorder",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "execution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="runs.execution",
                            ),
                        ),
                        ("proposal", models.UUIDField(null=True)),
                        ("why_not", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "position"), name="lines_in_order"),
                            models.UniqueConstraint(
                                fields=("order", "execution"), name="undone_once_per_order"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Saga",
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
                                related_name="sagas",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sagas",
                                to="approvals.agent",
                            ),
                        ),
                        ("key", models.CharField(max_length=255)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("title", models.CharField(blank=True, max_length=200)),
                        ("steps", models.PositiveSmallIntegerField()),
                        ("pivot", models.PositiveSmallIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "running"),
                                    ("succeeded", "succeeded"),
                                    ("compensating", "compensating"),
                                    ("undone", "undone"),
                                    ("halfway", "halfway"),
                                ],
                                default="running",
                                max_length=12,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("looked_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("running", "compensating"))),
                                fields=["looked_at"],
                                name="open_sagas",
                            ),
                            models.Index(fields=["workspace", "-created_at"], name="sagas_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("agent", "key"), name="one_event_one_saga"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["running", "succeeded", "compensating", "undone", "halfway"],
                                    )
                                ),
                                name="saga_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("steps__gte", 2)), name="a_saga_has_steps"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Spending",
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
                        ("name", models.CharField(max_length=40)),
                        ("tokens", models.BigIntegerField(default=0)),
                        ("money", models.DecimalField(decimal_places=8, default=0, max_digits=18)),
                        ("unpriced", models.BigIntegerField(default=0)),
                        ("reached_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "name"), name="one_spending_of_a_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("money__gte", 0), ("tokens__gte", 0), ("unpriced__gte", 0)
                                ),
                                name="spending_is_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=approvals.ids.new, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="runs.run",
                            ),
                        ),
                        ("key", models.CharField(max_length=120)),
                        ("name", models.CharField(max_length=60)),
                        ("kind", models.CharField(max_length=8)),
                        ("item", models.CharField(blank=True, max_length=120)),
                        ("parent", models.CharField(blank=True, db_default="", default="", max_length=120)),
                        ("input", models.JSONField(null=True)),
                        ("output", models.JSONField(null=True)),
                        ("error", models.JSONField(null=True)),
                        ("prompt", models.CharField(blank=True, max_length=60)),
                        ("prompt_version", models.CharField(blank=True, max_length=20)),
                        ("prompt_digest", models.CharField(blank=True, max_length=64)),
                        ("model", models.CharField(blank=True, max_length=80)),
                        ("confidence", models.DecimalField(decimal_places=3, max_digits=4, null=True)),
                        ("tokens_in", models.PositiveIntegerField(null=True)),
                        ("tokens_out", models.PositiveIntegerField(null=True)),
                        ("cost", models.DecimalField(decimal_places=6, max_digits=12, null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("latency_ms", models.PositiveIntegerField(null=True)),
                        ("proposal", models.UUIDField(null=True)),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["run", "started_at", "id"], name="steps_in_order"),
                            models.Index(
                                condition=models.Q(("error__isnull", False)),
                                fields=["run", "started_at", "id"],
                                name="steps_that_failed",
                            ),
                            models.Index(
                                condition=models.Q(("item", ""), _negated=True),
                                fields=["run", "item"],
                                name="steps_of_item",
                            ),
                            models.Index(
                                condition=models.Q(("proposal__isnull", False)),
                                fields=["run", "proposal"],
                                name="steps_that_proposed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "key"), name="one_step_of_a_key")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Testimony",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "execution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="testimonies",
                                to="runs.execution",
                            ),
                        ),
                        ("written", models.BooleanField()),
                        ("reference", models.CharField(blank=True, max_length=200)),
                        ("reason", models.TextField()),
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
                    options={
                        "verbose_name_plural": "testimonies",
                        "constraints": [
                            models.UniqueConstraint(fields=("execution", "by"), name="one_word_a_person"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("written", False),
                                    models.Q(("reference", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="written_under_a_reference",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TraceMark",
                    fields=[
                        (
                            "workspace",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="approvals.workspace",
                            ),
                        ),
                        ("upto_transaction", models.BigIntegerField(default=0)),
                        ("upto_id", models.BigIntegerField(default=0)),
                        ("leased_until", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Traced",
                    fields=[
                        (
                            "run",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="traced",
                                serialize=False,
                                to="runs.run",
                            ),
                        ),
                        ("revision", models.CharField(max_length=20)),
                        ("told_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Worth",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.workspace",
                            ),
                        ),
                        ("minutes", models.DecimalField(decimal_places=2, max_digits=7)),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("set_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "-id"], name="worth_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gt", 0)), name="by_hand_it_takes_time"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL([LAWS], [LAWLESS]),
        migrations.RunSQL([KEPT], migrations.RunSQL.noop),
        migrations.RunSQL([STORED], migrations.RunSQL.noop),
    ]

"""Sagas and orders to undo many; and the one rule about the order of a saga's writes, kept by the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import approvals.ids

# A step may be written when its saga still goes forward and the step before it stands; what undoes a step, when every
# later step that stands has been undone. Claims leave out what may not; the trigger refuses it whoever asks.
LETS = """
CREATE FUNCTION countersign_saga_lets(of_saga uuid, of_step smallint, undoes uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
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
"""
IN_TURN = """
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
CREATE TRIGGER in_turn BEFORE UPDATE OF state ON runs_execution FOR EACH ROW
  WHEN (NEW.state = 'started' AND OLD.state <> 'started') EXECUTE FUNCTION countersign_in_turn();
"""
SAGA = """
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
CREATE TRIGGER moves BEFORE UPDATE ON runs_saga FOR EACH ROW EXECUTE FUNCTION countersign_saga_moves();
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_saga FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_reversalline
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON runs_reversalorder
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""
FORGET = """
DROP TRIGGER in_turn ON runs_execution; DROP FUNCTION countersign_in_turn();
DROP FUNCTION countersign_saga_lets(uuid, smallint, uuid);
DROP TRIGGER moves ON runs_saga; DROP TRIGGER never_deleted ON runs_saga; DROP FUNCTION countersign_saga_moves();
DROP TRIGGER never_deleted ON runs_reversalline; DROP TRIGGER never_deleted ON runs_reversalorder;
"""
MINE = {"default": approvals.ids.new, "editable": False, "primary_key": True, "serialize": False}


def kept_with(to: str, name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to)


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0008_rehearsals"),
        ("approvals", "0012_sagas"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Saga",
            fields=[
                ("id", models.UUIDField(**MINE)),
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
                ("agent", kept_with("approvals.agent", "sagas")),
                ("workspace", kept_with("approvals.workspace", "sagas")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["agent", "key"], name="one_event_one_saga"),
                    models.CheckConstraint(
                        condition=Q(state__in=["running", "succeeded", "compensating", "undone", "halfway"]),
                        name="saga_state_known",
                    ),
                    models.CheckConstraint(condition=Q(steps__gte=2), name="a_saga_has_steps"),
                ],
                "indexes": [
                    models.Index(
                        fields=["looked_at"],
                        condition=Q(state__in=("running", "compensating")),
                        name="open_sagas",
                    ),
                    models.Index(fields=["workspace", "-created_at"], name="sagas_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReversalOrder",
            fields=[
                ("id", models.UUIDField(**MINE)),
                ("key", models.CharField(max_length=64)),
                ("made_auth", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=500)),
                ("scope", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("asking", "asking"), ("asked", "asked")], default="asking", max_length=8
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("made_by", kept_with(settings.AUTH_USER_MODEL)),
                ("workspace", kept_with("approvals.workspace", "reversal_orders")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["workspace", "key"], name="one_confirmation_one_order"),
                    models.CheckConstraint(
                        condition=Q(state__in=["asking", "asked"]), name="order_state_known"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["id"], condition=Q(state="asking"), name="orders_to_ask"),
                    models.Index(fields=["workspace", "-created_at"], name="orders_newest"),
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
                ("position", models.PositiveSmallIntegerField()),
                ("proposal", models.UUIDField(null=True)),
                ("why_not", models.CharField(blank=True, max_length=200)),
                ("execution", kept_with("runs.execution")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="runs.reversalorder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["order", "position"], name="lines_in_order"),
                    models.UniqueConstraint(fields=["order", "execution"], name="undone_once_per_order"),
                ],
            },
        ),
        migrations.RunSQL([LETS + IN_TURN + SAGA], [FORGET]),
    ]

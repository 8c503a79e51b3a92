"""A run ends once, and is never another's again; an order to undo many says whether what was written was wrong; prompts
that agents outside tell of are kept, each once.
"""

from uuid import UUID

import django.db.models.deletion
from django.db import migrations, models

MOVES = """
CREATE FUNCTION countersign_run_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.state, NEW.state) NOT IN (
      ('running', 'succeeded'), ('running', 'partial'), ('running', 'failed'), ('running', 'cancelled')) THEN
    RAISE EXCEPTION 'a run does not move from % to %', OLD.state, NEW.state
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER moves BEFORE UPDATE OF state ON runs_run
  FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION countersign_run_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0017_long_redrives"), ("approvals", "0020_promises")]

    operations = [
        migrations.AddField(
            model_name="reversalorder",
            name="blames",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="StepMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upto", models.UUIDField(default=UUID(int=0))),
            ],
        ),
        migrations.CreateModel(
            name="PromptTold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agent_version", models.CharField(max_length=40)),
                ("prompt", models.CharField(max_length=60)),
                ("digest", models.CharField(max_length=64)),
                ("seen_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="approvals.agent"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agent", "agent_version", "prompt", "digest"), name="a_prompt_is_told_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            [MOVES], ["DROP TRIGGER moves ON runs_run; DROP FUNCTION countersign_run_moves();"]
        ),
    ]

"""A drill never executes: approval schedules nothing, and the database refuses the row (DESIGN.md §4, law 10)."""

from django.db import migrations

SCHEDULE = """
CREATE OR REPLACE FUNCTION countersign_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'approved' AND OLD.state = 'pending' AND NOT NEW.shadow AND NOT NEW.drill THEN
    INSERT INTO runs_execution (id, workspace_id, proposal_id, round, reverses_id, tool, tool_version, arguments, digest,
        write_key, state, due_at, attempts, lease_epoch, failure_class, error, before, created_at)
    VALUES (gen_random_uuid(), NEW.workspace_id, NEW.id, NEW.round, NEW.reverses, NEW.tool, NEW.tool_version,
        NEW.arguments, NEW.digest,
        encode(sha256(convert_to(NEW.id::text || '/' || NEW.round || '/' || NEW.digest, 'UTF8')), 'hex'),
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
"""

EXECUTION = """
CREATE OR REPLACE FUNCTION countersign_execution_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0003_replay"), ("approvals", "0005_reviewing_laws")]

    operations = [
        migrations.RunSQL([SCHEDULE], migrations.RunSQL.noop),
        migrations.RunSQL([EXECUTION], migrations.RunSQL.noop),
    ]

"""What a write touches, so that two writes to one target go one after the other, and in the order of their approval.

The database names the target of what it schedules, never changes it, and lets one call to a target be out at a time.
"""

from django.db import migrations, models
from django.db.models import Q

TARGET = "{0}.workspace_id || ':' || split_part({0}.tool, '.', 1) || ':' || {0}.subject"

SCHEDULE = """
CREATE OR REPLACE FUNCTION countersign_schedule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'approved' AND OLD.state = 'pending' AND NOT NEW.shadow AND NOT NEW.drill THEN
    INSERT INTO runs_execution (id, workspace_id, proposal_id, round, reverses_id, tool, tool_version, arguments, digest,
        write_key, target, state, due_at, attempts, lease_epoch, failure_class, error, before, created_at)
    VALUES (gen_random_uuid(), NEW.workspace_id, NEW.id, NEW.round, NEW.reverses, NEW.tool, NEW.tool_version,
        NEW.arguments, NEW.digest,
        encode(sha256(convert_to(NEW.id::text || '/' || NEW.round || '/' || NEW.digest, 'UTF8')), 'hex'),
        CASE WHEN NEW.subject = '' THEN '' ELSE {target} END,
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
""".replace("{target}", TARGET.format("NEW"))

# what is out while this runs keeps no order: nobody knows whether two of them touch the same
FILL = """
UPDATE runs_execution x SET target = {target}
FROM approvals_proposal p WHERE p.id = x.proposal_id AND p.subject <> '' AND x.state <> 'started';
""".replace("{target}", TARGET.format("p"))

STAYS = """
CREATE FUNCTION countersign_target_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a write keeps its target' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER target_stays BEFORE UPDATE ON runs_execution
  FOR EACH ROW WHEN (NEW.target <> OLD.target) EXECUTE FUNCTION countersign_target_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("runs", "0005_letters")]

    operations = [
        migrations.AddField(
            "execution", "target", models.CharField(blank=True, default="", db_default="", max_length=320)
        ),
        migrations.RunSQL([SCHEDULE], migrations.RunSQL.noop),
        migrations.RunSQL([FILL], migrations.RunSQL.noop),
        migrations.RunSQL(
            [STAYS],
            ["DROP TRIGGER target_stays ON runs_execution; DROP FUNCTION countersign_target_stays();"],
        ),
        # leases and states are rewritten often: room on the page lets a row be rewritten in its place
        migrations.RunSQL(
            ["ALTER TABLE runs_execution SET (fillfactor = 70);"],
            ["ALTER TABLE runs_execution RESET (fillfactor);"],
        ),
        migrations.RemoveIndex("execution", "started_leases"),
        migrations.AddIndex(
            "execution",
            models.Index(
                fields=["workspace", "tool", "due_at", "id"],
                condition=Q(state="scheduled"),
                name="due_in_turn",
            ),
        ),
        migrations.AddIndex(
            "execution",
            models.Index(fields=["state", "id"], condition=Q(state__in=["started", "unknown"]), name="begun"),
        ),
        migrations.AddIndex(
            "execution",
            models.Index(
                fields=["target", "created_at", "id"],
                condition=Q(state__in=["scheduled", "started", "unknown"]) & ~Q(target=""),
                name="targets_in_order",
            ),
        ),
        migrations.AddConstraint(
            "execution",
            models.UniqueConstraint(
                fields=["target"], condition=Q(state="started") & ~Q(target=""), name="one_write_at_a_time"
            ),
        ),
    ]

"""Laws of reviewing: drills stay drills and pass by no policy, cover is checked, what was measured stands."""

from django.db import migrations

DECISION = """
CREATE OR REPLACE FUNCTION countersign_decision_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_proposal%ROWTYPE;
BEGIN
  SELECT * INTO asked FROM approvals_proposal WHERE id = NEW.proposal_id FOR UPDATE;
  IF asked.state <> 'pending' OR asked.round <> NEW.round THEN
    RAISE EXCEPTION 'the proposal is % in round %', asked.state, asked.round USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.seen_digest <> asked.digest THEN
    RAISE EXCEPTION 'what was seen is not what is on the table' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.by_policy AND (asked.ruling <> 'allow' OR asked.shadow OR asked.drill OR asked.round <> 1) THEN
    RAISE EXCEPTION 'policy lets nothing pass that the gates asked about' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT NEW.by_policy AND NOT EXISTS (SELECT 1 FROM approvals_membership m WHERE m.workspace_id = asked.workspace_id
       AND m.user_id = NEW.reviewer_id AND 'reviewer' = ANY (m.roles)) THEN
    RAISE EXCEPTION 'no reviewer of this workspace' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.reviewer_id = asked.proposed_by_id OR NEW.reviewer_id = ANY (asked.excluded_reviewers) THEN
    RAISE EXCEPTION 'four eyes: nobody decides their own proposal' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.covering_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM approvals_cover c WHERE c.workspace_id = asked.workspace_id
       AND c.away_id = NEW.covering_id AND c.stand_in_id = NEW.reviewer_id
       AND c.starts_at <= NEW.decided_at AND NEW.decided_at < c.ends_at) THEN
    RAISE EXCEPTION 'nobody to stand in for' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

MOVES = """
CREATE OR REPLACE FUNCTION countersign_proposal_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.proposed_arguments IS DISTINCT FROM OLD.proposed_arguments OR NEW.workspace_id <> OLD.workspace_id
     OR NEW.agent_id <> OLD.agent_id OR NEW.tool <> OLD.tool OR NEW.shadow <> OLD.shadow OR NEW.drill <> OLD.drill OR NEW.subject <> OLD.subject
     OR NEW.tool_version <> OLD.tool_version OR NEW.reverses IS DISTINCT FROM OLD.reverses
     OR NEW.idempotency_key <> OLD.idempotency_key
     OR NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id OR NEW.excluded_reviewers <> OLD.excluded_reviewers
     OR NEW.ruling <> OLD.ruling THEN
    RAISE EXCEPTION 'what was proposed never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (NEW.digest <> OLD.digest OR NEW.arguments IS DISTINCT FROM OLD.arguments)
     AND NOT (NEW.state = 'pending' AND OLD.state IN ('pending', 'approved')) THEN
    RAISE EXCEPTION 'what was signed never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.arguments IS DISTINCT FROM OLD.arguments AND NEW.digest = OLD.digest THEN
    RAISE EXCEPTION 'other arguments have another digest' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.quorum < OLD.quorum THEN
    RAISE EXCEPTION 'a quorum is never lowered' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state <> OLD.state AND NOT (
       (OLD.state = 'pending')
    OR (OLD.state = 'blocked' AND NEW.state IN ('superseded', 'rejected', 'withdrawn', 'expired'))
    OR (OLD.state = 'approved' AND NEW.state = 'pending' AND NEW.round = OLD.round + 1)) THEN
    RAISE EXCEPTION 'a proposal does not move from % to %', OLD.state, NEW.state USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS (
       SELECT 1 FROM approvals_decision d WHERE d.proposal_id = NEW.id AND d.round = NEW.round
          AND d.digest = NEW.digest AND d.arguments = NEW.arguments AND d.verdict IN ('approve', 'edit')
       HAVING count(*) >= CASE WHEN bool_or(d.by_policy) THEN 1 ELSE NEW.quorum END) THEN
    RAISE EXCEPTION 'not enough signatures under this digest' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

DRILL = """
CREATE FUNCTION countersign_drill_is_told_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (SELECT 1 FROM approvals_proposal WHERE id = NEW.proposal_id AND drill) THEN
      RAISE EXCEPTION 'only a proposal made as a drill is one' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF OLD.revealed_at IS NOT NULL OR (NEW.proposal_id, NEW.source_id, NEW.field, NEW."right", NEW.wrong, NEW.commitment,
      NEW.nonce, NEW.seeded_at) IS DISTINCT FROM (OLD.proposal_id, OLD.source_id, OLD.field, OLD."right", OLD.wrong,
      OLD.commitment, OLD.nonce, OLD.seeded_at) THEN
    RAISE EXCEPTION 'what a drill was never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER told_once BEFORE INSERT OR UPDATE ON approvals_drill
  FOR EACH ROW EXECUTE FUNCTION countersign_drill_is_told_once();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_drill
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER unchanged BEFORE UPDATE ON approvals_exposure
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""

PARTY = """
UPDATE approvals_proposal SET party = left(coalesce(arguments ->> 'vendor', arguments ->> 'payee',
  arguments ->> 'customer', arguments ->> 'recipient', arguments ->> 'to', ''), 120);
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_reviewing")]

    operations = [
        migrations.RunSQL(
            ["CREATE SEQUENCE approvals_hold_epoch AS bigint;"], ["DROP SEQUENCE approvals_hold_epoch;"]
        ),
        migrations.RunSQL([DECISION], migrations.RunSQL.noop),
        migrations.RunSQL([MOVES], migrations.RunSQL.noop),
        migrations.RunSQL(
            [DRILL],
            [
                "DROP TRIGGER unchanged ON approvals_exposure; DROP TRIGGER never_deleted ON approvals_drill;"
                "DROP TRIGGER told_once ON approvals_drill; DROP FUNCTION countersign_drill_is_told_once();"
            ],
        ),
        migrations.RunSQL([PARTY], migrations.RunSQL.noop),
    ]

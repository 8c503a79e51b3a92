"""Laws the database keeps by itself (DESIGN.md §4: 2, 5, 7), whoever writes to it."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION countersign_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
FROZEN = ["approvals_ledgerentry", "approvals_seal", "approvals_decision", "approvals_policy"]

DECISION = """
CREATE FUNCTION countersign_decision_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_proposal%ROWTYPE;
BEGIN
  SELECT * INTO asked FROM approvals_proposal WHERE id = NEW.proposal_id FOR UPDATE;
  IF asked.state <> 'pending' OR asked.round <> NEW.round THEN
    RAISE EXCEPTION 'the proposal is % in round %', asked.state, asked.round USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.seen_digest <> asked.digest THEN
    RAISE EXCEPTION 'what was seen is not what is on the table' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.by_policy AND (asked.ruling <> 'allow' OR asked.shadow OR asked.round <> 1) THEN
    RAISE EXCEPTION 'policy lets nothing pass that the gates asked about' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NOT NEW.by_policy AND NOT EXISTS (SELECT 1 FROM approvals_membership m WHERE m.workspace_id = asked.workspace_id
       AND m.user_id = NEW.reviewer_id AND 'reviewer' = ANY (m.roles)) THEN
    RAISE EXCEPTION 'no reviewer of this workspace' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.reviewer_id = asked.proposed_by_id OR NEW.reviewer_id = ANY (asked.excluded_reviewers) THEN
    RAISE EXCEPTION 'four eyes: nobody decides their own proposal' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lawful BEFORE INSERT ON approvals_decision
  FOR EACH ROW EXECUTE FUNCTION countersign_decision_is_lawful();
"""

PROPOSAL = """
CREATE FUNCTION countersign_proposal_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.proposed_arguments IS DISTINCT FROM OLD.proposed_arguments OR NEW.workspace_id <> OLD.workspace_id
     OR NEW.agent_id <> OLD.agent_id OR NEW.tool <> OLD.tool OR NEW.shadow <> OLD.shadow OR NEW.subject <> OLD.subject
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
CREATE TRIGGER moves BEFORE UPDATE ON approvals_proposal
  FOR EACH ROW EXECUTE FUNCTION countersign_proposal_moves();
CREATE FUNCTION countersign_proposal_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state NOT IN ('pending', 'blocked') THEN
    RAISE EXCEPTION 'a proposal begins pending or blocked' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON approvals_proposal
  FOR EACH ROW EXECUTE FUNCTION countersign_proposal_begins();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_proposal
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_proposal
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""


def frozen(table: str) -> str:
    return f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
"""


def thawed(table: str) -> str:
    return f"DROP TRIGGER append_only ON {table}; DROP TRIGGER never_truncated ON {table};"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        migrations.RunSQL([APPEND_ONLY], ["DROP FUNCTION countersign_refuse_change();"]),
        migrations.RunSQL([frozen(table) for table in FROZEN], [thawed(table) for table in FROZEN]),
        migrations.RunSQL(
            [
                "CREATE TRIGGER unchanged BEFORE UPDATE ON approvals_evidence"
                " FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();"
            ],
            ["DROP TRIGGER unchanged ON approvals_evidence;"],
        ),
        migrations.RunSQL(
            [DECISION],
            ["DROP TRIGGER lawful ON approvals_decision; DROP FUNCTION countersign_decision_is_lawful();"],
        ),
        migrations.RunSQL(
            [PROPOSAL],
            [
                "DROP TRIGGER never_deleted ON approvals_proposal; DROP TRIGGER never_truncated ON approvals_proposal;"
                "DROP TRIGGER moves ON approvals_proposal; DROP FUNCTION countersign_proposal_moves();"
                "DROP TRIGGER begins ON approvals_proposal; DROP FUNCTION countersign_proposal_begins();"
            ],
        ),
    ]

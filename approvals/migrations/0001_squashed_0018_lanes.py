"""A database that begins today begins with this, and not with the history of the others.

The models are as they stand, and so are the laws (DESIGN.md §4: 2, 5, 7): every word of them was taken from a database
that had come the whole way. What each is for stands where it was first said, in the migrations that this one replaces.
"""

import approvals.ids
import approvals.migrations._at_once
import approvals.models.lane
import approvals.models.workspace
import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.math
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

SEQUENCES = """
CREATE SEQUENCE countersign_ledger_offset AS bigint MINVALUE 0 START 0;
CREATE SEQUENCE approvals_hold_epoch AS bigint;
"""
NO_SEQUENCES = """
DROP SEQUENCE countersign_ledger_offset;
DROP SEQUENCE approvals_hold_epoch;
"""
LAWS = """
CREATE FUNCTION countersign_rung(stage text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE stage WHEN 'paused' THEN 2 ELSE
    array_position(ARRAY['shadow', 'assisted', 'partial_10', 'partial_25', 'partial_50', 'full'], stage) END
$$;
CREATE FUNCTION countersign_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
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
CREATE TRIGGER lawful BEFORE INSERT ON approvals_decision
  FOR EACH ROW EXECUTE FUNCTION countersign_decision_is_lawful();
CREATE FUNCTION countersign_proposal_moves() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION countersign_entry_takes_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sealed bigint;
BEGIN
  NEW.transaction := pg_current_xact_id()::text::bigint + (SELECT last_value FROM countersign_ledger_offset);
  SELECT upto_transaction INTO sealed FROM approvals_seal
    WHERE workspace_id = NEW.workspace_id ORDER BY number DESC LIMIT 1;
  IF NEW.transaction <= sealed THEN
    RAISE EXCEPTION 'the ledger was restored into a younger server, and this entry would fall below its seals'
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'The next tick lifts the count; try again then.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER takes_its_place BEFORE INSERT ON approvals_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION countersign_entry_takes_its_place();
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
CREATE FUNCTION countersign_batched_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
       SELECT 1 FROM approvals_proposal asked
       JOIN approvals_batchitem shown ON shown.proposal_id = asked.id AND shown.batch_id = NEW.batch_id
       JOIN approvals_batch batch ON batch.id = NEW.batch_id
       WHERE asked.id = NEW.proposal_id AND batch.workspace_id = asked.workspace_id
         AND batch.reviewer_id = NEW.reviewer_id AND shown.digest = NEW.seen_digest
         AND asked.cohort = batch.cohort AND asked.cohort <> '' AND asked.round = 1 AND asked.quorum = 1
         AND asked.risk <> 'high' AND NOT asked.shadow AND NOT asked.drill)
     OR NEW.verdict NOT IN ('approve', 'reject') THEN
    RAISE EXCEPTION 'this is not answered together with others' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batched_is_lawful BEFORE INSERT ON approvals_decision
  FOR EACH ROW WHEN ((new.batch_id IS NOT NULL)) EXECUTE FUNCTION countersign_batched_is_lawful();
CREATE FUNCTION countersign_declared_tool_begins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  house text;
  newest int;
BEGIN
  SELECT slug INTO house FROM approvals_workspace WHERE id = NEW.workspace_id FOR SHARE;
  IF position(house || '.' in NEW.name) <> 1 THEN
    RAISE EXCEPTION 'a declared tool is named after its workspace' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT coalesce(max(version), 0) INTO newest FROM approvals_declaredtool WHERE name = NEW.name;
  IF NEW.version <> newest + 1 OR NEW.retired_at IS NOT NULL THEN
    RAISE EXCEPTION 'a new version follows the newest' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER begins BEFORE INSERT ON approvals_declaredtool
  FOR EACH ROW EXECUTE FUNCTION countersign_declared_tool_begins();
CREATE FUNCTION countersign_declared_tool_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.workspace_id, NEW.name, NEW.version, NEW.kind, NEW.title, NEW.source, NEW.digest, NEW.created_at)
       IS DISTINCT FROM
     (OLD.id, OLD.workspace_id, OLD.name, OLD.version, OLD.kind, OLD.title, OLD.source, OLD.digest, OLD.created_at)
     OR NEW.created_by_id IS DISTINCT FROM OLD.created_by_id
     OR OLD.retired_at IS NOT NULL THEN
    RAISE EXCEPTION 'a declared tool never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON approvals_declaredtool
  FOR EACH ROW EXECUTE FUNCTION countersign_declared_tool_stays();
CREATE FUNCTION countersign_limit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'retired_at' - 'retired_by_id') <> (to_jsonb(OLD) - 'retired_at' - 'retired_by_id')
     OR OLD.retired_at IS NOT NULL THEN
    RAISE EXCEPTION 'a limit never changes: it is retired, and another takes its place'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON approvals_limit
  FOR EACH ROW EXECUTE FUNCTION countersign_limit_stays();
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
CREATE TRIGGER stays BEFORE UPDATE ON approvals_change
  FOR EACH ROW EXECUTE FUNCTION countersign_change_stays();
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
CREATE TRIGGER stays BEFORE UPDATE ON approvals_sampleweek
  FOR EACH ROW EXECUTE FUNCTION countersign_sample_week_stays();
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
CREATE TRIGGER moves BEFORE UPDATE ON approvals_sampleitem
  FOR EACH ROW EXECUTE FUNCTION countersign_sample_item_moves();
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
CREATE TRIGGER lawful BEFORE INSERT ON approvals_sampleverdict
  FOR EACH ROW EXECUTE FUNCTION countersign_sample_verdict_is_lawful();
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
CREATE TRIGGER begins AFTER INSERT ON approvals_lane
  FOR EACH ROW EXECUTE FUNCTION countersign_lane_begins();
CREATE FUNCTION countersign_lane_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_stay s WHERE s.lane_id = NEW.id AND s.left_at IS NULL AND s.stage = NEW.stage) THEN
    RAISE EXCEPTION 'a lane stands where its stay is' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OF stage ON approvals_lane
  FOR EACH ROW EXECUTE FUNCTION countersign_lane_stands();
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
"""
LAWLESS = """
DROP FUNCTION countersign_rung, countersign_refuse_change, countersign_decision_is_lawful,
  countersign_proposal_moves, countersign_proposal_begins, countersign_entry_takes_its_place,
  countersign_drill_is_told_once, countersign_batched_is_lawful, countersign_declared_tool_begins,
  countersign_declared_tool_stays, countersign_limit_stays, countersign_change_stays, countersign_sample_week_stays,
  countersign_sample_item_moves, countersign_sample_verdict_is_lawful, countersign_lane_begins,
  countersign_lane_stands, countersign_stay_is_lawful, countersign_lane_follows, countersign_audit_is_judged_once
  CASCADE;
"""
# what is kept: rows that are never changed, deleted or emptied
KEPT = """
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON approvals_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_ledgerentry
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON approvals_seal
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_seal
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON approvals_decision
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_decision
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON approvals_policy
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_policy
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER unchanged BEFORE UPDATE ON approvals_evidence
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_proposal
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_proposal
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_drill
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER unchanged BEFORE UPDATE ON approvals_exposure
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_exposure
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_exposure
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_drill
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_declaredtool
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_declaredtool
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_limit
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_limit
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER chained BEFORE UPDATE OF saga, saga_step, reversal_order ON approvals_proposal FOR EACH ROW
  WHEN ((NEW.saga, NEW.saga_step, NEW.reversal_order) IS DISTINCT FROM (OLD.saga, OLD.saga_step, OLD.reversal_order))
  EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_change
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_change
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER unchanged BEFORE DELETE OR UPDATE ON approvals_sampleverdict
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_sampleweek
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_sampleitem
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_sampleverdict
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_stay
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_stay
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_laneaudit
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_laneaudit
  FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON approvals_calibrator
  FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change();
"""
# what Django has no words for: indexes of expressions, and how tables are stored
STORED = """
CREATE INDEX proposals_by_record ON approvals_proposal
  (workspace_id, substring(subject from position(':' in subject) + 1)) WHERE subject <> '';
ALTER TABLE approvals_proposal SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_analyze_scale_factor = 0.01);
ALTER TABLE approvals_hold SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
ALTER TABLE approvals_policy SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1);
"""


class Migration(migrations.Migration):
    replaces = [
        ("approvals", "0001_initial"),
        ("approvals", "0002_laws"),
        ("approvals", "0003_sealing"),
        ("approvals", "0004_reviewing"),
        ("approvals", "0005_reviewing_laws"),
        ("approvals", "0006_queue_indexes"),
        ("approvals", "0007_speed"),
        ("approvals", "0008_batch_laws"),
        ("approvals", "0009_measured_laws"),
        ("approvals", "0010_declared_tools"),
        ("approvals", "0011_limits"),
        ("approvals", "0012_sagas"),
        ("approvals", "0013_two_people"),
        ("approvals", "0014_notice_case"),
        ("approvals", "0015_told_quickly"),
        ("approvals", "0016_entries_by_time"),
        ("approvals", "0017_samples"),
        ("approvals", "0018_lanes"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        approvals.migrations._at_once.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Workspace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=80)),
                        ("timezone", models.CharField(default="UTC", max_length=40)),
                        ("paused_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "paused_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("works_from", models.TimeField(default=datetime.time(9, 0))),
                        ("works_until", models.TimeField(default=datetime.time(17, 30))),
                        (
                            "works_on",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                default=approvals.models.workspace.weekdays,
                                size=None,
                            ),
                        ),
                        ("drill_every", models.PositiveSmallIntegerField(default=20)),
                        ("hourly_limit", models.PositiveIntegerField(default=250)),
                        ("hourly_limit_high", models.PositiveIntegerField(default=60)),
                        ("two_people", models.BooleanField(default=True)),
                        (
                            "new_versions",
                            models.CharField(
                                choices=[("shadow", "shadow"), ("assisted", "assisted")],
                                default="shadow",
                                max_length=8,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Agent",
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
                                related_name="agents",
                                to="approvals.workspace",
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("version", models.CharField(default="1", max_length=40)),
                        (
                            "tools",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), default=list, size=None
                            ),
                        ),
                        ("paused_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "paused_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "name"), name="one_agent_of_a_name")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lane",
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
                                related_name="lanes",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lanes",
                                to="approvals.agent",
                            ),
                        ),
                        ("tool", models.CharField(max_length=80)),
                        ("risk", models.CharField(max_length=10)),
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
                                default="assisted",
                                max_length=12,
                            ),
                        ),
                        (
                            "epsilon",
                            models.DecimalField(decimal_places=3, default=Decimal("0.050"), max_digits=4),
                        ),
                        (
                            "delta",
                            models.DecimalField(decimal_places=3, default=Decimal("0.050"), max_digits=4),
                        ),
                        (
                            "salt",
                            models.CharField(
                                default=approvals.models.lane.salt, editable=False, max_length=32
                            ),
                        ),
                        (
                            "calibrator",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.calibrator",
                            ),
                        ),
                        ("threshold", models.DecimalField(decimal_places=3, max_digits=4, null=True)),
                        ("counts_from_at", models.DateTimeField(null=True)),
                        ("look_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agent", "tool", "risk"), name="one_lane_per_tier"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("threshold__isnull", True),
                                    ("calibrator__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_threshold_is_of_a_calibrator",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("delta__gt", 0), ("delta__lt", 1), ("epsilon__gt", 0), ("epsilon__lt", 1)
                                ),
                                name="a_promise_is_a_share",
                            ),
                        ],
                    },
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
                        (
                            "lane",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calibrators",
                                to="approvals.lane",
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["lane", "-fitted_at"], name="calibrators_of_lane")],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
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
                                related_name="policies",
                                to="approvals.workspace",
                            ),
                        ),
                        ("tool", models.CharField(max_length=80)),
                        ("version", models.PositiveIntegerField()),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        (
                            "confidence_floor",
                            models.DecimalField(decimal_places=3, default=0.9, max_digits=4),
                        ),
                        (
                            "ask_above",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                        ),
                        (
                            "second_above",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                        ),
                        (
                            "block_above",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                        ),
                        ("oldest_days", models.PositiveIntegerField(blank=True, null=True)),
                        ("future_days", models.PositiveIntegerField(default=1)),
                        (
                            "protected",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("quorum", models.PositiveSmallIntegerField(default=1)),
                        (
                            "reviewers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.IntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("patience", models.DurationField(default=datetime.timedelta(days=3))),
                        ("working_hours", models.BooleanField(default=False)),
                        ("undo_seconds", models.PositiveIntegerField(default=10)),
                        ("rate_per_hour", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "spend_per_day",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True),
                        ),
                        ("breaker_failures", models.PositiveSmallIntegerField(default=5)),
                        ("breaker_window", models.PositiveIntegerField(default=60)),
                        ("breaker_pause", models.PositiveIntegerField(default=30)),
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
                    ],
                    options={
                        "verbose_name_plural": "policies",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "tool", "version"), name="one_policy_per_version"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quorum__gte", 1), ("quorum__lte", 9)),
                                name="quorum_of_one_to_nine",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confidence_floor__gte", 0), ("confidence_floor__lte", 1)
                                ),
                                name="floor_is_a_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("breaker_failures__gte", 1),
                                    ("breaker_pause__gte", 1),
                                    ("breaker_window__gte", 1),
                                ),
                                name="breaker_terms_are_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
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
                                related_name="proposals",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="approvals.agent",
                            ),
                        ),
                        ("agent_version", models.CharField(max_length=40)),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "excluded_reviewers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.IntegerField(), default=list, size=None
                            ),
                        ),
                        ("idempotency_key", models.CharField(max_length=255)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("tool", models.CharField(max_length=80)),
                        ("tool_version", models.PositiveIntegerField()),
                        ("risk", models.CharField(max_length=10)),
                        ("proposed_arguments", models.JSONField()),
                        ("arguments", models.JSONField()),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("headline", models.CharField(max_length=300)),
                        ("summary", models.CharField(blank=True, max_length=500)),
                        ("rationale", models.TextField(blank=True)),
                        ("confidence", models.DecimalField(decimal_places=3, max_digits=4, null=True)),
                        ("confidence_source", models.CharField(blank=True, max_length=10)),
                        (
                            "confidence_calibrated",
                            models.DecimalField(decimal_places=3, max_digits=4, null=True),
                        ),
                        (
                            "calibrator",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.calibrator",
                            ),
                        ),
                        ("band", models.SmallIntegerField(null=True)),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("likeness", models.CharField(blank=True, max_length=64)),
                        ("party", models.CharField(blank=True, max_length=120)),
                        ("cohort", models.CharField(blank=True, max_length=64)),
                        ("precondition", models.JSONField(null=True)),
                        ("trace_parent", models.CharField(blank=True, max_length=60)),
                        ("workflow", models.CharField(blank=True, max_length=60)),
                        ("run", models.UUIDField(null=True)),
                        ("reverses", models.UUIDField(null=True)),
                        ("blames", models.BooleanField(db_default=False, default=False)),
                        (
                            "amends",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="approvals.proposal",
                            ),
                        ),
                        ("saga", models.UUIDField(null=True)),
                        ("saga_step", models.PositiveSmallIntegerField(null=True)),
                        ("reversal_order", models.UUIDField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "pending"),
                                    ("approved", "approved"),
                                    ("rejected", "rejected"),
                                    ("expired", "expired"),
                                    ("withdrawn", "withdrawn"),
                                    ("superseded", "superseded"),
                                    ("blocked", "blocked"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        ("shadow", models.BooleanField(default=False)),
                        ("drill", models.BooleanField(default=False)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="approvals.policy"
                            ),
                        ),
                        (
                            "lane",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="approvals.lane"
                            ),
                        ),
                        ("ruling", models.CharField(max_length=8)),
                        ("rulings", models.JSONField()),
                        ("failure_class", models.CharField(blank=True, max_length=60)),
                        ("quorum", models.PositiveSmallIntegerField(default=1)),
                        ("observation", models.JSONField(null=True)),
                        ("observed_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("credited_until", models.DateTimeField(null=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("release_at", models.DateTimeField(null=True)),
                        (
                            "risk_rank",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Case(
                                    models.When(risk="high", then=models.Value(0)),
                                    models.When(risk="medium", then=models.Value(1)),
                                    default=models.Value(2),
                                ),
                                output_field=models.SmallIntegerField(),
                            ),
                        ),
                        (
                            "stake",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.comparison.Coalesce(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Value(0), "-", django.db.models.functions.math.Abs("amount")
                                    ),
                                    models.Value(0),
                                ),
                                output_field=models.DecimalField(decimal_places=2, max_digits=16),
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["workspace", "expires_at", "risk_rank", "stake", "id"],
                                name="queue_by_deadline",
                            ),
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["workspace", "risk_rank", "expires_at", "stake", "id"],
                                name="queue_by_risk",
                            ),
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["workspace", "stake", "expires_at", "risk_rank", "id"],
                                name="queue_by_money",
                            ),
                            models.Index(
                                condition=models.Q(("quorum__gt", 1), ("state", "pending")),
                                fields=["workspace", "expires_at", "risk_rank", "stake", "id"],
                                name="queue_of_two",
                            ),
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["policy", "expires_at"],
                                name="queue_by_policy",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state", "pending"), models.Q(("cohort", ""), _negated=True)
                                ),
                                fields=["workspace", "cohort", "id"],
                                name="queue_by_cohort",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("settled_at__isnull", False), models.Q(("party", ""), _negated=True)
                                ),
                                fields=["workspace", "tool", "party", "-settled_at"],
                                name="past_of_party",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["pending", "blocked"])),
                                fields=["expires_at"],
                                name="expiry_sweep",
                            ),
                            models.Index(
                                condition=models.Q(("observed_at__isnull", True), ("state", "pending")),
                                fields=["created_at"],
                                name="unobserved",
                            ),
                            models.Index(fields=["workspace", "subject"], name="same_subject"),
                            models.Index(
                                condition=models.Q(("likeness", ""), _negated=True),
                                fields=["workspace", "likeness"],
                                name="same_likeness",
                            ),
                            models.Index(fields=["lane", "band", "-settled_at"], name="lane_record"),
                            models.Index(fields=["lane", "-id"], name="lanes_list"),
                            models.Index(fields=["agent", "-id"], name="agents_list"),
                            models.Index(fields=["agent", "state", "-id"], name="agents_list_by_state"),
                            models.Index(
                                condition=models.Q(("run__isnull", False)),
                                fields=["run", "-id"],
                                name="proposals_by_run",
                            ),
                            models.Index(
                                condition=models.Q(("reverses__isnull", False)),
                                fields=["reverses"],
                                name="reversals_of",
                            ),
                            models.Index(
                                condition=models.Q(("saga__isnull", False)),
                                fields=["saga", "saga_step"],
                                name="steps_of_saga",
                            ),
                            models.Index(
                                condition=models.Q(("reversal_order__isnull", False)),
                                fields=["reversal_order"],
                                name="asked_by_order",
                            ),
                            models.Index(fields=["workspace", "tool", "created_at"], name="rate_window"),
                            models.Index(fields=["workspace", "-settled_at"], name="recently_settled"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agent", "idempotency_key"), name="one_event_one_proposal"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "pending",
                                            "approved",
                                            "rejected",
                                            "expired",
                                            "withdrawn",
                                            "superseded",
                                            "blocked",
                                        ],
                                    )
                                ),
                                name="proposal_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("settled_at__isnull", True), ("state__in", ("pending", "blocked"))
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ("pending", "blocked")), _negated=True),
                                        ("settled_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="settled_means_a_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "approved"), ("release_at__isnull", False)),
                                    models.Q(
                                        models.Q(("state", "approved"), _negated=True),
                                        ("release_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="approved_means_a_release",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ruling__in", ["allow", "ask", "block"])),
                                name="ruling_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confidence__isnull", True),
                                    models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                                    _connector="OR",
                                ),
                                name="confidence_is_a_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quorum__gte", 1)), name="somebody_must_sign"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="expires_after_birth",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("saga__isnull", True), ("saga_step__isnull", True)),
                                    models.Q(
                                        ("saga__isnull", False),
                                        ("saga_step__gte", 1),
                                        ("saga_step__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_step_has_its_saga",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("amends__isnull", True),
                                    ("reverses__isnull", True),
                                    ("saga__isnull", False),
                                ),
                                fields=("saga", "saga_step"),
                                name="one_proposal_a_step",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Aside",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="asides",
                                to="approvals.proposal",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("set_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        ("times", models.PositiveSmallIntegerField(default=1)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["reviewer", "until"], name="own_asides"),
                            models.Index(fields=["until"], name="lapsed_asides"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("proposal", "reviewer"), name="set_aside_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "proposal",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="assignment",
                                serialize=False,
                                to="approvals.proposal",
                            ),
                        ),
                        (
                            "assigned_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.IntegerField(), size=None
                            ),
                        ),
                        ("label", models.CharField(max_length=80)),
                        ("note", models.TextField(blank=True)),
                        ("assigned_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["to"], name="assigned_to"),
                            models.Index(fields=["until"], name="lapsed_assigned"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("to__len__gte", 1)), name="assigned_to_somebody"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Batch",
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
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("cohort", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "batches",
                        "indexes": [models.Index(fields=["reviewer", "-created_at"], name="own_batches")],
                    },
                ),
                migrations.CreateModel(
                    name="BatchItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="approvals.batch",
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
                        ("position", models.PositiveSmallIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("outlier", models.BooleanField(default=False)),
                        ("must_open", models.BooleanField(default=False)),
                        ("opened_at", models.DateTimeField(null=True)),
                        ("outcome", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("batch", "proposal"), name="once_in_a_batch")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Change",
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
                                related_name="changes",
                                to="approvals.workspace",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("about", models.CharField(max_length=100)),
                        ("title", models.CharField(max_length=200)),
                        ("lines", models.JSONField(default=list)),
                        ("payload", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        (
                            "standing",
                            models.JSONField(
                                encoder=django.core.serializers.json.DjangoJSONEncoder, null=True
                            ),
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
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "-id"], name="changes_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "proposed")),
                                fields=("workspace", "kind", "about"),
                                name="one_change_waits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("settled_at__isnull", True),
                                        ("settled_by__isnull", True),
                                        ("state", "proposed"),
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "confirmed"), _negated=True),
                                    models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="change_needs_two",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Cover",
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
                                related_name="covers",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "away",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "stand_in",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "stand_in", "ends_at"], name="covers_taken_on"),
                            models.Index(fields=["workspace", "away", "ends_at"], name="covers_given"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="cover_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("away", models.F("stand_in")), _negated=True),
                                name="nobody_covers_themselves",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
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
                                related_name="decisions",
                                to="approvals.proposal",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField()),
                        (
                            "reviewer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("by_policy", models.BooleanField(default=False)),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("approve", "approved"),
                                    ("edit", "approved with edits"),
                                    ("reject", "rejected"),
                                    ("hand_over", "handed to exceptions"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("seen_digest", models.CharField(max_length=64)),
                        ("digest", models.CharField(max_length=64)),
                        ("arguments", models.JSONField()),
                        (
                            "changed_fields",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120), default=list, size=None
                            ),
                        ),
                        ("reason_code", models.CharField(blank=True, max_length=40)),
                        ("note", models.TextField(blank=True)),
                        (
                            "covering",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="approvals.batch",
                            ),
                        ),
                        ("decided_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["reviewer", "-decided_at"], name="own_decisions"),
                            models.Index(
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="decisions_of_batch",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("proposal", "round", "reviewer"), name="one_answer_per_reviewer"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("by_policy", True), ("reviewer__isnull", True)),
                                    models.Q(("by_policy", False), ("reviewer__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_person_or_the_policy",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("verdict", "edit"), ("digest", models.F("seen_digest")), _connector="OR"
                                ),
                                name="only_edits_change_the_digest",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeclaredTool",
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
                                related_name="declared_tools",
                                to="approvals.workspace",
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("version", models.PositiveIntegerField()),
                        ("kind", models.CharField(max_length=20)),
                        ("title", models.CharField(max_length=80)),
                        ("source", models.TextField()),
                        ("digest", models.CharField(max_length=64)),
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
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "version"), name="one_tool_per_version"),
                            models.CheckConstraint(
                                condition=models.Q(("version__gte", 1)), name="tool_versions_begin_with_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Drill",
                    fields=[
                        (
                            "proposal",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="drilled",
                                serialize=False,
                                to="approvals.proposal",
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
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.proposal",
                            ),
                        ),
                        ("field", models.CharField(max_length=120)),
                        ("mistake", models.CharField(max_length=30)),
                        ("right", models.JSONField()),
                        ("wrong", models.JSONField()),
                        ("nonce", models.CharField(max_length=64)),
                        ("commitment", models.CharField(max_length=64)),
                        ("seeded_at", models.DateTimeField()),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("caught", models.BooleanField(null=True)),
                        ("revealed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["workspace", "answered_by", "revealed_at"], name="drills_answered"
                            ),
                            models.Index(fields=["workspace", "-seeded_at"], name="drills_seeded"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("caught__isnull", True), ("revealed_at__isnull", True)),
                                    ("revealed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="caught_is_told_when_revealed",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
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
                                related_name="evidence",
                                to="approvals.proposal",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("text", "text"),
                                    ("table", "table"),
                                    ("link", "link"),
                                    ("record", "record"),
                                    ("image", "image"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=200)),
                        ("content", models.TextField(blank=True)),
                        ("source", models.CharField(blank=True, max_length=500)),
                        ("spans", models.JSONField(default=list)),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("proposal", "position"), name="evidence_in_order")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Exposure",
                    fields=[
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="exposure",
                                serialize=False,
                                to="approvals.decision",
                            ),
                        ),
                        ("seen_ms", models.PositiveIntegerField(null=True)),
                        ("evidence_ms", models.PositiveIntegerField(null=True)),
                        (
                            "panes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), default=list, size=None
                            ),
                        ),
                        ("floor_ms", models.PositiveIntegerField()),
                        ("under_floor", models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        (
                            "proposal",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="hold",
                                serialize=False,
                                to="approvals.proposal",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("epoch", models.BigIntegerField(unique=True)),
                        ("taken_at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        ("opened_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["reviewer", "until"], name="own_holds"),
                            models.Index(fields=["until"], name="lapsed_holds"),
                        ],
                    },
                ),
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
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "lane",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="audits",
                                to="approvals.lane",
                            ),
                        ),
                        ("probability", models.FloatField()),
                        ("drawn_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("judged_at", models.DateTimeField(null=True)),
                        (
                            "judged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("wrong", models.BooleanField(null=True)),
                        ("reason_code", models.CharField(blank=True, max_length=40)),
                        ("note", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("judged_at__isnull", True)),
                                fields=["workspace", "due_at"],
                                name="audits_waiting",
                            ),
                            models.Index(fields=["lane", "-drawn_at"], name="audits_of_lane"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("judged_at__isnull", True),
                                        ("judged_by__isnull", True),
                                        ("wrong__isnull", True),
                                    ),
                                    models.Q(
                                        ("judged_at__isnull", False),
                                        ("judged_by__isnull", False),
                                        ("wrong__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="judged_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("wrong", True), _negated=True),
                                    models.Q(("reason_code", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="wrong_for_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                                name="drawn_with_a_probability",
                            ),
                        ],
                    },
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
                        (
                            "lane",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="labels",
                                to="approvals.lane",
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="labels",
                                to="approvals.proposal",
                            ),
                        ),
                        ("agent_version", models.CharField(max_length=40)),
                        ("score", models.FloatField(null=True)),
                        ("calibrated", models.FloatField(null=True)),
                        ("wrong", models.BooleanField()),
                        (
                            "region",
                            models.CharField(
                                choices=[
                                    ("reviewed", "people were asked"),
                                    ("automated", "passed by itself"),
                                ],
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
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("judged_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["lane", "region", "-judged_at"], name="labels_of_lane"),
                            models.Index(
                                condition=models.Q(("wrong", True)),
                                fields=["lane", "-judged_at"],
                                name="errors_of_lane",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("proposal", "source", "region"), name="one_label_a_source"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("region__in", ["reviewed", "automated"])),
                                name="a_region_is_one_of_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("source__in", ["decision", "audit", "sample", "gold", "harm"])
                                ),
                                name="a_label_has_a_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                                name="a_probability_is_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("score__isnull", True),
                                    models.Q(("score__gte", 0), ("score__lte", 1)),
                                    _connector="OR",
                                ),
                                name="a_score_is_a_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("judges__gte", 1)), name="somebody_judged"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "transaction",
                            models.BigIntegerField(
                                db_default=django.db.models.functions.comparison.Cast(
                                    django.db.models.functions.comparison.Cast(
                                        models.Func(
                                            function="pg_current_xact_id", output_field=models.TextField()
                                        ),
                                        models.TextField(),
                                    ),
                                    models.BigIntegerField(),
                                ),
                                editable=False,
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="approvals.workspace",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("kind", models.CharField(max_length=40)),
                        ("actor_kind", models.CharField(max_length=8)),
                        ("actor", models.CharField(max_length=60)),
                        ("auth", models.CharField(blank=True, max_length=80)),
                        ("proposal", models.UUIDField(null=True)),
                        ("execution", models.UUIDField(null=True)),
                        ("case", models.UUIDField(null=True)),
                        ("run", models.UUIDField(null=True)),
                        ("data", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name_plural": "ledger entries",
                        "indexes": [
                            models.Index(fields=["workspace", "transaction", "id"], name="sealing_order"),
                            models.Index(
                                fields=["workspace", "kind", "transaction", "id"], name="kinds_in_order"
                            ),
                            models.Index(
                                condition=models.Q(("proposal__isnull", False)),
                                fields=["proposal", "id"],
                                name="story_proposal",
                            ),
                            models.Index(
                                condition=models.Q(("case__isnull", False)),
                                fields=["case", "id"],
                                name="story_case",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("case__isnull", False),
                                    models.Q(
                                        (
                                            "kind__in",
                                            (
                                                "case.repeated",
                                                "occurrence.settled",
                                                "occurrence.noted",
                                                "case.noted",
                                            ),
                                        ),
                                        _negated=True,
                                    ),
                                ),
                                fields=["case", "-id"],
                                name="story_case_told",
                            ),
                            models.Index(
                                condition=models.Q(("run__isnull", False)),
                                fields=["run", "id"],
                                name="story_run",
                            ),
                            django.contrib.postgres.indexes.BrinIndex(
                                autosummarize=True, fields=["at"], name="entries_by_time", pages_per_range=16
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("actor", ""), _negated=True),
                                name="every_fact_has_an_actor",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Limit",
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
                                related_name="limits",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[("tool", "tool"), ("agent", "agent"), ("workspace", "workspace")],
                                max_length=10,
                            ),
                        ),
                        ("key", models.CharField(blank=True, max_length=80)),
                        (
                            "measure",
                            models.CharField(
                                choices=[("writes", "writes"), ("money", "money")], max_length=6
                            ),
                        ),
                        (
                            "per",
                            models.CharField(
                                choices=[
                                    ("minute", "minute"),
                                    ("hour", "hour"),
                                    ("day", "day"),
                                    ("month", "month"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("burst", models.PositiveIntegerField(null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
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
                        (
                            "retired_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=["workspace"],
                                name="limits_in_force",
                            ),
                            models.Index(fields=["workspace", "-id"], name="limits_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("workspace", "scope", "key", "measure", "per"),
                                name="one_limit_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="limit_above_nothing"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("key", ""), ("scope", "workspace")),
                                    models.Q(
                                        ("scope__in", ["tool", "agent"]), models.Q(("key", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="limit_names_its_scope",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("burst__gte", 1),
                                        ("currency", ""),
                                        ("measure", "writes"),
                                        ("per__in", ["minute", "hour", "day"]),
                                    ),
                                    models.Q(
                                        ("burst__isnull", True),
                                        ("measure", "money"),
                                        ("per__in", ["day", "month"]),
                                        models.Q(("currency", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="limit_of_writes_or_money",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_at__isnull", True),
                                    ("retired_at__gte", models.F("created_at")),
                                    _connector="OR",
                                ),
                                name="limit_retired_after_birth",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                                related_name="memberships",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("reviewer", "reviewer"),
                                        ("ops_owner", "ops owner"),
                                        ("admin", "admin"),
                                        ("auditor", "auditor"),
                                    ],
                                    max_length=20,
                                ),
                                size=None,
                            ),
                        ),
                        ("timezone", models.CharField(blank=True, max_length=40)),
                        ("works_from", models.TimeField(blank=True, null=True)),
                        ("works_until", models.TimeField(blank=True, null=True)),
                        (
                            "works_on",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                null=True,
                                size=None,
                            ),
                        ),
                        (
                            "letters",
                            models.CharField(
                                choices=[
                                    ("off", "never"),
                                    ("daily", "once a working day"),
                                    ("urgent", "once a working day, and when something is about to expire"),
                                ],
                                default="daily",
                                max_length=8,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "user"), name="one_membership_per_person"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("roles__contained_by", ["reviewer", "ops_owner", "admin", "auditor"]),
                                    ("roles__len__gte", 1),
                                ),
                                name="known_roles",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                        ("kind", models.CharField(max_length=40)),
                        (
                            "proposal",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="approvals.proposal",
                            ),
                        ),
                        ("case", models.UUIDField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("count", models.PositiveIntegerField(default=1)),
                        ("created_at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["user", "workspace", "-id"], name="own_notices"),
                            models.Index(
                                condition=models.Q(("read_at__isnull", True)),
                                fields=["user", "workspace"],
                                name="unread_notices",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SampleWeek",
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
                                related_name="sample_weeks",
                                to="approvals.workspace",
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
                        (
                            "resumed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("resumed_note", models.TextField(blank=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["due_at"],
                                name="samples_to_close",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "monday"), name="one_sample_a_week"),
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gt", models.F("drawn_at"))),
                                name="sample_due_after_drawn",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("passed__isnull", True),
                                        ("switching__isnull", True),
                                    ),
                                    models.Q(("closed_at__isnull", False), ("switching__isnull", False)),
                                    _connector="OR",
                                ),
                                name="sample_closed_with_a_result",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("resumed_at__isnull", True),
                                        ("resumed_by__isnull", True),
                                        ("resumed_note", ""),
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
                        ],
                    },
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
                        (
                            "week",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="approvals.sampleweek",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "proposal",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samples",
                                to="approvals.proposal",
                            ),
                        ),
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
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["week", "state", "position"], name="samples_to_judge")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("week", "position"), name="one_place_in_a_sample"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("proposal__isnull", False)),
                                fields=("week", "proposal"),
                                name="drawn_once_a_week",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("run__isnull", False)),
                                fields=("week", "run"),
                                name="run_drawn_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("proposal__isnull", False),
                                        ("run__isnull", True),
                                        models.Q(("digest", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("digest", ""), ("proposal__isnull", True), ("run__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_proposal_or_a_run",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                                name="drawn_with_a_chance",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["first", "second", "third", "settled", "lapsed"])
                                ),
                                name="sample_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("settled_at__isnull", False),
                                        ("state", "settled"),
                                        ("wrong__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(("state", "settled"), _negated=True),
                                        ("settled_at__isnull", True),
                                        ("wrong__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="settled_means_a_finding",
                            ),
                        ],
                    },
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
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verdicts",
                                to="approvals.sampleitem",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "judge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("wrong", models.BooleanField()),
                        ("reason_code", models.CharField(blank=True, max_length=40)),
                        ("note", models.TextField(blank=True)),
                        ("judged_at", models.DateTimeField()),
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
                migrations.CreateModel(
                    name="SavedView",
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
                                related_name="saved_views",
                                to="approvals.workspace",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(max_length=40)),
                        ("query", models.JSONField()),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "owner", "name"), name="one_saved_view_of_a_name"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Seal",
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
                                related_name="seals",
                                to="approvals.workspace",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("upto_transaction", models.BigIntegerField()),
                        ("upto_id", models.BigIntegerField()),
                        ("size", models.PositiveIntegerField()),
                        ("root", models.CharField(max_length=64)),
                        ("leaves", models.BinaryField()),
                        ("previous", models.CharField(max_length=64)),
                        ("digest", models.CharField(max_length=64)),
                        ("signature", models.CharField(max_length=128)),
                        ("key", models.CharField(max_length=16)),
                        ("sealed_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["workspace", "upto_transaction", "upto_id"], name="seal_over_an_entry"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "number"), name="seals_in_a_row"),
                            models.UniqueConstraint(fields=("workspace", "previous"), name="no_forks"),
                        ],
                    },
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
                            "lane",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stays",
                                to="approvals.lane",
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
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("met", models.BooleanField(default=False)),
                        (
                            "evidence",
                            models.JSONField(
                                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                            ),
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
                    options={
                        "indexes": [models.Index(fields=["lane", "-entered_at"], name="stays_of_lane")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_at__isnull", True)),
                                fields=("lane",),
                                name="one_stay_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cause", "earned"), _negated=True),
                                    models.Q(
                                        ("by__isnull", False),
                                        ("met", True),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="up_by_a_person_on_evidence",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cusum__gte", 0)), name="a_cusum_is_never_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Token",
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
                                related_name="tokens",
                                to="approvals.agent",
                            ),
                        ),
                        ("prefix", models.CharField(max_length=16, unique=True)),
                        ("digest", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ToolSwitch",
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
                                related_name="tool_switches",
                                to="approvals.workspace",
                            ),
                        ),
                        ("tool", models.CharField(max_length=80)),
                        ("paused_at", models.DateTimeField(null=True)),
                        (
                            "paused_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "tool switches",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("paused_at__isnull", False)),
                                fields=["workspace", "tool"],
                                name="pulled_switches",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "tool"), name="one_switch_of_a_tool")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Trial",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "tool",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trials",
                                to="approvals.declaredtool",
                            ),
                        ),
                        ("arguments", models.JSONField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
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
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("passed", "passed"),
                                    ("refused", "refused"),
                                    ("transient", "refused for now"),
                                    ("unknown", "in doubt"),
                                    ("broken", "broken"),
                                    ("lost", "lost"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("failure_class", models.CharField(blank=True, max_length=60)),
                        ("message", models.CharField(blank=True, max_length=500)),
                        ("request", models.TextField(blank=True)),
                        ("answer", models.JSONField(null=True)),
                        ("notes", models.JSONField(default=list)),
                        ("secrets", models.JSONField(default=dict)),
                        ("took_ms", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "done"), _negated=True),
                                fields=["asked_at"],
                                name="trials_to_carry_out",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_at__isnull", False), ("state", "done")),
                                    models.Q(("state", "done"), _negated=True),
                                    _connector="OR",
                                ),
                                name="trials_end_at_a_moment",
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL([SEQUENCES], [NO_SEQUENCES]),
        migrations.RunSQL([LAWS], [LAWLESS]),
        migrations.RunSQL([KEPT], migrations.RunSQL.noop),
        migrations.RunSQL([STORED], migrations.RunSQL.noop),
    ]

"""The law of batches: what is answered together is of one cohort still, as it was shown, and never what asks for more."""

from django.db import migrations

BATCHED = """
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
  FOR EACH ROW WHEN (NEW.batch_id IS NOT NULL) EXECUTE FUNCTION countersign_batched_is_lawful();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_speed")]

    operations = [
        migrations.RunSQL(
            [BATCHED],
            [
                "DROP TRIGGER batched_is_lawful ON approvals_decision;"
                "DROP FUNCTION countersign_batched_is_lawful();"
            ],
        ),
    ]

"""What sealing needs of the database: leaves beside each root, and an order of entries that survives a restore."""

from django.db import migrations, models

# The offset is explained in approvals/sealing/horizon.py. The place is taken here and not from the statement that inserts, so
# that nobody chooses where their entry stands.
PLACE = """
CREATE SEQUENCE countersign_ledger_offset AS bigint MINVALUE 0 START 0;
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
"""
NO_PLACE = """
DROP TRIGGER takes_its_place ON approvals_ledgerentry;
DROP FUNCTION countersign_entry_takes_its_place();
DROP SEQUENCE countersign_ledger_offset;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_laws")]

    operations = [
        migrations.AddField("seal", "leaves", models.BinaryField(default=b""), preserve_default=False),
        migrations.AddIndex(
            "seal",
            models.Index(fields=["workspace", "upto_transaction", "upto_id"], name="seal_over_an_entry"),
        ),
        migrations.AddIndex(
            "ledgerentry",
            models.Index(fields=["workspace", "kind", "transaction", "id"], name="kinds_in_order"),
        ),
        migrations.RunSQL([PLACE], [NO_PLACE]),
    ]

-- Prepares a schema for writes by Countersign. Run once by its owner, harmless to repeat:
--   psql "$OWNER_DSN" -v schema=crm -v role=countersign_crm -f setup.sql
-- Each write leaves one row here, in the same transaction: so a write is made once however often it is tried, one in
-- doubt can be looked up, and what a row said before is kept beside it. Delete rows when nobody will reverse the
-- writes any more, and not before all attempts are over (a day is plenty).

CREATE TABLE IF NOT EXISTS :"schema".countersign_writes (
    write_key text PRIMARY KEY CHECK (write_key ~ '^[!-~]{1,64}$'),
    workspace text NOT NULL,
    tool text NOT NULL,
    request text NOT NULL CHECK (request ~ '^[0-9a-f]{64}$'),
    target text NOT NULL,
    receipt json NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    written_by text NOT NULL DEFAULT session_user
);

-- Our role may add to it and read it, and change nothing.
REVOKE ALL ON :"schema".countersign_writes FROM :"role";
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT, INSERT ON :"schema".countersign_writes TO :"role";

-- The helpdesk. Applied by `manage.py prepare_books`, as often as one likes; run by the owner of the database.
-- A ticket changes by a change row alone: a trigger writes the ticket, so that nothing moves without a write key.

CREATE SCHEMA IF NOT EXISTS helpdesk;

CREATE TABLE IF NOT EXISTS helpdesk.tickets (
    company text NOT NULL,
    id text NOT NULL CONSTRAINT ticket_has_an_id CHECK (id <> '' AND length(id) <= 80),
    sender text NOT NULL DEFAULT '',
    subject text NOT NULL DEFAULT '',
    team text CONSTRAINT ticket_team_named CHECK (team <> '' AND length(team) <= 80),
    label text CONSTRAINT ticket_label_named CHECK (label <> '' AND length(label) <= 80),
    state text NOT NULL DEFAULT 'open' CONSTRAINT ticket_state_known CHECK (state IN ('open', 'closed')),
    version int NOT NULL DEFAULT 1,
    PRIMARY KEY (company, id)
);

CREATE TABLE IF NOT EXISTS helpdesk.changes (
    write_key text PRIMARY KEY CONSTRAINT change_has_a_key CHECK (write_key ~ '^[!-~]{1,64}$'),
    company text NOT NULL,
    ticket text NOT NULL,
    version int NOT NULL, -- the ticket's, when the change was decided
    team text,
    label text,
    team_before text,
    label_before text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL DEFAULT session_user,
    CONSTRAINT change_of_a_ticket FOREIGN KEY (company, ticket) REFERENCES helpdesk.tickets (company, id)
);

CREATE OR REPLACE FUNCTION helpdesk.carry_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = helpdesk, pg_temp AS $$
DECLARE stands helpdesk.tickets%ROWTYPE;
BEGIN
  SELECT * INTO stands FROM helpdesk.tickets WHERE company = NEW.company AND id = NEW.ticket FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such ticket' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'change_of_a_ticket';
  END IF;
  IF stands.state <> 'open' THEN
    RAISE EXCEPTION 'the ticket is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_is_open';
  END IF;
  IF stands.version <> NEW.version THEN
    RAISE EXCEPTION 'somebody changed it' USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_as_it_was';
  END IF;
  NEW.team_before := stands.team;
  NEW.label_before := stands.label;
  UPDATE helpdesk.tickets SET team = NEW.team, label = NEW.label, version = version + 1
    WHERE company = NEW.company AND id = NEW.ticket;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS carry_out ON helpdesk.changes;
CREATE TRIGGER carry_out BEFORE INSERT ON helpdesk.changes
  FOR EACH ROW EXECUTE FUNCTION helpdesk.carry_out();

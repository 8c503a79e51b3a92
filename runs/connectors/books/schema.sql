-- The books. Applied by `manage.py prepare_books`, as often as one likes; run by the owner of the database.
-- Entries are inserted and nothing else ever happens to them: a mistake is voided by an entry that mirrors it.
-- Every refusal carries a constraint name, so that programs need not read prose.

CREATE TABLE IF NOT EXISTS accounts (
    company text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (company, code)
);

CREATE TABLE IF NOT EXISTS vendors (
    company text NOT NULL,
    name text NOT NULL CONSTRAINT vendor_has_a_name CHECK (name <> '' AND length(name) <= 120),
    aliases text[] NOT NULL DEFAULT '{}',
    account text NOT NULL,
    currency char(3) NOT NULL CONSTRAINT vendor_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
    country char(2) NOT NULL CONSTRAINT vendor_country_code CHECK (country ~ '^[A-Z]{2}$'),
    PRIMARY KEY (company, name),
    CONSTRAINT vendor_account_known FOREIGN KEY (company, account) REFERENCES accounts (company, code)
);

-- closes_on is announced, closed_at is what somebody did: from then on nothing is posted or voided in the period.
CREATE TABLE IF NOT EXISTS periods (
    company text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    closes_on date NOT NULL,
    closed_at timestamptz,
    PRIMARY KEY (company, starts_on),
    CONSTRAINT period_ends_after_its_start CHECK (ends_on >= starts_on),
    CONSTRAINT period_closes_after_its_end CHECK (closes_on >= ends_on),
    -- boxes instead of ranges, because equality of text inside a GiST index needs an extension
    CONSTRAINT periods_do_not_overlap EXCLUDE USING gist (box(
        point(hashtext(company)::float8, (starts_on - date '2000-01-01')::float8),
        point(hashtext(company)::float8, (ends_on - date '2000-01-01')::float8)) WITH &&)
);

CREATE TABLE IF NOT EXISTS expenses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company text NOT NULL,
    vendor text NOT NULL,
    document text NOT NULL DEFAULT '',
    date date NOT NULL,
    currency char(3) NOT NULL CONSTRAINT expense_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
    net numeric(14, 2) NOT NULL,
    tax numeric(14, 2),
    total numeric(14, 2) NOT NULL CONSTRAINT expense_is_not_nothing CHECK (total <> 0),
    account text NOT NULL,
    description text NOT NULL DEFAULT '',
    write_key text NOT NULL CONSTRAINT expense_written_once UNIQUE
        CONSTRAINT expense_has_a_key CHECK (write_key ~ '^[!-~]{1,64}$'),
    voids bigint CONSTRAINT expense_voided_once UNIQUE CONSTRAINT expense_void_known REFERENCES expenses (id),
    posted_at timestamptz NOT NULL DEFAULT now(),
    posted_by text NOT NULL DEFAULT session_user,
    CONSTRAINT expense_vendor_known FOREIGN KEY (company, vendor) REFERENCES vendors (company, name),
    CONSTRAINT expense_account_known FOREIGN KEY (company, account) REFERENCES accounts (company, code),
    CONSTRAINT expense_adds_up CHECK (net + coalesce(tax, 0) = total),
    CONSTRAINT expense_tax_is_a_part CHECK (tax = 0 OR (sign(tax) = sign(total) AND abs(tax) <= abs(total))),
    CONSTRAINT expense_document_length CHECK (length(document) <= 60),
    CONSTRAINT expense_description_length CHECK (length(description) <= 200)
);
-- a repeat is found, and an account summed up, without reading the entries themselves
DROP INDEX IF EXISTS expenses_by_vendor, expenses_by_account;
CREATE INDEX IF NOT EXISTS expenses_alike ON expenses (company, vendor, date, total);
CREATE INDEX IF NOT EXISTS expenses_to_sum ON expenses (company, account, currency, date) INCLUDE (total);

-- Documents that stand in the books: one entry each, freed when that entry is voided.
CREATE TABLE IF NOT EXISTS standing_documents (
    company text NOT NULL,
    vendor text NOT NULL,
    document text NOT NULL,
    expense bigint NOT NULL UNIQUE REFERENCES expenses (id),
    CONSTRAINT document_stands_once PRIMARY KEY (company, vendor, document)
);

CREATE OR REPLACE FUNCTION refuse(reason text, words text, detail text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', words USING ERRCODE = 'check_violation', CONSTRAINT = reason, DETAIL = detail;
END $$;

-- The spelling under which two printings of a document number meet.
CREATE OR REPLACE FUNCTION document_key(document text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT upper(regexp_replace(document, '\s', '', 'g')) $$;

-- Runs as the owner: holding a period open while an entry is written takes a lock the poster may not take.
CREATE OR REPLACE FUNCTION check_expense() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE period periods; voided expenses;
BEGIN
    -- whoever looks a key up waits here for the entry being written under it
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.write_key, 0));
    SELECT * INTO period FROM periods p
        WHERE p.company = NEW.company AND NEW.date BETWEEN p.starts_on AND p.ends_on FOR SHARE;
    IF NOT FOUND THEN
        PERFORM refuse('expense_has_a_period', 'no period holds this date');
    ELSIF period.closed_at IS NOT NULL THEN
        PERFORM refuse('expense_in_an_open_period', 'the period is closed',
            CASE WHEN date_trunc('month', period.starts_on) = date_trunc('month', period.ends_on)
                THEN to_char(period.starts_on, 'YYYY-MM') ELSE period.starts_on || ' to ' || period.ends_on END);
    END IF;
    IF NEW.voids IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO voided FROM expenses e WHERE e.id = NEW.voids AND e.company = NEW.company;
    IF NOT FOUND THEN
        PERFORM refuse('expense_void_known', 'there is no such entry to void');
    ELSIF voided.voids IS NOT NULL THEN
        PERFORM refuse('expense_void_is_final', 'a voiding entry is not voided: post again instead');
    ELSIF (NEW.vendor, NEW.document, NEW.date, NEW.currency, NEW.account, -NEW.net, -NEW.tax, -NEW.total)
        IS DISTINCT FROM (voided.vendor, voided.document, voided.date, voided.currency, voided.account,
            voided.net, voided.tax, voided.total) THEN
        PERFORM refuse('expense_void_mirrors', 'a voiding entry mirrors what it voids');
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER expense_is_lawful BEFORE INSERT ON expenses FOR EACH ROW EXECUTE FUNCTION check_expense();

CREATE OR REPLACE FUNCTION keep_documents() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.voids IS NOT NULL THEN
        DELETE FROM standing_documents WHERE expense = NEW.voids;
    ELSIF document_key(NEW.document) <> '' THEN
        INSERT INTO standing_documents VALUES (NEW.company, NEW.vendor, document_key(NEW.document), NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER expense_keeps_documents AFTER INSERT ON expenses
    FOR EACH ROW EXECUTE FUNCTION keep_documents();

CREATE OR REPLACE FUNCTION keep_expenses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse('expense_stays', 'entries are voided, never changed');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER expense_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON expenses
    FOR EACH STATEMENT EXECUTE FUNCTION keep_expenses();

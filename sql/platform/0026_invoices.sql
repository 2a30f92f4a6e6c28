-- Pictures that issued documents show, by the SHA-256 of their content: logos of workspaces.
CREATE TABLE platform.document_logos (
    sha256          bytea       PRIMARY KEY CHECK (sha256 = sha256(content)),
    media_type      text        NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg')),
    content         bytea       NOT NULL
);
ALTER TABLE platform.document_logos ALTER COLUMN content SET STORAGE EXTERNAL;

-- Keeps the logo that a workspace has now, and tells its hash; NULL without one.
CREATE FUNCTION platform.freeze_logo(tenant bigint) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    kept bytea;
BEGIN
    IF to_regclass(format('%I.logo', 't_' || tenant)) IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'WITH present AS (
            SELECT sha256(l.content) AS sha256, l.media_type, l.content FROM %I.logo l
        ), added AS (
            INSERT INTO platform.document_logos (sha256, media_type, content)
            SELECT p.sha256, p.media_type, p.content FROM present p
            ON CONFLICT DO NOTHING
        )
        SELECT p.sha256 FROM present p', 't_' || tenant)
    INTO kept;
    RETURN kept;
END
$$;
REVOKE ALL ON FUNCTION platform.freeze_logo FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.freeze_logo TO courtyard_staff;

-- Invoices (BL-50…BL-57; billing rules §5). `overdue` is no state: it is computed when read. All
-- amounts are minor units. Issued documents are the platform's books: they outlive the workspace.
CREATE TABLE platform.invoices (
    id              uuid        PRIMARY KEY,
    state           text        NOT NULL DEFAULT 'draft',
    year            integer,
    seq             bigint      CHECK (seq >= 1),
    number          text
        GENERATED ALWAYS AS (platform.document_number('invoice', year, seq)) STORED,
    tenant_number   bigint      REFERENCES platform.tenants ON DELETE SET NULL,
    workspace_id    uuid        NOT NULL,
    workspace_name  text        NOT NULL,
    order_id        uuid        REFERENCES platform.orders,
    currency        text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- The country whose tax rates the lines took; NULL while the buyer's is not known.
    tax_country     text        CHECK (tax_country ~ '^[A-Z]{2}$'),
    -- Printed below the lines.
    note            text        CHECK (char_length(note) BETWEEN 1 AND 1000),
    net             bigint      NOT NULL,
    tax             bigint      NOT NULL,
    total           bigint      NOT NULL CHECK (total BETWEEN 0 AND 1000000000000000),
    -- [{"category", "rate", "label", "note", "base", "tax"}] in the order of the lines.
    taxes           jsonb       NOT NULL,
    paid            bigint      NOT NULL DEFAULT 0,
    credited        bigint      NOT NULL DEFAULT 0,
    created_by      uuid,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    issued_at       timestamptz,
    issue_date      date,
    due_date        date,
    paid_at         timestamptz,
    voided_at       timestamptz,
    void_reason     text        CHECK (char_length(void_reason) BETWEEN 1 AND 500),
    -- Everything that the document shows, as canonical JSON; documents are made of it alone.
    snapshot        text,
    snapshot_sha256 bytea,
    logo_sha256     bytea       REFERENCES platform.document_logos,
    CONSTRAINT invoices_number_key UNIQUE (number),
    CONSTRAINT invoices_year_seq_key UNIQUE (year, seq),
    CONSTRAINT invoices_state_check CHECK (state IN ('draft', 'issued', 'paid', 'void')),
    CONSTRAINT invoices_issued_check CHECK (
        num_nulls(year, seq, issued_at, issue_date, due_date, snapshot, snapshot_sha256)
            = CASE state WHEN 'draft' THEN 7 ELSE 0 END),
    CONSTRAINT invoices_dates_check CHECK (
        issue_date = (issued_at AT TIME ZONE 'UTC')::date AND due_date = issue_date + 14
        AND year = extract(year FROM issue_date)),
    CONSTRAINT invoices_total_check1 CHECK (net + tax = total),
    CONSTRAINT invoices_paid_check CHECK (paid BETWEEN 0 AND total),
    CONSTRAINT invoices_credited_check CHECK (credited BETWEEN 0 AND paid),
    CONSTRAINT invoices_paid_state_check CHECK (
        CASE state WHEN 'paid' THEN paid = total WHEN 'issued' THEN paid < total ELSE paid = 0 END),
    CONSTRAINT invoices_paid_at_check CHECK ((state = 'paid') = (paid_at IS NOT NULL)),
    CONSTRAINT invoices_void_check CHECK (
        num_nulls(voided_at, void_reason) = CASE state WHEN 'void' THEN 0 ELSE 2 END),
    CONSTRAINT invoices_snapshot_check
        CHECK (snapshot_sha256 = sha256(convert_to(snapshot, 'UTF8')))
);
-- An order has one invoice at a time.
CREATE UNIQUE INDEX invoices_order_id_key ON platform.invoices (order_id) WHERE state <> 'void';
CREATE INDEX invoices_order_id_idx ON platform.invoices (order_id);
CREATE INDEX invoices_tenant_number_idx ON platform.invoices (tenant_number, issued_at, id);
CREATE INDEX invoices_issued_at_idx ON platform.invoices ((coalesce(issued_at, created_at)), id);
-- For reminders.
CREATE INDEX invoices_due_date_idx ON platform.invoices (due_date, id) WHERE state = 'issued';

CREATE TABLE platform.invoice_lines (
    invoice_id      uuid        NOT NULL REFERENCES platform.invoices ON DELETE CASCADE,
    position        integer     NOT NULL CHECK (position BETWEEN 1 AND 500),
    text            text        NOT NULL CHECK (char_length(text) BETWEEN 1 AND 500),
    quantity        bigint      NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
    -- Negative on lines that give something back.
    unit_price      bigint      NOT NULL
        CHECK (unit_price BETWEEN -1000000000000000 AND 1000000000000000),
    net             bigint      NOT NULL CHECK (net BETWEEN -1000000000000000 AND 1000000000000000),
    tax_category    text        NOT NULL
        CHECK (tax_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
    tax_rate        bigint      NOT NULL CHECK (tax_rate BETWEEN 0 AND 1000000),
    tax_label       text        CHECK (char_length(tax_label) BETWEEN 1 AND 50),
    tax_note        text        CHECK (char_length(tax_note) BETWEEN 1 AND 300),
    -- Whether staff chose the tax, or it came from platform.tax_rates.
    tax_is_chosen   boolean     NOT NULL,
    PRIMARY KEY (invoice_id, position),
    CONSTRAINT invoice_lines_net_check1 CHECK (net::numeric = quantity::numeric * unit_price)
);

-- Money received (BL-54, BL-84).
CREATE TABLE platform.payments (
    id              uuid        PRIMARY KEY,
    invoice_id      uuid        NOT NULL REFERENCES platform.invoices,
    amount          bigint      NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    currency        text        NOT NULL,
    method          text        NOT NULL
        CHECK (method IN ('bank_transfer', 'card_terminal', 'cash', 'other')),
    reference       text        NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 100),
    paid_on         date        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    recorded_by     uuid,
    CONSTRAINT payments_invoice_id_reference_key UNIQUE (invoice_id, reference)
);
CREATE INDEX payments_recorded_at_idx ON platform.payments (recorded_at, id);

-- One for each payment, at once (BL-54).
CREATE TABLE platform.receipts (
    id              uuid        PRIMARY KEY,
    payment_id      uuid        NOT NULL REFERENCES platform.payments,
    invoice_id      uuid        NOT NULL REFERENCES platform.invoices,
    year            integer     NOT NULL,
    seq             bigint      NOT NULL CHECK (seq >= 1),
    number          text        NOT NULL
        GENERATED ALWAYS AS (platform.document_number('receipt', year, seq)) STORED,
    tenant_number   bigint      REFERENCES platform.tenants ON DELETE SET NULL,
    workspace_id    uuid        NOT NULL,
    workspace_name  text        NOT NULL,
    amount          bigint      NOT NULL,
    currency        text        NOT NULL,
    issued_at       timestamptz NOT NULL,
    snapshot        text        NOT NULL,
    snapshot_sha256 bytea       NOT NULL,
    logo_sha256     bytea       REFERENCES platform.document_logos,
    CONSTRAINT receipts_payment_id_key UNIQUE (payment_id),
    CONSTRAINT receipts_number_key UNIQUE (number),
    CONSTRAINT receipts_year_seq_key UNIQUE (year, seq),
    CONSTRAINT receipts_year_check CHECK (year = extract(year FROM issued_at AT TIME ZONE 'UTC')),
    CONSTRAINT receipts_snapshot_check
        CHECK (snapshot_sha256 = sha256(convert_to(snapshot, 'UTF8')))
);
CREATE INDEX receipts_tenant_number_idx ON platform.receipts (tenant_number, issued_at, id);
CREATE INDEX receipts_invoice_id_idx ON platform.receipts (invoice_id);

-- What corrects a paid invoice (BL-52); issued at once. Amounts are what is given back.
CREATE TABLE platform.credit_notes (
    id              uuid        PRIMARY KEY,
    invoice_id      uuid        NOT NULL REFERENCES platform.invoices,
    year            integer     NOT NULL,
    seq             bigint      NOT NULL CHECK (seq >= 1),
    number          text        NOT NULL
        GENERATED ALWAYS AS (platform.document_number('credit_note', year, seq)) STORED,
    tenant_number   bigint      REFERENCES platform.tenants ON DELETE SET NULL,
    workspace_id    uuid        NOT NULL,
    workspace_name  text        NOT NULL,
    currency        text        NOT NULL,
    reason          text        NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
    net             bigint      NOT NULL,
    tax             bigint      NOT NULL,
    total           bigint      NOT NULL CHECK (total BETWEEN 1 AND 1000000000000000),
    taxes           jsonb       NOT NULL,
    -- AI credits taken back (BL-86).
    credits         bigint      CHECK (credits > 0),
    created_by      uuid,
    issued_at       timestamptz NOT NULL,
    snapshot        text        NOT NULL,
    snapshot_sha256 bytea       NOT NULL,
    logo_sha256     bytea       REFERENCES platform.document_logos,
    CONSTRAINT credit_notes_number_key UNIQUE (number),
    CONSTRAINT credit_notes_year_seq_key UNIQUE (year, seq),
    CONSTRAINT credit_notes_year_check
        CHECK (year = extract(year FROM issued_at AT TIME ZONE 'UTC')),
    CONSTRAINT credit_notes_total_check1 CHECK (net + tax = total),
    CONSTRAINT credit_notes_snapshot_check
        CHECK (snapshot_sha256 = sha256(convert_to(snapshot, 'UTF8')))
);
CREATE INDEX credit_notes_invoice_id_idx ON platform.credit_notes (invoice_id);
CREATE INDEX credit_notes_tenant_number_idx
    ON platform.credit_notes (tenant_number, issued_at, id);

CREATE TABLE platform.credit_note_lines (
    credit_note_id  uuid        NOT NULL REFERENCES platform.credit_notes,
    invoice_id      uuid        NOT NULL,
    position        integer     NOT NULL,
    -- Of the line's net, with the line's sign.
    net             bigint      NOT NULL CHECK (net <> 0),
    PRIMARY KEY (credit_note_id, position),
    FOREIGN KEY (invoice_id, position) REFERENCES platform.invoice_lines
);
CREATE INDEX credit_note_lines_invoice_id_idx
    ON platform.credit_note_lines (invoice_id, position);

-- Documents as they were first made of their snapshots; the same bytes are given out for ever.
CREATE TABLE platform.document_files (
    kind            text        NOT NULL CHECK (kind IN ('invoice', 'receipt', 'credit_note')),
    document_id     uuid        NOT NULL,
    content         bytea       NOT NULL,
    sha256          bytea       NOT NULL CHECK (sha256 = sha256(content)),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (kind, document_id)
);
ALTER TABLE platform.document_files ALTER COLUMN content SET STORAGE EXTERNAL;

-- The workspace that a new invoice is for, by the name it has now.
CREATE FUNCTION platform.name_buyer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    SELECT id, name INTO STRICT NEW.workspace_id, NEW.workspace_name
    FROM platform.tenants WHERE number = NEW.tenant_number;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION platform.name_buyer FROM PUBLIC;
CREATE TRIGGER invoices_buyer BEFORE INSERT ON platform.invoices
    FOR EACH ROW WHEN (NEW.state = 'draft') EXECUTE FUNCTION platform.name_buyer();

-- An invoice is born a draft, issued with the number taken in the same transaction and with totals
-- that its lines add up to, and then changes in state, sums and times alone (billing rules §5.4).
CREATE FUNCTION platform.guard_invoice() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    changing text[] := ARRAY['number', 'state', 'paid', 'credited', 'paid_at', 'voided_at',
        'void_reason', 'tenant_number'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'draft' AND NEW.paid = 0 AND NEW.credited = 0 THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'an invoice begins as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'draft' THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF NEW.state = 'draft' AND NEW.paid = 0 THEN
            RETURN NEW;
        END IF;
        IF NEW.state = 'void' OR NEW.paid <> 0 OR NOT EXISTS (
            SELECT FROM platform.document_series s
            WHERE s.kind = 'invoice' AND s.year = NEW.year AND s.next - 1 = NEW.seq
                AND s.last_at = NEW.issued_at)
        THEN
            RAISE EXCEPTION 'an invoice is issued with the newest number'
                USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM FROM (
            SELECT sum(base) AS net, sum(round(base * tax_rate / 1000000)) AS tax
            FROM (
                SELECT tax_rate, sum(net::numeric) AS base
                FROM platform.invoice_lines WHERE invoice_id = NEW.id
                GROUP BY tax_category, tax_rate
            ) rates
        ) lines
        WHERE lines.net = NEW.net AND lines.tax = NEW.tax;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the totals are not those of the lines'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - changing = to_jsonb(OLD) - changing
        AND (NEW.tenant_number IS NULL OR NEW.tenant_number = OLD.tenant_number)
        AND NEW.paid >= OLD.paid AND NEW.credited >= OLD.credited
        AND (NEW.state = OLD.state OR OLD.state = 'issued' AND NEW.state IN ('paid', 'void'))
        AND (OLD.state <> 'void' OR NEW.void_reason = OLD.void_reason)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an issued invoice does not change' USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE ALL ON FUNCTION platform.guard_invoice FROM PUBLIC;
CREATE TRIGGER invoices_guard BEFORE INSERT OR UPDATE OR DELETE ON platform.invoices
    FOR EACH ROW EXECUTE FUNCTION platform.guard_invoice();

-- Lines change with their draft only.
CREATE FUNCTION platform.guard_invoice_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (
        SELECT FROM platform.invoices
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END
            AND state <> 'draft')
        OR TG_OP = 'UPDATE'
    THEN
        RAISE EXCEPTION 'an issued invoice does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
REVOKE ALL ON FUNCTION platform.guard_invoice_line FROM PUBLIC;
CREATE TRIGGER invoice_lines_guard BEFORE INSERT OR UPDATE OR DELETE ON platform.invoice_lines
    FOR EACH ROW EXECUTE FUNCTION platform.guard_invoice_line();

-- What is issued at once never changes; only the workspace itself may be forgotten.
CREATE FUNCTION platform.guard_document() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    changing text[] := ARRAY['number', 'tenant_number'];
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - changing = to_jsonb(OLD) - changing
        AND to_jsonb(NEW)->'tenant_number' = 'null'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a document does not change' USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE ALL ON FUNCTION platform.guard_document FROM PUBLIC;
CREATE TRIGGER payments_guard BEFORE UPDATE OR DELETE ON platform.payments
    FOR EACH ROW EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER receipts_guard BEFORE UPDATE OR DELETE ON platform.receipts
    FOR EACH ROW EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER credit_notes_guard BEFORE UPDATE OR DELETE ON platform.credit_notes
    FOR EACH ROW EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER credit_note_lines_guard BEFORE UPDATE OR DELETE ON platform.credit_note_lines
    FOR EACH ROW EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER document_files_guard BEFORE UPDATE OR DELETE ON platform.document_files
    FOR EACH ROW EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER document_logos_guard BEFORE UPDATE OR DELETE ON platform.document_logos
    FOR EACH ROW EXECUTE FUNCTION platform.guard_document();

CREATE TRIGGER invoices_keep BEFORE TRUNCATE ON platform.invoices
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER invoice_lines_keep BEFORE TRUNCATE ON platform.invoice_lines
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER payments_keep BEFORE TRUNCATE ON platform.payments
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER receipts_keep BEFORE TRUNCATE ON platform.receipts
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER credit_notes_keep BEFORE TRUNCATE ON platform.credit_notes
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER credit_note_lines_keep BEFORE TRUNCATE ON platform.credit_note_lines
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER document_files_keep BEFORE TRUNCATE ON platform.document_files
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();
CREATE TRIGGER document_logos_keep BEFORE TRUNCATE ON platform.document_logos
    FOR EACH STATEMENT EXECUTE FUNCTION platform.guard_document();

-- A payment counts by being there: nobody writes the sum (BL-132).
CREATE FUNCTION platform.count_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE platform.invoices
    SET paid = paid + NEW.amount,
        state = CASE WHEN paid + NEW.amount = total THEN 'paid' ELSE state END,
        paid_at = CASE WHEN paid + NEW.amount = total THEN NEW.recorded_at END
    WHERE id = NEW.invoice_id AND state = 'issued' AND currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing to pay' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.count_payment FROM PUBLIC;
CREATE TRIGGER payments_count AFTER INSERT ON platform.payments
    FOR EACH ROW EXECUTE FUNCTION platform.count_payment();

-- What is credited counts by being there, and only on a paid invoice (BL-52).
CREATE FUNCTION platform.count_credit_note() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE platform.invoices SET credited = credited + NEW.total
    WHERE id = NEW.invoice_id AND state = 'paid' AND currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing to credit' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.count_credit_note FROM PUBLIC;
CREATE TRIGGER credit_notes_count AFTER INSERT ON platform.credit_notes
    FOR EACH ROW EXECUTE FUNCTION platform.count_credit_note();

-- All credit notes of a line together give back at most the line (billing rules §9, R3).
CREATE FUNCTION platform.check_credited_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    whole numeric;
    credited numeric;
BEGIN
    SELECT net INTO STRICT whole FROM platform.invoice_lines
    WHERE invoice_id = NEW.invoice_id AND position = NEW.position;
    SELECT sum(net) INTO credited FROM platform.credit_note_lines
    WHERE invoice_id = NEW.invoice_id AND position = NEW.position;
    IF sign(NEW.net) <> sign(whole) OR abs(credited) > abs(whole) THEN
        RAISE EXCEPTION 'more is credited than the line holds' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'credit_note_lines_net_check1';
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.check_credited_line FROM PUBLIC;
CREATE TRIGGER credit_note_lines_check AFTER INSERT ON platform.credit_note_lines
    FOR EACH ROW EXECUTE FUNCTION platform.check_credited_line();

-- Receipts and credit notes carry the number taken in their own transaction.
CREATE FUNCTION platform.guard_new_document() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM platform.document_series s
        WHERE s.kind = TG_ARGV[0] AND s.year = NEW.year AND s.next - 1 = NEW.seq
            AND s.last_at = NEW.issued_at)
    THEN
        RAISE EXCEPTION 'a document is issued with the newest number'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION platform.guard_new_document FROM PUBLIC;
CREATE TRIGGER receipts_number BEFORE INSERT ON platform.receipts
    FOR EACH ROW EXECUTE FUNCTION platform.guard_new_document('receipt');
CREATE TRIGGER credit_notes_number BEFORE INSERT ON platform.credit_notes
    FOR EACH ROW EXECUTE FUNCTION platform.guard_new_document('credit_note');

-- A number that is taken is used: at the end of the transaction its document is there (BL-130).
CREATE FUNCTION platform.check_number_used() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF (CASE NEW.kind
        WHEN 'invoice' THEN EXISTS (
            SELECT FROM platform.invoices WHERE year = NEW.year AND seq = NEW.next - 1)
        WHEN 'receipt' THEN EXISTS (
            SELECT FROM platform.receipts WHERE year = NEW.year AND seq = NEW.next - 1)
        WHEN 'credit_note' THEN EXISTS (
            SELECT FROM platform.credit_notes WHERE year = NEW.year AND seq = NEW.next - 1)
        ELSE EXISTS (
            SELECT FROM platform.orders WHERE year = NEW.year AND seq = NEW.next - 1)
    END) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a number was taken for no document' USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE ALL ON FUNCTION platform.check_number_used FROM PUBLIC;
CREATE CONSTRAINT TRIGGER document_series_used AFTER UPDATE ON platform.document_series
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION platform.check_number_used();

-- Puts these lines in the place of a draft's present ones; false unless it is a draft.
CREATE FUNCTION platform.set_draft_lines(invoice uuid, lines jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM FROM platform.invoices WHERE id = invoice AND state = 'draft' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM platform.invoice_lines WHERE invoice_id = invoice;
    INSERT INTO platform.invoice_lines (invoice_id, position, text, quantity, unit_price, net,
        tax_category, tax_rate, tax_label, tax_note, tax_is_chosen)
    SELECT invoice, position, line->>'text', (line->>'quantity')::bigint,
        (line->>'unit_price')::bigint, (line->>'net')::bigint, line->>'tax_category',
        (line->>'tax_rate')::bigint, line->>'tax_label', line->>'tax_note',
        (line->>'tax_is_chosen')::boolean
    FROM jsonb_array_elements(lines) WITH ORDINALITY AS given (line, position);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION platform.set_draft_lines FROM PUBLIC;

-- Removes a draft; false unless it is one. Nobody else may delete from these tables.
CREATE FUNCTION platform.drop_draft(invoice uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM platform.invoices WHERE id = invoice AND state = 'draft';
    RETURN FOUND;
END
$$;
REVOKE ALL ON FUNCTION platform.drop_draft FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.set_draft_lines, platform.drop_draft TO courtyard_staff;

GRANT SELECT, INSERT (id, tenant_number, workspace_id, workspace_name, order_id, currency,
        tax_country, note, net, tax, total, taxes, created_by, created_at, updated_at),
    UPDATE (state, year, seq, workspace_name, currency, tax_country, note, net, tax, total, taxes,
        updated_at, issued_at, issue_date, due_date, paid_at, voided_at, void_reason, snapshot,
        snapshot_sha256, logo_sha256) ON platform.invoices TO courtyard_staff;
GRANT SELECT ON platform.invoice_lines TO courtyard_staff;
GRANT SELECT, INSERT ON platform.payments, platform.receipts, platform.credit_notes,
    platform.credit_note_lines, platform.document_files TO courtyard_staff;
GRANT SELECT ON platform.document_logos TO courtyard_staff;

-- Workspaces see their documents once they are issued.
CREATE VIEW platform.own_invoices WITH (security_barrier = true) AS
    SELECT id, state, number, year, seq, tenant_number, order_id, currency, note, net, tax, total,
        taxes, paid, credited, issued_at, issue_date, due_date, paid_at, voided_at, void_reason,
        snapshot, snapshot_sha256, logo_sha256
    FROM platform.invoices
    WHERE tenant_number = cell.current_tenant() AND state <> 'draft';
CREATE VIEW platform.own_invoice_lines WITH (security_barrier = true) AS
    SELECT l.invoice_id, l.position, l.text, l.quantity, l.unit_price, l.net, l.tax_category,
        l.tax_rate, l.tax_label, l.tax_note
    FROM platform.invoice_lines l JOIN platform.invoices i ON i.id = l.invoice_id
    WHERE i.tenant_number = cell.current_tenant() AND i.state <> 'draft';
CREATE VIEW platform.own_payments WITH (security_barrier = true) AS
    SELECT p.id, p.invoice_id, p.amount, p.currency, p.method, p.reference, p.paid_on,
        p.recorded_at
    FROM platform.payments p JOIN platform.invoices i ON i.id = p.invoice_id
    WHERE i.tenant_number = cell.current_tenant();
CREATE VIEW platform.own_receipts WITH (security_barrier = true) AS
    SELECT id, payment_id, invoice_id, number, tenant_number, amount, currency, issued_at,
        snapshot, snapshot_sha256, logo_sha256
    FROM platform.receipts
    WHERE tenant_number = cell.current_tenant();
CREATE VIEW platform.own_credit_notes WITH (security_barrier = true) AS
    SELECT id, invoice_id, number, tenant_number, currency, reason, net, tax, total, taxes,
        credits, issued_at, snapshot, snapshot_sha256, logo_sha256
    FROM platform.credit_notes
    WHERE tenant_number = cell.current_tenant();
CREATE VIEW platform.own_document_files WITH (security_barrier = true) AS
    SELECT f.kind, f.document_id, f.content, f.sha256
    FROM platform.document_files f
    WHERE EXISTS (
            SELECT FROM platform.invoices d
            WHERE f.kind = 'invoice' AND d.id = f.document_id
                AND d.tenant_number = cell.current_tenant())
        OR EXISTS (
            SELECT FROM platform.receipts d
            WHERE f.kind = 'receipt' AND d.id = f.document_id
                AND d.tenant_number = cell.current_tenant())
        OR EXISTS (
            SELECT FROM platform.credit_notes d
            WHERE f.kind = 'credit_note' AND d.id = f.document_id
                AND d.tenant_number = cell.current_tenant());
CREATE VIEW platform.own_document_logos WITH (security_barrier = true) AS
    SELECT l.sha256, l.media_type, l.content
    FROM platform.document_logos l
    WHERE EXISTS (
            SELECT FROM platform.invoices d
            WHERE d.logo_sha256 = l.sha256 AND d.tenant_number = cell.current_tenant())
        OR EXISTS (
            SELECT FROM platform.receipts d
            WHERE d.logo_sha256 = l.sha256 AND d.tenant_number = cell.current_tenant())
        OR EXISTS (
            SELECT FROM platform.credit_notes d
            WHERE d.logo_sha256 = l.sha256 AND d.tenant_number = cell.current_tenant());
GRANT SELECT ON platform.own_invoices, platform.own_invoice_lines, platform.own_payments,
    platform.own_receipts, platform.own_credit_notes, platform.own_document_files,
    platform.own_document_logos TO courtyard_tenants;

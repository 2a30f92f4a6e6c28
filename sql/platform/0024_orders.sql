-- Numbers of documents: one row for each kind and year (UTC), counting up by one. Whoever takes a
-- number holds the row until their transaction ends, so that a rollback or a crash gives it back;
-- hence it is taken last. Neither a sequence nor a maximum could do this.
CREATE TABLE platform.document_series (
    kind        text        NOT NULL
        CHECK (kind IN ('order', 'invoice', 'receipt', 'credit_note')),
    year        integer     NOT NULL CHECK (year BETWEEN 2000 AND 9999),
    next        bigint      NOT NULL DEFAULT 1 CHECK (next >= 1),
    -- When the newest document was issued: times do not decrease along numbers, even when a clock
    -- is set back.
    last_at     timestamptz,
    PRIMARY KEY (kind, year)
) WITH (fillfactor = 10);

-- `INV-2026-000001`; beyond 999,999 the number gets longer.
CREATE FUNCTION platform.document_number(kind text, year integer, seq bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE kind WHEN 'order' THEN 'ORD-' WHEN 'invoice' THEN 'INV-' WHEN 'receipt' THEN 'RCP-'
        ELSE 'CRN-' END
    || year::text || '-' || repeat('0', 6 - length(seq::text)) || seq::text;

-- What somebody buys, and what they get for it once it is paid (BL-40). Orders are books of the
-- platform: they outlive the workspace, of which they keep id and name.
CREATE TABLE platform.orders (
    id              uuid        PRIMARY KEY,
    year            integer     NOT NULL,
    seq             bigint      NOT NULL CHECK (seq >= 1),
    number          text        NOT NULL
        GENERATED ALWAYS AS (platform.document_number('order', year, seq)) STORED,
    tenant_number   bigint      REFERENCES platform.tenants ON DELETE SET NULL,
    workspace_id    uuid        NOT NULL,
    workspace_name  text        NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('plan', 'ai_credits', 'other')),
    status          text        NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'invoiced', 'paid', 'cancelled', 'refunded')),
    currency        text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Of all lines, before tax; minor units.
    amount          bigint      NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000000),
    -- [{"text", "quantity", "unit_price"}], 1 to 500.
    lines           jsonb       NOT NULL,
    -- What a full payment gives; read by Billing/Orders/Goods.swift.
    goods           jsonb       NOT NULL,
    goods_granted_at timestamptz,
    -- Made once: a renewal's subscription and period, for one.
    unique_key      text,
    created_at      timestamptz NOT NULL,
    paid_at         timestamptz,
    cancelled_at    timestamptz,
    refunded_at     timestamptz,
    CONSTRAINT orders_number_key UNIQUE (number),
    CONSTRAINT orders_year_seq_key UNIQUE (year, seq),
    CONSTRAINT orders_unique_key_key UNIQUE (unique_key),
    CONSTRAINT orders_lines_check CHECK (jsonb_array_length(lines) BETWEEN 1 AND 500),
    CONSTRAINT orders_paid_at_check
        CHECK ((status IN ('paid', 'refunded')) = (paid_at IS NOT NULL)),
    CONSTRAINT orders_cancelled_at_check
        CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT orders_refunded_at_check
        CHECK ((status = 'refunded') = (refunded_at IS NOT NULL)),
    CONSTRAINT orders_goods_granted_at_check
        CHECK (goods_granted_at IS NULL OR status IN ('paid', 'refunded'))
);
CREATE INDEX orders_tenant_number_idx ON platform.orders (tenant_number, created_at, id);
CREATE INDEX orders_created_at_idx ON platform.orders (created_at, id);

-- Gives a new order its number and the name of who orders. Runs with the owner's rights: nobody
-- else writes these columns.
CREATE FUNCTION platform.number_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    NEW.year := extract(year FROM NEW.created_at AT TIME ZONE 'UTC');
    SELECT id, name INTO STRICT NEW.workspace_id, NEW.workspace_name
    FROM platform.tenants WHERE number = NEW.tenant_number;
    IF NEW.amount <> (
        SELECT sum((l->>'quantity')::bigint * (l->>'unit_price')::bigint)
        FROM jsonb_array_elements(NEW.lines) l)
    THEN
        RAISE EXCEPTION 'the amount is not that of the lines' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO platform.document_series (kind, year) VALUES ('order', NEW.year)
    ON CONFLICT DO NOTHING;
    UPDATE platform.document_series
    SET next = next + 1, last_at = greatest(last_at, NEW.created_at)
    WHERE kind = 'order' AND year = NEW.year
    RETURNING next - 1, last_at INTO STRICT NEW.seq, NEW.created_at;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION platform.number_order FROM PUBLIC;
CREATE TRIGGER orders_number BEFORE INSERT ON platform.orders
    FOR EACH ROW EXECUTE FUNCTION platform.number_order();

-- An order's status goes its way (BL-40, BL-42), its goods are granted once, the rest stays.
CREATE FUNCTION platform.guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    changing text[] := ARRAY['number', 'status', 'goods_granted_at', 'paid_at', 'cancelled_at',
        'refunded_at', 'tenant_number'];
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - changing = to_jsonb(OLD) - changing
        AND (NEW.tenant_number IS NULL OR NEW.tenant_number = OLD.tenant_number)
        AND (OLD.goods_granted_at IS NULL OR NEW.goods_granted_at = OLD.goods_granted_at)
        AND (NEW.status = OLD.status
            OR (OLD.status, NEW.status) IN (
                ('pending', 'invoiced'), ('pending', 'cancelled'), ('invoiced', 'paid'),
                ('invoiced', 'cancelled'), ('paid', 'refunded'))
            OR (OLD.status, NEW.status, NEW.amount) = ('pending', 'paid', 0))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an order does not change like this' USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE ALL ON FUNCTION platform.guard_order FROM PUBLIC;
CREATE TRIGGER orders_guard BEFORE UPDATE OR DELETE ON platform.orders
    FOR EACH ROW EXECUTE FUNCTION platform.guard_order();

-- A series only counts up.
CREATE FUNCTION platform.guard_series() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.kind, NEW.year) = (OLD.kind, OLD.year)
        AND NEW.next = OLD.next + 1 AND NEW.last_at IS NOT NULL
        AND (OLD.last_at IS NULL OR NEW.last_at >= OLD.last_at)
        AND extract(year FROM NEW.last_at AT TIME ZONE 'UTC') = NEW.year
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a series of numbers only counts up' USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE ALL ON FUNCTION platform.guard_series FROM PUBLIC;
CREATE TRIGGER document_series_guard BEFORE UPDATE OR DELETE ON platform.document_series
    FOR EACH ROW EXECUTE FUNCTION platform.guard_series();

-- Tenants see their orders, place new ones and cancel those that wait.
CREATE VIEW platform.own_orders WITH (security_barrier = true) AS
    SELECT id, number, tenant_number, kind, status, currency, amount, lines, goods,
        goods_granted_at, unique_key, created_at, paid_at, cancelled_at, refunded_at
    FROM platform.orders
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
GRANT SELECT, INSERT (id, tenant_number, kind, currency, amount, lines, goods, unique_key,
    created_at) ON platform.own_orders TO courtyard_tenants;

CREATE VIEW platform.own_pending_orders WITH (security_barrier = true) AS
    SELECT id, status, cancelled_at
    FROM platform.orders
    WHERE tenant_number = cell.current_tenant() AND status IN ('pending', 'cancelled')
    WITH CHECK OPTION;
GRANT SELECT, UPDATE (status, cancelled_at) ON platform.own_pending_orders TO courtyard_tenants;

GRANT SELECT, INSERT, UPDATE (next, last_at) ON platform.document_series TO courtyard_staff;
GRANT SELECT, INSERT, UPDATE (status, goods_granted_at, paid_at, cancelled_at, refunded_at)
    ON platform.orders TO courtyard_staff;

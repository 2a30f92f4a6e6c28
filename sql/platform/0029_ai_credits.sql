-- AI credits (BL-30 … BL-37): what each workspace has, every movement of it, and what is reserved.
--
-- Whoever touches a wallet, its ledger or its holds locks the wallet's row first. So the movements
-- of one workspace stand in one order, and no lock behind that row is ever waited for.

-- Credits that come with each billing month.
ALTER TABLE platform.plans ADD COLUMN ai_credits bigint NOT NULL DEFAULT 0 CHECK (ai_credits >= 0);
UPDATE platform.plans p SET ai_credits = c.credits
FROM (VALUES ('STARTER', 200), ('GROWTH', 1000), ('ENTERPRISE', 10000)) AS c (plan, credits)
WHERE p.name = c.plan;

-- The billing month of a workspace on a day, and the credits that its plan includes for it. The one
-- place that knows: subscriptions will put another function here.
CREATE FUNCTION platform.credit_month(
    tenant bigint, day date, OUT starts date, OUT ends date, OUT included bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT date_trunc('month', day::timestamp)::date,
        (date_trunc('month', day::timestamp) + interval '1 month')::date, p.ai_credits
    FROM cell.tenants t JOIN platform.plans p ON p.name = t.plan
    WHERE t.number = tenant
$$;
REVOKE ALL ON FUNCTION platform.credit_month FROM PUBLIC;

-- One row per workspace, made and removed with it. The balance is `included` + `bought`.
CREATE TABLE platform.credit_wallets (
    tenant_number   bigint      PRIMARY KEY REFERENCES cell.tenants ON DELETE CASCADE,
    included        bigint      NOT NULL DEFAULT 0,
    included_held   bigint      NOT NULL DEFAULT 0,
    bought          bigint      NOT NULL DEFAULT 0,
    bought_held     bigint      NOT NULL DEFAULT 0,
    -- First day of the billing month that the included credits were granted for.
    period          date        NOT NULL DEFAULT '-infinity',
    -- From this day on the month has to be looked at before anything else is done.
    period_ends     date        NOT NULL DEFAULT '-infinity',
    -- What the month has brought: granted with the plan, and bought.
    granted         bigint      NOT NULL DEFAULT 0,
    purchased       bigint      NOT NULL DEFAULT 0,
    -- Which warnings the month has had: 1 for few credits left, 2 for none (BL-37).
    warned          smallint    NOT NULL DEFAULT 0,
    -- Of the newest entry of the ledger.
    seq             bigint      NOT NULL DEFAULT 0,
    CONSTRAINT credit_wallets_included_check
        CHECK (0 <= included_held AND included_held <= included),
    CONSTRAINT credit_wallets_bought_check CHECK (0 <= bought_held AND bought_held <= bought),
    CONSTRAINT credit_wallets_month_check CHECK (granted >= 0 AND purchased >= 0)
) WITH (fillfactor = 50);
CREATE INDEX credit_wallets_period_ends_idx ON platform.credit_wallets (period_ends);

-- The ledger: never changed, never shortened. An entry is a transfer between the wallet and the
-- account that its kind names, so that the books balance by construction.
CREATE TABLE platform.credit_entries (
    tenant_number   bigint      NOT NULL REFERENCES platform.credit_wallets ON DELETE CASCADE,
    -- 1, 2, 3 … without a hole.
    seq             bigint      NOT NULL CHECK (seq >= 1),
    id              uuid        NOT NULL,
    kind            text        NOT NULL,
    amount          bigint      NOT NULL,
    held_change     bigint      NOT NULL,
    balance_after   bigint      NOT NULL,
    held_after      bigint      NOT NULL,
    -- The part of the balance that came with the plan.
    included_after  bigint      NOT NULL,
    purpose         text        CHECK (purpose IN ('ai_answer', 'reply_suggestion', 'analysis')),
    -- What moved the credits: a hold, an order, a credit note, a month.
    reference       text        NOT NULL,
    -- Each thing happens once.
    key             text        NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_number, seq),
    CONSTRAINT credit_entries_key_key UNIQUE (tenant_number, key),
    CONSTRAINT credit_entries_after_check CHECK (
        0 <= held_after AND held_after <= balance_after
        AND 0 <= included_after AND included_after <= balance_after),
    CONSTRAINT credit_entries_kind_check CHECK (CASE kind
        WHEN 'grant_included' THEN amount > 0 AND held_change = 0
        WHEN 'purchase' THEN amount > 0 AND held_change = 0
        WHEN 'adjust' THEN amount <> 0 AND held_change = 0
        WHEN 'refund' THEN amount < 0 AND held_change = 0
        WHEN 'reserve' THEN amount = 0 AND held_change > 0
        WHEN 'release' THEN amount = 0 AND held_change < 0
        WHEN 'settle' THEN amount < 0 AND held_change < 0
        WHEN 'expire' THEN amount < 0 AND held_change IN (0, amount)
        ELSE false END)
);
CREATE INDEX credit_entries_created_at_idx ON platform.credit_entries (tenant_number, created_at);

-- Credits set aside for a call under way, and what became of them. Kept for good: whoever asks
-- again gets the first result.
CREATE TABLE platform.credit_holds (
    id              uuid        PRIMARY KEY,
    tenant_number   bigint      NOT NULL REFERENCES platform.credit_wallets ON DELETE CASCADE,
    key             text        NOT NULL,
    purpose         text        NOT NULL
                                CHECK (purpose IN ('ai_answer', 'reply_suggestion', 'analysis')),
    credits         bigint      NOT NULL CHECK (credits > 0),
    -- Where they came from; the included part belongs to the month it was taken in.
    included        bigint      NOT NULL CHECK (included >= 0),
    bought          bigint      NOT NULL CHECK (bought >= 0),
    period          date        NOT NULL,
    state           text        NOT NULL DEFAULT 'held'
                                CHECK (state IN ('held', 'settled', 'released', 'expired')),
    -- What was taken in the end, and what was missing and is borne by the platform.
    charged         bigint      NOT NULL DEFAULT 0 CHECK (charged >= 0),
    shortfall       bigint      NOT NULL DEFAULT 0 CHECK (shortfall >= 0),
    created_at      timestamptz NOT NULL,
    deadline        timestamptz NOT NULL,
    ended_at        timestamptz,
    CONSTRAINT credit_holds_key_key UNIQUE (tenant_number, key),
    CONSTRAINT credit_holds_credits_check1 CHECK (included + bought = credits),
    CONSTRAINT credit_holds_state_check1 CHECK ((state = 'held') = (ended_at IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX credit_holds_deadline_idx ON platform.credit_holds (deadline) WHERE state = 'held';
CREATE INDEX credit_holds_open_idx ON platform.credit_holds (tenant_number) WHERE state = 'held';

-- Neither the server nor the owner of the tables changes what is written in the ledger; it goes
-- with its workspace, and only then.
CREATE FUNCTION platform.keep_credit_entries() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM cell.tenants WHERE number = OLD.tenant_number) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'an entry of the credit ledger is never changed'
        USING ERRCODE = 'insufficient_privilege';
END
$$;
REVOKE ALL ON FUNCTION platform.keep_credit_entries FROM PUBLIC;
CREATE TRIGGER credit_entries_keep BEFORE UPDATE OR DELETE ON platform.credit_entries
    FOR EACH ROW EXECUTE FUNCTION platform.keep_credit_entries();
CREATE TRIGGER credit_entries_keep_all BEFORE TRUNCATE ON platform.credit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION platform.keep_credit_entries();

-- Every workspace has a wallet; a changed plan makes its month due to be looked at.
CREATE FUNCTION platform.prepare_credit_wallet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO platform.credit_wallets (tenant_number) VALUES (NEW.number);
    ELSE
        UPDATE platform.credit_wallets SET period_ends = '-infinity'
        WHERE tenant_number = NEW.number;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.prepare_credit_wallet FROM PUBLIC;
CREATE TRIGGER tenants_credit_wallet AFTER INSERT ON cell.tenants
    FOR EACH ROW EXECUTE FUNCTION platform.prepare_credit_wallet();
CREATE TRIGGER tenants_credit_month AFTER UPDATE OF plan ON cell.tenants
    FOR EACH ROW WHEN (OLD.plan <> NEW.plan) EXECUTE FUNCTION platform.prepare_credit_wallet();
INSERT INTO platform.credit_wallets (tenant_number) SELECT number FROM cell.tenants;

-- The number of the tenant whose role was entered, also inside a function with its owner's rights;
-- fails for every other role.
CREATE FUNCTION cell.acting_tenant() RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    entered text := current_setting('role');
    prefix text := current_database() || '_t_';
BEGIN
    IF NOT starts_with(entered, prefix) THEN
        RAISE EXCEPTION 'no tenant acts here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN substr(entered, length(prefix) + 1)::bigint;
END
$$;
REVOKE ALL ON FUNCTION cell.acting_tenant FROM PUBLIC;

-- MARK: what every movement shares

-- Writes the next entry of a wallet whose parts say what is so afterwards.
CREATE FUNCTION platform.add_credit_entry(
    wallet platform.credit_wallets, entry uuid, kind text, amount bigint, held_change bigint,
    purpose text, reference text, key text, at timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog AS $$
    INSERT INTO platform.credit_entries (tenant_number, seq, id, kind, amount, held_change,
        balance_after, held_after, included_after, purpose, reference, key, created_at)
    VALUES (wallet.tenant_number, wallet.seq, entry, kind, amount, held_change,
        wallet.included + wallet.bought, wallet.included_held + wallet.bought_held,
        wallet.included, purpose, reference, key, at)
$$;
REVOKE ALL ON FUNCTION platform.add_credit_entry FROM PUBLIC;

-- Stores the parts of a locked wallet.
CREATE FUNCTION platform.store_credit_wallet(wallet platform.credit_wallets) RETURNS void
LANGUAGE sql SET search_path = pg_catalog AS $$
    UPDATE platform.credit_wallets
    SET included = wallet.included, included_held = wallet.included_held,
        bought = wallet.bought, bought_held = wallet.bought_held, period = wallet.period,
        period_ends = wallet.period_ends, granted = wallet.granted,
        purchased = wallet.purchased, warned = wallet.warned, seq = wallet.seq
    WHERE tenant_number = wallet.tenant_number
$$;
REVOKE ALL ON FUNCTION platform.store_credit_wallet FROM PUBLIC;

-- Locks a wallet and brings it to the billing month of `at`: unused included credits expire, those
-- of the new month arrive, once for each month (BL-34). A plan that includes more brings the
-- difference at once. A clock that was set back changes nothing.
CREATE FUNCTION platform.lock_credit_wallet(tenant bigint, at timestamptz)
RETURNS platform.credit_wallets
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    wallet platform.credit_wallets;
    today date := (at AT TIME ZONE 'UTC')::date;
    month record;
    idle bigint;
BEGIN
    SELECT * INTO wallet FROM platform.credit_wallets WHERE tenant_number = tenant FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this workspace has no wallet' USING ERRCODE = 'no_data_found';
    END IF;
    IF today < wallet.period_ends THEN
        RETURN wallet;
    END IF;
    SELECT * INTO STRICT month FROM platform.credit_month(tenant, today);
    IF month.starts > wallet.period THEN
        idle := wallet.included - wallet.included_held;
        IF idle > 0 THEN
            wallet.included := wallet.included_held;
            wallet.seq := wallet.seq + 1;
            PERFORM platform.add_credit_entry(wallet, gen_random_uuid(), 'expire', -idle, 0, NULL,
                wallet.period::text, 'expire:' || wallet.period, at);
        END IF;
        wallet.period := month.starts;
        wallet.granted := 0;
        wallet.purchased := 0;
        wallet.warned := 0;
    END IF;
    IF month.included > wallet.granted THEN
        wallet.included := wallet.included + month.included - wallet.granted;
        wallet.seq := wallet.seq + 1;
        PERFORM platform.add_credit_entry(wallet, gen_random_uuid(), 'grant_included',
            month.included - wallet.granted, 0, NULL, wallet.period::text,
            'included:' || wallet.period || ':' || month.included, at);
        wallet.granted := month.included;
    END IF;
    wallet.period_ends := month.ends;
    PERFORM platform.store_credit_wallet(wallet);
    RETURN wallet;
END
$$;
REVOKE ALL ON FUNCTION platform.lock_credit_wallet FROM PUBLIC;

-- Ends an open hold of a locked wallet and writes its entries: takes `charge` from the hold's
-- included part, then from its bought part, then from what is available, and gives back the rest,
-- except what belongs to a month that has ended.
CREATE FUNCTION platform.end_credit_hold(
    INOUT wallet platform.credit_wallets, hold platform.credit_holds, charge bigint, ending text,
    at timestamptz, OUT charged bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    from_included bigint := least(charge, hold.included);
    from_bought bigint := least(charge - from_included, hold.bought);
    stale bigint := 0;
    more bigint;
    extra bigint;
BEGIN
    IF hold.period < wallet.period THEN
        stale := hold.included - from_included;
    END IF;
    wallet.included_held := wallet.included_held - hold.included;
    wallet.bought_held := wallet.bought_held - hold.bought;
    more := charge - from_included - from_bought;
    IF more > 0 THEN
        extra := least(more, wallet.included - from_included - wallet.included_held);
        from_included := from_included + extra;
        extra := least(more - extra, wallet.bought - from_bought - wallet.bought_held);
        from_bought := from_bought + extra;
    END IF;
    charged := from_included + from_bought;
    wallet.included := wallet.included - from_included;
    wallet.bought := wallet.bought - from_bought;
    -- What expires stays held until its own entry.
    wallet.included_held := wallet.included_held + stale;
    IF hold.credits > stale THEN
        wallet.seq := wallet.seq + 1;
        PERFORM platform.add_credit_entry(wallet, gen_random_uuid(),
            CASE WHEN charged > 0 THEN 'settle' ELSE 'release' END, -charged,
            stale - hold.credits, hold.purpose, hold.id::text,
            CASE WHEN charged > 0 THEN 'settle:' ELSE 'release:' END || hold.id, at);
    END IF;
    IF stale > 0 THEN
        wallet.included := wallet.included - stale;
        wallet.included_held := wallet.included_held - stale;
        wallet.seq := wallet.seq + 1;
        PERFORM platform.add_credit_entry(wallet, gen_random_uuid(), 'expire', -stale, -stale,
            hold.purpose, hold.id::text, 'expire:' || hold.id, at);
    END IF;
    UPDATE platform.credit_holds
    SET state = ending, charged = end_credit_hold.charged,
        shortfall = charge - end_credit_hold.charged, ended_at = at
    WHERE id = hold.id;
    -- The platform bears what was missing, and its administrators should know: the estimates of
    -- some generation are too low.
    IF charge > charged THEN
        INSERT INTO platform.audit_events (id, created_at, actor_kind, actor_name, action,
            target_kind, target_id, details, request_id, address)
        SELECT gen_random_uuid(), at, 'system', 'Courtyard', 'credits.shortfall', 'credit_hold',
            hold.id, jsonb_build_object('workspace_id', t.id, 'purpose', hold.purpose,
                'reserved', hold.credits, 'used', charge, 'missing', charge - charged), '', ''
        FROM cell.tenants t WHERE t.number = wallet.tenant_number;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION platform.end_credit_hold FROM PUBLIC;

-- Gives back what holds past their deadline keep: their owner died (§7.6).
CREATE FUNCTION platform.expire_holds_of(INOUT wallet platform.credit_wallets, at timestamptz)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    hold platform.credit_holds;
    ended record;
BEGIN
    FOR hold IN
        SELECT h.* FROM platform.credit_holds h
        WHERE h.tenant_number = wallet.tenant_number AND h.state = 'held' AND h.deadline <= at
        ORDER BY h.deadline, h.id
    LOOP
        SELECT * INTO ended FROM platform.end_credit_hold(wallet, hold, 0, 'expired', at);
        wallet := ended.wallet;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION platform.expire_holds_of FROM PUBLIC;

-- MARK: what a tenant does with its own wallet

-- Reserves in the order of the arrays; what is not covered is refused and leaves nothing (BL-35).
-- A key that was used before answers with its first hold, or `conflict` for another number of
-- credits.
CREATE FUNCTION platform.reserve_credits(
    ids uuid[], keys text[], purposes text[], amounts bigint[], deadlines timestamptz[],
    at timestamptz)
RETURNS TABLE (outcome text, hold_id uuid, hold_state text, available bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    tenant bigint := cell.acting_tenant();
    wallet platform.credit_wallets;
    past platform.credit_holds;
    part bigint;
    is_swept boolean := false;
    changed boolean := false;
BEGIN
    wallet := platform.lock_credit_wallet(tenant, at);
    FOR i IN 1 .. cardinality(ids) LOOP
        SELECT h.* INTO past FROM platform.credit_holds h
        WHERE h.tenant_number = tenant AND h.key = keys[i];
        IF FOUND THEN
            outcome := CASE WHEN past.credits = amounts[i] THEN 'repeated' ELSE 'conflict' END;
            hold_id := past.id;
            hold_state := past.state;
            available := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;
        available := wallet.included - wallet.included_held + wallet.bought - wallet.bought_held;
        IF amounts[i] > available AND NOT is_swept THEN
            wallet := platform.expire_holds_of(wallet, at);
            is_swept := true;
            changed := true;
            available :=
                wallet.included - wallet.included_held + wallet.bought - wallet.bought_held;
        END IF;
        IF amounts[i] > available THEN
            outcome := 'exhausted';
            hold_id := NULL;
            hold_state := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;
        part := least(amounts[i], wallet.included - wallet.included_held);
        wallet.included_held := wallet.included_held + part;
        wallet.bought_held := wallet.bought_held + amounts[i] - part;
        wallet.seq := wallet.seq + 1;
        changed := true;
        INSERT INTO platform.credit_holds (id, tenant_number, key, purpose, credits, included,
            bought, period, created_at, deadline)
        VALUES (ids[i], tenant, keys[i], purposes[i], amounts[i], part, amounts[i] - part,
            wallet.period, at, deadlines[i]);
        PERFORM platform.add_credit_entry(wallet, gen_random_uuid(), 'reserve', 0, amounts[i],
            purposes[i], ids[i]::text, 'reserve:' || ids[i], at);
        outcome := 'granted';
        hold_id := ids[i];
        hold_state := 'held';
        available := available - amounts[i];
        RETURN NEXT;
    END LOOP;
    IF changed THEN
        PERFORM platform.store_credit_wallet(wallet);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION platform.reserve_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.reserve_credits TO courtyard_tenants;

-- Ends holds in the order of the arrays, each once: whoever comes later gets the first result. A
-- charge of 0 releases. `warning` is 1 when few credits are left and 2 when none are, until
-- platform.note_credit_warning has been called for the month.
CREATE FUNCTION platform.settle_credits(ids uuid[], charges bigint[], at timestamptz)
RETURNS TABLE (hold_state text, hold_charged bigint, hold_shortfall bigint, warning smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    tenant bigint := cell.acting_tenant();
    wallet platform.credit_wallets;
    hold platform.credit_holds;
    ended record;
    charge bigint;
    available bigint;
    changed boolean := false;
BEGIN
    wallet := platform.lock_credit_wallet(tenant, at);
    FOR i IN 1 .. cardinality(ids) LOOP
        SELECT h.* INTO hold FROM platform.credit_holds h
        WHERE h.id = ids[i] AND h.tenant_number = tenant;
        hold_state := hold.state;
        hold_charged := hold.charged;
        hold_shortfall := hold.shortfall;
        warning := 0;
        IF hold.state = 'held' THEN
            charge := greatest(charges[i], 0);
            hold_state := CASE WHEN charge > 0 THEN 'settled' ELSE 'released' END;
            SELECT * INTO ended
            FROM platform.end_credit_hold(wallet, hold, charge, hold_state, at);
            wallet := ended.wallet;
            hold_charged := ended.charged;
            hold_shortfall := charge - hold_charged;
            changed := true;
            available :=
                wallet.included - wallet.included_held + wallet.bought - wallet.bought_held;
            IF charge > 0 AND available = 0 AND wallet.warned < 2 THEN
                warning := 2;
            ELSIF charge > 0 AND wallet.warned < 1
                AND 5 * available <= wallet.granted + wallet.purchased
            THEN
                warning := 1;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
    IF changed THEN
        PERFORM platform.store_credit_wallet(wallet);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION platform.settle_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.settle_credits TO courtyard_tenants;

-- Notes that the month's warning has been sent. False when it had been already, or when another
-- month has begun meanwhile.
CREATE FUNCTION platform.note_credit_warning(level smallint, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    wallet platform.credit_wallets := platform.lock_credit_wallet(cell.acting_tenant(), at);
BEGIN
    IF wallet.warned >= level THEN
        RETURN false;
    END IF;
    wallet.warned := level;
    PERFORM platform.store_credit_wallet(wallet);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION platform.note_credit_warning FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.note_credit_warning TO courtyard_tenants;

-- What a workspace has at `at`, as if its month had been turned already. Reading changes nothing.
CREATE FUNCTION platform.credits_at(
    tenant bigint, at timestamptz, OUT included bigint, OUT included_held bigint,
    OUT bought bigint, OUT bought_held bigint, OUT period date, OUT period_ends date,
    OUT granted bigint, OUT purchased bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    wallet platform.credit_wallets;
    today date := (at AT TIME ZONE 'UTC')::date;
    month record;
BEGIN
    SELECT * INTO STRICT wallet FROM platform.credit_wallets w WHERE w.tenant_number = tenant;
    IF today >= wallet.period_ends THEN
        SELECT * INTO STRICT month FROM platform.credit_month(tenant, today);
        IF month.starts > wallet.period THEN
            wallet.included := wallet.included_held;
            wallet.period := month.starts;
            wallet.granted := 0;
            wallet.purchased := 0;
        END IF;
        wallet.included := wallet.included + greatest(month.included - wallet.granted, 0);
        wallet.granted := greatest(month.included, wallet.granted);
        wallet.period_ends := month.ends;
    END IF;
    included := wallet.included;
    included_held := wallet.included_held;
    bought := wallet.bought;
    bought_held := wallet.bought_held;
    period := wallet.period;
    period_ends := wallet.period_ends;
    granted := wallet.granted;
    purchased := wallet.purchased;
END
$$;
REVOKE ALL ON FUNCTION platform.credits_at FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.credits_at TO courtyard_staff;

CREATE FUNCTION platform.own_credits(
    at timestamptz, OUT included bigint, OUT included_held bigint,
    OUT bought bigint, OUT bought_held bigint, OUT period date, OUT period_ends date,
    OUT granted bigint, OUT purchased bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT included, included_held, bought, bought_held, period, period_ends, granted, purchased
    FROM platform.credits_at(cell.acting_tenant(), at)
$$;
REVOKE ALL ON FUNCTION platform.own_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.own_credits TO courtyard_tenants;

CREATE VIEW platform.own_credit_entries WITH (security_barrier = true) AS
    SELECT seq, id, kind, amount, held_change, balance_after, held_after, purpose, reference,
        created_at
    FROM platform.credit_entries
    WHERE tenant_number = cell.current_tenant();
GRANT SELECT ON platform.own_credit_entries TO courtyard_tenants;
GRANT SELECT ON platform.credit_entries TO courtyard_staff;

-- MARK: what the platform does

-- Adds the credits of a paid order, once (BL-85). False when the order has brought them already, or
-- its workspace is gone.
CREATE FUNCTION platform.grant_purchased_credits(
    order_id uuid, tenant bigint, credits bigint, at timestamptz, entry uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    wallet platform.credit_wallets;
BEGIN
    IF NOT EXISTS (SELECT FROM platform.credit_wallets w WHERE w.tenant_number = tenant) THEN
        RETURN false;
    END IF;
    wallet := platform.lock_credit_wallet(tenant, at);
    IF EXISTS (
        SELECT FROM platform.credit_entries e
        WHERE e.tenant_number = tenant AND e.key = 'purchase:' || order_id)
    THEN
        RETURN false;
    END IF;
    wallet.bought := wallet.bought + credits;
    wallet.purchased := wallet.purchased + credits;
    wallet.seq := wallet.seq + 1;
    PERFORM platform.add_credit_entry(wallet, entry, 'purchase', credits, 0, NULL,
        order_id::text, 'purchase:' || order_id, at);
    PERFORM platform.store_credit_wallet(wallet);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION platform.grant_purchased_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.grant_purchased_credits TO courtyard_staff;

-- Takes bought credits back for a credit note, once: `refunded`, `repeated`, `gone` when the
-- workspace is, or `used` when fewer are left that are neither spent nor reserved (BL-86).
CREATE FUNCTION platform.refund_purchased_credits(
    note_id uuid, tenant bigint, credits bigint, at timestamptz, entry uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    wallet platform.credit_wallets;
BEGIN
    IF NOT EXISTS (SELECT FROM platform.credit_wallets w WHERE w.tenant_number = tenant) THEN
        RETURN 'gone';
    END IF;
    wallet := platform.lock_credit_wallet(tenant, at);
    IF EXISTS (
        SELECT FROM platform.credit_entries e
        WHERE e.tenant_number = tenant AND e.key = 'refund:' || note_id)
    THEN
        RETURN 'repeated';
    END IF;
    IF credits > wallet.bought - wallet.bought_held THEN
        wallet := platform.expire_holds_of(wallet, at);
        PERFORM platform.store_credit_wallet(wallet);
    END IF;
    IF credits > wallet.bought - wallet.bought_held THEN
        RETURN 'used';
    END IF;
    wallet.bought := wallet.bought - credits;
    wallet.seq := wallet.seq + 1;
    PERFORM platform.add_credit_entry(wallet, entry, 'refund', -credits, 0, NULL, note_id::text,
        'refund:' || note_id, at);
    PERFORM platform.store_credit_wallet(wallet);
    RETURN 'refunded';
END
$$;
REVOKE ALL ON FUNCTION platform.refund_purchased_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.refund_purchased_credits TO courtyard_staff;

-- Gives credits without an order, or takes back what was given by mistake. False when fewer are
-- left that are neither spent nor reserved.
CREATE FUNCTION platform.adjust_credits(
    entry uuid, tenant bigint, credits bigint, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    wallet platform.credit_wallets := platform.lock_credit_wallet(tenant, at);
BEGIN
    IF -credits > wallet.bought - wallet.bought_held THEN
        RETURN false;
    END IF;
    wallet.bought := wallet.bought + credits;
    wallet.purchased := greatest(wallet.purchased + credits, 0);
    wallet.seq := wallet.seq + 1;
    PERFORM platform.add_credit_entry(wallet, entry, 'adjust', credits, 0, NULL, entry::text,
        'adjust:' || entry, at);
    PERFORM platform.store_credit_wallet(wallet);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION platform.adjust_credits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.adjust_credits TO courtyard_staff;

-- Expires holds past their deadline, in at most `wallets` wallets with a number above `after`.
-- Returns the last number looked at, or null when there was none, and in how many the books do not
-- allow it: damage in one keeps no other waiting. Wallets that are busy can wait too: whoever lacks
-- credits there sweeps for itself.
CREATE FUNCTION platform.expire_credit_holds(
    after bigint, wallets bigint, at timestamptz, OUT last bigint, OUT damaged bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    tenant bigint;
BEGIN
    damaged := 0;
    FOR tenant IN
        SELECT w.tenant_number FROM platform.credit_wallets w
        WHERE w.tenant_number > after AND w.tenant_number IN (
            SELECT h.tenant_number FROM platform.credit_holds h
            WHERE h.state = 'held' AND h.deadline <= at)
        ORDER BY w.tenant_number LIMIT wallets
        FOR UPDATE SKIP LOCKED
    LOOP
        last := tenant;
        BEGIN
            PERFORM platform.store_credit_wallet(platform.expire_holds_of(
                platform.lock_credit_wallet(tenant, at), at));
        EXCEPTION WHEN integrity_constraint_violation THEN
            damaged := damaged + 1;
        END;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION platform.expire_credit_holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.expire_credit_holds TO courtyard_staff;

-- Turns the month of wallets that are due; the same in all else.
CREATE FUNCTION platform.turn_credit_months(
    after bigint, wallets bigint, at timestamptz, OUT last bigint, OUT damaged bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    tenant bigint;
BEGIN
    damaged := 0;
    FOR tenant IN
        SELECT w.tenant_number FROM platform.credit_wallets w
        JOIN cell.tenants t ON t.number = w.tenant_number
        WHERE w.tenant_number > after AND w.period_ends <= (at AT TIME ZONE 'UTC')::date
            AND t.state <> 'closed'
        ORDER BY w.tenant_number LIMIT wallets
        FOR UPDATE OF w SKIP LOCKED
    LOOP
        last := tenant;
        BEGIN
            PERFORM platform.lock_credit_wallet(tenant, at);
        EXCEPTION WHEN integrity_constraint_violation THEN
            damaged := damaged + 1;
        END;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION platform.turn_credit_months FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.turn_credit_months TO courtyard_staff;

-- What can be bought (BL-33). Orders copy name, credits and price, so that a change touches none.
CREATE TABLE platform.credit_packs (
    id              uuid        PRIMARY KEY,
    -- What an order names.
    name            text        NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
    credits         bigint      NOT NULL CHECK (credits BETWEEN 1 AND 1000000000),
    price           bigint      NOT NULL CHECK (price BETWEEN 0 AND 1000000000000),
    currency        text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    is_offered      boolean     NOT NULL DEFAULT true,
    version         bigint      NOT NULL DEFAULT 1,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT credit_packs_name_key UNIQUE (name)
);
INSERT INTO platform.credit_packs (id, name, credits, price, currency, updated_at) VALUES
    ('01937a6b-1c00-7000-8000-000000000001', 'credits_1000', 1000, 1000, 'USD', '2026-01-01Z'),
    ('01937a6b-1c00-7000-8000-000000000002', 'credits_10000', 10000, 9000, 'USD', '2026-01-01Z'),
    ('01937a6b-1c00-7000-8000-000000000003', 'credits_50000', 50000, 40000, 'USD', '2026-01-01Z');
GRANT SELECT ON platform.credit_packs TO courtyard_tenants, courtyard_staff;
GRANT INSERT, UPDATE ON platform.credit_packs TO courtyard_staff;

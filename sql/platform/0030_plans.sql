-- The catalogue of plans in immutable versions (BL-02): an edit makes a new one, which reaches a
-- subscription at its next period. platform.plans keeps the newest limits and features, which new
-- workspaces start with.
CREATE TABLE platform.plan_versions (
    plan            text        NOT NULL REFERENCES platform.plans (name),
    version         integer     NOT NULL CHECK (version >= 1),
    currency        text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Of a whole period, in minor units.
    monthly_price   bigint      NOT NULL CHECK (monthly_price BETWEEN 0 AND 1000000000000000),
    annual_price    bigint      NOT NULL CHECK (annual_price BETWEEN 0 AND 1000000000000000),
    -- By name; null is unlimited. `media_storage` is in GiB.
    limits          jsonb       NOT NULL,
    -- Per billing month.
    ai_credits      bigint      NOT NULL CHECK (ai_credits BETWEEN 0 AND 1000000000),
    features        text[]      NOT NULL,
    created_at      timestamptz NOT NULL,
    created_by      uuid,
    PRIMARY KEY (plan, version),
    CONSTRAINT plan_versions_free_check
        CHECK (plan <> 'FREE' OR (monthly_price = 0 AND annual_price = 0))
);
INSERT INTO platform.plan_versions (plan, version, currency, monthly_price, annual_price, limits,
    ai_credits, features, created_at)
SELECT p.name, 1, 'USD', c.monthly, c.annual, p.limits, c.credits, p.features, now()
FROM platform.plans p
JOIN (VALUES ('FREE', 0, 0, 0), ('STARTER', 2900, 29000, 200), ('GROWTH', 9900, 99000, 1000),
    ('ENTERPRISE', 49900, 499000, 10000)) AS c (plan, monthly, annual, credits)
    ON c.plan = p.name;

CREATE FUNCTION platform.keep_plan_versions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'a version of a plan is never changed' USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE ALL ON FUNCTION platform.keep_plan_versions FROM PUBLIC;
CREATE TRIGGER plan_versions_keep BEFORE UPDATE OR DELETE ON platform.plan_versions
    FOR EACH ROW EXECUTE FUNCTION platform.keep_plan_versions();

-- New workspaces start with the newest version.
CREATE FUNCTION platform.publish_plan_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE platform.plans
    SET limits = NEW.limits, features = NEW.features, ai_credits = NEW.ai_credits
    WHERE name = NEW.plan;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.publish_plan_version FROM PUBLIC;
CREATE TRIGGER plan_versions_publish AFTER INSERT ON platform.plan_versions
    FOR EACH ROW EXECUTE FUNCTION platform.publish_plan_version();

-- What can be had now: the newest version of each plan.
CREATE VIEW platform.plan_catalogue AS
    SELECT DISTINCT ON (p.position) p.position, v.plan, v.version, v.currency, v.monthly_price,
        v.annual_price, v.limits, v.ai_credits, v.features, v.created_at
    FROM platform.plan_versions v JOIN platform.plans p ON p.name = v.plan
    ORDER BY p.position, v.version DESC;
GRANT SELECT ON platform.plan_catalogue TO courtyard_tenants, courtyard_staff;
GRANT SELECT, INSERT ON platform.plan_versions TO courtyard_staff;

-- What a workspace has at present: one row for each. Plan version, price and limits are pinned
-- until the next period (billing rules §3.3). A FREE one has months of its own and no interval.
CREATE TABLE platform.subscriptions (
    tenant_number   bigint      PRIMARY KEY REFERENCES cell.tenants ON DELETE CASCADE,
    plan            text        NOT NULL,
    version         integer     NOT NULL,
    interval        text        CHECK (interval IN ('monthly', 'annual')),
    -- Of a whole period, in minor units of the version's currency.
    price           bigint      NOT NULL CHECK (price >= 0),
    anchor          date        NOT NULL,
    period_start    date        NOT NULL,
    period_end      date        NOT NULL,
    -- A smaller plan, or another interval, that begins when a period ends on `next_on`.
    next_plan       text        REFERENCES platform.plans (name),
    next_interval   text        CHECK (next_interval IN ('monthly', 'annual')),
    next_on         date,
    FOREIGN KEY (plan, version) REFERENCES platform.plan_versions,
    CONSTRAINT subscriptions_period_check CHECK (anchor <= period_start
        AND period_start < period_end),
    CONSTRAINT subscriptions_interval_check1 CHECK ((plan = 'FREE') = (interval IS NULL)),
    CONSTRAINT subscriptions_next_check CHECK ((next_plan IS NULL) = (next_on IS NULL)
        AND (next_plan IS NOT NULL AND next_plan <> 'FREE') = (next_interval IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX subscriptions_period_end_idx ON platform.subscriptions (period_end, tenant_number);

-- Limits that staff gave to one workspace, in the place of its plan's (BL-05).
CREATE TABLE platform.individual_limits (
    tenant_number   bigint      NOT NULL REFERENCES cell.tenants ON DELETE CASCADE,
    key             text        NOT NULL,
    -- Null is unlimited; `media_storage` is in GiB.
    allowed         bigint      CHECK (allowed >= 0),
    set_at          timestamptz NOT NULL,
    PRIMARY KEY (tenant_number, key)
);

-- A subscription's period that holds a day, always counted from the anchor (billing rules §2).
CREATE FUNCTION platform.period_at(
    anchor date, months integer, day date, OUT starts date, OUT ends date)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
    k integer;
BEGIN
    k := greatest(0, ((extract(year FROM day) - extract(year FROM anchor)) * 12
        + extract(month FROM day) - extract(month FROM anchor))::integer / months);
    IF k > 0 AND (anchor + make_interval(months => k * months))::date > day THEN
        k := k - 1;
    END IF;
    starts := (anchor + make_interval(months => k * months))::date;
    ends := (anchor + make_interval(months => (k + 1) * months))::date;
END
$$;
REVOKE ALL ON FUNCTION platform.period_at FROM PUBLIC;

CREATE FUNCTION platform.start_subscription() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO platform.subscriptions (tenant_number, plan, version, interval, price, anchor,
        period_start, period_end)
    SELECT t.number, c.plan, c.version, CASE c.plan WHEN 'FREE' THEN NULL ELSE 'monthly' END,
        c.monthly_price, d.day, d.day, (d.day + interval '1 month')::date
    FROM platform.tenants t
    JOIN platform.plan_catalogue c ON c.plan = NEW.plan
    CROSS JOIN LATERAL (SELECT (t.created_at AT TIME ZONE 'UTC')::date AS day) d
    WHERE t.number = NEW.number;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.start_subscription FROM PUBLIC;
CREATE TRIGGER tenants_subscription AFTER INSERT ON cell.tenants
    FOR EACH ROW EXECUTE FUNCTION platform.start_subscription();
INSERT INTO platform.subscriptions (tenant_number, plan, version, interval, price, anchor,
    period_start, period_end)
SELECT c.number, v.plan, v.version, CASE v.plan WHEN 'FREE' THEN NULL ELSE 'monthly' END,
    v.monthly_price, d.day, d.day, (d.day + interval '1 month')::date
FROM cell.tenants c
JOIN platform.plan_versions v ON v.plan = c.plan
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE 'UTC')::date AS day) d;

-- Puts what a workspace may do in force, on every process with the next request: the pinned plan
-- version's limits and features, and individual limits over them (billing rules §3.6).
CREATE FUNCTION platform.apply_entitlements(changed bigint, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    given record;
BEGIN
    SELECT s.plan, v.features, v.limits || coalesce((
            SELECT jsonb_object_agg(i.key, i.allowed) FROM platform.individual_limits i
            WHERE i.tenant_number = changed), '{}') AS limits
    INTO STRICT given
    FROM platform.subscriptions s
    JOIN platform.plan_versions v ON v.plan = s.plan AND v.version = s.version
    WHERE s.tenant_number = changed;
    UPDATE cell.tenants t
    SET plan = given.plan, features = given.features, limits = given.limits, epoch = t.epoch + 1
    WHERE t.number = changed
        AND (t.plan, t.features, t.limits)
            IS DISTINCT FROM (given.plan, given.features, given.limits);
    IF FOUND THEN
        UPDATE platform.tenants t SET plan = given.plan
        WHERE t.number = changed AND t.plan <> given.plan;
        INSERT INTO cell.jobs (id, tenant_number, kind, payload, unique_key, state, run_at,
            attempts, max_attempts, created_at)
        VALUES (gen_random_uuid(), changed, 'billing.limits', '{}', 'limits', 'waiting', at, 0, 10,
            at)
        ON CONFLICT (tenant_number, kind, unique_key)
            WHERE unique_key IS NOT NULL AND state <> 'dead' DO NOTHING;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION platform.apply_entitlements FROM PUBLIC;

-- Sets the individual limits of a workspace to exactly these: {"seats": 30, "active_flows": null}.
CREATE FUNCTION platform.set_individual_limits(changed bigint, limits jsonb, at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM FROM platform.subscriptions WHERE tenant_number = changed FOR UPDATE;
    DELETE FROM platform.individual_limits WHERE tenant_number = changed;
    INSERT INTO platform.individual_limits (tenant_number, key, allowed, set_at)
    SELECT changed, e.key, (e.value #>> '{}')::bigint, at FROM jsonb_each(limits) e;
    PERFORM platform.apply_entitlements(changed, at);
END
$$;
REVOKE ALL ON FUNCTION platform.set_individual_limits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.set_individual_limits TO courtyard_staff;

-- Gives a workspace a plan from a day on: within its period and anchor if the interval stays,
-- otherwise with that day as its anchor (billing rules §2.2). What was to come next is off.
CREATE FUNCTION platform.switch_plan(
    changed bigint, new_plan text, new_version integer, new_interval text, new_price bigint,
    day date, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    present platform.subscriptions;
BEGIN
    SELECT * INTO STRICT present FROM platform.subscriptions
    WHERE tenant_number = changed FOR UPDATE;
    IF present.interval IS NOT DISTINCT FROM new_interval AND day < present.period_end THEN
        UPDATE platform.subscriptions
        SET plan = new_plan, version = new_version, price = new_price, next_plan = NULL,
            next_interval = NULL, next_on = NULL
        WHERE tenant_number = changed;
    ELSE
        UPDATE platform.subscriptions
        SET plan = new_plan, version = new_version, interval = new_interval, price = new_price,
            anchor = day, period_start = day,
            period_end = (day + CASE new_interval WHEN 'annual' THEN interval '1 year'
                ELSE interval '1 month' END)::date,
            next_plan = NULL, next_interval = NULL, next_on = NULL
        WHERE tenant_number = changed;
    END IF;
    PERFORM platform.apply_entitlements(changed, at);
END
$$;
REVOKE ALL ON FUNCTION platform.switch_plan FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.switch_plan TO courtyard_staff;
DROP FUNCTION platform.set_tenant_plan;

-- What a workspace uses of each limit, counted now (BL-15).
CREATE FUNCTION platform.count_limits(counted bigint, day date) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    home text := 't_' || counted;
    used jsonb;
    contacts bigint := 0;
BEGIN
    IF to_regclass(format('%I.mac_months', home)) IS NOT NULL THEN
        EXECUTE format(
            'SELECT coalesce((SELECT m.used FROM %I.mac_months m '
            'WHERE m.month = date_trunc(''month'', $1::timestamp)::date), 0)', home)
        INTO contacts USING day;
    END IF;
    EXECUTE format(
        'SELECT jsonb_build_object('
        '''seats'', (SELECT count(*) FROM %1$I.members WHERE status IN (''invited'', ''active'')), '
        '''service_accounts'', (SELECT count(*) FROM %1$I.service_accounts), '
        '''monthly_active_contacts'', $1, '
        '''media_storage'', (SELECT used FROM %1$I.limits WHERE key = ''media_storage''), '
        '''whatsapp_lines'', 0, ''other_channels'', 0, ''active_flows'', 0, '
        '''knowledge_documents'', 0)', home)
    INTO used USING contacts;
    RETURN used;
END
$$;
REVOKE ALL ON FUNCTION platform.count_limits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.count_limits TO courtyard_staff;

-- The limits that a workspace would exceed on the newest version of a plan, as
-- {"seats": {"allowed": 2, "used": 4}}; empty when it fits. Its limits stay locked until the
-- transaction ends, so that nothing is added meanwhile.
CREATE FUNCTION platform.exceeded_limits(checked bigint, new_plan text, day date) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    used jsonb;
    exceeded jsonb;
BEGIN
    EXECUTE format('SELECT FROM %I.limits ORDER BY key FOR UPDATE', 't_' || checked);
    used := platform.count_limits(checked, day);
    SELECT coalesce(jsonb_object_agg(a.key, jsonb_build_object(
        'allowed', a.allowed, 'used', (used->>a.key)::bigint)), '{}')
    INTO exceeded
    FROM (
        SELECT e.key, CASE WHEN i.key IS NULL THEN (e.value #>> '{}')::bigint ELSE i.allowed END
            * CASE e.key WHEN 'media_storage' THEN 1073741824 ELSE 1 END AS allowed
        FROM platform.plan_catalogue c
        CROSS JOIN LATERAL jsonb_each(c.limits) e
        LEFT JOIN platform.individual_limits i
            ON i.tenant_number = checked AND i.key = e.key
        WHERE c.plan = new_plan
    ) a
    WHERE (used->>a.key)::bigint > a.allowed;
    RETURN exceeded;
END
$$;
REVOKE ALL ON FUNCTION platform.exceeded_limits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.exceeded_limits TO courtyard_staff;

-- A subscription, locked until the transaction ends.
CREATE FUNCTION platform.lock_subscription(locked bigint) RETURNS SETOF platform.subscriptions
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT s.* FROM platform.subscriptions s WHERE s.tenant_number = locked FOR UPDATE
$$;
REVOKE ALL ON FUNCTION platform.lock_subscription FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.lock_subscription, platform.period_at TO courtyard_staff;

-- The billing month of a workspace on a day, which is the monthly period of its anchor, and the AI
-- credits that its plan includes for it (billing rules §2.3).
CREATE FUNCTION platform.billing_month(
    tenant bigint, day date, OUT starts date, OUT ends date, OUT included bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT p.starts, p.ends, v.ai_credits
    FROM platform.subscriptions s
    JOIN platform.plan_versions v ON v.plan = s.plan AND v.version = s.version
    CROSS JOIN LATERAL platform.period_at(s.anchor, 1, day) p
    WHERE s.tenant_number = tenant
$$;
REVOKE ALL ON FUNCTION platform.billing_month FROM PUBLIC;
GRANT SELECT ON platform.subscriptions, platform.individual_limits TO courtyard_staff;

CREATE VIEW platform.own_subscription WITH (security_barrier = true) AS
    SELECT s.plan, s.version, s.interval, s.price, v.currency, v.features, v.ai_credits, s.anchor,
        s.period_start, s.period_end, s.next_plan, s.next_interval, s.next_on
    FROM platform.subscriptions s
    JOIN platform.plan_versions v ON v.plan = s.plan AND v.version = s.version
    WHERE s.tenant_number = cell.current_tenant();
CREATE VIEW platform.own_individual_limits WITH (security_barrier = true) AS
    SELECT key, allowed
    FROM platform.individual_limits
    WHERE tenant_number = cell.current_tenant();
GRANT SELECT ON platform.own_subscription, platform.own_individual_limits TO courtyard_tenants;

-- Requests for another plan (BL-20…BL-26). One is open per workspace.
CREATE TABLE platform.upgrade_requests (
    id              uuid        PRIMARY KEY,
    tenant_number   bigint      NOT NULL REFERENCES cell.tenants ON DELETE CASCADE,
    plan            text        NOT NULL REFERENCES platform.plans (name),
    interval        text        CHECK (interval IN ('monthly', 'annual')),
    note            text        CHECK (char_length(note) BETWEEN 1 AND 500),
    status          text        NOT NULL DEFAULT 'requested' CHECK (
        status IN ('requested', 'approved', 'rejected', 'cancelled', 'completed')),
    -- Why it was rejected; the workspace sees it.
    reason          text        CHECK (char_length(reason) BETWEEN 1 AND 500),
    requested_by    uuid,
    order_id        uuid        REFERENCES platform.orders,
    -- What was computed at approval, in minor units; never computed again.
    amount          bigint      CHECK (amount >= 0),
    currency        text,
    -- The day on which it takes effect, if not at payment.
    takes_effect_on date,
    created_at      timestamptz NOT NULL,
    decided_at      timestamptz,
    completed_at    timestamptz,
    CONSTRAINT upgrade_requests_interval_check1 CHECK ((plan = 'FREE') = (interval IS NULL)),
    CONSTRAINT upgrade_requests_reason_check1 CHECK ((status = 'rejected') = (reason IS NOT NULL)),
    CONSTRAINT upgrade_requests_order_id_key UNIQUE (order_id)
);
CREATE UNIQUE INDEX upgrade_requests_open_key ON platform.upgrade_requests (tenant_number)
    WHERE status IN ('requested', 'approved');
CREATE INDEX upgrade_requests_tenant_idx
    ON platform.upgrade_requests (tenant_number, created_at, id);
CREATE INDEX upgrade_requests_created_at_idx ON platform.upgrade_requests (created_at, id);

CREATE VIEW platform.own_upgrade_requests WITH (security_barrier = true) AS
    SELECT id, tenant_number, plan, interval, note, status, reason, requested_by, order_id, amount,
        currency, takes_effect_on, created_at, decided_at, completed_at
    FROM platform.upgrade_requests
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
-- Cancels an own request that nobody has decided on.
CREATE VIEW platform.own_undecided_requests WITH (security_barrier = true) AS
    SELECT id, status, decided_at
    FROM platform.upgrade_requests
    WHERE tenant_number = cell.current_tenant() AND status IN ('requested', 'cancelled')
    WITH CHECK OPTION;
GRANT SELECT, INSERT (id, tenant_number, plan, interval, note, requested_by, created_at)
    ON platform.own_upgrade_requests TO courtyard_tenants;
GRANT SELECT, UPDATE (status, decided_at) ON platform.own_undecided_requests TO courtyard_tenants;
GRANT SELECT, UPDATE (status, reason, order_id, amount, currency, takes_effect_on, decided_at,
    completed_at) ON platform.upgrade_requests TO courtyard_staff;

-- What each order for a plan does to the subscription, and that it has done so: once for an order,
-- once for a renewed period (billing rules §5.6).
CREATE TABLE platform.plan_orders (
    id              uuid        PRIMARY KEY,
    order_id        uuid        UNIQUE REFERENCES platform.orders,
    tenant_number   bigint      NOT NULL REFERENCES cell.tenants ON DELETE CASCADE,
    kind            text        NOT NULL CHECK (kind IN ('change', 'renewal')),
    plan            text        NOT NULL,
    version         integer     NOT NULL,
    interval        text        NOT NULL CHECK (interval IN ('monthly', 'annual')),
    price           bigint      NOT NULL CHECK (price >= 0),
    -- Of a renewal: the first day of the period it is for.
    period_start    date,
    period_end      date,
    created_at      timestamptz NOT NULL,
    -- When the subscription got it: at payment, at approval, or when its period began.
    effective_at    timestamptz,
    -- When the workspace lost it again, because the invoice stayed unpaid.
    dropped_at      timestamptz,
    FOREIGN KEY (plan, version) REFERENCES platform.plan_versions,
    CONSTRAINT plan_orders_period_key UNIQUE (tenant_number, period_start),
    CONSTRAINT plan_orders_kind_check1 CHECK ((kind = 'renewal') = (period_start IS NOT NULL)
        AND (period_start IS NULL) = (period_end IS NULL))
);
CREATE INDEX plan_orders_in_force_idx ON platform.plan_orders (tenant_number)
    WHERE effective_at IS NOT NULL AND dropped_at IS NULL;
GRANT SELECT, INSERT (id, tenant_number, kind, plan, version, interval, price, period_start,
        period_end, created_at), UPDATE (order_id, effective_at)
    ON platform.plan_orders TO courtyard_staff;

-- Does what a plan order is for, once; called when it is paid, or at approval (BL-85, BL-133).
-- Whoever pays late for a plan that was lost over it has it back for what is left of the period.
-- Answers the plan that began, or NULL when there was nothing to do.
CREATE FUNCTION platform.activate_plan_order(activated uuid, at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    bought platform.plan_orders;
    present platform.subscriptions;
    day date := (at AT TIME ZONE 'UTC')::date;
BEGIN
    SELECT s.* INTO present
    FROM platform.subscriptions s JOIN platform.plan_orders o USING (tenant_number)
    WHERE o.order_id = activated FOR UPDATE OF s;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT bought FROM platform.plan_orders WHERE order_id = activated FOR UPDATE;
    UPDATE platform.upgrade_requests SET status = 'completed', completed_at = at
    WHERE order_id = activated AND status = 'approved'
        AND EXISTS (SELECT FROM platform.orders WHERE id = activated AND status = 'paid');
    IF bought.dropped_at IS NOT NULL THEN
        UPDATE platform.plan_orders SET dropped_at = NULL WHERE order_id = activated;
        IF present.plan = 'FREE' AND day < coalesce(bought.period_end, day + 1) THEN
            PERFORM platform.switch_plan(bought.tenant_number, bought.plan, bought.version,
                bought.interval, bought.price, day, at);
            IF bought.period_end IS NOT NULL THEN
                UPDATE platform.subscriptions
                SET anchor = bought.period_start, period_start = bought.period_start,
                    period_end = bought.period_end
                WHERE tenant_number = bought.tenant_number;
            END IF;
            RETURN bought.plan;
        END IF;
        RETURN NULL;
    END IF;
    -- A renewal begins with its period.
    IF bought.effective_at IS NOT NULL OR bought.kind = 'renewal' THEN
        RETURN NULL;
    END IF;
    UPDATE platform.plan_orders SET effective_at = at WHERE order_id = activated;
    PERFORM platform.drop_renewals(bought.tenant_number, at);
    PERFORM platform.switch_plan(bought.tenant_number, bought.plan, bought.version,
        bought.interval, bought.price, day, at);
    RETURN bought.plan;
END
$$;
REVOKE ALL ON FUNCTION platform.activate_plan_order FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.activate_plan_order TO courtyard_staff;

-- A request ends with its order (BL-42): another can be made.
CREATE FUNCTION platform.end_upgrade_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE platform.upgrade_requests SET status = 'cancelled', completed_at = NEW.cancelled_at
    WHERE order_id = NEW.id AND status = 'approved';
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.end_upgrade_request FROM PUBLIC;
CREATE TRIGGER orders_end_upgrade_request AFTER UPDATE OF status ON platform.orders
    FOR EACH ROW WHEN (NEW.status = 'cancelled' AND OLD.status <> 'cancelled')
    EXECUTE FUNCTION platform.end_upgrade_request();

-- Plans the change that begins when a period ends (BL-24). Answers the day: the end of the present
-- period, or of the next one when that is paid for already.
CREATE FUNCTION platform.schedule_plan(
    changed bigint, new_plan text, new_interval text) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    day date;
BEGIN
    SELECT coalesce((
        SELECT max(o.period_end)
        FROM platform.plan_orders o JOIN platform.invoices i ON i.order_id = o.order_id
        WHERE o.tenant_number = changed AND o.kind = 'renewal'
            AND o.period_start >= s.period_end AND i.state IN ('issued', 'paid')), s.period_end)
    INTO STRICT day
    FROM platform.subscriptions s WHERE s.tenant_number = changed FOR UPDATE;
    UPDATE platform.subscriptions
    SET next_plan = new_plan, next_interval = new_interval, next_on = day
    WHERE tenant_number = changed;
    RETURN day;
END
$$;
REVOKE ALL ON FUNCTION platform.schedule_plan FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.schedule_plan TO courtyard_staff;

-- Takes back renewals that were drafted for what is not to come, so that others can be drafted:
-- those that no invoice was issued for.
CREATE FUNCTION platform.drop_renewals(changed bigint, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    stale record;
BEGIN
    FOR stale IN
        SELECT o.id, o.order_id FROM platform.plan_orders o
        WHERE o.tenant_number = changed AND o.kind = 'renewal' AND o.effective_at IS NULL
            AND NOT EXISTS (SELECT FROM platform.invoices i
                WHERE i.order_id = o.order_id AND i.state IN ('issued', 'paid'))
        FOR UPDATE
    LOOP
        PERFORM platform.drop_draft(i.id) FROM platform.invoices i
        WHERE i.order_id = stale.order_id AND i.state = 'draft';
        DELETE FROM platform.plan_orders WHERE id = stale.id;
        UPDATE platform.orders SET status = 'cancelled', cancelled_at = at
        WHERE id = stale.order_id AND status = 'pending';
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION platform.drop_renewals FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.drop_renewals TO courtyard_staff;

-- Ends one period of a subscription whose time has come, and begins the next. Answers what became
-- of it: `none`, `renewed`, `changed`, `refused` (usage does not fit the smaller plan that
-- `new_plan` names; `over` says where), or `ended` (the order of its renewal was cancelled).
CREATE FUNCTION platform.turn_subscription(
    turned bigint, at timestamptz, OUT outcome text, OUT old_plan text, OUT new_plan text,
    OUT over jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    today date := (at AT TIME ZONE 'UTC')::date;
    present platform.subscriptions;
    renewal platform.plan_orders;
    offer platform.plan_catalogue;
    months integer;
    ends date;
BEGIN
    outcome := 'none';
    over := '{}';
    SELECT * INTO present FROM platform.subscriptions
    WHERE tenant_number = turned AND period_end <= today FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    old_plan := present.plan;
    new_plan := present.plan;
    outcome := 'renewed';
    ends := present.period_end;
    IF present.next_on <= ends THEN
        over := platform.exceeded_limits(turned, present.next_plan, ends);
        IF over = '{}' THEN
            outcome := 'changed';
            new_plan := present.next_plan;
        ELSE
            outcome := 'refused';
            new_plan := present.next_plan;
        END IF;
    END IF;
    SELECT o.* INTO renewal FROM platform.plan_orders o
    WHERE o.tenant_number = turned AND o.kind = 'renewal' AND o.period_start = ends FOR UPDATE;
    IF outcome <> 'changed' AND renewal.order_id IS NOT NULL AND EXISTS (
        SELECT FROM platform.orders WHERE id = renewal.order_id AND status = 'cancelled')
    THEN
        outcome := 'ended';
        new_plan := 'FREE';
    END IF;
    SELECT c.* INTO STRICT offer FROM platform.plan_catalogue c
    WHERE c.plan = CASE outcome WHEN 'refused' THEN old_plan ELSE new_plan END;
    IF outcome IN ('changed', 'ended') THEN
        PERFORM platform.switch_plan(turned, new_plan, offer.version,
            CASE outcome WHEN 'changed' THEN present.next_interval END,
            CASE WHEN outcome = 'changed' AND present.next_interval = 'annual'
                THEN offer.annual_price ELSE offer.monthly_price END, ends, at);
        IF outcome = 'changed' AND present.next_interval IS NOT DISTINCT FROM present.interval THEN
            -- The anchor stays while the interval does.
            UPDATE platform.subscriptions s
            SET anchor = present.anchor, period_start = p.starts, period_end = p.ends
            FROM platform.period_at(present.anchor,
                CASE present.interval WHEN 'annual' THEN 12 ELSE 1 END, ends) p
            WHERE s.tenant_number = turned;
        END IF;
        RETURN;
    END IF;
    UPDATE platform.subscriptions s
    SET period_start = p.starts, period_end = p.ends,
        -- What the renewal was drafted with holds, unless the plan was changed meanwhile.
        version = CASE WHEN (renewal.plan, renewal.interval) = (s.plan, s.interval)
            THEN renewal.version ELSE offer.version END,
        price = CASE WHEN (renewal.plan, renewal.interval) = (s.plan, s.interval)
            THEN renewal.price WHEN s.interval = 'annual' THEN offer.annual_price
            ELSE offer.monthly_price END,
        next_plan = CASE outcome WHEN 'refused' THEN NULL ELSE s.next_plan END,
        next_interval = CASE outcome WHEN 'refused' THEN NULL ELSE s.next_interval END,
        next_on = CASE outcome WHEN 'refused' THEN NULL ELSE s.next_on END
    FROM platform.period_at(present.anchor,
        CASE present.interval WHEN 'annual' THEN 12 ELSE 1 END, ends) p
    WHERE s.tenant_number = turned;
    UPDATE platform.plan_orders SET effective_at = at
    WHERE id = renewal.id AND effective_at IS NULL;
    PERFORM platform.apply_entitlements(turned, at);
END
$$;
REVOKE ALL ON FUNCTION platform.turn_subscription FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.turn_subscription TO courtyard_staff;

-- Takes a workspace to FREE because an issued invoice of its plan is unpaid 14 days after it was
-- due (billing rules §5.1). Answers the plan it had and the invoice, or no row.
CREATE FUNCTION platform.fall_to_free(fallen bigint, at timestamptz)
RETURNS TABLE (plan text, invoice text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    today date := (at AT TIME ZONE 'UTC')::date;
    present platform.subscriptions;
    unpaid record;
    offer platform.plan_catalogue;
BEGIN
    SELECT * INTO present FROM platform.subscriptions s
    WHERE s.tenant_number = fallen AND s.plan <> 'FREE' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT o.id, i.number INTO unpaid
    FROM platform.plan_orders o JOIN platform.invoices i ON i.order_id = o.order_id
    WHERE o.tenant_number = fallen AND o.effective_at IS NOT NULL AND o.dropped_at IS NULL
        AND i.state = 'issued' AND i.due_date + 14 <= today
    ORDER BY i.due_date, o.id LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT c.* INTO STRICT offer FROM platform.plan_catalogue c WHERE c.plan = 'FREE';
    UPDATE platform.plan_orders o SET dropped_at = at
    FROM platform.invoices i
    WHERE o.tenant_number = fallen AND i.order_id = o.order_id AND i.state = 'issued'
        AND o.effective_at IS NOT NULL AND o.dropped_at IS NULL;
    PERFORM platform.drop_renewals(fallen, at);
    PERFORM platform.switch_plan(fallen, 'FREE', offer.version, NULL, 0, today, at);
    plan := present.plan;
    invoice := unpaid.number;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION platform.fall_to_free FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.fall_to_free TO courtyard_staff;

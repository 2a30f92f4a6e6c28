-- Contacts that sent or were sent a message in a calendar month (BL-12), each once. A contact that
-- is deleted stays counted, so nothing refers to it.
CREATE TABLE tenant.mac (
    month       date    NOT NULL CHECK (date_trunc('month', month) = month),
    contact_id  uuid    NOT NULL,
    PRIMARY KEY (month, contact_id)
);
GRANT SELECT, INSERT ON tenant.mac TO tenant_role;

-- How many there are, so that nobody counts them one by one. Whoever adds one holds this row.
CREATE TABLE tenant.mac_months (
    month       date    PRIMARY KEY CHECK (date_trunc('month', month) = month),
    used        bigint  NOT NULL DEFAULT 0 CHECK (used >= 0)
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE (used) ON tenant.mac_months TO tenant_role;

-- Makes contacts active in a month, in the order given, as far as the plan allows, or all of them
-- when they wrote in themselves (BL-13). `skipped` are those for which there was no place, `known`
-- those that are active by a transaction that has committed.
--
-- The month's row is locked before any contact is added: two that add the same contacts in another
-- order wait for each other in one place only.
CREATE FUNCTION tenant.activate_contacts(
    of_month date, contacts uuid[], is_inbound boolean,
    OUT known uuid[], OUT skipped uuid[], OUT added bigint, OUT used bigint, OUT allowed bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    fresh uuid[];
    room bigint;
BEGIN
    added := 0;
    skipped := '{}';
    SELECT coalesce(array_agg(m.contact_id) FILTER (
            WHERE m.xmin IS DISTINCT FROM pg_current_xact_id_if_assigned()::xid), '{}')
    INTO known
    FROM tenant.mac m WHERE m.month = of_month AND m.contact_id = ANY (contacts);
    IF NOT EXISTS (
        SELECT FROM unnest(contacts) AS c (id)
        WHERE NOT EXISTS (
            SELECT FROM tenant.mac m WHERE m.month = of_month AND m.contact_id = c.id))
    THEN
        RETURN;
    END IF;

    INSERT INTO tenant.mac_months (month) VALUES (of_month) ON CONFLICT DO NOTHING;
    SELECT m.used INTO STRICT used FROM tenant.mac_months m WHERE m.month = of_month FOR UPDATE;
    -- Seen anew behind the lock: others may have added some of them meanwhile.
    SELECT coalesce(array_agg(c.id ORDER BY c.place), '{}') INTO fresh
    FROM (
        SELECT u.id, min(u.place) AS place FROM unnest(contacts) WITH ORDINALITY AS u (id, place)
        GROUP BY u.id
    ) c
    WHERE NOT EXISTS (
        SELECT FROM tenant.mac m WHERE m.month = of_month AND m.contact_id = c.id);
    added := cardinality(fresh);
    allowed := 0;
    SELECT l.allowed INTO allowed FROM tenant.limits l WHERE l.key = 'monthly_active_contacts';
    IF NOT is_inbound AND allowed IS NOT NULL THEN
        room := greatest(allowed - used, 0);
        IF added > room THEN
            skipped := fresh[room + 1:];
            fresh := fresh[:room];
            added := room;
        END IF;
    END IF;
    INSERT INTO tenant.mac (month, contact_id) SELECT of_month, c.id FROM unnest(fresh) AS c (id);
    used := used + added;
    UPDATE tenant.mac_months m SET used = activate_contacts.used WHERE m.month = of_month;
END
$$;
REVOKE ALL ON FUNCTION tenant.activate_contacts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant.activate_contacts TO tenant_role;

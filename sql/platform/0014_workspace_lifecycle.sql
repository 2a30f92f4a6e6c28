-- When a closed workspace was erased: its row stays as the buyer of its invoices (WS-82).
ALTER TABLE platform.tenants ADD COLUMN erased_at timestamptz;

-- Closes an open workspace: its sessions and tokens end with this transaction, on every process.
-- False when it is closed already.
CREATE FUNCTION platform.close_tenant(closed bigint, now_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE cell.tenants SET state = 'closed', epoch = epoch + 1
    WHERE number = closed AND state <> 'closed';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE platform.tenants SET closed_at = now_at WHERE number = closed;
    DELETE FROM cell.admissions WHERE tenant_number = closed;
    DELETE FROM platform.sessions WHERE tenant_number = closed;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION platform.close_tenant FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.close_tenant TO courtyard_identity;

-- Erases a workspace that has been closed since `closed_before` or longer: schema, database role,
-- keys, jobs, and the logins of people who belong to no other. Its directory row stays, without the
-- slug, for the invoices that name it. False when there is nothing to erase, such as after it was
-- opened again.
CREATE FUNCTION cell.erase_closed_tenant(
    erased bigint, closed_before timestamptz, now_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '15s' AS $$
DECLARE
    people uuid[];
BEGIN
    -- Whoever would open it again waits here, and then finds nothing.
    PERFORM FROM cell.tenants WHERE number = erased AND state = 'closed' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM FROM platform.tenants WHERE number = erased AND closed_at <= closed_before;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    SELECT array_agg(person_id) INTO people FROM platform.memberships WHERE tenant_number = erased;
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', 't_' || erased);
    DELETE FROM cell.audit_queue WHERE log = erased;
    DELETE FROM cell.tenants WHERE number = erased;
    DELETE FROM platform.memberships WHERE tenant_number = erased;
    DELETE FROM platform.persons p
    WHERE p.id = ANY (people)
        AND NOT EXISTS (SELECT FROM platform.memberships m WHERE m.person_id = p.id)
        AND NOT EXISTS (
            SELECT FROM platform.mail_links l
            WHERE l.email_key = p.email_key AND l.purpose = 'sign_up');
    DELETE FROM platform.rate_counters WHERE key = 'w:' || erased;
    UPDATE platform.tenants SET erased_at = now_at, slug = 'erased-' || erased
    WHERE number = erased;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_database() || '_t_' || erased) THEN
        EXECUTE format('DROP ROLE %I', current_database() || '_t_' || erased);
    END IF;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION cell.erase_closed_tenant FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cell.erase_closed_tenant TO courtyard_worker;

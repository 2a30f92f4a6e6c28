-- One browser may know several people, who share its cookie.
ALTER TABLE platform.known_devices DROP CONSTRAINT known_devices_pkey;
ALTER TABLE platform.known_devices ADD PRIMARY KEY (secret_hash, person_id);
CREATE INDEX known_devices_person_idx ON platform.known_devices (person_id);

-- A password under trial counts as a failure until it has proved right, so that guesses which
-- arrive together are counted exactly, on whatever process (ID-09).
ALTER TABLE platform.login_failures DROP COLUMN id;
ALTER TABLE platform.login_failures ADD COLUMN id uuid PRIMARY KEY;
ALTER TABLE platform.login_failures ADD COLUMN is_settled boolean NOT NULL DEFAULT true;

CREATE INDEX login_failures_failed_at_idx ON platform.login_failures (failed_at);
CREATE INDEX login_steps_expires_at_idx ON platform.login_steps (expires_at);
CREATE INDEX login_steps_person_idx ON platform.login_steps (person_id);
CREATE INDEX mail_links_created_at_idx ON platform.mail_links (created_at);

-- Seats the person who signed up as the first Owner, in the transaction that creates the workspace
-- (WS-80). A workspace that has a member already cannot be entered this way.
CREATE FUNCTION platform.seat_first_owner(
    tenant bigint, new_member uuid, person uuid, person_name text, now_at timestamptz)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    seated bigint;
BEGIN
    EXECUTE format(
        'INSERT INTO %1$I.members (id, person_id, name, role_id, status, created_at) '
        'SELECT $1, $2, $3, r.id, ''active'', $4 FROM %1$I.roles r '
        'WHERE r.builtin = ''owner'' AND NOT EXISTS (SELECT FROM %1$I.members)', 't_' || tenant)
    USING new_member, person, person_name, now_at;
    GET DIAGNOSTICS seated = ROW_COUNT;
    IF seated <> 1 THEN
        RAISE EXCEPTION 'the workspace has members'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    INSERT INTO platform.memberships (person_id, tenant_number, member_id, status)
    VALUES (person, tenant, new_member, 'active');
END
$$;
REVOKE ALL ON FUNCTION platform.seat_first_owner FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.seat_first_owner TO courtyard_identity;

-- Writes an audit entry of one workspace in the transaction of a change to persons or sessions,
-- which that workspace's own role cannot make.
CREATE FUNCTION platform.record_audit(
    tenant bigint, entry uuid, at timestamptz, member uuid, member_name text, action text,
    target_kind text, target uuid, details jsonb, request text, address text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %I.audit_events (id, created_at, actor_kind, actor_id, actor_name, action, '
        'target_kind, target_id, details, request_id, address) '
        'VALUES ($1, $2, ''member'', $3, $4, $5, $6, $7, $8, $9, $10)', 't_' || tenant)
    USING entry, at, member, member_name, action, target_kind, target, details, request, address;
END
$$;
REVOKE ALL ON FUNCTION platform.record_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.record_audit TO courtyard_identity;

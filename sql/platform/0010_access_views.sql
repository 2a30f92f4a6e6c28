-- The sessions that people have in the tenant whose role is in force: they end when a member is
-- deactivated or removed (AC-08). Neither device nor address is shown.
CREATE VIEW platform.own_sessions AS
    SELECT id, person_id, tenant_number
    FROM platform.sessions
    WHERE tenant_number = cell.current_tenant();
GRANT SELECT, DELETE ON platform.own_sessions TO courtyard_tenants;

-- People whom this tenant invited first and who have never logged in anywhere: the name of such a
-- person is still the inviter's to correct (AC-06).
CREATE VIEW platform.own_newcomers AS
    SELECT p.id, p.name
    FROM platform.persons p
    WHERE p.must_change_password
        AND EXISTS (
            SELECT FROM platform.memberships m
            WHERE m.person_id = p.id AND m.tenant_number = cell.current_tenant())
        AND NOT EXISTS (
            SELECT FROM platform.memberships m
            WHERE m.person_id = p.id
                AND (m.tenant_number <> cell.current_tenant() OR m.last_login_at IS NOT NULL));
GRANT SELECT (id), UPDATE (name) ON platform.own_newcomers TO courtyard_tenants;

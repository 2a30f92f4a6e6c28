-- What the plan and individual limits allow this workspace, and for `media_storage` the bytes in
-- use. NULL is unlimited. A row is locked while something limited is created (billing rules §6.1);
-- `allowed` follows cell.tenants.limits, which platform.write_limits sees to.
CREATE TABLE tenant.limits (
    key         text        PRIMARY KEY,
    allowed     bigint      CHECK (allowed >= 0),
    used        bigint      NOT NULL DEFAULT 0 CHECK (used >= 0)
) WITH (fillfactor = 50);
GRANT SELECT, UPDATE (used) ON tenant.limits TO tenant_role;
SELECT cell.write_limits(
    substr(split_part('tenant.limits', '.', 1), 3)::bigint, t.limits)
FROM cell.tenants t
WHERE t.number = substr(split_part('tenant.limits', '.', 1), 3)::bigint;

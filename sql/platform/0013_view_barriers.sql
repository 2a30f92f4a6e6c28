-- The views through which tenants see shared tables filter first and evaluate the caller's
-- conditions afterwards: without the barrier, an expression that fails on a row, or takes long over
-- it, could be evaluated on another tenant's rows and so tell what is in them.
ALTER VIEW cell.own_tenant SET (security_barrier = true);
ALTER VIEW cell.own_admissions SET (security_barrier = true);
ALTER VIEW cell.own_jobs SET (security_barrier = true);
ALTER VIEW platform.own_tenant SET (security_barrier = true);
ALTER VIEW platform.own_people SET (security_barrier = true);
ALTER VIEW platform.own_memberships SET (security_barrier = true);
ALTER VIEW platform.own_sessions SET (security_barrier = true);
ALTER VIEW platform.own_newcomers SET (security_barrier = true);
ALTER VIEW cell.own_data_keys SET (security_barrier = true);

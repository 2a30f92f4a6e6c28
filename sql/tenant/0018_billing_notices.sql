-- Notices of billing that went out, so that each event is told once (BL-14, BL-26, BL-37, BL-55).
CREATE TABLE tenant.billing_notices (
    key         text        PRIMARY KEY,
    sent_at     timestamptz NOT NULL
);
GRANT SELECT, INSERT ON tenant.billing_notices TO tenant_role;

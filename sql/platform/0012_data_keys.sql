-- A value that only the server can read: AES-256-GCM under a data key (docs/decisions/0016). Every
-- column of this type is found by import, which seals its values anew.
CREATE DOMAIN cell.sealed AS bytea
    CHECK (octet_length(VALUE) >= 33 AND get_byte(VALUE, 0) = 1);

-- The data keys of each tenant, wrapped under a key of the operator's ring. They go with the
-- tenant: once its rows are deleted, no copy of its secrets can be read any more.
CREATE TABLE cell.data_keys (
    tenant_number   bigint      NOT NULL REFERENCES cell.tenants ON DELETE CASCADE,
    -- Counted from 1; the highest seals new values, the others open what they have sealed.
    number          bigint      NOT NULL CHECK (number BETWEEN 1 AND 4294967295),
    -- The key of the ring that wraps it.
    ring_key        bigint      NOT NULL,
    wrapped         bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_number, number)
);
CREATE INDEX data_keys_ring_key_idx ON cell.data_keys (ring_key);

-- The same for secrets of persons, who belong to no tenant.
CREATE TABLE platform.data_keys (
    number          bigint      PRIMARY KEY CHECK (number BETWEEN 1 AND 4294967295),
    ring_key        bigint      NOT NULL,
    wrapped         bytea       NOT NULL,
    created_at      timestamptz NOT NULL
);

CREATE VIEW cell.own_data_keys AS
    SELECT number, wrapped
    FROM cell.data_keys
    WHERE tenant_number = cell.current_tenant();
GRANT SELECT ON cell.own_data_keys TO courtyard_tenants;
GRANT INSERT ON cell.data_keys TO courtyard_identity;
GRANT SELECT, INSERT ON platform.data_keys TO courtyard_identity;

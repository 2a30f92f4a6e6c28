-- The audit log is read newest first, a page at a time (WS-85).
CREATE INDEX audit_events_created_at_idx ON tenant.audit_events (created_at, id);

-- Every entry is put into the sealer's queue by a rule instead of a trigger: PostgreSQL compiles a
-- trigger's function anew for every table in every connection, which cost a write of a workspace
-- that the connection had not met before more than the entry itself. A rule is planned with the
-- INSERT, runs with the table owner's rights and cannot be forgotten either. COPY, which only an
-- import uses, passes it by.
DROP TRIGGER audit_events_queue ON tenant.audit_events;
CREATE RULE audit_events_queue AS ON INSERT TO tenant.audit_events
    DO ALSO INSERT INTO cell.audit_queue (log, event_id)
    VALUES (substr(split_part('tenant.audit_events', '.', 1), 3)::bigint, NEW.id);

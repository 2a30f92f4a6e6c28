-- Which reminders of an invoice were queued, so that each goes out once (BL-55).
CREATE TABLE platform.invoice_reminders (
    invoice_id      uuid        NOT NULL REFERENCES platform.invoices ON DELETE CASCADE,
    occasion        text        NOT NULL CHECK (occasion IN ('due_soon', 'overdue')),
    queued_at       timestamptz NOT NULL,
    PRIMARY KEY (invoice_id, occasion)
);
GRANT SELECT, INSERT ON platform.invoice_reminders TO courtyard_staff;

-- A repeated request gets the first answer with the fields that belong to it, such as ETag and
-- Location, as an object of name and value; an answer without content has none to keep (OV-46).
ALTER TABLE tenant.idempotency_keys
    ADD COLUMN fields jsonb NOT NULL DEFAULT '{}',
    ALTER COLUMN content DROP NOT NULL;

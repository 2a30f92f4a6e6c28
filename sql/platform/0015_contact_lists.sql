-- Lists that a row keeps of what refers to it: how one grows and shrinks. They change the list that
-- stands in the row instead of computing it anew, so that two transactions that change one row's
-- list after each other lose nothing.

CREATE FUNCTION cell.ids_with(list uuid[], added uuid[]) RETURNS uuid[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT DISTINCT id FROM unnest(list || added) AS entries (id) ORDER BY id);

CREATE FUNCTION cell.ids_without(list uuid[], removed uuid[]) RETURNS uuid[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(SELECT id FROM unnest(list) AS entries (id) WHERE id <> ALL (removed) ORDER BY id);

-- Identities are objects with channel_kind and provider_user_id, in that order.
CREATE FUNCTION cell.identities_with(list jsonb, added jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(jsonb_agg(entry ORDER BY entry->>'channel_kind',
        entry->>'provider_user_id'), '[]')
    FROM (SELECT DISTINCT entry FROM jsonb_array_elements(list || added) AS entries (entry)) e);

CREATE FUNCTION cell.identities_without(list jsonb, removed jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(jsonb_agg(entry ORDER BY entry->>'channel_kind',
        entry->>'provider_user_id'), '[]')
    FROM jsonb_array_elements(list) AS entries (entry) WHERE NOT removed @> entry);

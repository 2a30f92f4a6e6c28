-- The form in which text is searched and sorted: lower case, without accents (OV-39).
-- unaccent is only STABLE because its dictionary could be altered; this installation never does.
CREATE FUNCTION cell.fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(extensions.unaccent('extensions.unaccent'::regdictionary, normalize(value, NFKC)));

-- Escapes what LIKE would read as a pattern, so that user text matches literally.
CREATE FUNCTION cell.like_pattern(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '%' || replace(replace(replace(cell.fold(value), '\', '\\'), '%', '\%'), '_', '\_') || '%';

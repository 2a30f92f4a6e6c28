-- `GET /ready` compares the version of the shared schema with what the server was built for
-- (OV-60).
GRANT SELECT ON platform.migrations TO courtyard_identity;

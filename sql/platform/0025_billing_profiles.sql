-- Whom a workspace's invoices name as the buyer (BL-57). What is missing is NULL; it is needed when
-- an invoice is issued, not before.
CREATE TABLE platform.billing_profiles (
    tenant_number   bigint      PRIMARY KEY REFERENCES platform.tenants ON DELETE CASCADE,
    legal_name      text        CHECK (char_length(legal_name) BETWEEN 1 AND 200),
    -- Street and what else stands above the city, line by line.
    address_lines   text[]      NOT NULL DEFAULT '{}' CHECK (cardinality(address_lines) <= 4),
    city            text        CHECK (char_length(city) BETWEEN 1 AND 100),
    postcode        text        CHECK (char_length(postcode) BETWEEN 1 AND 20),
    region          text        CHECK (char_length(region) BETWEEN 1 AND 100),
    -- ISO 3166-1, two letters.
    country         text        CHECK (country ~ '^[A-Z]{2}$'),
    tax_number      text        CHECK (char_length(tax_number) BETWEEN 1 AND 50),
    -- In the register of companies.
    registration_number text    CHECK (char_length(registration_number) BETWEEN 1 AND 50),
    email           text        CHECK (char_length(email) BETWEEN 3 AND 254),
    -- Where e-invoices go: a scheme of the EAS list and an address in it.
    endpoint_scheme text        CHECK (endpoint_scheme ~ '^[0-9A-Z]{2,4}$'),
    endpoint_id     text        CHECK (char_length(endpoint_id) BETWEEN 1 AND 100),
    -- Of documents and their mails.
    language        text        NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es', 'ar', 'id')),
    version         bigint      NOT NULL DEFAULT 1,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT billing_profiles_endpoint_check
        CHECK ((endpoint_scheme IS NULL) = (endpoint_id IS NULL))
);

CREATE VIEW platform.own_billing_profile WITH (security_barrier = true) AS
    SELECT tenant_number, legal_name, address_lines, city, postcode, region, country, tax_number,
        registration_number, email, endpoint_scheme, endpoint_id, language, version, updated_at
    FROM platform.billing_profiles
    WHERE tenant_number = cell.current_tenant()
    WITH CHECK OPTION;
GRANT SELECT, INSERT, UPDATE ON platform.own_billing_profile TO courtyard_tenants;

-- When a workspace is erased its profile goes; issued documents keep the copy they were made with.
CREATE FUNCTION platform.forget_billing_profile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM platform.billing_profiles WHERE tenant_number = NEW.number;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION platform.forget_billing_profile FROM PUBLIC;
CREATE TRIGGER tenants_forget_billing_profile AFTER UPDATE OF erased_at ON platform.tenants
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL)
    EXECUTE FUNCTION platform.forget_billing_profile();

-- Who sells: what every issued document says of the platform's operator.
CREATE TABLE platform.seller (
    only_row        boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Of the shape that Billing/Profiles/Seller.swift reads.
    data            jsonb       NOT NULL,
    version         bigint      NOT NULL DEFAULT 1,
    updated_at      timestamptz NOT NULL
);

-- What buyers of a country are taxed from a day on (billing rules §4.5). No row: 0 % and no note.
CREATE TABLE platform.tax_rates (
    id              uuid        PRIMARY KEY,
    country         text        NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    from_date       date        NOT NULL,
    -- Parts per million: 22 % is 220,000.
    rate            bigint      NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    -- EN 16931 (UNTDID 5305): why a line is taxed so.
    category        text        NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
    -- The tax's name, such as IVA, and what the law wants printed, such as `Reverse charge`.
    label           text        CHECK (char_length(label) BETWEEN 1 AND 50),
    note            text        CHECK (char_length(note) BETWEEN 1 AND 300),
    created_at      timestamptz NOT NULL,
    CONSTRAINT tax_rates_country_from_date_key UNIQUE (country, from_date),
    CONSTRAINT tax_rates_category_check1 CHECK ((category = 'S') = (rate > 0)),
    CONSTRAINT tax_rates_note_check1
        CHECK (category IN ('S', 'Z') OR note IS NOT NULL)
);

GRANT SELECT ON platform.billing_profiles TO courtyard_staff;
GRANT SELECT, INSERT, UPDATE ON platform.seller TO courtyard_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.tax_rates TO courtyard_staff;

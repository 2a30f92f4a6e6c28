-- What the workspace's administrators decide (part 1 of the specification).
ALTER TABLE tenant.settings
    ADD COLUMN data_retention text NOT NULL DEFAULT 'never'
        CHECK (data_retention IN ('5_days', '1_month', '3_months', '6_months', '12_months',
            '24_months', 'never')),
    ADD COLUMN auto_archive_days integer DEFAULT 30 CHECK (auto_archive_days BETWEEN 1 AND 365),
    ADD COLUMN channel_alerts_enabled boolean NOT NULL DEFAULT true,
    -- Every login into the workspace needs a one-time code (WS-60, ID-67).
    ADD COLUMN require_two_factor boolean NOT NULL DEFAULT false,
    -- Members may change their login address themselves (WS-64, ID-44).
    ADD COLUMN allow_email_change boolean NOT NULL DEFAULT true;

-- Links that confirm a new address, and those that keep or bring back the old one (ID-41, ID-42).
ALTER TABLE platform.mail_links DROP CONSTRAINT mail_links_purpose_check;
ALTER TABLE platform.mail_links ADD CONSTRAINT mail_links_purpose_check CHECK (purpose IN
    ('sign_up', 'reset_password', 'change_email', 'cancel_email_change'));
CREATE INDEX mail_links_person_id_idx ON platform.mail_links (person_id)
    WHERE person_id IS NOT NULL;

-- The team that is given every conversation that no other team's channels bring (AC-51).
ALTER TABLE tenant.teams ADD COLUMN takes_unassigned boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX teams_takes_unassigned_key ON tenant.teams (takes_unassigned)
    WHERE takes_unassigned;

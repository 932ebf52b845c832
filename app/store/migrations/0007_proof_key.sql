-- The key that tokens are bound to (RFC 9449), empty where there is none; bound is 1 where the access token opens nothing without it.
ALTER TABLE credentials ADD COLUMN proof_key TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN bound INTEGER NOT NULL DEFAULT 0;
ALTER TABLE former_grants ADD COLUMN proof_key TEXT NOT NULL DEFAULT '';
ALTER TABLE former_grants ADD COLUMN bound INTEGER NOT NULL DEFAULT 0;

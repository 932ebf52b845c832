-- The secret of a confidential client, which the person brought; empty for a public client.
ALTER TABLE credentials ADD COLUMN client_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE former_grants ADD COLUMN client_secret TEXT NOT NULL DEFAULT '';
-- How the client of a former grant shows who it is; empty: it is public.
ALTER TABLE former_grants ADD COLUMN shows TEXT NOT NULL DEFAULT '';

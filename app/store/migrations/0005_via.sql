-- The person's own proxy that a connection went by; empty for none. Rows of before hash as they did.
ALTER TABLE egress ADD COLUMN via TEXT NOT NULL DEFAULT '';

-- The account does not count in net worth: the person wants it so.
ALTER TABLE accounts ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;

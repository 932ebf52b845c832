-- Pending rows of the account are not kept: the person wants booked ones alone.
ALTER TABLE accounts ADD COLUMN booked_only INTEGER NOT NULL DEFAULT 0;

-- The days that a statement file told in full, inclusive; NULL: none.
ALTER TABLE imports ADD COLUMN from_day INTEGER;
ALTER TABLE imports ADD COLUMN to_day INTEGER;

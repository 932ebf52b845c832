-- An import says whether it made its account. Of the writes that a mark counted, so many are scored.
ALTER TABLE imports ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE marks ADD COLUMN scored INTEGER NOT NULL DEFAULT 0;

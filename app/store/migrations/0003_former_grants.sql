-- Grants that a newer one of their link took the place of, until the bank has ended them.
CREATE TABLE former_grants (
	seq     INTEGER PRIMARY KEY,
	link    TEXT NOT NULL,
	consent TEXT NOT NULL, -- the bank's id of the grant
	client  TEXT NOT NULL,
	access  TEXT NOT NULL,
	refresh TEXT NOT NULL,
	expires INTEGER
) STRICT;
CREATE INDEX former_grants_link ON former_grants (link);

-- Days of which a bank told nothing or not all; the days of an account's gaps never overlap.
CREATE TABLE gaps (
	account  INTEGER NOT NULL,
	from_day INTEGER NOT NULL,
	to_day   INTEGER NOT NULL, -- inclusive
	why      INTEGER NOT NULL,
	at       INTEGER,
	PRIMARY KEY (account, from_day)
) STRICT, WITHOUT ROWID;

-- How the balance that the bank states stands to the rows; doc is JSON.
CREATE TABLE tallies (
	account INTEGER PRIMARY KEY,
	doc     TEXT NOT NULL
) STRICT;

-- What the person disputes, each of rows of one account. The rows stand in doc as they were: a dispute stays when an
-- import is undone or a row merged, and goes with its account.
CREATE TABLE disputes (
	id      TEXT PRIMARY KEY,
	account INTEGER NOT NULL,
	opened  INTEGER,
	doc     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX disputes_account ON disputes (account);

-- The number of an account's bank, as the person typed it.
CREATE TABLE phones (
	account INTEGER PRIMARY KEY,
	number  TEXT NOT NULL,
	at      INTEGER
) STRICT;

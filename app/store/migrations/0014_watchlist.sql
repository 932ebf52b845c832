-- What the person told ahead. doc is JSON; account is of entries about one alone, and goes with it.
CREATE TABLE watchlist (
	id      TEXT PRIMARY KEY,
	kind    INTEGER NOT NULL,
	account INTEGER, -- NULL: of none alone
	doc     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX watchlist_account ON watchlist (account) WHERE account IS NOT NULL;

-- The alerts that the desktop was told of.
CREATE TABLE told (
	alert TEXT PRIMARY KEY,
	at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
	key      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	link     TEXT NOT NULL,
	provider TEXT NOT NULL,
	identity TEXT NOT NULL,
	bank_id  TEXT NOT NULL,
	name     TEXT NOT NULL, -- as the bank calls it
	own_name TEXT,          -- as the person renamed it
	bank     TEXT NOT NULL,
	masked   TEXT NOT NULL,
	kind     INTEGER NOT NULL,
	currency TEXT NOT NULL,
	closed   INTEGER NOT NULL,
	UNIQUE (provider, identity)
) STRICT;

CREATE TABLE balances (
	account            INTEGER PRIMARY KEY,
	booked             INTEGER NOT NULL,
	booked_currency    TEXT NOT NULL,
	available          INTEGER NOT NULL,
	available_currency TEXT NOT NULL,
	credit             INTEGER NOT NULL,
	credit_currency    TEXT NOT NULL,
	as_of              INTEGER,
	read_at            INTEGER
) STRICT;

CREATE TABLE readings (
	account  INTEGER PRIMARY KEY,
	from_day INTEGER NOT NULL,
	to_day   INTEGER NOT NULL,
	cursor   TEXT NOT NULL,
	done     INTEGER NOT NULL,
	at       INTEGER
) STRICT;

-- key is the day counted from 1900-01-01, shifted by 20 bits, plus a number within the day: the
-- table and its full text index are walked by date without a sort.
CREATE TABLE transactions (
	key              INTEGER PRIMARY KEY,
	id               BLOB NOT NULL,
	account          INTEGER NOT NULL,
	status           INTEGER NOT NULL,
	minor            INTEGER NOT NULL,
	currency         TEXT NOT NULL,
	payee            TEXT NOT NULL,
	category         TEXT NOT NULL, -- the person's if there is one, else the bank's
	text             TEXT NOT NULL,
	memo             TEXT NOT NULL,
	note             TEXT NOT NULL,
	source           TEXT,
	names            TEXT,
	at               INTEGER,
	foreign_minor    INTEGER,
	foreign_currency TEXT,
	bank_category    TEXT,          -- set when category is the person's
	mcc              TEXT,
	card             TEXT,
	line             INTEGER,
	aliases          TEXT,          -- JSON; NULL when it is source alone
	history          TEXT,          -- JSON; NULL when it is "new" at seen alone
	seen             INTEGER,
	missing          INTEGER NOT NULL,
	import           INTEGER,       -- that added it
	rev              INTEGER NOT NULL -- times a bank or a file wrote it
) STRICT;
CREATE UNIQUE INDEX transactions_id ON transactions (id);
CREATE INDEX transactions_account ON transactions (account, status, key);
CREATE INDEX transactions_pending ON transactions (account, currency, minor) WHERE status = 1;
CREATE INDEX transactions_import ON transactions (import) WHERE import IS NOT NULL;

CREATE TABLE raw (
	key    INTEGER PRIMARY KEY,
	fields TEXT NOT NULL -- JSON: name, value, name, value …
) STRICT;

-- hash is of account and alias; the row itself says whether it is that alias.
CREATE TABLE aliases (
	hash INTEGER NOT NULL,
	row  INTEGER NOT NULL,
	PRIMARY KEY (hash, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE reviews (
	row   BLOB NOT NULL, -- id of the newer row
	other BLOB NOT NULL, -- id of the row that it may be
	why   TEXT NOT NULL, -- JSON
	PRIMARY KEY (row, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
	key     INTEGER PRIMARY KEY,
	account INTEGER NOT NULL,
	doc     TEXT NOT NULL
) STRICT;
CREATE INDEX tombstones_account ON tombstones (account);

CREATE TABLE imports (
	id             INTEGER PRIMARY KEY AUTOINCREMENT,
	account        INTEGER NOT NULL,
	name           TEXT NOT NULL,
	format         TEXT NOT NULL,
	at             INTEGER,
	added          INTEGER NOT NULL,
	same           INTEGER NOT NULL,
	balance_before TEXT,
	balance_after  TEXT,
	reading_before TEXT,
	reading_after  TEXT
) STRICT;

-- What an import changed, as it was before.
CREATE TABLE replaced (
	import           INTEGER NOT NULL,
	id               BLOB NOT NULL,
	rev_after        INTEGER NOT NULL,
	gone             INTEGER NOT NULL, -- the import that had added it was undone since
	key              INTEGER NOT NULL,
	status           INTEGER NOT NULL,
	minor            INTEGER NOT NULL,
	currency         TEXT NOT NULL,
	payee            TEXT NOT NULL,
	category         TEXT NOT NULL,
	text             TEXT NOT NULL,
	memo             TEXT NOT NULL,
	source           TEXT,
	names            TEXT,
	at               INTEGER,
	foreign_minor    INTEGER,
	foreign_currency TEXT,
	mcc              TEXT,
	card             TEXT,
	line             INTEGER,
	aliases          TEXT,
	history          TEXT,
	missing          INTEGER NOT NULL,
	rev              INTEGER NOT NULL,
	raw              TEXT,
	PRIMARY KEY (import, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX replaced_id ON replaced (id);

CREATE TABLE days (
	day       INTEGER NOT NULL,
	account   INTEGER NOT NULL,
	currency  TEXT NOT NULL,
	money_in  INTEGER NOT NULL,
	money_out INTEGER NOT NULL,
	count     INTEGER NOT NULL,
	PRIMARY KEY (day, account, currency)
) STRICT, WITHOUT ROWID;
CREATE INDEX days_account ON days (account, day, count);

CREATE TABLE months (
	month     INTEGER NOT NULL,
	account   INTEGER NOT NULL,
	category  TEXT NOT NULL,
	currency  TEXT NOT NULL,
	money_in  INTEGER NOT NULL,
	money_out INTEGER NOT NULL,
	count     INTEGER NOT NULL,
	PRIMARY KEY (month, account, category, currency)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (
	payee, text, memo, note,
	content = 'transactions', content_rowid = 'key', columnsize = 0, detail = none, prefix = '1 2',
	tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);

CREATE TABLE alerts (
	id        TEXT PRIMARY KEY,
	detector  TEXT NOT NULL,
	level     INTEGER NOT NULL,
	account   INTEGER NOT NULL,
	day       INTEGER NOT NULL,
	doc       TEXT NOT NULL,
	answer    INTEGER NOT NULL,
	answered  INTEGER,
	until     INTEGER,
	withdrawn INTEGER NOT NULL,
	merchant  TEXT NOT NULL, -- of the newest row, at the time of the answer
	minor     INTEGER NOT NULL,
	currency  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_account ON alerts (account, day);

CREATE TABLE alert_rows (
	row   BLOB NOT NULL,
	alert TEXT NOT NULL,
	PRIMARY KEY (row, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_rows_alert ON alert_rows (alert);

CREATE TABLE marks (
	account INTEGER PRIMARY KEY,
	day     INTEGER NOT NULL,
	writes  INTEGER NOT NULL -- that set it so far
) STRICT;

CREATE TABLE links (
	id  TEXT PRIMARY KEY,
	doc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
	link    TEXT PRIMARY KEY,
	access  TEXT NOT NULL,
	refresh TEXT NOT NULL,
	expires INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts (
	seq  INTEGER PRIMARY KEY,
	hash TEXT NOT NULL,
	doc  TEXT NOT NULL
) STRICT;

CREATE TABLE egress (
	seq      INTEGER PRIMARY KEY,
	link     TEXT NOT NULL,
	purpose  TEXT NOT NULL,
	args     TEXT, -- JSON
	method   TEXT NOT NULL,
	origin   TEXT NOT NULL,
	path     TEXT NOT NULL,
	started  INTEGER,
	previous TEXT NOT NULL,
	hash     TEXT NOT NULL,
	ended    INTEGER,
	status   INTEGER NOT NULL DEFAULT 0,
	sent     INTEGER NOT NULL DEFAULT 0,
	received INTEGER NOT NULL DEFAULT 0,
	tls      TEXT NOT NULL DEFAULT '',
	problem  INTEGER NOT NULL DEFAULT 0,
	sealed   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX egress_link ON egress (link, seq);

CREATE TABLE settings (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

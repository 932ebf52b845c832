-- What the person said of two rows that may be one movement.
ALTER TABLE reviews ADD COLUMN verdict INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reviews ADD COLUMN at INTEGER;
CREATE INDEX reviews_open ON reviews (row) WHERE verdict = 0;
CREATE INDEX reviews_other ON reviews (other);

-- A row that the person took out, merged into another or deleted, and what hung on it. Its tombstone tells reads.
CREATE TABLE taken (
	id         BLOB PRIMARY KEY,
	account    INTEGER NOT NULL,
	into_row   BLOB,             -- NULL: deleted
	tombstone  INTEGER NOT NULL,
	rev_after  INTEGER NOT NULL, -- of into_row, right after
	at         INTEGER,
	alerts     TEXT NOT NULL,    -- JSON, as the rows of the tables of these names
	alert_rows TEXT NOT NULL,
	reviews    TEXT NOT NULL,
	transfers  TEXT NOT NULL,
	moved      TEXT NOT NULL     -- JSON: the reviews and transfers that into_row took over
) STRICT, WITHOUT ROWID;
CREATE INDEX taken_account ON taken (account);
CREATE INDEX taken_into ON taken (into_row) WHERE into_row IS NOT NULL;

-- Rows as they were before: the one that was taken, and the one that it was merged into.
CREATE TABLE taken_rows (
	taken            BLOB NOT NULL,
	key              INTEGER NOT NULL,
	id               BLOB NOT NULL,
	account          INTEGER NOT NULL,
	status           INTEGER NOT NULL,
	minor            INTEGER NOT NULL,
	currency         TEXT NOT NULL,
	payee            TEXT NOT NULL,
	category         TEXT NOT NULL,
	text             TEXT NOT NULL,
	memo             TEXT NOT NULL,
	note             TEXT NOT NULL,
	source           TEXT,
	names            TEXT,
	at               INTEGER,
	foreign_minor    INTEGER,
	foreign_currency TEXT,
	bank_category    TEXT,
	mcc              TEXT,
	card             TEXT,
	line             INTEGER,
	aliases          TEXT,
	history          TEXT,
	seen             INTEGER,
	missing          INTEGER NOT NULL,
	missed           INTEGER,
	import           INTEGER,
	rev              INTEGER NOT NULL,
	raw              TEXT,
	PRIMARY KEY (taken, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX taken_rows_account ON taken_rows (account);
CREATE INDEX taken_rows_id ON taken_rows (id);

-- Two rows of own accounts that are one movement of money. The days are those of the rows.
CREATE TABLE transfers (
	out_row BLOB NOT NULL, -- its amount is below zero
	in_row  BLOB NOT NULL,
	why     TEXT NOT NULL, -- JSON
	state   INTEGER NOT NULL,
	at      INTEGER,
	out_day INTEGER NOT NULL,
	in_day  INTEGER NOT NULL,
	PRIMARY KEY (out_row, in_row)
) STRICT, WITHOUT ROWID;
CREATE INDEX transfers_in ON transfers (in_row);
CREATE UNIQUE INDEX transfers_out_linked ON transfers (out_row) WHERE state = 1;
CREATE UNIQUE INDEX transfers_in_linked ON transfers (in_row) WHERE state = 1;
CREATE INDEX transfers_out_day ON transfers (out_day);
CREATE INDEX transfers_in_day ON transfers (in_day) WHERE state = 1;

-- From which day on transfers are looked for; NULL: nowhere.
ALTER TABLE marks ADD COLUMN pair_day INTEGER;
UPDATE marks SET pair_day = -25567;

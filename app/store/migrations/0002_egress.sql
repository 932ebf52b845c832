-- What the ledger of connections comes to, kept with every row: totals are never counted.
CREATE TABLE egress_totals (
	link     TEXT NOT NULL,
	origin   TEXT NOT NULL,
	bank     TEXT NOT NULL DEFAULT '', -- name of the link's bank, once the link itself is erased
	requests INTEGER NOT NULL,
	problems INTEGER NOT NULL,
	sent     INTEGER NOT NULL,
	received INTEGER NOT NULL,
	last     INTEGER,
	PRIMARY KEY (link, origin)
) STRICT, WITHOUT ROWID;

-- slot is the quarter of an hour, counted from 1970, in which a connection started.
CREATE TABLE egress_slots (
	slot     INTEGER PRIMARY KEY,
	requests INTEGER NOT NULL,
	problems INTEGER NOT NULL,
	sent     INTEGER NOT NULL,
	received INTEGER NOT NULL
) STRICT;

-- What stands for rows that were pruned.
CREATE TABLE egress_checkpoints (
	seq      INTEGER PRIMARY KEY, -- of the last row that it stands for
	hash     TEXT NOT NULL,
	sent     INTEGER NOT NULL,
	received INTEGER NOT NULL,
	made     INTEGER,
	previous TEXT NOT NULL,
	sealed   TEXT NOT NULL
) STRICT;

INSERT INTO egress_totals (link, origin, requests, problems, sent, received, last)
	SELECT link, origin, count(*), sum(sealed = '' OR problem <> 0 OR status >= 400), sum(sent), sum(received), max(started)
	FROM egress GROUP BY link, origin;
INSERT INTO egress_slots
	SELECT coalesce(started, 0) / 900000000000, count(*), sum(sealed = '' OR problem <> 0 OR status >= 400), sum(sent), sum(received)
	FROM egress GROUP BY 1;

CREATE INDEX egress_started ON egress (started);
CREATE INDEX egress_link_started ON egress (link, started);
CREATE INDEX egress_purpose ON egress (purpose, seq);
CREATE INDEX egress_problem ON egress (started) WHERE sealed = '' OR problem <> 0 OR status >= 400;

-- What the person was shown and agreed to, a row for each grant and each later choice; never changed. doc is JSON, hash is of it.
CREATE TABLE consent_records (
	seq  INTEGER PRIMARY KEY,
	link TEXT NOT NULL,
	hash TEXT NOT NULL,
	doc  TEXT NOT NULL
) STRICT;
CREATE INDEX consent_records_link ON consent_records (link, seq);

-- Hashes of aliases begin with the account now, and raw fields lie by account. A hash of before is known by its highest bit.
UPDATE OR REPLACE aliases SET hash = hash | (-9223372036854775807 - 1) WHERE hash >= 0;

-- Segments of the search index are merged when there are ten of a size, not four: a first read writes each word half as often.
INSERT INTO words (words, rank) VALUES ('automerge', 10);

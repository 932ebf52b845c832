-- Hashes of aliases begin with the account now, and raw fields lie by account. A hash of before is known by its highest bit.
UPDATE OR REPLACE aliases SET hash = hash | (-9223372036854775807 - 1) WHERE hash >= 0;

-- What a person may have to bring beside a token or a client's secret: a second secret, and the certificate of mutual TLS.
ALTER TABLE credentials ADD COLUMN app TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN certificate TEXT NOT NULL DEFAULT '';
ALTER TABLE former_grants ADD COLUMN app TEXT NOT NULL DEFAULT '';
ALTER TABLE former_grants ADD COLUMN certificate TEXT NOT NULL DEFAULT '';

-- Where a movement was made and how, for banks that tell it. country is ISO 3166-1 alpha-2; channel as ledger.Channel, NULL
-- where not told.
ALTER TABLE transactions ADD COLUMN country TEXT;
ALTER TABLE transactions ADD COLUMN channel INTEGER;
ALTER TABLE replaced ADD COLUMN country TEXT;
ALTER TABLE replaced ADD COLUMN channel INTEGER;
ALTER TABLE taken_rows ADD COLUMN country TEXT;
ALTER TABLE taken_rows ADD COLUMN channel INTEGER;

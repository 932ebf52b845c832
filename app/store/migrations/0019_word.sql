-- A hash of what the bank says of a row, where that is all that is known of it (ledger.Transaction.Plain); NULL elsewhere, and in rows of before.
ALTER TABLE transactions ADD COLUMN word INTEGER;
CREATE INDEX transactions_odd ON transactions (account, key) WHERE word IS NULL OR missing > 0;

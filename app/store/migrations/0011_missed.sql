-- The last day on which a complete read left the row out: three absences on one day are one.
ALTER TABLE transactions ADD COLUMN missed INTEGER;
ALTER TABLE replaced ADD COLUMN missed INTEGER;

-- What the judge of alerts knew at the start of a day, so that it need not read every row again. It is made of the rows, and made anew from
-- them wherever it is missing.
CREATE TABLE alert_states (
	day INTEGER PRIMARY KEY,
	doc BLOB NOT NULL
) STRICT;

-- One row. epoch counts what changed beside rows that a judgement hangs on; again is the first day to be judged anew for it, NULL for none.
-- looked is the last day whose end was judged.
CREATE TABLE alert_judge (
	id     INTEGER PRIMARY KEY CHECK (id = 1),
	epoch  INTEGER NOT NULL,
	again  INTEGER,
	looked INTEGER
) STRICT;
INSERT INTO alert_judge VALUES (1, 0, NULL, NULL);

-- Why an alert was withdrawn; JSON, empty where it stands.
ALTER TABLE alerts ADD COLUMN because TEXT NOT NULL DEFAULT '';

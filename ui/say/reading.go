package say

import "time"

// Reading says at which account, from 1, of how many a read is, and how many rows of it have come.
func (v *Voice) Reading(no, of, rows int) string {
	at := v.T("reading.account", "Account {{.No}} of {{.Of}}", "No", v.Count(no), "Of", v.Count(of))
	if rows == 0 {
		return at
	}
	return v.N("reading.rows", "{{.At}}, {{.N}} row", "{{.At}}, {{.N}} rows", rows, "At", at)
}

// ReadEvery says how often banks are read without the person; 0 is never.
func (v *Voice) ReadEvery(every time.Duration) string {
	switch {
	case every == 0:
		return v.T("every.never", "Never")
	case every == 24*time.Hour:
		return v.T("every.day", "Once a day")
	}
	return v.N("every.hours", "Every {{.N}} hour", "Every {{.N}} hours", int(every/time.Hour))
}

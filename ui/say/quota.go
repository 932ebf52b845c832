package say

import "time"

// CallsLeft says how many of the requests of a day a bank still takes, of 0 that it sets no limit; until
// is when there are more where none is left.
func (v *Voice) CallsLeft(left, of int, until time.Time) string {
	if of == 0 {
		return v.T("banks.calls-untold", "No daily limit stated")
	}
	words := v.T("banks.calls-value", "{{.Left}} of {{.Of}} today", "Left", left, "Of", of)
	if left > 0 || until.IsZero() {
		return words
	}
	return v.T("banks.calls-until", "{{.Left}}; more after {{.At}}", "Left", words, "At", v.instant(until.Format(time.RFC3339)))
}

// AloneLeft is CallsLeft of the reads of an account while the person is away; it is empty where the bank
// doesn't count them apart.
func (v *Voice) AloneLeft(left, of int) string {
	if of == 0 {
		return ""
	}
	return v.T("banks.alone-value", "{{.Left}} of {{.Of}} today while you are away", "Left", left, "Of", of)
}

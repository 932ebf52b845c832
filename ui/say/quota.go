package say

import "coffer/app/consent"

// CallsLeft says what a bank still lets Coffer ask. Alone is that while the person is away; it is empty
// where the bank doesn't count that apart.
func (v *Voice) CallsLeft(l consent.Limits, left consent.Left) (calls, alone string) {
	calls = v.T("banks.calls-untold", "No daily limit stated")
	if l.Reads > 0 {
		calls = v.T("banks.calls-value", "{{.Left}} of {{.Of}} today", "Left", left.Reads, "Of", l.Reads)
	}
	if l.Alone > 0 {
		alone = v.T("banks.alone-value", "{{.Left}} of {{.Of}} today while you are away", "Left", left.Alone, "Of", l.Alone)
	}
	if left.Reads == 0 && l.Reads > 0 {
		calls = v.T("banks.calls-until", "{{.Left}}; more after {{.At}}", "Left", calls, "At", v.Clock(left.Until))
	}
	return calls, alone
}

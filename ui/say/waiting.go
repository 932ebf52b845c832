package say

// Waiting says how many rows may be there twice, and how many pairs may be transfers.
func (v *Voice) Waiting(reviews, transfers int) string {
	twice := v.N("waiting.reviews", "{{.N}} row may be there twice", "{{.N}} rows may be there twice", reviews)
	pairs := v.N("waiting.transfers", "{{.N}} pair may be a transfer", "{{.N}} pairs may be transfers", transfers)
	switch {
	case transfers == 0:
		return twice
	case reviews == 0:
		return pairs
	}
	return v.T("waiting.both", "{{.Twice}}, {{.Pairs}}", "Twice", twice, "Pairs", pairs)
}

package say

// Reason says why a row was matched, skipped or flagged. It is empty for an id it doesn't know.
func (v *Voice) Reason(id string, values map[string]string) string { return "" }

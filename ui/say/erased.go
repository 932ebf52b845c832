package say

// Gone names one kind of what was erased, with how many and, where bytes is not 0, how much text. What is
// one of consent's Gone constants; another has no name yet and is shown as it is.
func (v *Voice) Gone(what string, count int, bytes int64) string {
	text := v.gone(what, count)
	if bytes > 0 {
		return v.T("gone.bytes", "{{.What}}, {{.Bytes}}", "What", text, "Bytes", v.Bytes(bytes))
	}
	return text
}

func (v *Voice) gone(what string, n int) string {
	switch what {
	case "accounts":
		return v.N("gone.accounts", "{{.N}} account", "{{.N}} accounts", n)
	case "balances":
		return v.N("gone.balances", "{{.N}} balance", "{{.N}} balances", n)
	case "transactions":
		return v.N("gone.transactions", "{{.N}} transaction", "{{.N}} transactions", n)
	case "raw":
		return v.N("gone.raw", "{{.N}} record as the bank sent it", "{{.N}} records as the bank sent them", n)
	case "aliases":
		return v.N("gone.aliases", "{{.N}} mark by which a row is known again", "{{.N}} marks by which rows are known again", n)
	case "pairs":
		return v.N("gone.pairs", "{{.N}} pair that may be one row", "{{.N}} pairs that may be one row", n)
	case "tombstones":
		return v.N("gone.tombstones", "{{.N}} note of a deleted row", "{{.N}} notes of deleted rows", n)
	case "imports":
		return v.N("gone.imports", "{{.N}} import of a file, with what it replaced", "{{.N}} imports of files, with what they replaced", n)
	case "words":
		return v.N("gone.words", "Search index: {{.N}} entry", "Search index: {{.N}} entries", n)
	case "roll-ups":
		return v.N("gone.rollups", "{{.N}} sum by day or month", "{{.N}} sums by day and month", n)
	case "alerts":
		return v.N("gone.alerts", "{{.N}} alert", "{{.N}} alerts", n)
	case "answers":
		return v.N("gone.answers", "{{.N}} answer to an alert", "{{.N}} answers to alerts", n)
	case "positions":
		return v.N("gone.positions", "{{.N}} mark of how far was read", "{{.N}} marks of how far was read", n)
	case "settings":
		return v.N("gone.settings", "{{.N}} setting", "{{.N}} settings", n)
	case "tokens":
		return v.N("gone.tokens", "{{.N}} set of tokens", "{{.N}} sets of tokens", n)
	case "disputes":
		return v.N("gone.disputes", "{{.N}} dispute", "{{.N}} disputes", n)
	}
	return what + " " + v.Count(n)
}

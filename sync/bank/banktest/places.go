package banktest

// Places are where a dialect's answers have what Hostile changes.
type Places struct{}

package fdx

import (
	"time"

	"coffer/app/ledger"
)

// instant reads a timestamp with its zone. FDX 6 has RFC 3339; "-0500" without a colon is seen.
func instant(text string) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05-07"} {
		if at, err := time.Parse(form, text); err == nil && ledger.DateOf(at).Plausible() {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// civil reads the day that a date or timestamp prints, whatever its zone.
func civil(text string) (ledger.Date, error) {
	return ledger.ParseDate(clip(text, len(time.DateOnly)))
}

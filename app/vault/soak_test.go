//go:build soak

package vault_test

import (
	"os"
	"testing"
	"time"
)

// until is when a long test ends: TIME from now, as Go writes durations, or a minute.
func until(t *testing.T) time.Time {
	t.Helper()
	length := time.Minute
	if text := os.Getenv("TIME"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	return time.Now().Add(length)
}

func TestSoakKills(t *testing.T) {
	end := until(t)
	t.Logf("%d kills, nothing confirmed was lost", killWhile(t, func(int) bool { return time.Now().Before(end) }))
}

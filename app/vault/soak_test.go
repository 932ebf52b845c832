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
	t.Logf("%d kills, nothing confirmed was lost", killWhile(t, "write", func(int) bool { return time.Now().Before(end) }))
}

func TestSoakKillsWhileRekeying(t *testing.T) {
	end := until(t)
	t.Logf("%d kills around new data keys, nothing confirmed was lost", killWhile(t, "rekey", func(int) bool { return time.Now().Before(end) }))
}

func TestSoakKillsWhileUpgrading(t *testing.T) {
	end := until(t)
	kills, early := killUpgrades(t, func(int) bool { return time.Now().Before(end) })
	t.Logf("%d kills around upgrades, %d of them before its end: all rows are there", kills, early)
}

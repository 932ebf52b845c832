//go:build soak

package life_test

import (
	"os"
	"testing"
	"time"
)

// TestSoakLives lives new lives for TIME, a minute if it is not set: by their rules in a memory, and every fiftieth in a
// sealed store. What it says of a seed, -seed shows again.
func TestSoakLives(t *testing.T) {
	length := time.Minute
	if text := os.Getenv("TIME"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	var f figures
	quick, real := &rig{T: t}, sealed(t)
	for s, end := int64(1000), time.Now().Add(length); time.Now().Before(end); s++ {
		r := quick
		if s%50 == 0 {
			r = real
		}
		f.join(live(r, s, 1, func(string, ...any) {}))
	}
	f.report(t)
}

func (f *figures) join(of figures) {
	f.lives, f.merges, f.twice, f.gaps = f.lives+of.lives, f.merges+of.merges, f.twice+of.twice, f.gaps+of.gaps
	for kind, counts := range of.counts {
		for v, n := range counts {
			f.counts[kind][v] += n
		}
	}
	f.bad = append(f.bad, of.bad...)
}

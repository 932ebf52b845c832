package demobank_test

import (
	"testing"

	"coffer/sync/demobank"
)

func BenchmarkALifeIsWritten(b *testing.B) {
	for b.Loop() {
		demobank.NewLife(aSeed, firstDay).Sums(demobank.Everyday, firstDay)
	}
}

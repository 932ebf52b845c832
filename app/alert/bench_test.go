package alert_test

import (
	"testing"

	"coffer/app/alert"
)

// BenchmarkJudgeMillion judges a million rows of one person, in slices of whole days.
func BenchmarkJudgeMillion(b *testing.B) {
	rows := person(1, 3650, 270)
	b.ReportMetric(float64(len(rows)), "rows")
	for b.Loop() {
		s := alert.NewState()
		s.Judge(rows, known())
	}
}

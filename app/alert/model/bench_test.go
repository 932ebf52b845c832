package model_test

import (
	"testing"
	"time"

	"coffer/app/alert/model"
)

// BenchmarkRow judges a row and lets it join the past: what each row of an import costs.
func BenchmarkRow(b *testing.B) {
	p, at := quietLife(400)
	rows := make([]model.Row, 512)
	for i := range rows {
		rows[i] = model.Row{
			Timed: true, Size: 1500 + int64(i*7919%9000), Exponent: 2, Currency: "EUR", Merchant: []string{"fresh corner", "bakery", "pump", "cinema"}[i%4],
			Category: []string{"groceries", "eating-out", "car", "leisure"}[i%4],
		}
	}
	b.ReportAllocs()
	for i := range b.N {
		r := rows[i%len(rows)]
		at = at.Add(7*time.Hour + time.Minute)
		r.At = at
		p.Judge(r)
		p.Add(r)
	}
}

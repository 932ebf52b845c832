//go:build !windows

package app_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

func cpuUsed() time.Duration {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// BenchmarkJudgeAtAMillion stores a million rows of ten years in a vault, judges them all, and then 50 new ones after each other day. It
// reports seconds of processor time: of all rows, of 50 more, of the first look after an unlock, and of reading an alert and the overview; and the bytes
// of the states that are kept.
func BenchmarkJudgeAtAMillion(b *testing.B) {
	const rows, days, chunk = 1_000_000, 3650, 10_000
	r, err := build(b.TempDir(), new(clock))
	if err == nil {
		err = r.makeVault()
	}
	mustB(b, err)
	mustB(b, r.unlock())
	ctx := b.Context()
	last := ledger.DateOf(r.coffer.Now()).AddDays(-3)
	account := ledger.AccountView{Account: ledger.Account{Provider: "p", Identity: "i", Name: "a", Bank: "b", Kind: ledger.Checking, Currency: "EUR"}}
	saved, err := r.store.SaveAccounts(ctx, "l", []ledger.AccountView{account})
	mustB(b, err)
	put := func(from, n int, day func(i int) ledger.Date) {
		var p ledger.Plan
		for i := from; i < from+n; i++ {
			k := i * 7919
			p.Insert = append(p.Insert, ledger.Insertion{Row: ledger.Row{
				SourceID: fmt.Sprint("s", i), Date: day(i), At: day(i).Time().Add(time.Duration(8+k%13) * time.Hour), Payee: fmt.Sprintf("Merchant %d", k%397),
				Text: fmt.Sprintf("CARD PAYMENT MERCHANT %d", k%397), Amount: money.New(-int64(300+k%9000), "EUR"), Category: ledger.Categories()[k%17],
			}})
		}
		_, err := r.store.Apply(ctx, ledger.Write{Account: saved[0].ID, Plan: p, At: r.coffer.Now()})
		mustB(b, err)
	}
	for i := 0; i < rows; i += chunk {
		put(i, chunk, func(i int) ledger.Date { return last.AddDays((i - rows) * days / rows) })
	}
	score := func() time.Duration {
		before := cpuUsed()
		mustB(b, r.coffer.SetSensitivity(ctx, alert.Usual))
		return cpuUsed() - before
	}
	for b.Loop() {
		b.ReportMetric(score().Seconds(), "cpu-s/million")
		var some time.Duration
		const times = 10
		for i := range times {
			put(rows+50*i, 50, func(i int) ledger.Date { return last.AddDays(i % 2) })
			some += score()
		}
		b.ReportMetric((some / times).Seconds(), "cpu-s/50-new")
		mustB(b, r.coffer.Lock())
		mustB(b, r.unlock())
		put(rows+50*times, 50, func(int) ledger.Date { return last.AddDays(1) })
		b.ReportMetric(score().Seconds(), "cpu-s/50-after-unlock")
		odd := ledger.Row{SourceID: "odd", Date: last.AddDays(1), At: last.AddDays(1).Time().Add(3 * time.Hour), Payee: "Nowhere", Amount: money.New(-9_000_000, "EUR"), Category: "odd"}
		_, err := r.store.Apply(ctx, ledger.Write{Account: saved[0].ID, Plan: ledger.Plan{Insert: []ledger.Insertion{{Row: odd}}}, At: r.coffer.Now()})
		mustB(b, err)
		score()
		found, err := r.coffer.Alerts(ctx)
		mustB(b, err)
		before := cpuUsed()
		if len(found) == 0 {
			b.Fatal("nothing is unusual")
		}
		_, err = r.coffer.Alert(ctx, found[0].ID)
		mustB(b, err)
		b.ReportMetric((cpuUsed() - before).Seconds(), "cpu-s/alert")
		before = cpuUsed()
		_, err = r.coffer.Overview(ctx)
		mustB(b, err)
		b.ReportMetric((cpuUsed() - before).Seconds(), "cpu-s/overview")
		due, err := r.store.Due(ctx)
		mustB(b, err)
		bytes := 0
		for _, day := range due.States {
			doc, err := r.store.JudgeState(ctx, day)
			mustB(b, err)
			bytes = max(bytes, len(doc))
		}
		b.ReportMetric(float64(bytes), "bytes/state")
		b.ReportMetric(float64(len(due.States)), "states")
	}
	mustB(b, r.coffer.Lock())
}

func mustB(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

package privacy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"coffer/app"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// now is the clock of every test here, by this computer's zone.
var now = time.Date(2026, time.November, 22, 10, 14, 0, 0, time.Local)

// fake is a ledger in memory, newest row first.
type fake struct {
	mu      sync.Mutex
	view    app.PrivacyView
	rows    []egress.Entry
	err     error         // of every read
	block   chan struct{} // nil: reads wait until it is closed
	asked   []app.LedgerFilter
	spans   [][2]int
	changed func()
	clock   time.Time

	verify func(ctx context.Context, told func(done, total int)) (app.ChainState, error)
	export func(ctx context.Context, w io.Writer, format string) error
}

func (f *fake) enter(ctx context.Context) error {
	f.mu.Lock()
	block, err := f.block, f.err
	f.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func (f *fake) Privacy(ctx context.Context) (app.PrivacyView, error) {
	return f.view, f.enter(ctx)
}

func (f *fake) found(filter app.LedgerFilter) []egress.Entry {
	if filter == (app.LedgerFilter{}) {
		return f.rows
	}
	var all []egress.Entry
	for _, e := range f.rows {
		if (filter.Link == "" || e.Link == string(filter.Link)) && !e.Started.Before(filter.From) &&
			(filter.To.IsZero() || e.Started.Before(filter.To)) && (!filter.Problems || e.Troubled()) {
			all = append(all, e)
		}
	}
	return all
}

func (f *fake) Entries(ctx context.Context, filter app.LedgerFilter, offset, limit int) ([]egress.Entry, error) {
	if err := f.enter(ctx); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, filter)
	f.spans = append(f.spans, [2]int{offset, limit})
	all := f.found(filter)
	return all[min(offset, len(all)):min(offset+limit, len(all))], nil
}

func (f *fake) Count(ctx context.Context, filter app.LedgerFilter) (int, error) {
	return len(f.found(filter)), f.enter(ctx)
}

func (f *fake) VerifyLedger(ctx context.Context, told func(done, total int)) (app.ChainState, error) {
	if f.verify == nil {
		return app.ChainState{}, errors.New("no verification was expected")
	}
	return f.verify(ctx, told)
}

func (f *fake) ExportLedger(ctx context.Context, w io.Writer, format string) error {
	if f.export == nil {
		return errors.New("no export was expected")
	}
	return f.export(ctx, w, format)
}

func (f *fake) Listen(_ context.Context, changed func()) { f.changed = changed }

func (f *fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clock
}

func (f *fake) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock = f.clock.Add(d)
}

var banks = []egress.Total{
	{Origin: "https://api.northlight.example:443", Link: "n", Bank: "Northlight Bank"},
	{Origin: "https://psd.azulejo.example:443", Link: "a", Bank: "Banco Azulejo"},
	{Origin: "https://bridge.example:443", Link: "b", Bank: "Bridge, for Tidewater"},
	{Origin: "https://oldharbour.example:443", Link: "o", Bank: "Old Harbour"},
}

// withRows fills the ledger with rows that go back in time from now, as busy people have them.
func withRows(n int) *fake {
	f := &fake{clock: now}
	f.view.Totals = append([]egress.Total(nil), banks...)
	at := now.Add(-76 * time.Second)
	for i := range n {
		e := row(n, i, at)
		f.rows = append(f.rows, e)
		at = at.Add(-time.Duration(17*(i%5)+1) * time.Minute)
		t := &f.view.Totals[(i*7%10)/4]
		e.Link, e.Origin = t.Link, t.Origin
		f.rows[i] = e
		t.Requests++
		t.Sent += e.Sent
		t.Received += e.Received
		f.view.Sent += e.Sent
		f.view.Received += e.Received
		f.day(e)
	}
	f.view.Totals[3] = egress.Total{Origin: banks[3].Origin, Link: "o", Bank: "Old Harbour", Requests: 6, Sent: 4012, Received: 11200}
	f.view.Totals[0].Requests -= 6
	f.view.Entries, f.view.Last = n, f.rows[0].Started
	f.view.Stored = app.Stored{Path: "/home/nora/.local/share/coffer", Database: 41_200_000, Log: 12_600_000, Keys: 4100, Map: 310_000}
	f.view.Chain = app.ChainState{Verified: now, OK: true, Rows: int64(n), Head: "1", Outside: "1", OutsideWhere: "keyring", Against: "keyring"}
	return f
}

func (f *fake) day(e egress.Entry) {
	day := ledger.DateOf(e.Started.Local())
	if n := len(f.view.Days); n == 0 || f.view.Days[n-1].Day != day {
		f.view.Days = append(f.view.Days, app.DayTotal{Day: day})
	}
	d := &f.view.Days[len(f.view.Days)-1]
	d.Requests++
	d.Sent += e.Sent
	d.Received += e.Received
}

func row(n, i int, at time.Time) egress.Entry {
	purpose, path := "transactions", "/accounts/{id}/transactions"
	switch i % 3 {
	case 1:
		purpose, path = "accounts", "/accounts"
	case 2:
		purpose, path = "renew", "/token"
	}
	e := egress.Entry{
		Seq: int64(n - i), Purpose: egress.Purpose{ID: purpose}, Method: "GET", Path: path, Started: at.UTC(),
		Hash:    fmt.Sprintf("%064x", (n-i)*7919),
		Outcome: egress.Outcome{Ended: at.UTC().Add(420 * time.Millisecond), Status: 200, Sent: int64(900 + i%400), Received: int64(1400 + i*977%15000), TLS: "1.3", Sealed: "s"},
	}
	switch {
	case i == 4:
		e.Outcome = egress.Outcome{}
	case i%9 == 8:
		e.Outcome = egress.Outcome{Ended: at.UTC().Add(30 * time.Second), Sent: 1100, Problem: int(fault.Offline), Sealed: "s"}
	case i%31 == 30:
		e.Outcome.Status = 401
	}
	return e
}

// silent is a ledger whose keyring was locked when it was verified, and is.
func silent() *fake {
	f := withRows(1284)
	f.view.Chain.Against, f.view.Chain.Unread, f.view.Chain.Trouble = "", "keyring.locked", "keyring.locked"
	return f
}

func empty() *fake {
	return &fake{clock: now, view: app.PrivacyView{Stored: app.Stored{Path: "/home/nora/.local/share/coffer", Database: 120_000, Log: 33_000, Keys: 4100, Map: 900}}}
}

// doctored is a ledger of which a verification found a changed row.
func doctored(what string) *fake {
	f := withRows(1284)
	f.view.Chain = app.ChainState{Verified: now.Add(-time.Hour), Row: 611, What: what, Where: "", Rows: 611}
	return f
}

func manyBanks() *fake {
	f := withRows(300)
	for i := range 5 {
		f.view.Totals = append(f.view.Totals, egress.Total{Origin: fmt.Sprintf("https://bank%d.example:443", i), Link: fmt.Sprint("x", i), Bank: fmt.Sprint("Bank number ", i), Requests: 3, Sent: 100, Received: 2000})
	}
	f.view.Totals = append(f.view.Totals, egress.Total{Origin: "https://begun.example:443", Link: "gone", Requests: 2, Sent: 300, Received: 900})
	return f
}

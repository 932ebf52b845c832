package transactions_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/live"
	"coffer/ui/look"
	"coffer/ui/transactions"
)

// endless is a store of a million rows that are made when asked for.
type endless struct{ *books }

const aMillion = 1_000_000

func (endless) Rows(_ context.Context, _ ledger.Filter, _ ledger.Order, offset, limit int) ([]ledger.RegisterRow, error) {
	rows := make([]ledger.RegisterRow, min(limit, aMillion-offset))
	for i := range rows {
		n := offset + i
		rows[i] = ledger.RegisterRow{ID: ledger.TransactionID(fmt.Sprint("e", n)), Account: "everyday", Date: today.AddDays(-n / 300), Amount: money.New(int64(-n), "USD"), Payee: fmt.Sprint("row ", n), Category: ledger.Car}
	}
	return rows, nil
}

func (endless) Totals(context.Context, ledger.Filter) (ledger.Totals, error) {
	return ledger.Totals{Booked: []ledger.Sum{{Count: aMillion, In: money.New(0, "USD"), Out: money.New(-5, "USD")}}}, nil
}

// BenchmarkAScreenfulOfAMillionRows scrolls by a screenful, reading included.
func BenchmarkAScreenfulOfAMillionRows(b *testing.B) {
	app := test.NewTempApp(b)
	th, err := look.New(look.Light, 1)
	if err != nil {
		b.Fatal(err)
	}
	app.Settings().SetTheme(th)
	var group live.Group
	var mu sync.Mutex
	var queue []func()
	settle := func() {
		for {
			group.Wait()
			mu.Lock()
			todo := queue
			queue = nil
			mu.Unlock()
			if len(todo) == 0 {
				return
			}
			for _, f := range todo {
				f()
			}
		}
	}
	onUI := func(f func()) {
		mu.Lock()
		defer mu.Unlock()
		queue = append(queue, f)
	}
	screen := transactions.New(endless{&books{accounts: accounts()}}, voice(b), live.Action{Group: &group, OnUI: onUI}, transactions.Go{})
	win := test.NewTempWindow(b, screen.Content())
	win.Resize(small)
	screen.SetNarrow(true)
	screen.Show(b.Context())
	settle()
	screen.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	list, ok := win.Canvas().Focused().(fyne.Scrollable)
	if !ok {
		b.Fatalf("the keyboard is at %T", win.Canvas().Focused())
	}
	for b.Loop() {
		list.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -400)})
		settle()
	}
}

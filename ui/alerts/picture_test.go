package alerts_test

import (
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/alerts"
	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

func expected() map[alert.Sensitivity]app.Expected {
	return map[alert.Sensitivity]app.Expected{
		alert.Calm: {Unusual: 8, Quiet: 20, Days: 90}, alert.Usual: {Unusual: 21, Quiet: 80, Days: 90}, alert.Keen: {Unusual: 43, Quiet: 120, Days: 90},
	}
}

// watched is full with something of each kind on the watchlist.
func watched() *fake {
	f := full()
	f.expected = expected()
	since := time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)
	f.list = alert.Watchlist{
		Merchants: []alert.WatchedMerchant{
			{ID: "a", Merchant: "voltbay", Shown: "Voltbay Electronics", Blocked: true, Since: since},
			{ID: "b", Merchant: "green leaf", Shown: "Green Leaf Grocer, whose name is longer than its column", Since: since},
		},
		Trips:     []alert.Trip{{ID: "c", From: ledger.Day(2027, time.May, 3), To: ledger.Day(2027, time.May, 17), Countries: []string{"ES", "PT"}}},
		Refunds:   []alert.ExpectedRefund{{ID: "d", Merchant: "fit yard", Shown: "Fit Yard", Minor: 3900, Currency: "USD", Since: today}},
		Cancelled: []alert.CancelledSeries{{ID: "e", Merchant: "lumen", Shown: "Lumen Video", Since: today}},
		Payees:    []alert.KnownPayee{{ID: "f", Payee: "alder", Shown: "Alder Street dues", Since: since}},
		Floors:    []alert.Floor{{Account: "a3", Minor: 25000, Currency: "USD"}},
	}
	return f
}

// TestMorePictures draws what lies over the place and what follows an answer.
func TestMorePictures(t *testing.T) {
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
			t.Run(word+where, func(t *testing.T) {
				f := watched()
				f.at("x1").Around = []ledger.Transaction{row("t8", "QX Services", -100, today.AddDays(-2)), row("t9", "Quay Hardware", -18900, today.AddDays(-4))}
				stage{size: size, mode: mode, make: func(r *rig) screen {
					return alerts.New(f, r.voice, r.desk, alerts.Go{Transaction: func(ledger.TransactionID) {}, Dispute: func(alert.ID) {}})
				}}.run(t, func(r *rig) {
					r.press("Voltbay Electronics")
					r.press("Later, on another day")
					r.tidy()
					r.keep("alerts-put-off-" + word + where)
					r.press("Cancel")
					r.write("N")
					r.tidy()
					r.keep("alerts-not-mine-" + word + where)
					r.screen.(interface{ Back() bool }).Back()
					r.settle()
					r.press("Choose several")
					r.press("Corner Fuel")
					r.tidy()
					r.keep("alerts-several-" + word + where)
					r.press("Sensitivity: about 2 a month")
					r.tidy()
					r.keep("alerts-watchlist-" + word + where)
					r.press("A trip")
					r.tidy()
					r.keep("alerts-trip-" + word + where)
				})
			})
		}
	}
}

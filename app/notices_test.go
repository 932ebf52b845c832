package app_test

import (
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
)

// TestTheEndOfAConsentIsAnnounced over the 90 days of a link, from the overview and the cards: at 14, 7 and
// 1 days, each until it is put away, over a lock, and not again for a link that was renewed.
func TestTheEndOfAConsentIsAnnounced(t *testing.T) {
	r := linked(t)
	c := r.coffer
	ends := value(c.Link(t.Context(), r.id))(t).Expires
	at := func(days int) { r.clock.gone.Store(int64(ends.AddDate(0, 0, -days).Sub(firstDay))) }
	told := func(want bool) {
		t.Helper()
		view, status, link := value(r.coffer.Overview(t.Context()))(t), value(r.coffer.Status(t.Context()))(t), value(r.coffer.Link(t.Context(), r.id))(t)
		if got := len(view.Links) == 1; got != want || got != (status.Links == 1) {
			t.Errorf("%v days before: told %v, the badge says %d", ends.Sub(r.clock.now()).Hours()/24, got, status.Links)
		}
		if link.PutAway && want {
			t.Error("the card says that it was put away")
		}
	}
	sent := len(value(c.Ledger(t.Context(), "", 0, 1000))(t))
	at(15)
	told(false)
	wantKind(t, c.PutEndingAway(t.Context(), r.id), fault.NotFound) // there is nothing to put away
	for _, notice := range [][2]int{{14, 8}, {7, 2}, {1, 0}} {
		at(notice[0])
		told(true)
		must(t, r.coffer.PutEndingAway(t.Context(), r.id))
		told(false)
		at(notice[1])
		if notice[1] > 0 {
			told(false)
		}
		must(t, r.reopen())
		must(t, r.unlock())
		if notice[1] > 0 {
			told(false)
		}
	}
	r.clock.move(time.Second)
	told(true) // it is over
	wantKind(t, r.coffer.PutEndingAway(t.Context(), r.id), fault.NotFound)
	if now := len(value(r.coffer.Ledger(t.Context(), "", 0, 1000))(t)); now != sent {
		t.Errorf("%d connections were made for the notices", now-sent)
	}

	at(1)
	told(false) // the clock went back: it was put away
	value(r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: history, ConsentDays: 90, Again: r.id}, func(app.LinkingProgress) {}))(t)
	told(false)
	ends = value(r.coffer.Link(t.Context(), r.id))(t).Expires
	at(14)
	told(true)
}

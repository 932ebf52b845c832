package store_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/store"

	"pgregory.net/rapid"
)

// watchedIn is one entry of each kind, those about one account about id.
func watchedIn(id ledger.AccountID) alert.Watchlist {
	return alert.Watchlist{
		Merchants: []alert.WatchedMerchant{{ID: "merchant:voltbay", Merchant: "voltbay", Shown: "Voltbay", Blocked: true, Since: noon}},
		Trips:     []alert.Trip{{ID: "trip:1", From: ledger.Day(2026, 5, 3), To: ledger.Day(2026, 5, 17), Countries: []string{"ES", "PT"}}},
		Refunds:   []alert.ExpectedRefund{{ID: "refund:1", Account: id, Merchant: "fit yard", Shown: "Fit Yard", Minor: 3900, Currency: "EUR", Since: ledger.Day(2026, 1, 2), By: ledger.Day(2026, 2, 1)}},
		Cancelled: []alert.CancelledSeries{{ID: "cancelled:lumen", Merchant: "lumen", Shown: "Lumen", Since: ledger.Day(2026, 1, 9)}},
		Payees:    []alert.KnownPayee{{ID: "payee:alder", Payee: "alder", Shown: "Alder", Since: noon}},
		Floors:    []alert.Floor{{Account: id, Minor: 50000, Currency: "EUR"}},
	}
}

func watch(t testing.TB, s *store.Store, e alert.WatchEntry, of ledger.AccountID) alert.Watched {
	t.Helper()
	return must[alert.Watched](t)(s.SaveWatch(t.Context(), alert.Watched{Entry: e, Of: of}))
}

func watchlist(t testing.TB, s *store.Store) alert.Watchlist {
	t.Helper()
	return must[alert.Watchlist](t)(s.Watchlist(t.Context()))
}

func TestTheWatchlistKeepsEveryKind(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	want := watchedIn(id)
	for _, e := range want.Entries() {
		if was := watch(t, s, e, ""); was.Entry != nil {
			t.Errorf("before %s there was %+v", e.Key(), was)
		}
	}
	if got := watchlist(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("kept\n%+v, want\n%+v", got, want)
	}
	changed := want.Floors[0]
	changed.Minor = -100
	if was := watch(t, s, changed, ""); was.Entry != alert.WatchEntry(want.Floors[0]) || was.Of != id {
		t.Errorf("the floor was %+v", was)
	}
	for _, e := range want.Entries() {
		if _, err := s.RemoveWatch(t.Context(), e.Key()); err != nil {
			t.Error(err)
		}
	}
	if got := watchlist(t, s); len(got.Entries()) != 0 {
		t.Errorf("left %+v", got)
	}
	_, err := s.RemoveWatch(t.Context(), "trip:1")
	wantKind(t, err, fault.NotFound)
	_, err = s.SaveWatch(t.Context(), alert.Watched{Entry: alert.Floor{Account: "nobody", Currency: "EUR"}})
	wantKind(t, err, fault.NotFound)
}

func TestAChangeOfTheWatchlistAsksForANewJudgement(t *testing.T) {
	s := newStore(t)
	one := account(t, s, "link-1", "4417")
	judged := func() {
		t.Helper()
		due := must[alert.Due](t)(s.Due(t.Context()))
		must[bool](t)(s.SaveScored(t.Context(), alert.Scored{Marks: due.Marks, Epoch: due.Epoch}))
	}
	asked := func() ledger.Date {
		t.Helper()
		day, waits := must[alert.Due](t)(s.Due(t.Context())).From()
		if !waits {
			t.Error("nothing waits")
		}
		return day
	}
	list := watchedIn(one)
	since := noon.AddDate(0, -2, 0)
	list.Merchants[0].Since, list.Payees[0].Since = since, since
	for name, test := range map[string]struct {
		entry alert.WatchEntry
		want  ledger.Date
	}{
		"a merchant, since it was said":      {list.Merchants[0], ledger.DateOf(since)},
		"a trip, from its first day":         {list.Trips[0], ledger.Day(2026, 5, 3)},
		"a refund":                           {list.Refunds[0], ledger.Day(2026, 1, 2)},
		"a cancelled series, since it is so": {list.Cancelled[0], ledger.Day(2026, 1, 9)},
		"a payee, since it was said":         {list.Payees[0], ledger.DateOf(since)},
		"a floor, at the end of today":       {list.Floors[0], ledger.DateOf(noon)},
	} {
		t.Run(name, func(t *testing.T) {
			judged()
			watch(t, s, test.entry, "")
			if got := asked(); got != test.want {
				t.Errorf("once it is there: from %s, want %s", got, test.want)
			}
			judged()
			must[alert.Watched](t)(s.RemoveWatch(t.Context(), test.entry.Key()))
			if got := asked(); got != test.want {
				t.Errorf("once it is gone: from %s, want %s", got, test.want)
			}
		})
	}
}

func TestWhatIsWatchedGoesWithItsAccount(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "NETFLIX.COM")))
	list := watchedIn(id)
	for _, e := range list.Entries() {
		watch(t, s, e, "")
	}
	watch(t, s, alert.WatchedMerchant{ID: "merchant:netflix", Merchant: "netflix", Shown: "NETFLIX.COM"}, id)
	saveAlert(t, s, id, find(t, s, id, "NETFLIX.COM"), "loud")
	must[[]alert.Alert](t)(s.TakeUntold(t.Context(), noon))
	must[alert.Alert](t)(s.Answer(t.Context(), "loud", alert.NotMine, noon, time.Time{}))
	must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))
	want := alert.Watchlist{Merchants: list.Merchants, Trips: list.Trips, Cancelled: list.Cancelled, Payees: list.Payees}
	if got := watchlist(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("left\n%+v, want\n%+v", got, want)
	}
	if left := must[[]string](t)(s.Column(t.Context(), "SELECT alert FROM told")); len(left) != 0 {
		t.Errorf("told of %q", left)
	}
}

func TestNotMineBlocksTheMerchantWhileItIsTheAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		row   ledger.Row
		block bool
	}{
		"a charge":        {row(5, -1234, "Voltbay"), true},
		"not money in":    {row(5, 1234, "Voltbay"), false},
		"not own savings": {func() ledger.Row { r := row(5, -1234, "Voltbay"); r.Category = ledger.Transfer; return r }(), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			id := account(t, s, "link-1", "4417")
			apply(t, s, id, inserts(test.row))
			saveAlert(t, s, id, find(t, s, id, "Voltbay"), "a")
			blocked := func() bool {
				m, ok := watchlist(t, s).Merchant(ledger.MerchantOf(test.row))
				if ok && (!m.Blocked || m.Shown != "Voltbay" || m.ID != alert.BlockKey("a")) {
					t.Errorf("blocked as %+v", m)
				}
				return ok
			}
			was := must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.NotMine, noon, time.Time{}))
			if blocked() != test.block {
				t.Errorf("after the answer it is blocked: %v", blocked())
			}
			ok(t, s.RestoreAnswers(t.Context(), []alert.Alert{was}))
			if blocked() {
				t.Error("it is blocked after the answer was taken back")
			}
			must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.NotMine, noon, time.Time{}))
			must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.Mine, noon, time.Time{}))
			if blocked() {
				t.Error("it is blocked though it was the person's after all")
			}
		})
	}
}

func TestABlockOutlastsAnOlderTrustOnly(t *testing.T) {
	trust := alert.WatchedMerchant{ID: "merchant:x", Merchant: "x", Since: noon}
	block := alert.WatchedMerchant{ID: "not-mine:a", Merchant: "x", Blocked: true, Since: noon.Add(time.Hour)}
	for _, list := range []alert.Watchlist{{Merchants: []alert.WatchedMerchant{trust, block}}, {Merchants: []alert.WatchedMerchant{block, trust}}} {
		if m, ok := list.Merchant("x"); !ok || !m.Blocked {
			t.Errorf("%+v, %v", m, ok)
		}
	}
	trust.Since = block.Since.Add(time.Hour)
	if m, _ := (alert.Watchlist{Merchants: []alert.WatchedMerchant{trust, block}}).Merchant("x"); m.Blocked {
		t.Error("the newer trust does not count")
	}
	if _, ok := (alert.Watchlist{Merchants: []alert.WatchedMerchant{{}}}).Merchant(""); ok {
		t.Error("rows without a merchant are watched")
	}
}

func TestSeveralAreAnsweredOrNone(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay")))
	saveAlert(t, s, id, find(t, s, id, "Voltbay"), "a", "b", "c")
	before := fingerprint(t, s)
	_, err := s.AnswerEach(t.Context(), []alert.ID{"a", "nobody"}, alert.Mine, noon, time.Time{})
	wantKind(t, err, fault.NotFound)
	if after := fingerprint(t, s); after != before {
		t.Errorf("half was answered\n%s", after)
	}
	must[alert.Alert](t)(s.Answer(t.Context(), "b", alert.Later, noon, noon.Add(time.Hour)))
	later := fingerprint(t, s)
	were := must[[]alert.Alert](t)(s.AnswerEach(t.Context(), []alert.ID{"a", "b", "c"}, alert.NotMine, noon.Add(time.Minute), time.Time{}))
	if got := alertIDs(t, s); got != "a b c" || len(were) != 3 {
		t.Errorf("answered %s, were %+v", got, were)
	}
	ok(t, s.RestoreAnswers(t.Context(), were))
	if after := fingerprint(t, s); after != later {
		t.Errorf("taken back\n%s\nwas\n%s", after, later)
	}
}

func TestEveryAnswerCanBeReached(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay")))
	var names []alert.ID
	for i := range 7 {
		names = append(names, alert.ID(fmt.Sprint("a", i)))
	}
	saveAlert(t, s, id, find(t, s, id, "Voltbay"), append(names, "waits")...)
	for i, name := range names {
		must[alert.Alert](t)(s.Answer(t.Context(), name, alert.Mine, noon.AddDate(0, 0, -100*i), time.Time{}))
	}
	var got []string
	for offset := 0; ; offset += 3 {
		page, all, err := s.Answered(t.Context(), offset, 3)
		ok(t, err)
		if all != 7 {
			t.Fatalf("%d in all", all)
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			got = append(got, string(a.ID))
		}
	}
	if want := "a0 a1 a2 a3 a4 a5 a6"; strings.Join(got, " ") != want {
		t.Errorf("answers %s, want %s", got, want)
	}
}

func TestAnAlertIsToldOnce(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay")))
	r := find(t, s, id, "Voltbay")
	take := func(at time.Time) string {
		t.Helper()
		var ids []string
		for _, a := range must[[]alert.Alert](t)(s.TakeUntold(t.Context(), at)) {
			ids = append(ids, string(a.ID))
		}
		return strings.Join(ids, " ")
	}
	saveAlert(t, s, id, r, "loud1", "loud2", "loud3", "quiet")
	must[alert.Alert](t)(s.Answer(t.Context(), "loud2", alert.Mine, noon, time.Time{}))
	must[alert.Alert](t)(s.Answer(t.Context(), "loud3", alert.Later, noon, noon.Add(time.Hour)))
	for _, step := range []struct {
		at   time.Time
		want string
	}{{noon, "loud1"}, {noon, ""}, {noon.Add(time.Hour), "loud3"}, {noon.Add(2 * time.Hour), ""}} {
		if got := take(step.at); got != step.want {
			t.Errorf("told %q, want %q", got, step.want)
		}
	}
	saveAlert(t, s, id, r, "quiet") // the loud ones are not found any more
	saveAlert(t, s, id, r, "loud1", "quiet")
	if got := take(noon.Add(3 * time.Hour)); got != "" {
		t.Errorf("told again: %q", got)
	}
}

// TestTheWatchlistIsTheLastWordOfEachKey lives through random changes and undos.
func TestTheWatchlistIsTheLastWordOfEachKey(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	rapid.Check(t, func(rt *rapid.T) {
		for _, e := range watchlist(t, s).Entries() {
			must[alert.Watched](t)(s.RemoveWatch(t.Context(), e.Key()))
		}
		want := map[string]alert.WatchEntry{}
		for range rapid.IntRange(1, 20).Draw(rt, "changes") {
			key := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "key")
			var e alert.WatchEntry = alert.CancelledSeries{ID: key, Merchant: rapid.StringN(1, 8, 40).Draw(rt, "merchant"), Since: ledger.Date(rapid.Int32Range(0, 30000).Draw(rt, "since"))}
			if rapid.Bool().Draw(rt, "floor") {
				e = alert.Floor{Account: id, Minor: rapid.Int64().Draw(rt, "minor"), Currency: "EUR"}
			}
			was := watch(t, s, e, "")
			if was.Entry != want[e.Key()] {
				rt.Fatalf("%s was %+v, want %+v", e.Key(), was.Entry, want[e.Key()])
			}
			want[e.Key()] = e
		}
		got := watchlist(t, s).Entries()
		for _, e := range got {
			if e != want[e.Key()] {
				rt.Fatalf("kept %+v, want %+v", e, want[e.Key()])
			}
		}
		if len(got) != len(want) {
			rt.Fatalf("%d are kept, want %d", len(got), len(want))
		}
	})
}

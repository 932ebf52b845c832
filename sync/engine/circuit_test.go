package engine_test

import (
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank/banktest"
	"coffer/sync/engine"
)

// TestAComputerWithoutANetworkIsNoOutage: its banks are asked as soon as the network is back.
func TestAComputerWithoutANetworkIsNoOutage(t *testing.T) {
	r, _ := retrying(t, consent.Limits{})
	r.year("a")
	r.must()
	r.fails(1, 1<<30, aList, banktest.Reply{Cut: true})
	for range 4 {
		r.now = r.now.Add(10 * time.Minute)
		if _, err := r.engine.Refresh(t.Context(), linkID, false, nil); fault.KindOf(err) != fault.Offline {
			t.Errorf("without a network: %v", err)
		}
	}
	r.bank.Script(nil)
	if _, err := r.engine.Refresh(t.Context(), linkID, false, nil); err != nil {
		t.Errorf("with a network again: %v", err)
	}
	if l := r.store.link(linkID); l.State != consent.Active || l.Problem != 0 {
		t.Errorf("the link is in state %d with problem %d", l.State, l.Problem)
	}
}

// atOneHost links so many banks that are read at the same host.
func (r *rig) atOneHost(ids ...consent.LinkID) {
	for _, id := range ids {
		l := r.store.links[linkID]
		l.ID, l.Provider, l.Bank = id, "provider of "+string(id), "bank of "+string(id)
		l.Endpoints.API = "https://api.bridge.example"
		r.store.links[id] = l
	}
}

// TestABankThatIsDownBehindABridgeLeavesTheOthersOpen.
func TestABankThatIsDownBehindABridgeLeavesTheOthersOpen(t *testing.T) {
	r, _ := retrying(t, consent.Limits{})
	r.year("a")
	r.atOneHost(linkID, "link-2", "link-3")
	r.fails(1, 1<<30, aList, banktest.Reply{Status: 503})
	for _, id := range []consent.LinkID{linkID, "link-2"} {
		if _, err := r.engine.Refresh(t.Context(), id, false, nil); fault.KindOf(err) != fault.BankDown {
			t.Fatalf("%s: %v", id, err)
		}
	}
	r.bank.Script(nil)
	if _, err := r.engine.Refresh(t.Context(), "link-3", false, nil); err != nil {
		t.Errorf("the bank that is well: %v", err)
	}
}

// rest makes the bank of a link fail until it is left alone.
func (r *rig) rest(id consent.LinkID) {
	r.Helper()
	r.fails(1, 1<<30, func(banktest.Call) bool { return true }, banktest.Reply{Status: 503})
	for range 9 {
		_, err := r.engine.Refresh(r.Context(), id, false, nil)
		if fault.KindOf(err) == fault.BankDown && fault.Of(err).Args["until"] != "" {
			r.bank.Script(nil)
			return
		}
	}
	r.Fatal("the bank is not left alone")
}

// TestAHostThatIsLeftAloneSaysNothingOfALinkAndTakesNoReads: it rests as the list, or the first page, is to be asked for.
func TestAHostThatIsLeftAloneSaysNothingOfALinkAndTakesNoReads(t *testing.T) {
	for name, at := range map[string]engine.Step{"before": 0, "the list": engine.Listing, "the pages": engine.Reading} {
		t.Run(name, func(t *testing.T) {
			r, _ := retrying(t, consent.Limits{Alone: 4})
			r.year("a")
			l := r.store.links[linkID]
			l.Endpoints.API = "https://api.bank.example/fdx"
			r.store.links[linkID] = l
			l.ID, l.Provider, l.Limits = "link-2", "other", consent.Limits{}
			r.store.links["link-2"] = l
			rested := name == "before"
			if rested {
				r.rest("link-2")
			}
			_, err := r.engine.Refresh(t.Context(), linkID, false, func(p engine.Progress) {
				if !rested && p.Step == at && p.Link == linkID {
					rested = true
					r.rest("link-2")
				}
			})
			if !rested || fault.KindOf(err) != fault.BankDown || fault.Of(err).Args["until"] == "" {
				t.Fatalf("got %v", err)
			}
			if l := r.store.link(linkID); l.State != consent.Active || l.Problem != 0 {
				t.Errorf("the link is in state %d with problem %d", l.State, l.Problem)
			}
			q, err := consent.ParseQuota(r.store.settings[consent.QuotaSetting(linkID)])
			if err != nil {
				t.Fatal(err)
			}
			for account, want := range map[string]bool{"": at == engine.Reading, "account-1": false} {
				one, _ := q.ReadAlone(consent.Limits{Alone: 2}, r.now, account)
				if _, left := one.ReadAlone(consent.Limits{Alone: 2}, r.now, account); left == want {
					t.Errorf("a read of %q was counted: %v", account, !want)
				}
			}
		})
	}
}

// TestWhatIsNoAnswerMakesNoHostWell: a time to come back, or a cut line, between failures, which are counted on over it.
func TestWhatIsNoAnswerMakesNoHostWell(t *testing.T) {
	for name, between := range map[string]banktest.Reply{"a time": {Status: 503, Header: map[string]string{"Retry-After": "1"}}, "a cut line": {Cut: true}} {
		t.Run(name, func(t *testing.T) {
			r, _ := retrying(t, consent.Limits{})
			r.rebuild(func(*engine.Config) {})
			r.year("a")
			n := 0
			r.bank.Script(func(banktest.Call) *banktest.Reply {
				if n++; n == 3 {
					return &between
				}
				return &banktest.Reply{Status: 503}
			})
			for range 6 {
				r.now = r.now.Add(5 * time.Second)
				_, _ = r.engine.Refresh(t.Context(), linkID, false, nil)
			}
			if _, err := r.engine.Refresh(t.Context(), linkID, false, nil); n != 6 || fault.KindOf(err) != fault.BankDown {
				t.Errorf("asked %d times, then %v", n, err)
			}
		})
	}
}

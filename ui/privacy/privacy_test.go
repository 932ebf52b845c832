package privacy_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/ui/privacy"

	"fyne.io/fyne/v2"
)

func play(t *testing.T, f *fake, story func(r *rig)) *heard {
	t.Helper()
	h := &heard{}
	stage{size: wide, make: screenOf(f, h)}.run(t, story)
	return h
}

func TestItSaysWhatLeftAndToWhom(t *testing.T) {
	h := play(t, withRows(1284), func(r *rig) {
		r.says("Nothing else has left", "1,284 connections to 4 hosts, each one asked for by you or by a link that you made.", "Nothing has left since 10:12:44.",
			"Chain intact", "verified just now", "against the head in your keyring", "Old Harbour oldharbour.example 6 4 KB 11 KB", "Anyone else, us included 0 0 0",
			"All 1,284", "Today 19", "7 days 265", "Vault 41.2 MB", "All 54.1 MB", "AES-256-GCM", "Argon2id", "this computer's keyring",
			"10:12:44 api.northlight.example Transactions 900 bytes 1 KB")
		r.silent("older row", "no link of yours")
		r.press("Copy")
	})
	if !slices.Equal(h.copied, []string{"/home/nora/.local/share/coffer"}) {
		t.Errorf("copied %q", h.copied)
	}
}

func TestAKeyringThatIsLockedIsToldNotLeftOut(t *testing.T) {
	play(t, silent(), func(r *rig) {
		r.says("Chain intact", "but not against your keyring", "could not be asked for the ledger's head, or told the newest. The keyring is locked")
		r.silent("against the head in your keyring", "is in the vault alone", "is also kept in")
	})
}

func TestARowSaysThatItWentByTheProxy(t *testing.T) {
	f := withRows(40)
	f.rows[0].Via = "10.0.0.1:3128"
	f.rows[3].Via, f.rows[3].Outcome = "10.0.0.1:3128", egress.Outcome{Ended: f.rows[3].Started.Add(time.Second), Sent: 58, Problem: int(fault.ProxyFailed), Sealed: "s"}
	play(t, f, func(r *rig) {
		r.says("Transactions: stopped at your proxy")
		r.key(fyne.KeyDown, fyne.KeyReturn)
		r.says("By", "your proxy at 10.0.0.1:3128")
		r.key(fyne.KeyDown, fyne.KeyDown)
		r.silent("your proxy at")
	})
}

func TestNothingHasLeftAtTheStart(t *testing.T) {
	h := play(t, empty(), func(r *rig) {
		r.says("0 connections. Nothing has left", "Anyone else, us included 0 0 0", "whole older folder put back is not noticed")
		r.silent("Chain intact", "Problems", "since")
		r.key(fyne.KeyDown, fyne.KeyReturn)
		r.press("Link a bank")
	})
	if h.linked != 1 {
		t.Error("the way to link a bank is missing")
	}
}

func TestWhatBelongsToNoLinkIsAnAlarm(t *testing.T) {
	f := withRows(40)
	f.view.Totals = append(f.view.Totals, egress.Total{Origin: "https://elsewhere.example:443", Requests: 2, Sent: 700, Received: 90})
	play(t, f, func(r *rig) {
		r.says("2 connections belong to no link of yours", "Anyone else, us included 2 700 bytes 90 bytes")
		r.silent("Nothing else has left")
	})
}

func TestManyBanksAreFoldedAndOldRowsCounted(t *testing.T) {
	f := manyBanks()
	f.view.Entries += 12_000
	play(t, f, func(r *rig) {
		r.says("4 more", "Links begun, not finished begun.example 2", "12,000 older rows were taken out of the ledger; their sums stay.")
		r.silent("Bank number 4")
		r.press("4 more")
		r.says("Bank number 4")
		r.press("Show fewer")
		r.silent("Bank number 4")
	})
}

func TestABrokenChainIsSaidAndShown(t *testing.T) {
	for what, says := range map[string]string{
		egress.RowChanged:        "Row 611 was changed outside Coffer",
		egress.OutcomeChanged:    "The outcome of row 611 was changed outside Coffer",
		egress.RowMissing:        "Rows before row 611 were taken out outside Coffer",
		egress.RowMoved:          "Row 611 doesn't follow the row before it",
		egress.TailCut:           "The ledger was cut: row 611 and what came after it are gone",
		egress.Replaced:          "Row 611 is not the one that Coffer wrote",
		egress.SumsDiffer:        "The rows don't come to the totals that Coffer wrote",
		egress.CheckpointChanged: "The record of older rows was changed outside Coffer",
	} {
		t.Run(what, func(t *testing.T) {
			f := doctored(what)
			f.view.Chain.Where = "keyring"
			play(t, f, func(r *rig) {
				r.says(says, "This computer's keyring shows it.", "Found 09:14.")
				r.silent("Nothing else has left", "Chain intact")
				r.press("Export")
				r.says("Export the ledger")
			})
		})
	}
}

func TestShowGoesToTheBrokenRowWhateverIsListed(t *testing.T) {
	for name, c := range map[string]struct {
		row           int64
		gone          int
		problems, say string
	}{
		"all rows are there":      {611, 0, "Problems 180", "Row 611 Why"},
		"rows before are missing": {611, 40, "Problems 175", "Row 611 Why"},
		"the oldest":              {1, 0, "Problems 180", "Row 1 Why"},
		"old, and rows missing":   {3, 40, "Problems 175", "Row 3 Why"},
	} {
		t.Run(name, func(t *testing.T) {
			f := doctored(egress.RowChanged)
			f.view.Chain.Row = c.row
			f.rows = slices.Delete(f.rows, 100, 100+c.gone)
			play(t, f, func(r *rig) {
				r.press(c.problems)
				r.press("Show")
				r.says(c.say, "Finding", "Changed outside Coffer")
			})
		})
	}
}

func TestChipsNarrowTheList(t *testing.T) {
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.Local)
	menu := func(chip, entry string) func(r *rig) {
		return func(r *rig) {
			r.press(chip)
			r.choose(entry)
			r.settle()
		}
	}
	for name, c := range map[string]struct {
		do   func(r *rig)
		want app.LedgerFilter
	}{
		"today":    {func(r *rig) { r.press("Today 19") }, app.LedgerFilter{From: midnight}},
		"7 days":   {func(r *rig) { r.press("7 days 265") }, app.LedgerFilter{From: midnight.AddDate(0, 0, -6)}},
		"problems": {func(r *rig) { r.press("Problems 180") }, app.LedgerFilter{Problems: true}},
		"a bank":   {menu("All banks", "Banco Azulejo"), app.LedgerFilter{Link: "a"}},
		"a day": {menu("By day", "21 Nov: 41 connections, 39 KB sent, 335 KB received"), app.LedgerFilter{
			From: midnight.AddDate(0, 0, -1), To: midnight}},
		"all from another place": {func(r *rig) {
			menu("All banks", "Banco Azulejo")(r)
			r.screen.(*privacy.Screen).ShowAll()
			r.settle()
		}, app.LedgerFilter{}},
		"and all again": {func(r *rig) { r.press("Today 19"); r.press("All 1,284") }, app.LedgerFilter{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := withRows(1284)
			play(t, f, func(r *rig) {
				c.do(r)
				if got := f.asked[len(f.asked)-1]; got != c.want {
					t.Errorf("asked for %+v, not %+v", got, c.want)
				}
			})
		})
	}
}

func TestAnEmptyListSaysSoAndShowsAllAgain(t *testing.T) {
	f := withRows(30)
	f.clock = now.AddDate(0, 0, 3)
	play(t, f, func(r *rig) {
		r.press("Today 0")
		r.says("No connection fits")
		r.press("Show all")
		r.silent("No connection fits")
		r.says("22 Nov 10:12")
	})
}

func TestARowTellsAllThatIsKnown(t *testing.T) {
	for name, c := range map[string]struct {
		row  int
		says []string
	}{
		"a good one":            {0, []string{"Row 1,284", "Why Transactions", "GET /accounts/{id}/transactions", "https://api.northlight.example:443", "Answer 200", "TLS 1.3", "22 November 2026, 10:12:44, took 420 ms"}},
		"one that a crash left": {4, []string{"Accounts and balances: outcome", "Answer Outcome unknown", "TLS Not known"}},
		"one with no answer":    {8, []string{"New access token: no answer", "Answer No answer", "TLS Never came that far"}},
		"one that was refused":  {30, []string{"Answer 401"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := play(t, withRows(1284), func(r *rig) {
				for range c.row + 1 {
					r.key(fyne.KeyDown)
				}
				r.key(fyne.KeyReturn)
				r.says(c.says...)
				r.find("Copy", 1)
				r.find("Copy", 0).Tapped(nil)
				r.key(fyne.KeyEscape)
				r.silent("Request")
			})
			if len(h.copied) != 1 || len(h.copied[0]) != 64 {
				t.Errorf("copied %q, not the hash", h.copied)
			}
		})
	}
}

// TestARowTellsWhoAllowedItsHost: only of a host that the person allowed, for the link that it was
// allowed for.
func TestARowTellsWhoAllowedItsHost(t *testing.T) {
	f := withRows(12)
	host := consent.Host{Origin: f.rows[0].Origin, Use: consent.DataAPI, Asker: "api.northlight.example", Asked: now, Allowed: now}
	f.view.Allowed = []app.AllowedHost{{Link: "another", Host: host}}
	look := func(r *rig) { r.key(fyne.KeyDown, fyne.KeyReturn) }
	play(t, f, func(r *rig) {
		look(r)
		r.says("Why Transactions")
		r.silent("By you on")
	})
	f.view.Allowed[0].Link = consent.LinkID(f.rows[0].Link)
	play(t, f, func(r *rig) {
		look(r)
		r.says("Allowed By you on 22 November 2026: where balances and transactions are read; asked by an answer of api.northlight.example")
	})
}

func TestARequestUnderWayHasNoOutcomeYet(t *testing.T) {
	f := withRows(9)
	f.rows[0].Outcome = egress.Outcome{}
	play(t, f, func(r *rig) {
		r.says("Transactions: no outcome yet")
		f.pass(2 * time.Minute)
		f.changed()
		r.settle()
		r.says("Transactions: outcome")
		r.silent("no outcome yet")
	})
}

func TestOnlyWhatIsNearIsRead(t *testing.T) {
	f := withRows(100_000)
	play(t, f, func(r *rig) {
		r.key(fyne.KeyDown, fyne.KeyEnd)
		r.says("27 Mar 2020")
	})
	if len(f.spans) > 4 {
		t.Errorf("read %d pages for two screenfuls: %v", len(f.spans), f.spans)
	}
	for _, s := range f.spans {
		if s[1] > 200 {
			t.Errorf("%d rows at once", s[1])
		}
	}
}

func TestNewRowsMoveNothingThatIsRead(t *testing.T) {
	f := withRows(1284)
	play(t, f, func(r *rig) {
		for range 40 {
			r.key(fyne.KeyDown)
		}
		r.key(fyne.KeyReturn)
		before := r.lines()
		f.mu.Lock()
		newer := make([]egress.Entry, 7)
		for i := range newer {
			newer[i] = row(1291, i, now)
		}
		f.rows = append(newer, f.rows...)
		f.mu.Unlock()
		f.changed()
		r.settle()
		r.says("Row 1,245", "All 1,291")
		if after := r.lines(); len(after) != len(before) || after[len(after)-1] != before[len(before)-1] {
			t.Errorf("the list moved: %q", after)
		}
		r.key(fyne.KeyHome)
		r.says("Row 1,291")
	})
}

func TestTroubleIsSaidAndNumbersStay(t *testing.T) {
	f := withRows(50)
	f.err = fault.New(fault.DiskFailed, "read", errors.New("io"))
	play(t, f, func(r *rig) {
		r.says("The disk refused to read or write.")
		f.err = nil
		r.press("Try again")
		r.says("Nothing else has left")
		r.silent("The disk refused")
		f.err = fault.New(fault.Locked, "read", errors.New("locked"))
		f.changed()
		r.settle()
		r.says("Coffer is locked.", "Nothing else has left")
	})
}

func TestAStoreThatHangsHoldsNothingUp(t *testing.T) {
	f := withRows(50)
	hang := func(r *rig) screen {
		f.block = make(chan struct{})
		return screenOf(f, &heard{})(r)
	}
	stage{size: wide, make: hang}.run(t, func(r *rig) {
		r.says("Privacy", "Verify")
		r.silent("Nothing else has left")
		r.screen.SetNarrow(true)
		r.key(fyne.KeyDown, fyne.KeyEscape)
		r.screen.(*privacy.Screen).SetVoice(r.voice.Hiding(true))
		f.changed()
		close(f.block)
		f.mu.Lock()
		f.block = nil
		f.mu.Unlock()
		r.settle()
		r.says("Nothing else has left")
	})
}

func TestHidingAmountsLeavesTheLedgerReadable(t *testing.T) {
	play(t, withRows(50), func(r *rig) {
		r.screen.(*privacy.Screen).SetVoice(r.voice.Hiding(true))
		r.settle()
		r.says("Anyone else, us included 0 0 0", "50 connections")
	})
}

package terminal_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
	"coffer/ui/terminal"
)

// TestASilentAccountAtTheTerminal: an account that was paid into each month is silent for 200 days; the
// notice can be put away.
func TestASilentAccountAtTheTerminal(t *testing.T) {
	r := linked(t)
	r.seed = func(ctx context.Context, s *store.Store) error {
		links, err := s.Links(ctx)
		if err != nil {
			return err
		}
		today := ledger.DateOf(time.Now())
		quiet := ledger.AccountView{Account: ledger.Account{Provider: provider, Identity: "quiet", Name: "Quiet", Masked: "0071", Currency: "USD"},
			Balance: ledger.Balance{Booked: money.New(1, "USD"), ReadAt: time.Now()}}
		saved, err := s.SaveAccounts(ctx, links[0].ID, []ledger.AccountView{quiet})
		if err != nil {
			return err
		}
		var rows []ledger.Row
		for i := range 12 {
			rows = append(rows, ledger.Row{SourceID: strconv.Itoa(i), Date: today.AddDays(-200 - 30*i), Amount: money.New(1000, "USD"), Payee: "Pay"})
		}
		_, err = s.Reconcile(ctx, ledger.Batch{Rows: rows, From: today.AddDays(-600), To: today, Complete: true}, ledger.Write{Account: saved[0].ID, At: time.Now()})
		return err
	}
	contains(t, r.ok(t, "banks").out, "Silent", "No movements on Quiet ·· 0071 since", "200 days; usually every 30 days.")
	var links []struct{ Silent []string }
	decode(t, r.ok(t, "banks", "--json").out, &links)
	if len(links) != 1 || len(links[0].Silent) == 0 {
		t.Errorf("links %+v", links)
	}
	r.ends(t, terminal.ExitUsage, "banks", "--heard", "0000")
	if out := r.ok(t, "banks", "--heard", "0071").out; strings.Contains(out, "Quiet ·· 0071 since") {
		t.Errorf("it is still there:\n%s", out)
	}
}

func TestTheNoticeOfAnEndAtTheTerminal(t *testing.T) {
	r := linked(t)
	type link struct {
		ID     string
		EndsIn int `json:"ends_in_days"`
		Notice int
	}
	one := func(want link) {
		t.Helper()
		var all []link
		decode(t, r.ok(t, "banks", "--json").out, &all)
		if want.ID = all[0].ID; len(all) != 1 || all[0] != want {
			t.Errorf("got %+v, want %+v", all, want)
		}
	}
	if out := r.ok(t, "banks").out; strings.Contains(out, "--not-now") {
		t.Errorf("a healthy link has a notice:\n%s", out)
	}
	contains(t, r.ends(t, terminal.ExitFailed, "banks", "--not-now", "northlight bank").err, "isn't there any more")

	r.ok(t, "link", "--yes", "--again", "northlight bank", "--consent-days", "6", "--history-days", "10")
	contains(t, r.ok(t, "banks").out, "Ends in 6 days", "Sign in again before it ends", "--again ", "coffer banks --not-now ")
	one(link{EndsIn: 6, Notice: 7})
	out := r.ok(t, "banks", "--not-now", "northlight bank").out
	contains(t, out, "Ends in 6 days")
	if strings.Contains(out, "--not-now") || strings.Contains(out, "Sign in again before") {
		t.Errorf("it was not put away:\n%s", out)
	}
	one(link{EndsIn: 6})
}

package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"

	"github.com/spf13/cobra"
)

// jsonWatch is an entry as commands print it.
func (t *terminal) jsonWatch(e alert.WatchEntry, accounts []ledger.AccountView) watchJSON {
	w := watchJSON{ID: e.Key(), Account: nameOfAccount(accounts, alert.WatchedAccount(e))}
	switch e := e.(type) {
	case alert.WatchedMerchant:
		w.Kind, w.Name, w.From = "trusted", e.Shown, ledger.DateOf(e.Since.Local()).String()
		if e.Blocked {
			w.Kind = "blocked"
		}
	case alert.Trip:
		w.Kind, w.From, w.To, w.Countries = "trip", e.From.String(), e.To.String(), e.Countries
	case alert.ExpectedRefund:
		w.Kind, w.Name, w.From, w.To, w.Amount = "refund", e.Shown, e.Since.String(), e.Due().String(), jsonAmount(money.New(e.Minor, e.Currency))
	case alert.CancelledSeries:
		w.Kind, w.Name, w.From = "cancelled", e.Shown, e.Since.String()
	case alert.KnownPayee:
		w.Kind, w.Name, w.From = "payee", e.Shown, ledger.DateOf(e.Since.Local()).String()
	case alert.Floor:
		w.Kind, w.Amount = "floor", jsonAmount(money.New(e.Minor, e.Currency))
	}
	return w
}

func nameOfAccount(accounts []ledger.AccountView, id ledger.AccountID) string {
	for _, a := range accounts {
		if a.ID == id {
			return accountName(a.Account)
		}
	}
	return ""
}

func (t *terminal) printWatchlist(ctx context.Context, c *app.Coffer) error {
	list, err := c.Watchlist(ctx)
	if err != nil {
		return err
	}
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return err
	}
	all := []watchJSON{}
	for _, e := range list.Entries() {
		all = append(all, t.jsonWatch(e, accounts))
	}
	if t.json {
		return t.printJSON(all)
	}
	if len(all) == 0 {
		t.tell(t.Voice.T("watch.empty", "Nothing is on the list. coffer watch --help says what can be."))
		return nil
	}
	slices.SortStableFunc(all, func(a, b watchJSON) int { return slices.Index(watchKinds, a.Kind) - slices.Index(watchKinds, b.Kind) })
	for _, w := range all {
		fmt.Fprintf(t.Out, "%s  %s\n", short(w.ID), t.watchLine(c, w))
	}
	return nil
}

// watchKinds are the kinds in the order of the list.
var watchKinds = []string{"blocked", "trusted", "trip", "refund", "cancelled", "payee", "floor"}

// watchLine says an entry in one line.
func (t *terminal) watchLine(c *app.Coffer, w watchJSON) string {
	v, today := t.Voice, c.Today().Time()
	from, _ := ledger.ParseDate(w.From)
	to, _ := ledger.ParseDate(w.To)
	line := v.WatchKind(w.Kind) + ": "
	switch w.Kind {
	case "trip":
		return line + v.Trip(from.Time(), to.Time(), today, w.Countries)
	case "refund":
		return line + w.Name + ", " + v.Refund(amountOf(w.Amount), to.Time(), today)
	case "floor":
		return line + w.Account + ", " + v.Floor(amountOf(w.Amount))
	}
	return line + w.Name + ". " + v.Watched(w.Kind, from.Time(), today)
}

func amountOf(a *amountJSON) money.Amount {
	amount, _ := money.Parse(a.Amount, a.Currency) // written by us
	return amount
}

// printWatched prints what a change put on the list.
func (t *terminal) printWatched(ctx context.Context, c *app.Coffer) func(app.WatchChange, error) error {
	return func(change app.WatchChange, err error) error {
		if err != nil {
			return err
		}
		accounts, err := c.Accounts(ctx)
		if err != nil {
			return err
		}
		w := t.jsonWatch(change.Now.Entry, accounts)
		if t.json {
			return t.printJSON(w)
		}
		t.tell(t.watchLine(c, w))
		return nil
	}
}

// sensitivityNames are the words for how much it takes to be told.
var sensitivityNames = map[alert.Sensitivity]string{alert.Calm: "calm", alert.Usual: "usual", alert.Keen: "keen"}

type sensitivityJSON struct {
	Sensitivity string `json:"sensitivity"`
	Chosen      bool   `json:"chosen"`
	Unusual     string `json:"unusual_a_month,omitempty"` // one decimal
	Quiet       string `json:"worth_a_look_a_month,omitempty"`
	Days        int    `json:"days,omitempty"` // of your own history that this was counted on
}

func (t *terminal) sensitivity() *cobra.Command {
	return &cobra.Command{
		Use: "sensitivity [calm|usual|keen]", Short: "how much it takes to be told, and about how many alerts a month that brings on your own history",
		Args: cobra.MaximumNArgs(1), ValidArgs: []string{"calm", "usual", "keen"},
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			if len(args) == 1 {
				chosen, err := sensitivityNamed(args[0])
				if err != nil {
					return err
				}
				if err := c.SetSensitivity(ctx, chosen); err != nil {
					return err
				}
			}
			return t.printSensitivity(ctx, c)
		}),
	}
}

func sensitivityNamed(word string) (alert.Sensitivity, error) {
	for s, name := range sensitivityNames {
		if name == word {
			return s, nil
		}
	}
	return 0, usageError{fmt.Errorf("%q: calm, usual or keen", word)}
}

func (t *terminal) printSensitivity(ctx context.Context, c *app.Coffer) error {
	now, err := c.Sensitivity(ctx)
	if err != nil {
		return err
	}
	var all []sensitivityJSON
	var lines [][]string
	for _, s := range alert.Sensitivities() {
		e, err := c.ExpectedAlerts(ctx, s)
		if err != nil {
			return err
		}
		one, mark, expected := sensitivityJSON{Sensitivity: sensitivityNames[s], Chosen: s == now, Days: e.Days}, "  ", ""
		if s == now {
			mark = "* "
		}
		if e.Known() {
			one.Unusual, one.Quiet = tenths(e.Unusual), tenths(e.Quiet)
			expected = t.Voice.AMonth(e.Unusual)
		}
		all = append(all, one)
		lines = append(lines, []string{mark + sensitivityNames[s], t.Voice.Sensitivity(sensitivityNames[s]), expected})
	}
	if t.json {
		return t.printJSON(all)
	}
	t.table(lines)
	return nil
}

func tenths(n int) string { return fmt.Sprintf("%d.%d", n/10, n%10) }

// noticeWords are how much the desktop is told, as the command takes it.
var noticeWords = map[string]app.NoticeKind{"count": app.NoticeCount, "more": app.NoticeMore, "none": app.NoticeNone}

func (t *terminal) notice() *cobra.Command {
	return &cobra.Command{
		Use: "notify [count|more|none]", Short: "how much the desktop says of an unusual charge: how many, payee and amount too, or nothing",
		Args: cobra.MaximumNArgs(1), ValidArgs: []string{"count", "more", "none"},
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			if len(args) == 1 {
				kind, known := noticeWords[args[0]]
				if !known {
					return usageError{errors.New("count, more or none")}
				}
				if err := c.SetNotice(ctx, kind); err != nil {
					return err
				}
			}
			now, err := c.Notice(ctx)
			if err != nil {
				return err
			}
			for word, kind := range noticeWords {
				switch {
				case kind != now:
				case t.json:
					return t.printJSON(map[string]string{"notify": word})
				default:
					fmt.Fprintln(t.Out, word)
				}
			}
			return nil
		}),
	}
}

package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"

	"github.com/spf13/cobra"
)

const longWatch = `What you tell Coffer ahead: merchants that are blocked or trusted, trips, refunds that you expect,
subscriptions that you cancelled, payees that you know, and balances that you want to be told of.
It is used on this computer alone, and stays until you take it off.

A merchant is named as a transaction shows it, or by --row and the id of one, as
coffer transactions --ids prints it.`

type watchJSON struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`
	Name      string      `json:"name,omitempty"`
	Account   string      `json:"account,omitempty"`
	From      string      `json:"from,omitempty"` // a trip's first day, and since when of others
	To        string      `json:"to,omitempty"`   // a trip's last day, and until when a refund is in time
	Countries []string    `json:"countries,omitempty"`
	Amount    *amountJSON `json:"amount,omitempty"`
}

func (t *terminal) watch() *cobra.Command {
	list := func(word, group string) *cobra.Command {
		return &cobra.Command{Use: word, GroupID: group, Short: "what you told Coffer ahead, for its alerts", Long: longWatch, Args: cobra.NoArgs,
			RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error { return t.printWatchlist(ctx, c) })}
	}
	c := list("watch", groupLook)
	c.AddCommand(list("list", ""),
		t.watchName("block", "any charge there is told", app.Block, func(name string, _ ledger.Date) alert.WatchEntry {
			return alert.WatchedMerchant{Shown: name, Blocked: true}
		}),
		t.watchName("trust", "statistics are silent there; hard rules still speak", app.Trust, func(name string, _ ledger.Date) alert.WatchEntry {
			return alert.WatchedMerchant{Shown: name}
		}),
		t.watchName("cancelled", "you cancelled this subscription: a charge after that is told", app.Cancelled, func(name string, since ledger.Date) alert.WatchEntry {
			return alert.CancelledSeries{Shown: name, Since: since}
		}),
		t.watchName("payee", "you know whom you pay there", app.KnowPayee, func(name string, _ ledger.Date) alert.WatchEntry {
			return alert.KnownPayee{Shown: name}
		}),
		t.watchTrip(), t.watchRefund(), t.watchFloor(), t.unwatch())
	return c
}

// watchName is a command about a merchant, by its name or by a row of it.
func (t *terminal) watchName(word, short string, act app.WatchAct, make func(name string, since ledger.Date) alert.WatchEntry) *cobra.Command {
	var row, since string
	c := &cobra.Command{Use: word + " NAME", Short: short}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		if row != "" {
			return t.watchRow(ctx, c, row, act, args)
		}
		day, err := dateFlag(since)
		if err != nil {
			return err
		}
		if len(args) == 0 {
			return usageError{errors.New("name the merchant, or a transaction of it by --row")}
		}
		return t.printWatched(ctx, c)(c.Watch(ctx, make(strings.Join(args, " "), day)))
	})
	c.Flags().StringVar(&row, "row", "", "the merchant of this transaction: its `id`, or the end of it")
	if act == app.Cancelled {
		c.Flags().StringVar(&since, "since", "", "the day as of which it is cancelled, as 2026-01-31 (default: today)")
	}
	return c
}

func (t *terminal) watchRow(ctx context.Context, c *app.Coffer, row string, act app.WatchAct, args []string) error {
	if len(args) > 0 {
		return usageError{errors.New("a name or --row, not both")}
	}
	id, err := pickTransaction(ctx, c, row)
	if err != nil {
		return err
	}
	return t.printWatched(ctx, c)(c.WatchRow(ctx, id, act))
}

func (t *terminal) watchTrip() *cobra.Command {
	return &cobra.Command{
		Use: "trip FROM TO [COUNTRY...]", Short: "you are abroad on these days, as 2027-05-03 2027-05-17 ES PT; without a country anywhere", Args: cobra.MinimumNArgs(2),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			from, err := ledger.ParseDate(args[0])
			if err != nil {
				return usageError{err}
			}
			to, err := ledger.ParseDate(args[1])
			if err != nil {
				return usageError{err}
			}
			return t.printWatched(ctx, c)(c.Watch(ctx, alert.Trip{From: from, To: to, Countries: args[2:]}))
		}),
	}
}

func (t *terminal) watchRefund() *cobra.Command {
	var row, by, account string
	c := &cobra.Command{Use: "refund NAME AMOUNT CURRENCY", Short: "this merchant promised money back: it is told if it doesn't come", Long: "The merchant promised money back, as: coffer watch refund \"Fit Yard\" 39.00 USD.\nIt is told if nothing within 5 % of it comes in 14 days, or by the day of --by."}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		if row != "" {
			return t.watchRow(ctx, c, row, app.ExpectRefund, args)
		}
		if len(args) < 3 {
			return usageError{errors.New("NAME AMOUNT CURRENCY, or --row ID")}
		}
		n := len(args)
		amount, err := money.Parse(args[n-2], strings.ToUpper(args[n-1]))
		if err != nil {
			return usageError{err}
		}
		r := alert.ExpectedRefund{Shown: strings.Join(args[:n-2], " "), Minor: amount.Minor, Currency: amount.Currency}
		if r.By, err = dateFlag(by); err != nil {
			return err
		}
		if account != "" {
			a, err := t.accountNamed(ctx, c, account)
			if err != nil {
				return err
			}
			r.Account = a.ID
		}
		return t.printWatched(ctx, c)(c.Watch(ctx, r))
	})
	c.Flags().StringVar(&row, "row", "", "all of this transaction: its `id`, or the end of it")
	c.Flags().StringVar(&by, "by", "", "the last day on which it is in time, as 2026-01-31")
	c.Flags().StringVar(&account, "account", "", "where it shall come: its id, its last digits or a part of its name (default: anywhere)")
	return c
}

func (t *terminal) accountNamed(ctx context.Context, c *app.Coffer, word string) (ledger.AccountView, error) {
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return ledger.AccountView{}, err
	}
	return pickAccount(accounts, word)
}

func (t *terminal) watchFloor() *cobra.Command {
	return &cobra.Command{
		Use: "floor ACCOUNT AMOUNT", Short: "tell when this account falls below so much, in its own currency", Args: cobra.ExactArgs(2),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			a, err := t.accountNamed(ctx, c, args[0])
			if err != nil {
				return err
			}
			amount, err := money.Parse(args[1], a.Currency)
			if err != nil {
				return usageError{err}
			}
			return t.printWatched(ctx, c)(c.Watch(ctx, alert.Floor{Account: a.ID, Minor: amount.Minor, Currency: amount.Currency}))
		}),
	}
}

func (t *terminal) unwatch() *cobra.Command {
	return &cobra.Command{
		Use: "remove ID...", Short: "take something off the list, by its id or the end of it; what puts it back is printed", Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			list, err := c.Watchlist(ctx)
			if err != nil {
				return err
			}
			var keys []string
			for _, word := range args { // before any goes
				key, err := pickWatched(list.Entries(), word)
				if err != nil {
					return err
				}
				keys = append(keys, key)
			}
			return t.takeOff(ctx, c, keys)
		}),
	}
}

func pickWatched(all []alert.WatchEntry, word string) (string, error) {
	var found []string
	for _, e := range all {
		if key := e.Key(); key == word || len(word) >= shortest && strings.HasSuffix(key, word) {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		return "", usageError{fmt.Errorf("%d of them are called %q: coffer watch lists them", len(found), word)}
	}
	return found[0], nil
}

func (t *terminal) takeOff(ctx context.Context, c *app.Coffer, keys []string) error {
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return err
	}
	gone := []watchJSON{}
	for _, key := range keys {
		change, err := c.Unwatch(ctx, key)
		if err != nil {
			return err
		}
		gone = append(gone, t.jsonWatch(change.Was.Entry, accounts))
	}
	if t.json {
		return t.printJSON(map[string]any{"removed": gone})
	}
	for _, w := range gone {
		t.tell(t.Voice.T("watch.removed", "Taken off the list. This puts it back: {{.Command}}", "Command", w.again()))
	}
	return nil
}

// again is the command that puts what was taken off back.
func (w watchJSON) again() string {
	words := []string{"coffer watch"}
	quoted := `"` + strings.ReplaceAll(w.Name, `"`, `\"`) + `"`
	switch w.Kind {
	case "blocked":
		words = append(words, "block", quoted)
	case "trusted":
		words = append(words, "trust", quoted)
	case "trip":
		words = append(append(words, "trip", w.From, w.To), w.Countries...)
	case "refund":
		words = append(words, "refund", quoted, w.Amount.Amount, w.Amount.Currency, "--by", w.To)
	case "cancelled":
		words = append(words, "cancelled", quoted, "--since", w.From)
	case "payee":
		words = append(words, "payee", quoted)
	case "floor":
		words = append(words, "floor", `"`+w.Account+`"`, w.Amount.Amount)
	}
	return strings.Join(words, " ")
}

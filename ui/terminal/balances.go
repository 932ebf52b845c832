package terminal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"

	"github.com/spf13/cobra"
)

// amountJSON is an amount as every command prints it: exact decimal text.
type amountJSON struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func jsonAmount(a money.Amount) *amountJSON {
	if a.Currency == "" {
		return nil
	}
	return &amountJSON{a.Decimal(), a.Currency}
}

type accountJSON struct {
	ID        string      `json:"id"`
	Bank      string      `json:"bank"`
	Name      string      `json:"name"`
	Masked    string      `json:"masked,omitempty"`
	Kind      string      `json:"kind"`
	Booked    *amountJSON `json:"booked,omitempty"`
	Available *amountJSON `json:"available,omitempty"`
	Limit     *amountJSON `json:"limit,omitempty"`
	Pending   int         `json:"pending"`
	AsOf      *time.Time  `json:"as_of,omitempty"`
	ReadAt    *time.Time  `json:"read_at,omitempty"`
	LeftOut   bool        `json:"left_out,omitempty"` // of net worth
}

func (t *terminal) balances() *cobra.Command {
	c := &cobra.Command{
		Use: "balances", GroupID: groupLook, Short: "balances of every account, from the vault alone", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			return t.printBalances(accounts, c.Now())
		}),
	}
	c.AddCommand(
		t.knowDifference("accept", "you know that an account's balance and rows differ: don't tell, until they differ by another amount", true),
		t.knowDifference("undo", "tell again that an account's balance and rows differ", false),
	)
	return c
}

// knowDifference is a command on the account that its argument names.
func (t *terminal) knowDifference(word, short string, known bool) *cobra.Command {
	return &cobra.Command{
		Use: word + " ACCOUNT", Short: short, Args: cobra.ExactArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			all, err := c.Health(ctx)
			if err != nil {
				return err
			}
			accounts := make([]ledger.AccountView, len(all))
			for i, h := range all {
				accounts[i] = h.Account
			}
			a, err := pickAccount(accounts, args[0])
			if err != nil {
				return err
			}
			h := all[slices.IndexFunc(all, func(h app.AccountHealth) bool { return h.Account.ID == a.ID })]
			if !h.Differs {
				return usageError{fmt.Errorf("the balance and the rows of %s don't differ", accountName(a.Account))}
			}
			if err := c.KnowDifference(ctx, h, known); err != nil {
				return err
			}
			if t.json {
				return t.printJSON(map[string]any{"account": string(a.ID), "known": known})
			}
			name := accountName(a.Account)
			if known {
				t.tell(t.Voice.DifferenceKnown(name, h.Stated, h.Computed))
				return nil
			}
			t.tell(t.Voice.BalancesDiffer(name, h.Stated, h.Computed, h.Since.Local()))
			return nil
		}),
	}
}

func (t *terminal) printBalances(accounts []ledger.AccountView, now time.Time) error {
	if t.json {
		list := make([]accountJSON, 0, len(accounts))
		for _, a := range accounts {
			list = append(list, jsonAccount(a))
		}
		return t.printJSON(list)
	}
	if len(accounts) == 0 {
		t.tell(t.Voice.T("terminal.no-accounts", "Nothing here yet. Link a bank, import a statement, or try the demo."))
		return nil
	}
	rows := [][]string{{
		t.Voice.T("column.bank", "Bank"), t.Voice.T("column.account", "Account"), t.Voice.T("column.booked", "Booked"),
		t.Voice.T("column.available", "Available"), t.Voice.T("column.pending", "Pending"), t.Voice.T("column.read", "Read"),
	}}
	for _, a := range accounts {
		read := "–"
		if !a.Balance.ReadAt.IsZero() {
			read = t.Voice.Age(a.Balance.ReadAt, now)
		}
		rows = append(rows, []string{
			a.Bank, accountName(a.Account), t.amount(a.Balance.Booked), t.amount(a.Balance.Available), t.Voice.Count(a.Pending.Count), read,
		})
	}
	t.table(rows, 2, 3, 4)
	return nil
}

func (t *terminal) amount(a money.Amount) string {
	if a.Currency == "" {
		return "–"
	}
	return t.Voice.Money(a)
}

func accountName(a ledger.Account) string { return nameOf(a.Name, a.Masked) }

func nameOf(account, digits string) string {
	if digits == "" {
		return account
	}
	return account + " ·· " + digits
}

var kindNames = map[ledger.Kind]string{
	ledger.Other: "other", ledger.Checking: "checking", ledger.Savings: "savings", ledger.Card: "card",
	ledger.Loan: "loan", ledger.Investment: "investment", ledger.Wallet: "wallet",
}

func jsonAccount(a ledger.AccountView) accountJSON {
	return accountJSON{
		ID: string(a.ID), Bank: a.Bank, Name: a.Name, Masked: a.Masked, Kind: kindNames[a.Kind],
		Booked: jsonAmount(a.Balance.Booked), Available: jsonAmount(a.Balance.Available), Limit: jsonAmount(a.Balance.Limit),
		Pending: a.Pending.Count, AsOf: instant(a.Balance.AsOf), ReadAt: instant(a.Balance.ReadAt), LeftOut: a.LeftOut,
	}
}

// instant returns nil for an instant that is not known, so that JSON leaves it out.
func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

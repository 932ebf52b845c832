package terminal

import (
	"context"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

type transactionJSON struct {
	ID       string      `json:"id"`
	Account  string      `json:"account"`
	Date     string      `json:"date"`
	Status   string      `json:"status"`
	Payee    string      `json:"payee"`
	Category string      `json:"category,omitempty"`
	Amount   *amountJSON `json:"amount"`
	Flagged  bool        `json:"flagged,omitempty"`
}

var statusNames = map[ledger.Status]string{ledger.Booked: "booked", ledger.Pending: "pending", ledger.Dropped: "dropped"}

func (t *terminal) transactions() *cobra.Command {
	var account, search, from, to string
	var limit, offset int
	var pending, deleted, ids bool
	c := &cobra.Command{
		Use: "transactions", GroupID: groupLook, Aliases: []string{"tx"}, Short: "the register, newest first, from the vault alone", Args: cobra.NoArgs,
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
			if deleted {
				return t.printDeletedRows(ctx, c, limit)
			}
			f := ledger.Filter{Search: search, Pending: pending}
			var err error
			if f.From, err = dateFlag(from); err != nil {
				return err
			}
			if f.To, err = dateFlag(to); err != nil {
				return err
			}
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			if account != "" {
				found, err := pickAccount(accounts, account)
				if err != nil {
					return err
				}
				f.Account = found.ID
			}
			rows, err := c.Rows(ctx, f, ledger.NewestFirst, offset, limit)
			if err != nil {
				return err
			}
			return t.printTransactions(ctx, c, rows, accounts, ids)
		}),
	}
	flags := c.Flags()
	flags.StringVar(&account, "account", "", "only this account: its id, its last digits or a part of its name")
	flags.StringVar(&search, "search", "", `words of payee, text or note; also ">100", "<-50", "412"`)
	flags.StringVar(&from, "from", "", "first day, as 2026-01-31")
	flags.StringVar(&to, "to", "", "last day, as 2026-01-31")
	flags.BoolVar(&pending, "pending", false, "only pending rows")
	flags.IntVar(&limit, "limit", 50, "at most so many rows")
	flags.IntVar(&offset, "offset", 0, "leave out so many rows first")
	flags.BoolVar(&ids, "ids", false, "print before each row the end of its id, as other commands take it")
	flags.BoolVar(&deleted, "deleted", false, "those that you have deleted, the last first")
	c.AddCommand(t.deleteTransactions(), t.undeleteTransactions())
	return c
}

func dateFlag(text string) (ledger.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		return 0, usageError{err}
	}
	return d, nil
}

// pickAccount finds the one account that word names.
func pickAccount(accounts []ledger.AccountView, word string) (ledger.AccountView, error) {
	var found []ledger.AccountView
	for _, a := range accounts {
		if string(a.ID) == word || a.Masked == word || strings.Contains(strings.ToLower(accountName(a.Account)), strings.ToLower(word)) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return ledger.AccountView{}, usageError{fmt.Errorf("no account is called %q: coffer balances lists them", word)}
	}
	return ledger.AccountView{}, usageError{fmt.Errorf("%d accounts are called %q: take more of the name, or the id from coffer balances --json", len(found), word)}
}

func (t *terminal) printTransactions(ctx context.Context, c *app.Coffer, rows []ledger.RegisterRow, accounts []ledger.AccountView, ids bool) error {
	names := map[ledger.AccountID]string{}
	for _, a := range accounts {
		names[a.ID] = accountName(a.Account)
	}
	if t.json {
		list := make([]transactionJSON, 0, len(rows))
		for _, r := range rows {
			list = append(list, transactionJSON{
				ID: string(r.ID), Account: string(r.Account), Date: r.Date.String(), Status: statusNames[r.Status], Payee: r.Payee,
				Category: string(r.Category), Amount: jsonAmount(r.Amount), Flagged: r.Flag != ledger.NoFlag,
			})
		}
		return t.printJSON(list)
	}
	if len(rows) == 0 && len(accounts) == 0 {
		t.tell(t.Voice.T("terminal.no-accounts", "Nothing here yet. Link a bank, import a statement, or try the demo."))
		return nil
	}
	if len(rows) == 0 {
		t.tell(t.Voice.T("terminal.no-rows", "Nothing matches."))
		return nil
	}
	today := c.Today().Time()
	lines := make([][]string, 0, len(rows))
	for _, r := range rows {
		mark := " "
		switch {
		case r.Flag != ledger.NoFlag:
			mark = "!"
		case r.Status == ledger.Pending:
			mark = "…"
		}
		line := []string{mark, t.Voice.Day(r.Date.Time(), today), clip(r.Payee, payeeWide), t.Voice.Category(string(r.Category)), names[r.Account], t.Voice.Change(r.Amount)}
		if ids {
			line = append([]string{short(string(r.ID))}, line...)
		}
		lines = append(lines, line)
	}
	t.table(lines, len(lines[0])-1)
	return nil
}

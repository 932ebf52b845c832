package terminal

import (
	"context"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

type deletedJSON struct {
	rowJSON
	At string `json:"deleted,omitempty"`
}

func (t *terminal) deleteTransactions() *cobra.Command {
	return &cobra.Command{
		Use: "delete ID...", Short: "take transactions out of the books; no read brings them back, undelete does", Args: cobra.MinimumNArgs(1),
		Long: "Takes transactions out of the books: they count nowhere, and no read and no file brings them back.\n" +
			"coffer transactions --ids prints the ids; coffer transactions undelete ID brings one back as it was.",
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			ids := make([]ledger.TransactionID, len(args))
			for i, word := range args { // before any is deleted
				var err error
				if ids[i], err = pickTransaction(ctx, c, word); err != nil {
					return err
				}
			}
			return t.each(ids, "delete", func(id ledger.TransactionID) error { return c.DeleteTransaction(ctx, id) })
		}),
	}
}

func (t *terminal) undeleteTransactions() *cobra.Command {
	return &cobra.Command{
		Use: "undelete ID...", Short: "bring deleted transactions back as they were: coffer transactions --deleted lists them", Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			all, err := c.DeletedTransactions(ctx, everyPair)
			if err != nil {
				return err
			}
			ids := make([]ledger.TransactionID, len(args))
			for i, word := range args {
				at, err := pick(len(all), word, func(i int) []ledger.TransactionID { return []ledger.TransactionID{all[i].ID} }, "coffer transactions --deleted")
				if err != nil {
					return err
				}
				ids[i] = all[at].ID
			}
			return t.each(ids, "undelete", func(id ledger.TransactionID) error { return c.Undelete(ctx, id) })
		}),
	}
}

// each does something with each id, named once or more, and says which were done.
func (t *terminal) each(ids []ledger.TransactionID, word string, do func(ledger.TransactionID) error) error {
	done, seen := []string{}, map[ledger.TransactionID]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		if err := do(id); err != nil {
			return err
		}
		seen[id] = true
		done = append(done, string(id))
	}
	if t.json {
		return t.printJSON(map[string]any{"did": word, "ids": done})
	}
	if word == "delete" {
		t.tell(t.Voice.N("transactions.deleted", "{{.N}} row deleted. coffer transactions undelete brings it back: {{.IDs}}", "{{.N}} rows deleted. coffer transactions undelete brings them back: {{.IDs}}", len(done), "IDs", shorts(done)))
		return nil
	}
	t.tell(t.Voice.N("transactions.undeleted", "{{.N}} row is back", "{{.N}} rows are back", len(done)))
	return nil
}

func shorts(ids []string) string {
	ends := make([]string, len(ids))
	for i, id := range ids {
		ends[i] = short(id)
	}
	return strings.Join(ends, " ")
}

// pickTransaction finds the one transaction that word names: its id, or the end of it.
func pickTransaction(ctx context.Context, c *app.Coffer, word string) (ledger.TransactionID, error) {
	var found []ledger.TransactionID
	if len(word) >= shortest {
		var err error
		if found, err = c.TransactionsEnding(ctx, word); err != nil {
			return "", err
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", usageError{fmt.Errorf("no transaction is called %q: coffer transactions --ids lists them", word)}
	}
	return "", usageError{fmt.Errorf("several transactions are called %q: take more of the id, from coffer transactions --json", word)}
}

func (t *terminal) printDeletedRows(ctx context.Context, c *app.Coffer, limit int) error {
	found, err := c.DeletedTransactions(ctx, limit)
	if err != nil {
		return err
	}
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return err
	}
	of := map[ledger.AccountID]ledger.AccountView{}
	for _, a := range accounts {
		of[a.ID] = a
	}
	if t.json {
		list := make([]deletedJSON, len(found))
		for i, r := range found {
			list[i] = deletedJSON{jsonRow(r.Transaction, of[r.Account]), jsonInstant(r.At)}
		}
		return t.printJSON(list)
	}
	if len(found) == 0 {
		t.tell(t.Voice.T("transactions.none-deleted", "Nothing is deleted."))
		return nil
	}
	today := c.Today().Time()
	lines := make([][]string, len(found))
	for i, r := range found {
		lines[i] = []string{short(string(r.ID)), t.Voice.Day(r.Date.Time(), today), clip(r.Payee, payeeWide), accountName(of[r.Account].Account), t.Voice.Change(r.Amount)}
	}
	t.table(lines, 4)
	return nil
}

package terminal

import (
	"context"

	"coffer/app"

	"github.com/spf13/cobra"
)

// bookedOnly is a command on the account that its argument names: only says whether pending transactions of it are left out.
func (t *terminal) bookedOnly(word, short string, only bool) *cobra.Command {
	return &cobra.Command{
		Use: word + " ACCOUNT", Short: short, Args: cobra.ExactArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			a, err := pickAccount(accounts, args[0])
			if err != nil {
				return err
			}
			if err := c.SetBookedOnly(ctx, a.ID, only); err != nil {
				return err
			}
			if t.json {
				return t.printJSON(map[string]any{"account": string(a.ID), "booked_only": only})
			}
			t.tell(t.Voice.BookedOnly(accountName(a.Account), only))
			return nil
		}),
	}
}

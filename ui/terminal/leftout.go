package terminal

import (
	"context"

	"coffer/app"

	"github.com/spf13/cobra"
)

// leftOut is a command on the account that its argument names: out says whether it is left out of net worth.
func (t *terminal) leftOut(word, short string, out bool) *cobra.Command {
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
			if err := c.SetLeftOut(ctx, a.ID, out); err != nil {
				return err
			}
			if t.json {
				return t.printJSON(map[string]any{"account": string(a.ID), "left_out": out})
			}
			t.tell(t.Voice.LeftOut(accountName(a.Account), out))
			return nil
		}),
	}
}

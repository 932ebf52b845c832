package terminal

import (
	"context"

	"coffer/app"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

// accountSwitch is what a person may turn on or off of an account.
type accountSwitch struct {
	key string // in JSON
	set func(c *app.Coffer, ctx context.Context, id ledger.AccountID, on bool) error
	say func(account string, on bool) string
}

// bookedOnly leaves pending transactions of an account out.
func (t *terminal) bookedOnly() accountSwitch {
	return accountSwitch{"booked_only", (*app.Coffer).SetBookedOnly, t.Voice.BookedOnly}
}

// leftOut leaves an account out of net worth.
func (t *terminal) leftOut() accountSwitch {
	return accountSwitch{"left_out", (*app.Coffer).SetLeftOut, t.Voice.LeftOut}
}

// turn is a command that turns a switch on or off, of the account that its argument names.
func (t *terminal) turn(of func() accountSwitch, on bool, word, short string) *cobra.Command {
	return &cobra.Command{
		Use: word + " ACCOUNT", Short: short, Args: cobra.ExactArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			s := of()
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			a, err := pickAccount(accounts, args[0])
			if err != nil {
				return err
			}
			if err := s.set(c, ctx, a.ID, on); err != nil {
				return err
			}
			if t.json {
				return t.printJSON(map[string]any{"account": string(a.ID), s.key: on})
			}
			t.tell(s.say(accountName(a.Account), on))
			return nil
		}),
	}
}

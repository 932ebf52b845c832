package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/dispute"

	"github.com/spf13/cobra"
)

const longPhone = `The number of the bank of an account, as you read it on the back of the card or on a statement: kept
before you need it, so that a dispute can show it where you are to call. Coffer has no number of its own
and takes none from a bank, a file or a message.`

// phone shows, keeps or forgets the number of an account's bank.
func (t *terminal) phone() *cobra.Command {
	var forget bool
	c := &cobra.Command{
		Use: "phone ACCOUNT [NUMBER...]", Short: "the bank's number, from the back of the card: keep it before you need it", Long: longPhone, Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			a, err := pickAccount(accounts, args[0])
			if err != nil {
				return err
			}
			number := strings.Join(args[1:], " ")
			if forget && number != "" {
				return usageError{errors.New("--forget takes no number")}
			}
			if forget || number != "" {
				_, err := c.SetBankPhone(ctx, a.ID, number)
				if errors.Is(err, dispute.ErrAnswer) {
					return usageError{fmt.Errorf("%q is no phone number", number)}
				}
				if err != nil {
					return err
				}
			}
			p, err := c.BankPhone(ctx, a.ID)
			if err != nil {
				return err
			}
			if t.json {
				return t.printJSON(map[string]any{"account": string(a.ID), "number": p.Number, "at": jsonInstant(p.At)})
			}
			if p.Number == "" {
				t.tell(t.Voice.T("phone.none", "No number is stored for {{.Account}}. Take it from the back of the card: coffer accounts phone {{.Word}} NUMBER", "Account", accountName(a.Account), "Word", args[0]))
				return nil
			}
			fmt.Fprintln(t.Out, t.Voice.T("dispute.phone", "{{.Number}}, stored by you on {{.Day}}", "Number", p.Number, "Day", t.Voice.FullDay(p.At.Local())))
			return nil
		}),
	}
	c.Flags().BoolVar(&forget, "forget", false, "forget the number")
	return c
}

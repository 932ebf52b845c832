package terminal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"coffer/app"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

const longSchedule = `How often Coffer reads your banks by itself: in its window or the tray while the vault is open,
and what counts as due for coffer sync --unattended. One time holds for all of them.

Over a network that counts its bytes, as NetworkManager tells, nothing is read by itself unless
--metered read says so. What you ask for is always read.`

// readTimes are the words for app.ReadChoices.
var readTimes = map[string]time.Duration{"never": 0, "6h": 6 * time.Hour, "12h": 12 * time.Hour, "1d": 24 * time.Hour}

func (t *terminal) schedule() *cobra.Command {
	metered := ""
	c := &cobra.Command{
		Use: "schedule [never|6h|12h|1d]", GroupID: groupBank, Short: "how often your banks are read by themselves", Long: longSchedule,
		Args: cobra.MaximumNArgs(1), ValidArgs: []string{"never", "6h", "12h", "1d"},
	}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		if metered != "" && metered != "wait" && metered != "read" {
			return usageError{errors.New("--metered takes wait or read")}
		}
		if len(args) == 1 {
			if err := t.setSchedule(ctx, c, args[0]); err != nil {
				return err
			}
		}
		if metered != "" {
			if err := t.setMetered(ctx, c, metered == "wait"); err != nil {
				return err
			}
		}
		return t.printSchedule(ctx, c)
	})
	c.Flags().StringVar(&metered, "metered", "", "over a network that counts its bytes: `wait` until you ask, or read")
	return c
}

func (t *terminal) setSchedule(ctx context.Context, c *app.Coffer, word string) error {
	every, known := readTimes[word]
	if !known {
		return usageError{fmt.Errorf("%q: banks are read every 6h, 12h, 1d or never", word)}
	}
	err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.schedule", "A terminal of yours asks to change how often your banks are read by themselves: {{.Often}}", "Often", v.ReadEvery(every))
	})
	if err != nil {
		return err
	}
	return c.SetReadEvery(ctx, every)
}

func (t *terminal) setMetered(ctx context.Context, c *app.Coffer, waits bool) error {
	err := t.allow(ctx, func(v *say.Voice) string {
		if waits {
			return v.T("asked.metered-wait", "A terminal of yours asks to read no bank by itself over a network that counts its bytes")
		}
		return v.T("asked.metered-read", "A terminal of yours asks to read banks by themselves even over a network that counts its bytes")
	})
	if err != nil {
		return err
	}
	return c.SetWaitsOnMetered(ctx, waits)
}

func (t *terminal) printSchedule(ctx context.Context, c *app.Coffer) error {
	every, err := c.ReadEvery(ctx)
	if err != nil {
		return err
	}
	waits, err := c.WaitsOnMetered(ctx)
	if err != nil {
		return err
	}
	word, metered := "", "wait"
	for name, d := range readTimes {
		if d == every {
			word = name
		}
	}
	if !waits {
		metered = "read"
	}
	if t.json {
		return t.printJSON(struct {
			Every   string `json:"every"`
			Metered string `json:"metered"`
		}{word, metered})
	}
	fmt.Fprintln(t.Out, word)
	if metered == "read" {
		t.tell(t.Voice.T("schedule.metered-read", "Over a network that counts its bytes, too."))
	}
	return nil
}

package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"

	"github.com/spf13/cobra"
)

const longSync = `Reads new balances and transactions of every link, or of those that you name by id or bank.
Several are read at once. Ctrl+C stops: what was saved stays, and the next run goes on from there.

With --unattended nobody has to be there, as for cron or a systemd timer:
  - this computer's keyring opens the vault, and nothing is ever asked; where that may not be, the exit code is 3
  - the banks are told that you are not present, and what they allow for that counts
  - only what is due is read: how often you have set in Settings, or by coffer schedule; start it hourly.
    --all reads every link, and naming links reads those, due or not
  - over a network that counts its bytes nothing is read unless you named it or said --all
  - it says nothing unless transactions want a look, or something went wrong`

const syncExamples = `  coffer sync                      every link, with you there
  coffer sync "Northlight Bank"
  coffer sync --unattended         what is due, for a timer

Exit codes with --unattended:
  0  done, or nothing was due      5  a bank did not answer, or asks to wait
  1  failed                        6  a bank wants you to sign in again
  3  the keyring may not open it   9  no vault yet
  4  the vault is in use`

func (t *terminal) sync() *cobra.Command {
	var unattended, all bool
	c := &cobra.Command{
		Use: "sync [LINK...]", GroupID: groupBank, Short: "read new balances and transactions of every link", Long: longSync, Example: syncExamples,
	}
	attended := t.unlocked(t.syncAttended)
	alone := t.onVault(func(ctx context.Context, args []string) error { return t.byRingAlone(ctx, all, args) })
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case unattended && (t.fd >= 0 || t.lost || !t.ring):
			return usageError{errors.New("--unattended opens the vault by the keyring alone")}
		case unattended:
			return alone(c, args)
		case all:
			return usageError{errors.New("--all goes with --unattended")}
		}
		return attended(c, args)
	}
	c.Flags().BoolVar(&unattended, "unattended", false, "ask nothing, read what is due, and be quiet unless something wants you")
	c.Flags().BoolVar(&all, "all", false, "with --unattended: read every link, due or not")
	return c
}

func (t *terminal) syncAttended(ctx context.Context, c *app.Coffer, args []string) error {
	failed := t.refreshAll(ctx, c, args)
	if fault.KindOf(failed) == fault.Canceled {
		return failed
	}
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return err
	}
	return errors.Join(t.printBalances(accounts, c.Now()), failed)
}

// readable are the links that args name, or all that have not ended. Those that wait for the person are among
// them: trying says what they wait for.
func readable(ctx context.Context, c *app.Coffer, args []string) (ids []consent.LinkID, err error) {
	links, err := c.Links(ctx)
	if err != nil {
		return nil, err
	}
	links = slices.DeleteFunc(links, func(l app.LinkView) bool { return l.State.Ended() || l.State == consent.RevokePending })
	for _, l := range links {
		if len(args) == 0 {
			ids = append(ids, l.ID)
		}
	}
	for _, word := range args {
		found := false
		for _, l := range links {
			if string(l.ID) == word || strings.EqualFold(l.Bank, word) {
				found = true
				if !slices.Contains(ids, l.ID) {
					ids = append(ids, l.ID)
				}
			}
		}
		if !found {
			return nil, usageError{fmt.Errorf("no link is called %q: coffer banks lists them", word)}
		}
	}
	return ids, nil
}

// refreshAll reads the links that args name, or all, tells of each that can't be read why, and returns the first error
// as told.
func (t *terminal) refreshAll(ctx context.Context, c *app.Coffer, args []string) error {
	ids, err := readable(ctx, c, args)
	if err != nil {
		return err
	}
	watching, end := context.WithCancel(ctx)
	told := t.watchReading(watching, c)
	outcomes, err := c.RefreshEach(ctx, ids)
	end()
	told()
	if fault.KindOf(err) == fault.Canceled {
		return err
	}
	return errors.Join(err, t.tellOutcomes(outcomes))
}

// watchReading shows which accounts are read: on one line of a terminal, else a line for each account.
func (t *terminal) watchReading(ctx context.Context, c *app.Coffer) (end func()) {
	show, over := t.progress()
	_, watched := t.screen()
	var mu sync.Mutex
	at, done := map[consent.LinkID]string{}, 0
	c.ListenJobs(ctx, func(p app.Progress) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case p.Ended:
			done++
		case p.Account != "" && at[p.Link] != p.Account && !watched:
			at[p.Link] = p.Account
			t.tell(t.Voice.T("sync.account", "Reading {{.Account}} at {{.Bank}}", "Account", p.Account, "Bank", p.Bank))
		}
		if watched {
			show(t.readingLine(c.Running(), done), 0, 0)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over()
	}
}

// readingLine says of each link that is read how far it is.
func (t *terminal) readingLine(running []app.Progress, done int) string {
	v := t.Voice
	line, waits := []string{}, 0
	for _, p := range running {
		switch {
		case p.Waits:
			waits++
		case p.Account == "":
			line = append(line, v.T("sync.reading", "Reading {{.Bank}}", "Bank", p.Bank))
		default:
			line = append(line, p.Bank+": "+v.Reading(max(p.AccountNo, 1), max(p.Accounts, 1), p.Rows))
		}
	}
	if waits > 0 {
		line = append(line, v.N("sync.waits", "{{.N}} waits", "{{.N}} wait", waits))
	}
	if done > 0 {
		line = append(line, v.N("sync.done", "{{.N}} done", "{{.N}} done", done))
	}
	return strings.Join(line, " | ")
}

// tellOutcomes tells of each link that could not be read why, and returns the first error as told.
func (t *terminal) tellOutcomes(outcomes []app.Outcome) error {
	var first error
	for _, o := range outcomes {
		err := o.Err
		if o.Stopped {
			continue
		}
		for _, a := range o.Failed {
			reason := ""
			if f := fault.Of(a.Err); f != nil {
				reason = f.Reason
			}
			t.tell(t.Voice.Unread(accountName(a.Account), reason))
			err = errors.Join(err, a.Err)
		}
		if err == nil {
			continue
		}
		if len(o.Failed) == 0 {
			t.tell(t.Voice.T("sync.failed", "{{.Bank}}: {{.Why}}", "Bank", o.Bank, "Why", t.Voice.Fault(err)))
			if fault.KindOf(err) == fault.ProviderChanged {
				t.tell(t.Voice.T("sync.confirm", "To see what changed: coffer banks --confirm {{.ID}}", "ID", o.Link))
			}
		}
		if first == nil {
			first = toldError{err}
		}
	}
	return first
}

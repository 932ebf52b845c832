package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

func (t *terminal) link() *cobra.Command {
	var history, days int
	var yes bool
	var again string
	c := &cobra.Command{Use: "link [BANK]", GroupID: groupBank, Short: "link a bank: you approve at the bank's own page", Args: cobra.MaximumNArgs(1)}
	c.RunE = t.unlocked(func(ctx context.Context, c *app.Coffer, args []string) error {
		p, err := t.pickProvider(c.Providers(), args)
		if err != nil {
			return err
		}
		terms := app.Terms{HistoryDays: cap0(history, p.History), ConsentDays: cap0(days, p.Days)}
		if terms.Again, err = t.renewed(ctx, c, p, again); err != nil {
			return err
		}
		t.disclose(p, terms)
		if !yes {
			if ok, err := t.agree(ctx, t.Voice.T("link.go", "Open {{.Bank}}'s page in the browser?", "Bank", p.Name)); err != nil || !ok {
				return fault.New(fault.Canceled, "link a bank", context.Canceled)
			}
		}
		terms.Ask = func(ctx context.Context, asks []consent.Ask) (bool, error) { return t.askHosts(ctx, p.Name, asks) }
		id, err := c.LinkBank(ctx, p.ID, terms, t.linkTold(false))
		if err != nil {
			return err
		}
		return t.linked(ctx, c, id)
	})
	flags := c.Flags()
	flags.IntVar(&history, "history-days", 0, "read at most so many days back (default: what the bank gives)")
	flags.IntVar(&days, "consent-days", 0, "ask for a consent of so many days (default: what the bank gives)")
	flags.BoolVar(&yes, "yes", false, "don't ask before the browser opens")
	flags.StringVar(&again, "again", "", "sign in again for this link: its id or its bank (by itself where a link waits for it)")
	return c
}

// renewed returns the link that is to be signed in again: the one asked for, or the one at p that
// waits for it. It is empty for a new link.
func (t *terminal) renewed(ctx context.Context, c *app.Coffer, p app.Provider, asked string) (consent.LinkID, error) {
	if asked != "" {
		link, err := t.pickLink(ctx, c, []string{asked})
		if err == nil && link.Link.Provider != p.ID {
			err = usageError{fmt.Errorf("link %s is with %s, not with %s", link.ID, link.Bank, p.Name)}
		}
		return link.ID, err
	}
	links, err := c.Links(ctx)
	for _, l := range links {
		if l.Link.Provider == p.ID && (l.State == consent.NeedsLogin || l.State == consent.RevokedAtBank) {
			t.tell(t.Voice.T("link.again", "This renews the link that waits for a new sign-in. What was read before stays."))
			return l.ID, nil
		}
	}
	return "", err
}

// cap0 returns asked, or most if nothing or more than that was asked.
func cap0(asked, most int) int {
	if asked <= 0 || most > 0 && asked > most {
		return most
	}
	return asked
}

func (t *terminal) pickProvider(all []app.Provider, args []string) (app.Provider, error) {
	var names []string
	for _, p := range all {
		if len(args) == 0 && len(all) == 1 || len(args) == 1 && (p.ID == args[0] || strings.EqualFold(p.Name, args[0])) {
			return p, nil
		}
		names = append(names, p.ID)
	}
	if len(names) == 0 {
		return app.Provider{}, usageError{fmt.Errorf("no bank can be linked here yet: coffer --demo link has the demo bank")}
	}
	return app.Provider{}, usageError{fmt.Errorf("which bank? One of: %s", strings.Join(names, ", "))}
}

// disclose says who is in the path, what is read and for how long, before anything is sent.
func (t *terminal) disclose(p app.Provider, terms app.Terms) {
	v := t.Voice
	t.tell(v.T("link.path", "{{.Bank}} → this computer. Nobody between.", "Bank", p.Name))
	t.tell(v.T("link.reads", "Coffer reads {{.What}}. It can't move money or see your password.", "What", strings.Join(v.Reads(p.Reads), ", ")))
	t.tell(v.T("link.terms", "Up to {{.Days}} days back; the consent lasts {{.Consent}} days. Take it back at any time: coffer revoke.",
		"Days", terms.HistoryDays, "Consent", terms.ConsentDays))
	if p.SignIn != nil {
		t.tell(v.T("link.sign-in", "An invented bank on this computer. At its page sign in as {{.Name}}, password {{.Password}}.", "Name", p.SignIn.Name, "Password", p.SignIn.Password))
	}
}

// linkTold returns a listener that prints each step of linking once. alone says that no person is
// at the bank's page.
func (t *terminal) linkTold(alone bool) func(app.LinkingProgress) {
	last, account := app.LinkStep(-1), ""
	return func(p app.LinkingProgress) {
		if p.Step == app.Reading && p.Progress.Account != "" && p.Progress.Account != account {
			account = p.Progress.Account
			t.tell(t.Voice.T("link.reading-account", "Reading {{.Account}}", "Account", account))
		}
		if p.Step == last {
			return
		}
		last = p.Step
		switch p.Step {
		case app.AskingBank:
			t.tell(t.Voice.T("link.asking", "Asking the bank for its consent page"))
		case app.InBrowser:
			if alone {
				return
			}
			if p.NoBrowse {
				t.tell(t.Voice.T("fault.no-browser", "No browser could be opened. Copy this address into one:{{if .address}} {{.address}}{{end}}", "address", p.Address))
			} else {
				t.tell(t.Voice.T("link.in-browser", "Waiting for you in the browser. If it did not open, copy this address: {{.Address}}", "Address", p.Address))
			}
		case app.Opening:
			t.tell(t.Voice.T("link.opening", "Approved. The tokens are sealed"))
		case app.Reading:
			t.tell(t.Voice.T("link.reading", "Reading balances and transactions"))
		}
	}
}

func (t *terminal) linked(ctx context.Context, c *app.Coffer, id consent.LinkID) error {
	link, err := c.Link(ctx, id)
	if err != nil {
		return err
	}
	accounts := make([]ledger.AccountView, 0, len(link.Accounts))
	accounts = append(accounts, link.Accounts...)
	return t.printBalances(accounts, c.Now())
}

func (t *terminal) sync() *cobra.Command {
	return &cobra.Command{
		Use: "sync", GroupID: groupBank, Short: "read new balances and transactions of every link", Args: cobra.NoArgs,
		RunE: t.unlocked(func(ctx context.Context, c *app.Coffer, _ []string) error {
			account := ""
			c.ListenJobs(ctx, func(p app.Progress) {
				if p.Account != "" && p.Account != account {
					account = p.Account
					t.tell(t.Voice.T("sync.account", "Reading {{.Account}} at {{.Bank}}", "Account", p.Account, "Bank", p.Bank))
				}
			})
			failed := t.refreshAll(ctx, c)
			if fault.KindOf(failed) == fault.Canceled {
				return failed
			}
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			return errors.Join(t.printBalances(accounts, c.Now()), failed)
		}),
	}
}

// refreshAll reads every link, tells of each that can't be read why, and returns the first error
// as told. Links that wait for the person count as such.
func (t *terminal) refreshAll(ctx context.Context, c *app.Coffer) error {
	links, err := c.Links(ctx)
	if err != nil {
		return err
	}
	var first error
	for _, l := range links {
		if l.State.Ended() || l.State == consent.RevokePending {
			continue
		}
		got, err := c.Refresh(ctx, l.ID)
		if fault.KindOf(err) == fault.Canceled {
			return err
		}
		for _, a := range got.Failed {
			t.tell(t.Voice.T("sync.account-failed", "{{.Account}}: {{.Why}}", "Account", accountName(a.Account), "Why", t.Voice.Fault(a.Err)))
			err = errors.Join(err, a.Err)
		}
		if err == nil {
			continue
		}
		if len(got.Failed) == 0 {
			t.tell(t.Voice.T("sync.failed", "{{.Bank}}: {{.Why}}", "Bank", l.Bank, "Why", t.Voice.Fault(err)))
		}
		if first == nil {
			first = toldError{err}
		}
	}
	return first
}

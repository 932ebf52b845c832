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
	"coffer/app/provider"

	"github.com/spf13/cobra"
)

func (t *terminal) link() *cobra.Command {
	var history, days int
	var yes bool
	var again, accounts string
	c := &cobra.Command{Use: "link [BANK]", GroupID: groupBank, Short: "link a bank: you approve at the bank's own page", Args: cobra.MaximumNArgs(1)}
	given := givenFlags(c)
	c.RunE = t.unlocked(func(ctx context.Context, c *app.Coffer, args []string) error {
		p, err := t.pickProvider(c.ReadProviders().Providers, args)
		if err != nil {
			return err
		}
		terms := app.Terms{HistoryDays: cap0(history, p.History), ConsentDays: cap0(days, p.Days), Hash: p.File.Hash}
		if terms.Again, err = t.renewed(ctx, c, p, again); err != nil {
			return err
		}
		if len(p.Lacks) > 0 {
			return fault.With(fault.ProviderLacks, "link a bank", errLacks, "bank", p.Name)
		}
		terms.Shown = t.disclose(p, terms)
		if err := t.answers(ctx, p, given, &terms); err != nil {
			return err
		}
		if !yes {
			question := t.Voice.T("link.go", "Open {{.Bank}}'s page in the browser?", "Bank", p.Name)
			if !p.File.Page() {
				question = t.Voice.T("link.try", "Try it at {{.Bank}}, and seal it here?", "Bank", p.Name)
			}
			if ok, err := t.agree(ctx, question); err != nil || !ok {
				return fault.New(fault.Canceled, "link a bank", context.Canceled)
			}
		}
		terms.Ask = func(ctx context.Context, asks []consent.Ask) (bool, error) { return t.askHosts(ctx, p.Name, asks) }
		terms.Choose = t.chooser(accounts, yes)
		linking, stop := context.WithCancel(ctx)
		defer stop()
		id, err := c.LinkBank(linking, p.ID, terms, t.pasting(linking, stop, t.linkTold(false, p)))
		if err != nil {
			t.leftLinked(ctx, c, id)
			return err
		}
		return t.linked(ctx, c, id)
	})
	flags := c.Flags()
	flags.IntVar(&history, "history-days", 0, "read at most so many days back (default: what the bank gives)")
	flags.IntVar(&days, "consent-days", 0, "ask for a consent of so many days (default: what the bank gives)")
	flags.StringVar(&accounts, "accounts", "", "read these accounts and no others: last digits or names with commas between, or all (default: it asks, once the bank has listed them)")
	flags.BoolVar(&yes, "yes", false, "don't ask before the browser opens; every account that you chose at the bank is read unless --accounts says otherwise")
	flags.StringVar(&again, "again", "", "sign in again for this link: its id or its bank (by itself where a link waits for it)")
	return c
}

// givenFlags adds to c what a bank may ask for and that is no secret, each flag by the name of the need.
func givenFlags(c *cobra.Command) map[provider.Need]*string {
	given := map[provider.Need]*string{}
	for need, help := range map[provider.Need]string{
		provider.ClientID:  "your client id at the bank, where it is asked for; a secret is always typed",
		provider.Issuer:    "the address of the bank's sign-in, where it is asked for",
		provider.API:       "the address of the bank's data API, where it is asked for",
		provider.Scopes:    "the scopes to ask for, with spaces between, where they are asked for",
		provider.LastPage:  "the https address that you registered for the bank's answer, where it is asked for",
		provider.AtBank:    "your bank, as the bridge names it, where a bridge asks for it",
		provider.AtCountry: "the country of that bank in two letters, such as FI, where a bridge asks for it",
	} {
		given[need] = c.Flags().String(string(need), "", help)
	}
	return given
}

var errLacks = errors.New("this version can't link it")

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
		if l.Link.Provider == p.ID && (l.State == consent.NeedsLogin || l.State == consent.RevokedAtBank || l.State == consent.Unapproved) {
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
		if len(args) == 0 && (len(all) == 1 || p.Demo) || // the demo's first bank is the one that is meant
			len(args) == 1 && (p.ID == args[0] || strings.EqualFold(p.Name, args[0])) {
			return p, nil
		}
		if len(p.Lacks) == 0 {
			names = append(names, p.ID)
		}
	}
	if len(names) == 0 {
		return app.Provider{}, usageError{fmt.Errorf("no bank can be linked here yet: coffer --demo link has the demo bank")}
	}
	return app.Provider{}, usageError{fmt.Errorf("which bank? One of: %s; coffer banks --available tells more", strings.Join(names, ", "))}
}

// disclose says who is in the path, what is read and for how long, before anything is sent.
// It returns what it said.
func (t *terminal) disclose(p app.Provider, terms app.Terms) (shown []consent.Line) {
	v := t.Voice
	say := func(text string) {
		t.tell(text)
		shown = append(shown, consent.Line{Text: text})
	}
	if p.File.Bridge == "" {
		say(v.T("link.path", "{{.Bank}} → this computer. Nobody between.", "Bank", p.Name))
	} else {
		say(v.T("link.path-bridge", "Your bank → {{.Bridge}} → this computer. {{.Sees}}.", "Bridge", p.File.Bridge, "Sees", p.File.Sees))
	}
	if p.Own != "" {
		say(v.T("banks.not-ours", "Not from Coffer: {{.File}}", "File", p.Own))
		say(v.T("link.hosts", "It talks to {{.Hosts}}.", "Hosts", strings.Join(p.Hosts, ", ")))
	}
	if p.File.Loopback && !p.Demo {
		say(v.T("banks.for-testing", "For testing: this bank is on this computer"))
	}
	if len(p.File.Needs) > 0 && p.File.Get != "" {
		say(v.T("link.get", "You need: {{.Get}}.", "Get", p.File.Get))
		if p.File.GetAt != "" {
			say(v.T("link.get-at", "Its page: {{.Address}}", "Address", p.File.GetAt))
		}
	}
	if p.File.CanMore != "" {
		say(v.T("link.can-more", "What you type can do more than read: {{.More}}", "More", p.File.CanMore))
	}
	say(v.T("link.reads", "Coffer reads {{.What}}. It can't move money or see your password.", "What", strings.Join(v.Reads(p.Reads), ", ")))
	say(t.lengths(terms))
	if terms.Again == "" {
		say(v.T("link.choose", "You choose the accounts once the bank has listed them; those you leave out are never read."))
	}
	if p.File.Approval == provider.InPhoneApp {
		say(v.T("banks.approves", "After signing in you approve in the bank’s app on your phone. Until then it shows Coffer nothing."))
	}
	if p.SignIn != nil {
		t.tell(v.T("link.sign-in", "An invented bank on this computer. At its page sign in as {{.Name}}, password {{.Password}}.", "Name", p.SignIn.Name, "Password", p.SignIn.Password))
		if p.SignIn.Phone != "" {
			t.tell(v.T("link.phone", "Its phone is a page, too. Open it after you have signed in: {{.Address}}", "Address", p.SignIn.Phone))
		}
	}
	return shown
}

// lengths says how far back Coffer reads and for how long; 0 is what the bank gives.
func (t *terminal) lengths(terms app.Terms) string {
	v, far, long := t.Voice, t.Voice.T("link.far-all", "As far back as the bank gives"), t.Voice.T("link.long-open", "the consent lasts until you end it")
	if terms.HistoryDays > 0 {
		far = v.N("link.far", "Up to {{.N}} day back", "Up to {{.N}} days back", terms.HistoryDays)
	}
	if terms.ConsentDays > 0 {
		long = v.N("link.long", "the consent lasts {{.N}} day", "the consent lasts {{.N}} days", terms.ConsentDays)
	}
	return v.T("link.terms", "{{.Far}}; {{.Long}}. Take it back at any time: coffer revoke.", "Far", far, "Long", long)
}

// linkTold returns a listener that prints each step of linking once. alone says that no person is
// at the bank's page.
func (t *terminal) linkTold(alone bool, bank app.Provider) func(app.LinkingProgress) {
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
			if !bank.File.Page() {
				t.tell(t.Voice.T("link.trying", "Asking {{.Bank}} whether it takes what you gave", "Bank", bank.Name))
				return
			}
			t.tell(t.Voice.T("link.asking", "Asking the bank for its consent page"))
		case app.InBrowser:
			if alone {
				return
			}
			if p.Code != "" {
				t.tell(t.Voice.T("link.code", "At the bank's page this code is typed, or shown to be compared: {{.Code}}", "Code", p.Code))
			}
			if p.NoBrowse {
				t.tell(t.Voice.T("fault.no-browser", "No browser could be opened. Copy this address into one:{{if .address}} {{.address}}{{end}}", "address", p.Address))
			} else {
				t.tell(t.Voice.T("link.in-browser", "Waiting for you in the browser. If it did not open, copy this address: {{.Address}}", "Address", p.Address))
			}
		case app.Opening:
			if !bank.File.Page() {
				t.tell(t.Voice.T("link.taken", "{{.Bank}} took it. It is sealed", "Bank", bank.Name))
				return
			}
			t.tell(t.Voice.T("link.opening", "Approved. The tokens are sealed"))
		case app.Listing:
			t.tell(t.Voice.T("link.listing", "Asking for the names of the accounts"))
		case app.Approving:
			t.tell(t.Voice.T("link.approve", "Now approve in the bank’s app on your phone. Coffer looks every few seconds; Ctrl+C stops looking, and the link stays"))
		case app.Reading:
			t.tell(t.Voice.T("link.reading", "Reading balances and transactions"))
		}
	}
}

// leftLinked says what becomes of a link that is made although its first read failed. ctx may have ended.
func (t *terminal) leftLinked(ctx context.Context, c *app.Coffer, id consent.LinkID) {
	link, err := c.Link(context.WithoutCancel(ctx), id)
	switch {
	case err != nil:
	case link.State == consent.Unapproved:
		t.tell(t.Voice.T("link.unapproved", "{{.Bank}} is linked and waits for you: approve in its app on your phone, then run coffer sync", "Bank", link.Bank))
	case link.State.Reads():
		t.tell(t.Voice.T("link.unread", "{{.Bank}} is linked, and not everything was read yet: coffer sync reads on, coffer banks says what waits for you, coffer revoke {{.ID}} ends it", "Bank", link.Bank, "ID", link.ID))
	}
}

func (t *terminal) linked(ctx context.Context, c *app.Coffer, id consent.LinkID) error {
	link, err := c.Link(ctx, id)
	if err != nil {
		return err
	}
	for _, words := range t.Voice.Scopes(link.Beyond, link.Without) {
		t.tell(words)
	}
	accounts := make([]ledger.AccountView, 0, len(link.Accounts))
	accounts = append(accounts, link.Accounts...)
	return t.printBalances(accounts, c.Now())
}

package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type choiceJSON struct {
	Link   string `json:"link"`
	Bank   string `json:"bank"`
	Name   string `json:"name"`
	Number string `json:"number"` // the last digits
	Read   bool   `json:"read"`
	Asked  bool   `json:"asked"` // the person has said whether; nothing is read before

	BookedOnly bool `json:"booked_only,omitempty"` // pending transactions of it are left out
}

// accounts lists the accounts that each link may read and those that it leaves out, and changes that.
func (t *terminal) accounts() *cobra.Command {
	var let string
	var erase bool
	c := &cobra.Command{Use: "accounts [LINK]", GroupID: groupBank, Short: "the accounts that each link may read, and those it leaves out; change which", Args: cobra.MaximumNArgs(1)}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		links, err := c.Links(ctx)
		if err != nil {
			return err
		}
		if len(args) > 0 || let != "" {
			one, err := t.pickLink(ctx, c, args)
			if err != nil {
				return err
			}
			links = []app.LinkView{one}
		}
		if let != "" {
			return t.choose(ctx, c, links[0], let, erase)
		}
		if erase {
			return usageError{errors.New("--erase goes with --read")}
		}
		return t.printChoices(links)
	})
	c.Flags().StringVar(&let, "read", "", "from now on read these accounts and no others: last digits or names with commas between, or all")
	c.Flags().BoolVar(&erase, "erase", false, "with --read: erase what the accounts that are left out had brought")
	c.AddCommand(
		t.turn(t.bookedOnly, true, "booked-only", "leave pending transactions of an account out: they are not kept, shown or counted"),
		t.turn(t.bookedOnly, false, "with-pending", "keep pending transactions of an account again"),
		t.turn(t.leftOut, true, "leave-out", "leave an account out of net worth: nothing of it is deleted"),
		t.turn(t.leftOut, false, "count", "count an account in net worth again"),
		t.phone(),
	)
	return c
}

func (t *terminal) printChoices(links []app.LinkView) error {
	v, rows := t.Voice, []choiceJSON{}
	for _, l := range links {
		for _, a := range l.Choices {
			only := slices.ContainsFunc(l.Accounts, func(v ledger.AccountView) bool { return v.Identity == a.Identity && v.BookedOnly })
			rows = append(rows, choiceJSON{Link: string(l.ID), Bank: l.Bank, Name: a.Name, Number: a.Masked, Read: a.Read, Asked: !a.Answered.IsZero(), BookedOnly: only})
		}
	}
	if t.json {
		return t.printJSON(rows)
	}
	for _, r := range rows {
		state := v.T("choice.read", "read")
		switch {
		case !r.Asked:
			state = v.T("choice.unasked", "not read: new at the bank, and you have not chosen yet")
		case !r.Read:
			state = v.T("choice.left-out", "not read")
		case r.BookedOnly:
			state = v.T("choice.booked-only", "read, without pending transactions")
		}
		fmt.Fprintf(t.Out, "%s  %s  %s\n", r.Bank, nameOf(r.Name, r.Number), state)
	}
	return nil
}

// choose changes which accounts of l are read. Where a window holds the vault, it asks.
func (t *terminal) choose(ctx context.Context, c *app.Coffer, l app.LinkView, let string, erase bool) error {
	ids, names, err := t.named(l.Choices, let)
	if err != nil {
		return err
	}
	if err := t.allow(ctx, func(v *say.Voice) string {
		if erase {
			return v.T("asked.choose-erase", "A terminal of yours asks to read {{.Accounts}} at {{.Bank}} and no others, and to erase what the others brought", "Accounts", strings.Join(names, ", "), "Bank", l.Bank)
		}
		return v.T("asked.choose", "A terminal of yours asks to read {{.Accounts}} at {{.Bank}} and no others", "Accounts", strings.Join(names, ", "), "Bank", l.Bank)
	}); err != nil {
		return err
	}
	gone, err := c.ChooseAccounts(ctx, l.ID, ids, erase)
	if err != nil {
		return err
	}
	if gone.Count(consent.GoneAccounts) > 0 {
		t.tell(t.Voice.N("revoke.erased", "Erased: {{.N}} transaction. Old backups may still hold it", "Erased: {{.N}} transactions. Old backups may still hold them", gone.Count(consent.GoneTransactions)))
	}
	t.tell(t.Voice.T("choice.noted", "Noted. The next refresh reads {{.Accounts}} and no others.", "Accounts", strings.Join(names, ", ")))
	return nil
}

// named finds the accounts that text means: "all", or last digits, names and numbers of the list, with
// commas between.
func (t *terminal) named(all []consent.Account, text string) (ids, names []string, err error) {
	take := func(a consent.Account) {
		if !slices.Contains(ids, a.Identity) {
			ids, names = append(ids, a.Identity), append(names, nameOf(a.Name, a.Masked))
		}
	}
	for _, word := range strings.Split(text, ",") {
		word = strings.TrimSpace(word)
		found := false
		for i, a := range all {
			if word == "all" || word == t.Voice.T("choice.all", "all") || word == strconv.Itoa(i+1) || word != "" && (word == a.Masked || strings.EqualFold(word, a.Name)) {
				take(a)
				found = true
			}
		}
		if !found && word != "" {
			var known []string
			for _, a := range all {
				known = append(known, nameOf(a.Name, a.Masked))
			}
			return nil, nil, usageError{fmt.Errorf("no account %q here; there is: %s", word, strings.Join(known, ", "))}
		}
	}
	return ids, names, nil
}

// chooser asks which accounts a new link may read. given is what --accounts says; everything is read with
// yes and without that. No answer gives the grant back.
func (t *terminal) chooser(given string, yes bool) func(context.Context, []consent.Account) ([]string, error) {
	return func(ctx context.Context, all []consent.Account) ([]string, error) {
		v := t.Voice
		if given == "" && yes {
			given = "all"
		}
		if given != "" {
			ids, _, err := t.named(all, given)
			return ids, err
		}
		t.tell(v.T("choice.title", "The bank lists these accounts. Nothing of them has been read yet; what you leave out never is:"))
		for i, a := range all {
			t.tell(fmt.Sprintf("  %d  %s", i+1, nameOf(a.Name, a.Masked)))
		}
		for {
			fmt.Fprint(t.Err, v.T("choice.ask", "Read which? Numbers or last digits with commas between, or all; nothing gives the consent back:")+" ")
			answer, err := t.lines.next(ctx)
			if ctx.Err() != nil || errors.Is(err, io.EOF) || err == nil && answer == "" {
				fmt.Fprintln(t.Err)
				t.tell(v.T("choice.back", "Giving the consent back to the bank"))
				return nil, fault.New(fault.Canceled, "choose accounts", context.Canceled)
			}
			if err != nil {
				return nil, fault.New(fault.DiskFailed, "read an answer", err)
			}
			ids, _, err := t.named(all, answer)
			if err == nil && len(ids) > 0 {
				return ids, nil
			}
			if err != nil {
				t.tell(err.Error())
			}
		}
	}
}

// printLeftOut says which accounts of l are not read: by the person's choice, or for want of one.
func (t *terminal) printLeftOut(l app.LinkView, line func(label, value string)) {
	v := t.Voice
	names := func(all []consent.Account) string {
		var words []string
		for _, a := range all {
			words = append(words, nameOf(a.Name, a.Masked))
		}
		return strings.Join(words, ", ")
	}
	if out := l.LeftOut(); len(out) > 0 {
		line(v.T("fact.left-out", "Left out"), names(out))
	}
	if fresh := l.Unasked(); len(fresh) > 0 && l.State.Reads() {
		line(v.T("fact.unasked", "Choose"), v.T("choice.waits", "{{.Accounts}}: not read until you choose: coffer accounts {{.ID}} --read …", "Accounts", names(fresh), "ID", l.ID))
	}
}

package terminal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"

	"github.com/spf13/cobra"
)

type linkJSON struct {
	ID       string     `json:"id"`
	Bank     string     `json:"bank"`
	State    string     `json:"state"`
	File     string     `json:"file,omitempty"` // of the person's own
	Changed  bool       `json:"file_changed,omitempty"`
	Scopes   []string   `json:"scopes"`
	Beyond   []string   `json:"scopes_not_asked_for,omitempty"`
	Without  []string   `json:"scopes_not_granted,omitempty"`
	Accounts []string   `json:"accounts"`
	Granted  *time.Time `json:"granted,omitempty"`
	Expires  *time.Time `json:"expires,omitempty"`
	EndsIn   *int       `json:"ends_in_days,omitempty"`
	Notice   int        `json:"notice,omitempty"`  // 14, 7 or 1: the one that is due and was not put away
	Silent   []string   `json:"silent,omitempty"`  // accounts whose movements stopped coming although the link works
	Known    []string   `json:"to_know,omitempty"` // what is missing of accounts, or does not agree
	Unread   []string   `json:"unread,omitempty"`  // accounts that the last read left out while the link worked
	LastUsed *time.Time `json:"last_used,omitempty"`
	Reads    *int       `json:"reads_left_today,omitempty"` // where the bank sets a limit, as below
	OfReads  int        `json:"reads_a_day,omitempty"`
	Alone    *int       `json:"alone_left_today,omitempty"` // while the person is away
	OfAlone  int        `json:"alone_a_day,omitempty"`
	More     *time.Time `json:"more_reads_after,omitempty"` // where no request is left
	Sent     int64      `json:"bytes_sent"`
	Received int64      `json:"bytes_received"`
}

var stateNames = map[consent.State]string{
	consent.Linking: "linking", consent.Active: "active", consent.NeedsLogin: "needs-login", consent.Outage: "outage",
	consent.Paused: "paused", consent.RevokePending: "revoke-pending", consent.Revoked: "revoked", consent.RevokedAtBank: "revoked-at-bank",
	consent.Lapsed: "lapsed", consent.Unapproved: "waiting-for-approval", consent.Dropped: "dropped",
}

func (t *terminal) banks() *cobra.Command {
	var available bool
	var confirm, notNow, record, heard string
	links := t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
		if confirm != "" {
			return t.confirmed(ctx, c, confirm)
		}
		if record != "" {
			return t.records(ctx, c, record)
		}
		if notNow != "" {
			link, err := t.pickLink(ctx, c, []string{notNow})
			if err == nil {
				err = c.PutEndingAway(ctx, link.ID)
			}
			if err != nil {
				return err
			}
		}
		if heard != "" {
			if err := t.heard(ctx, c, heard); err != nil {
				return err
			}
		}
		links, err := c.Links(ctx)
		if err != nil {
			return err
		}
		silent, err := t.silent(ctx, c, links)
		if err != nil {
			return err
		}
		health, err := c.Health(ctx)
		if err != nil {
			return err
		}
		if t.json {
			list := make([]linkJSON, 0, len(links))
			for _, l := range links {
				made := t.jsonLink(l, c.Now())
				made.Silent, made.Known = silent[l.ID], t.doing(l, health)
				list = append(list, made)
			}
			return t.printJSON(list)
		}
		if len(links) == 0 {
			t.tell(t.Voice.T("terminal.no-links", "No bank is linked. Next: coffer link."))
		}
		for _, l := range links {
			t.printLink(l, c.Now(), silent[l.ID], health)
		}
		return nil
	})
	shelf := t.at(func(ctx context.Context, _ []string) (err error) { // no vault is opened for that
		s, err := t.Open(ctx, t.place)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		return t.available(s.Coffer.ReadProviders())
	})
	cmd := &cobra.Command{
		Use: "banks", GroupID: groupBank, Short: "your links: what each may read, since when, until when", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if available {
				return shelf(c, args)
			}
			return links(c, args)
		},
	}
	cmd.Flags().BoolVar(&available, "available", false, "list the banks that can be linked instead, and what is wrong with provider files of your own")
	cmd.Flags().StringVar(&confirm, "confirm", "", "show how the provider file of a link (its id or bank) has changed, and let the link go on")
	cmd.Flags().StringVar(&heard, "heard", "", "put the notice away that an account (its last digits or name) has no movements any more, until it has had some and falls silent again")
	cmd.Flags().StringVar(&record, "record", "", "show what you agreed to with a link (its id or bank): each version, of ended links too")
	cmd.Flags().StringVar(&notNow, "not-now", "", "put the notice that a link (its id or bank) ends soon away, until the next one: 14, 7 and 1 days before")
	return cmd
}

func (t *terminal) printLink(l app.LinkView, now time.Time, silent []string, health []app.AccountHealth) {
	v := t.Voice
	fmt.Fprintf(t.Out, "%s  %s\n", l.Bank, v.State(int(l.State), l.Expires, now))
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(t.Out, "  %-10s %s\n", label, value)
		}
	}
	if l.State == consent.NeedsLogin && !l.Refused.IsZero() {
		fmt.Fprintln(t.Out, "  "+v.EndedEarly(v.FullDay(l.Expires.Local())))
	}
	line(v.T("fact.id", "Id"), string(l.ID))
	line(v.T("fact.accounts", "Accounts"), strings.Join(accountNames(l), ", "))
	if !l.Granted.IsZero() {
		line(v.T("fact.granted", "Granted"), v.FullDay(l.Granted.Local()))
	}
	for _, words := range v.Scopes(l.Beyond, l.Without) {
		line(v.T("fact.granted", "Granted"), words)
	}
	if !l.Expires.IsZero() {
		day := v.FullDay(l.Expires.Local())
		if l.Expires.Equal(l.Certified) {
			day = v.T("banks.with-certificate", "{{.Day}}, with your certificate", "Day", day)
		}
		line(v.T("fact.expires", "Expires"), day)
	}
	if e := consent.EndingOf(l.Expires, now.Local()); l.State.Reads() && e.Due() && !l.PutAway {
		line(v.T("fact.next", "Next"), v.T("banks.renew-with", "Sign in again before it ends; what works goes on until then: coffer link {{.Provider}} --again {{.ID}}", "Provider", l.Link.Provider, "ID", l.ID))
		if !e.Over {
			line("", v.T("banks.not-now", "Not now, tell me at the next notice: coffer banks --not-now {{.ID}}", "ID", l.ID))
		}
	}
	if l.State == consent.Unapproved {
		line(v.T("fact.next", "Next"), v.T("banks.approve-with", "Approve in the bank’s app on your phone, then: coffer sync"))
	}
	for _, u := range l.Unread {
		line(v.T("fact.unread", "Not read"), v.Unread(u.Name, u.Reason))
	}
	t.printLeftOut(l, line)
	for _, words := range t.doing(l, health) {
		line(v.T("fact.known", "To know"), words)
	}
	for _, s := range silent {
		line(v.T("fact.silent", "Silent"), s)
	}
	if l.State == consent.Dropped {
		line(v.T("fact.at-bank", "At bank"), v.AtBank(l.Provider.File.ByHand))
		line("", l.Provider.File.ByHandAt)
	}
	if l.State == consent.Lapsed {
		line(v.T("fact.next", "Next"), v.Fault(fault.New(fault.SubscriptionLapsed, "read", errors.New("payment is due"))))
	}
	if l.Changed != nil {
		line(v.T("fact.file", "File"), v.T("banks.file-changed", "{{.File}} is not as you confirmed it. Nothing is read until you do: coffer banks --confirm {{.ID}}", "File", l.Changed.File, "ID", l.ID))
	}
	if l.State.Reads() && l.Limits != (consent.Limits{}) {
		line(v.T("fact.calls", "Calls left"), v.CallsLeft(l.Left.Reads, l.Limits.Reads, l.Left.Until))
		line("", v.AloneLeft(l.Left.Alone, l.Limits.Alone))
	}
	if !l.Traffic.Last.IsZero() {
		line(v.T("fact.last-used", "Last used"), v.T("fact.last-used-value", "{{.Age}}, {{.Bytes}} in all", "Age", v.Age(l.Traffic.Last, now), "Bytes", v.Bytes(l.Traffic.Sent+l.Traffic.Received)))
	}
}

func accountNames(l app.LinkView) []string {
	var names []string
	for _, a := range l.Accounts {
		names = append(names, accountName(a.Account))
	}
	return names
}

func (t *terminal) jsonLink(l app.LinkView, now time.Time) linkJSON {
	made := linkJSON{
		ID: string(l.ID), Bank: l.Bank, File: l.File, Changed: l.Changed != nil, State: stateNames[l.State], Scopes: l.Scopes, Beyond: l.Beyond, Without: l.Without, Accounts: accountNames(l),
		Granted: instant(l.Granted), Expires: instant(l.Expires), LastUsed: instant(l.Traffic.Last), Sent: l.Traffic.Sent, Received: l.Traffic.Received,
	}
	if !l.Expires.IsZero() && l.State.Reads() {
		e := consent.EndingOf(l.Expires, now.Local())
		made.EndsIn = &e.Days
		if !l.PutAway {
			made.Notice = e.At
		}
	}
	if l.State.Reads() {
		made.OfReads, made.OfAlone, made.More = l.Limits.Reads, l.Limits.Alone, instant(l.Left.Until)
		if made.OfReads > 0 {
			made.Reads = &l.Left.Reads
		}
		if made.OfAlone > 0 {
			made.Alone = &l.Left.Alone
		}
	}
	for _, u := range l.Unread {
		made.Unread = append(made.Unread, t.Voice.Unread(u.Name, u.Reason))
	}
	return made
}

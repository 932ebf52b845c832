package app

import (
	"context"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// settingSilence begins the setting with the last movement of an account whose silence the person put
// away; the account's id follows. A later movement ends that.
const settingSilence = "seen.silence."

// rhythmDays is how far back an account's rhythm is taken from.
const rhythmDays = 3 * 366

// silent returns the accounts whose movements stopped coming although their link works. It is judged by what was read, up to the last read: no connection is made for it,
// and an account that is not read is not silent.
func silent(ctx context.Context, o *opened, accounts []ledger.AccountView, today ledger.Date) ([]ledger.Silence, error) {
	links, err := o.store.Links(ctx)
	if err != nil {
		return nil, err
	}
	works, unread := map[string]bool{}, map[ledger.AccountID]bool{}
	lets := map[string]consent.Link{}
	for _, l := range links {
		works[string(l.ID)] = l.State == consent.Active
		lets[string(l.ID)] = l
		for _, u := range l.Unread {
			unread[ledger.AccountID(u.Account)] = true
		}
	}
	days, err := o.store.MovementDays(ctx, today.AddDays(-rhythmDays))
	if err != nil {
		return nil, err
	}
	var all []ledger.Silence
	for _, a := range accounts {
		read := a.Balance.ReadAt
		if !works[a.Link] || !lets[a.Link].Lets(a.Identity) || unread[a.ID] || a.Closed || read.IsZero() || a.Pending.Count > 0 {
			continue
		}
		s, found := ledger.SilenceOf(days[a.ID], ledger.DateOf(read.Local()))
		if !found {
			continue
		}
		s.Account = a.ID
		away, err := o.store.Setting(ctx, settingSilence+string(a.ID))
		if err != nil {
			return nil, err
		}
		if away != s.Last.String() {
			all = append(all, s)
		}
	}
	return all, nil
}

// Silent returns the accounts whose movements stopped coming although their link works, and that the person
// has not put away.
func (c *Coffer) Silent(ctx context.Context) ([]ledger.Silence, error) {
	return read(ctx, c, "look for silent accounts", func(ctx context.Context, o *opened) ([]ledger.Silence, error) {
		accounts, err := o.store.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		return silent(ctx, o, accounts, c.Today())
	})
}

// PutSilenceAway takes the notice that an account has no movements any more away, until it has had some and
// falls silent again.
func (c *Coffer) PutSilenceAway(ctx context.Context, id ledger.AccountID) error {
	err := c.use(ctx, "put a notice away", func(ctx context.Context, o *opened) error {
		a, err := o.store.Account(ctx, id)
		if err != nil {
			return err
		}
		found, err := silent(ctx, o, []ledger.AccountView{a}, c.Today())
		if err == nil && len(found) == 0 {
			err = fault.New(fault.NotFound, "put a notice away", ledger.ErrNotFound)
		}
		if err != nil {
			return err
		}
		return o.store.SetSetting(ctx, settingSilence+string(id), found[0].Last.String())
	})
	if err == nil {
		c.Changed.Accounts.Tell(id)
	}
	return err
}

package app

import (
	"context"
	"errors"
	"slices"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

var errNoAccount = errors.New("no account is chosen")

// firstChoice asks the person which accounts a new link may read, before anything of them is read. If they
// choose none or give up, the grant goes back to the bank, and given says so: of the link nothing but the
// receipt of that is left, unless the bank does not confirm it; then it is RevokePending. What fails
// otherwise, or a lock, leaves the link: nothing of it is read until ChooseAccounts.
func (c *Coffer) firstChoice(ctx context.Context, id consent.LinkID, t Terms, told func(LinkingProgress)) (given bool, err error) {
	err = c.use(ctx, "choose accounts", func(ctx context.Context, o *opened) (err error) {
		defer func() { // what was agreed to until here, whatever came of the rest
			if !given {
				err = errors.Join(err, c.record(context.WithoutCancel(ctx), o, id, consent.AgreedLink, t))
			}
		}()
		l, err := o.store.ChangeLink(ctx, id, func(l *consent.Link) error {
			l.Limited = true
			return nil
		})
		if err != nil {
			return err
		}
		told(LinkingProgress{Step: Listing})
		if err := o.banks.ListAccounts(ctx, id); err != nil {
			return err
		}
		if l, err = o.store.Link(ctx, id); err != nil || len(l.Choice) == 0 {
			return err
		}
		told(LinkingProgress{Step: Choosing})
		let, err := t.Choose(ctx, slices.Clone(l.Choice))
		if err == nil && !slices.ContainsFunc(l.Choice, func(a consent.Account) bool { return slices.Contains(let, a.Identity) }) {
			err = fault.New(fault.Canceled, "choose accounts", context.Canceled)
		}
		switch {
		case err != nil && o.ctx.Err() != nil: // locked meanwhile: the link's card asks
			return err
		case err != nil:
			given = true
			return errors.Join(err, c.giveBack(ctx, o, id))
		}
		return c.setChoice(ctx, o, id, let)
	})
	return given, err
}

// giveBack ends the grant of a link that the person gave up before anything was read.
func (c *Coffer) giveBack(ctx context.Context, o *opened, id consent.LinkID) error {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(o.ctx, cancel)()
	if _, err := o.banks.Revoke(ctx, id, false, func(consent.Proof) {}); err != nil {
		return err
	}
	_, err := o.store.EraseLink(ctx, id, consent.QuotaSetting(id), consent.NextSetting(id))
	return err
}

// setChoice stores which accounts of a link may be read, while nobody reads it.
func (c *Coffer) setChoice(ctx context.Context, o *opened, id consent.LinkID, let []string) error {
	release, err := o.banks.Hold(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	accounts, err := o.store.Accounts(ctx)
	if err != nil {
		return err
	}
	_, err = o.store.ChangeLink(ctx, id, func(l *consent.Link) error {
		if l.State.Ended() || l.State == consent.RevokePending {
			return fault.New(fault.NotFound, "choose accounts", errNotLinked)
		}
		l.Choice = choices(*l, accounts)
		l.Choose(let, c.Now())
		return nil
	})
	return err
}

// ChooseAccounts says which accounts of a link may be read from now on, by their identity; those of
// LinkView.Choices can be chosen. A refresh at work stops. What is chosen now is read by the next one; what
// the others brought stays, or is shredded with erase. It is BadAnswer for none: that is Revoke.
func (c *Coffer) ChooseAccounts(ctx context.Context, id consent.LinkID, let []string, erase bool) (consent.Erasure, error) {
	const op = "choose accounts"
	erased, err := read(ctx, c, op, func(ctx context.Context, o *opened) (consent.Erasure, error) {
		l, err := o.store.Link(ctx, id)
		if err != nil {
			return consent.Erasure{}, err
		}
		accounts, err := o.store.Accounts(ctx)
		if err != nil {
			return consent.Erasure{}, err
		}
		if !slices.ContainsFunc(choices(l, accounts), func(a consent.Account) bool { return slices.Contains(let, a.Identity) }) {
			return consent.Erasure{}, fault.Because(fault.BadAnswer, "answer.accounts", op, errNoAccount)
		}
		if err := c.setChoice(ctx, o, id, let); err != nil {
			return consent.Erasure{}, err
		}
		if err := c.record(ctx, o, id, consent.AgreedAccounts, Terms{}); err != nil || !erase {
			return consent.Erasure{}, err
		}
		var out []ledger.AccountID
		for _, a := range accounts {
			if a.Link == string(id) && !slices.Contains(let, a.Identity) {
				out = append(out, a.ID)
			}
		}
		r, err := o.store.EraseAccounts(ctx, id, out, silenceKeys(out)...)
		if err != nil || r.Erasure == nil {
			return consent.Erasure{}, err
		}
		return *r.Erasure, nil
	})
	c.Changed.Links.Tell(id)
	c.Changed.Accounts.Tell("")
	c.Changed.Alerts.Tell("")
	if len(erased.Gone) > 0 {
		c.endShredding(ctx, nil)
	}
	return erased, err
}

// choices are the accounts of l that can be chosen or left out. For a link that reads all that the bank
// granted they are those that it has read.
func choices(l consent.Link, accounts []ledger.AccountView) []consent.Account {
	all := slices.Clone(l.Choice)
	if l.Limited {
		return all
	}
	for _, a := range accounts {
		if a.Link != string(l.ID) {
			continue
		}
		all = append(all, consent.Account{Identity: a.Identity, BankID: a.BankID, Name: a.Name, Masked: a.Masked, Kind: int(a.Kind),
			Currency: a.Currency, Read: true, Answered: l.Granted})
	}
	return all
}

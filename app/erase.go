package app

import (
	"context"
	"errors"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// settingErase begins the setting that says that a link's data is to go; the link's id follows.
const settingErase = "erase."

// EraseSoon writes down that what a link brought is to be shredded. It is carried out by Erase, or
// when the vault locks or next opens, whatever comes first; KeepAfterAll takes it back until then.
func (c *Coffer) EraseSoon(ctx context.Context, id consent.LinkID) error {
	return c.use(ctx, "mark what a link brought for shredding", func(ctx context.Context, o *opened) error {
		if _, err := erasable(ctx, o, id); err != nil {
			return err
		}
		return o.store.SetSetting(ctx, settingErase+string(id), "soon")
	})
}

// KeepAfterAll takes EraseSoon back.
func (c *Coffer) KeepAfterAll(ctx context.Context, id consent.LinkID) error {
	return c.use(ctx, "keep what a link brought", func(ctx context.Context, o *opened) error {
		return o.store.SetSetting(ctx, settingErase+string(id), "")
	})
}

// Erase shreds what was read through a link that the person revoked or the bank ended: accounts,
// transactions, alerts. The receipt and the ledger of connections stay, and so do tokens that a
// revocation still needs. What went is in the receipt that it returns, which is chained to the others.
// It ends with FinishShredding, to which told goes; what becomes of that is no error here: it is in the
// ErasureReport.
func (c *Coffer) Erase(ctx context.Context, id consent.LinkID, told func(done, total int64)) (consent.Receipt, error) {
	receipt, err := read(ctx, c, "erase what a link brought", func(ctx context.Context, o *opened) (consent.Receipt, error) {
		return c.erase(ctx, o, id)
	})
	if err != nil {
		return receipt, err
	}
	c.Changed.Links.Tell(id)
	c.Changed.Accounts.Tell("")
	c.Changed.Alerts.Tell("")
	c.scoreLater(c.scoreUnlessBusy(ctx)) // what is left is judged without it
	c.endShredding(ctx, told)
	return receipt, nil
}

func (c *Coffer) erase(ctx context.Context, o *opened, id consent.LinkID) (consent.Receipt, error) {
	if _, err := erasable(ctx, o, id); err != nil {
		return consent.Receipt{}, err
	}
	accounts, err := o.store.Accounts(ctx)
	if err != nil {
		return consent.Receipt{}, err
	}
	settings := []string{settingErase + string(id), settingEnding + string(id), consent.QuotaSetting(id), consent.NextSetting(id)} // what was written down of it beside its data
	var gone []ledger.AccountID
	for _, a := range accounts {
		if a.Link == string(id) {
			gone = append(gone, a.ID)
		}
	}
	return o.store.EraseLink(ctx, id, append(settings, silenceKeys(gone)...)...)
}

// silenceKeys are the settings of the notices that accounts fell silent.
func silenceKeys(ids []ledger.AccountID) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = settingSilence + string(id)
	}
	return keys
}

func erasable(ctx context.Context, o *opened, id consent.LinkID) (consent.Link, error) {
	link, err := o.store.Link(ctx, id)
	if err == nil && !link.State.Ended() && link.State != consent.RevokePending { // the grant lives: its tokens are what ends it
		err = fault.New(fault.NotFound, "erase what a link brought", errNotRevoked)
	}
	return link, err
}

// eraseWaiting ends what a crash cut off, and shreds what EraseSoon marked and nothing took back: the
// person pressed it, and then locked, closed or crashed before its time had come.
func (c *Coffer) eraseWaiting(ctx context.Context, o *opened) error {
	_, err := o.store.FinishErasing(ctx)
	failed := []error{err}
	links, err := o.store.Links(ctx)
	if err != nil {
		return errors.Join(append(failed, err)...)
	}
	for _, l := range links {
		waiting, err := o.store.Setting(ctx, settingErase+string(l.ID))
		switch _, lives := erasable(ctx, o, l.ID); {
		case err != nil || waiting == "":
		case lives != nil: // signed in again since: what was pressed before is over
			err = o.store.SetSetting(ctx, settingErase+string(l.ID), "")
		default:
			_, err = c.erase(ctx, o, l.ID)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

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
// revocation still needs.
func (c *Coffer) Erase(ctx context.Context, id consent.LinkID) (ledger.Erased, error) {
	erased, err := read(ctx, c, "erase what a link brought", func(ctx context.Context, o *opened) (ledger.Erased, error) {
		return c.erase(ctx, o, id)
	})
	if err == nil {
		c.Changed.Links.Tell(id)
		c.Changed.Accounts.Tell("")
		c.Changed.Alerts.Tell("")
	}
	return erased, err
}

func (c *Coffer) erase(ctx context.Context, o *opened, id consent.LinkID) (ledger.Erased, error) {
	if _, err := erasable(ctx, o, id); err != nil {
		return ledger.Erased{}, err
	}
	accounts, err := o.store.Accounts(ctx)
	if err != nil {
		return ledger.Erased{}, err
	}
	erased, err := o.store.EraseLink(ctx, id)
	if err != nil {
		return erased, err
	}
	return erased, errors.Join(o.store.SetSetting(ctx, settingErase+string(id), ""), forget(ctx, o, id, accounts))
}

// forget takes away what was written down of a link beside its data.
func forget(ctx context.Context, o *opened, id consent.LinkID, accounts []ledger.AccountView) error {
	var gone []ledger.AccountID
	for _, a := range accounts {
		if a.Link == string(id) {
			gone = append(gone, a.ID)
		}
	}
	return forgetSettings(ctx, o, append(silenceKeys(gone), settingEnding+string(id)))
}

// silenceKeys are the settings of the notices that accounts fell silent.
func silenceKeys(ids []ledger.AccountID) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = settingSilence + string(id)
	}
	return keys
}

func forgetSettings(ctx context.Context, o *opened, keys []string) error {
	for _, key := range keys {
		was, err := o.store.Setting(ctx, key)
		if err == nil && was != "" {
			err = o.store.SetSetting(ctx, key, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func erasable(ctx context.Context, o *opened, id consent.LinkID) (consent.Link, error) {
	link, err := o.store.Link(ctx, id)
	if err == nil && !link.State.Ended() && link.State != consent.RevokePending { // the grant lives: its tokens are what ends it
		err = fault.New(fault.NotFound, "erase what a link brought", errNotRevoked)
	}
	return link, err
}

// eraseWaiting shreds what EraseSoon marked and nothing took back: the person pressed it, and then
// locked, closed or crashed before its time had come.
func (c *Coffer) eraseWaiting(ctx context.Context, o *opened) error {
	links, err := o.store.Links(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, l := range links {
		waiting, err := o.store.Setting(ctx, settingErase+string(l.ID))
		if err == nil && waiting != "" {
			_, err = c.erase(ctx, o, l.ID)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

package engine

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

// account is one account of the link, saved, with the balance that came with it.
type account struct {
	ledger.Account
	balance ledger.Balance
	view    ledger.AccountView // as it was saved
}

// accounts lists the accounts at the bank and saves them.
func (r *refresh) accounts(ctx context.Context) ([]account, error) {
	found, err := r.list(ctx)
	if refused := r.refused(found, err); refused != nil {
		switch failed := r.renew(ctx, refused); {
		case failed == nil:
			found, err = r.list(ctx)
		case err != nil || !errors.Is(failed, refused): // else there is a list, but of that account
			err = failed
		}
	}
	if err != nil {
		return nil, fmt.Errorf("list the accounts: %w", err)
	}
	r.renewed = false
	whole := make([]bank.Account, 0, len(found))
	r.skipped = nil
	for _, f := range found {
		if errors.Is(f.Err, bank.ErrSkipped) {
			r.skipped = append(r.skipped, f.BankID)
		}
		if f.Err == nil {
			whole = append(whole, f)
			continue
		}
		if !r.leftOut(f.BankID) {
			r.result.Accounts = append(r.result.Accounts, AccountResult{Account: f.Account, Err: ofAccount(f.Err)})
		}
	}
	views, err := r.views(ctx, whole)
	if err != nil {
		return nil, err
	}
	if views, err = r.chosen(ctx, views); err != nil {
		return nil, err
	}
	saved, err := r.config.Store.SaveAccounts(ctx, r.link.ID, views)
	if err != nil {
		return nil, fmt.Errorf("save the accounts: %w", err)
	}
	r.noteUnlisted(found, saved)
	all := make([]account, len(saved))
	for i, a := range saved {
		all[i] = account{Account: a, balance: views[i].Balance, view: views[i]}
		all[i].balance.Account = a.ID
		r.config.Changed.Tell(a.ID)
	}
	return all, nil
}

// refused is a 401 that a new token may help: of the list, or of an account in it.
func (r *refresh) refused(found []bank.Account, err error) error {
	if err != nil {
		found = []bank.Account{{Err: err}}
	}
	for _, f := range found {
		if tokenRefused(f.Err) && !r.leftOut(f.BankID) {
			return f.Err
		}
	}
	return nil
}

func (r *refresh) list(ctx context.Context) ([]bank.Account, error) {
	tries := r.tries()
	for {
		if err := r.mayRead(ctx, ""); err != nil {
			return nil, tries.cause(err)
		}
		found, err := r.dialect.Accounts(ctx, r.session)
		if r.noted(err); err == nil || !tries.more(ctx, "", err) {
			return found, err
		}
	}
}

// views makes what the bank told ours: the link, the bank's name and the identity.
func (r *refresh) views(ctx context.Context, found []bank.Account) ([]ledger.AccountView, error) {
	known, err := r.config.Store.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the accounts: %w", err)
	}
	r.known = known
	now := r.config.Now().UTC()
	identities := r.identities(found, r.withChoice(known))
	views := make([]ledger.AccountView, len(found))
	for i, f := range found {
		a, b := f.Account, f.Balance
		a.Link, a.Provider, a.Bank, a.Identity = string(r.link.ID), r.link.Provider, r.link.Bank, identities[i]
		b.ReadAt = now
		if b.AsOf.IsZero() {
			b.AsOf = now
		}
		views[i] = ledger.AccountView{Account: a, Balance: b}
	}
	return views, nil
}

// refreshAccount reads one account. What is about it alone goes into the result; an error stops
// the link.
func (r *refresh) refreshAccount(ctx context.Context, a account) error {
	at := len(r.result.Accounts)
	r.result.Accounts = append(r.result.Accounts, AccountResult{Account: a.Account})
	job := &reading{refresh: r, account: a, result: &r.result.Accounts[at]}
	err := job.run(ctx)
	add(&r.result.Written, job.result.Written)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bank.ErrAccountClosed):
		if err := r.close(ctx, a); err != nil {
			return err
		}
	case tokenRefused(err) && !r.unopened:
		err = ofAccount(err)
	case errors.Is(err, errAlone): // the others may have some left
	case errors.Is(err, bank.ErrAccountGone), fault.KindOf(err) == fault.BankUnexpected:
	default:
		job.result.Err = err
		return fmt.Errorf("read an account: %w", err)
	}
	job.result.Err = err
	r.config.Log.Warn("account not read", "account", a.ID, "err", err)
	return nil
}

// close keeps the bank's word that an account is closed.
func (r *refresh) close(ctx context.Context, a account) error {
	a.view.Closed = true
	if _, err := r.config.Store.SaveAccounts(ctx, r.link.ID, []ledger.AccountView{a.view}); err != nil {
		return fmt.Errorf("save a closed account: %w", err)
	}
	r.config.Changed.Tell(a.ID)
	return nil
}

package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// chosen keeps of what the bank listed the accounts that the person lets Coffer read. Of the others
// nothing but the name, the kind and the last digits goes on from here: their balances are dropped, and
// their transactions are never asked for. It goes by the choice as it is stored now.
func (r *refresh) chosen(ctx context.Context, views []ledger.AccountView) ([]ledger.AccountView, error) {
	link, err := r.config.Store.Link(ctx, r.link.ID)
	if err != nil {
		return nil, fmt.Errorf("read the link: %w", err)
	}
	r.listed = make([]consent.Account, len(views))
	for i, v := range views {
		r.listed[i] = consent.Account{Identity: v.Identity, BankID: v.BankID, Name: v.Name, Masked: v.Masked, Kind: int(v.Kind), Currency: v.Currency}
	}
	for _, a := range link.Choice { // listed without anything of its own being asked for: it stays as it was told
		if slices.Contains(r.skipped, a.BankID) {
			r.listed = append(r.listed, a)
		}
	}
	r.doubt = alike(link, views)
	all := len(views)
	views = slices.DeleteFunc(views, func(v ledger.AccountView) bool { return !link.Lets(v.Identity) || slices.Contains(r.doubt, v.Identity) })
	if r.only = nil; len(views) < all || len(r.skipped) > 0 {
		r.only = make([]string, len(views))
		for i, v := range views {
			r.only[i] = v.BankID
		}
	}
	r.lend()
	return views, nil
}

// alike returns the accounts of views, new in this grant, that may be one that the person chose and one that they left
// out: both had the same digits and name, and nothing tells which is which now.
func alike(link consent.Link, views []ledger.AccountView) (doubt []string) {
	for _, v := range views {
		chosen, left := false, false
		for _, a := range link.Choice {
			if a.BankID == v.BankID { // known in this grant
				chosen, left = false, false
				break
			}
			if same := a.Masked == v.Masked && a.Name == v.Name && a.Kind == int(v.Kind) && a.Currency == v.Currency; same {
				chosen, left = chosen || a.Read, left || !a.Read
			}
		}
		if link.Limited && chosen && left {
			doubt = append(doubt, v.Identity)
		}
	}
	return doubt
}

// lend tells the session what the dialect may ask for.
func (r *refresh) lend() {
	r.session.Present, r.session.Skip, r.session.Left, r.session.Only = r.present, r.leftOut, r.leftBelow, r.only
}

// withChoice adds to the known accounts those that are known from the choice alone: they are not read,
// and yet must be known again.
func (r *refresh) withChoice(known []ledger.AccountView) []ledger.AccountView {
	all := slices.Clone(known)
	for _, a := range r.link.Choice {
		if slices.ContainsFunc(known, func(k ledger.AccountView) bool {
			return k.Provider == r.link.Provider && k.Identity == a.Identity
		}) {
			continue
		}
		all = append(all, ledger.AccountView{Account: ledger.Account{
			Link: string(r.link.ID), Provider: r.link.Provider, Identity: a.Identity, BankID: a.BankID,
			Name: a.Name, Masked: a.Masked, Kind: ledger.Kind(a.Kind), Currency: a.Currency,
		}})
	}
	return all
}

// leftOut reports whether the account that the bank calls by that id is listed in the choice and not to be read, for
// the person left it out or was not asked yet: that it can't be read is no trouble then.
func (r *refresh) leftOut(bankID string) bool {
	listed := false
	for _, a := range r.link.Choice { // in two currencies it is two
		if a.BankID == bankID {
			if a.Read {
				return false
			}
			listed = true
		}
	}
	return r.link.Limited && listed
}

// leftBelow returns the bank's ids in the choice that begin with prefix, where none of those accounts is to be read.
func (r *refresh) leftBelow(prefix string) (ids []string) {
	for _, a := range r.link.Choice {
		switch {
		case !r.link.Limited || !strings.HasPrefix(a.BankID, prefix):
		case a.Read:
			return nil
		default:
			ids = append(ids, a.BankID)
		}
	}
	return ids
}

package engine

import (
	"slices"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

// noteUnlisted finds the accounts of the link that the bank lists no longer, though the person lets Coffer read them. Where it is not
// sure which account an entry of the list is, only what was known before is said again.
func (r *refresh) noteUnlisted(found []bank.Account, saved []ledger.Account) {
	r.unlisted = nil
	sure := len(r.doubt) == 0
	for _, f := range found {
		known := slices.ContainsFunc(r.known, func(k ledger.AccountView) bool { return k.BankID == f.BankID && k.Link == string(r.link.ID) })
		sure = sure && (f.Err == nil || known || r.leftOut(f.BankID))
	}
	for _, k := range r.known {
		if k.Link != string(r.link.ID) || k.Closed || !r.link.Lets(k.Identity) ||
			slices.ContainsFunc(saved, func(a ledger.Account) bool { return a.ID == k.ID }) ||
			slices.ContainsFunc(found, func(f bank.Account) bool { return f.Err != nil && f.BankID == k.BankID }) {
			continue
		}
		seen, before := r.link.Seen(string(k.ID))
		switch {
		case before:
		case !sure:
			continue
		default:
			seen = lastSeen(k, r.link)
		}
		r.unlisted = append(r.unlisted, consent.Unlisted{Account: string(k.ID), Seen: seen})
	}
}

// lastSeen is when the bank last listed an account that it lists no longer.
func lastSeen(k ledger.AccountView, link consent.Link) time.Time {
	if !k.Balance.ReadAt.IsZero() {
		return k.Balance.ReadAt
	}
	return link.LastUsed
}

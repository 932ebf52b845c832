package app

import (
	"context"
	"errors"
	"slices"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// LinkView is a link as its consent card shows it.
type LinkView struct {
	consent.Link
	Accounts []ledger.AccountView
	Choices  []consent.Account // what ChooseAccounts may be told to read or to leave out
	Provider Provider          // zero if its provider file is gone
	Traffic  egress.Total
	Receipt  *consent.Receipt // of its revocation; nil if there is none
	PutAway  bool             // the person has put the notice of its end away, until the next
	Left     consent.Left     // what the bank still lets Coffer ask
	Changed  *ProviderChange  // its own provider file is another than the person confirmed: nothing is read until they do

	waits bool // for the person
}

// Links returns every link ever made, those that need the person first, ended ones last.
func (c *Coffer) Links(ctx context.Context) ([]LinkView, error) {
	return read(ctx, c, "read the links", func(ctx context.Context, o *opened) ([]LinkView, error) {
		links, err := o.store.Links(ctx)
		if err != nil {
			return nil, err
		}
		accounts, err := o.store.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		totals, err := o.store.EgressTotals(ctx)
		if err != nil {
			return nil, err
		}
		receipts, err := o.store.Receipts(ctx)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(links, ownFile) {
			c.ReadProviders()
		}
		views := make([]LinkView, 0, len(links))
		for _, l := range links {
			v := LinkView{Link: l, Traffic: traffic(l.ID, totals), Receipt: receiptOf(l.ID, receipts)}
			if p, err := c.Provider(l.Provider); err == nil && (p.Own == "") == (l.File == "") {
				v.Provider = p
			}
			v.Changed = c.changed(l)
			if v.Left, err = c.left(ctx, o, l); err != nil {
				return nil, err
			}
			if v.waits, v.PutAway, err = c.wants(ctx, o, l); err != nil {
				return nil, err
			}
			for _, a := range accounts {
				if a.Link == string(l.ID) {
					v.Accounts = append(v.Accounts, a)
				}
			}
			v.Choices = choices(l, v.Accounts)
			views = append(views, v)
		}
		slices.SortStableFunc(views, func(a, b LinkView) int { return rank(a) - rank(b) })
		return views, nil
	})
}

// Link returns one link as its card shows it.
func (c *Coffer) Link(ctx context.Context, id consent.LinkID) (LinkView, error) {
	views, err := c.Links(ctx)
	if err != nil {
		return LinkView{}, err
	}
	for _, v := range views {
		if v.ID == id {
			return v, nil
		}
	}
	return LinkView{}, fault.New(fault.NotFound, "read a link", ledger.ErrNotFound)
}

func traffic(id consent.LinkID, totals []egress.Total) egress.Total {
	sum := egress.Total{Link: string(id)}
	for _, t := range totals {
		if t.Link != string(id) {
			continue
		}
		sum.Origin = t.Origin
		sum.Requests += t.Requests
		sum.Sent += t.Sent
		sum.Received += t.Received
		if t.Last.After(sum.Last) {
			sum.Last = t.Last
		}
	}
	return sum
}

func receiptOf(id consent.LinkID, receipts []consent.Receipt) *consent.Receipt {
	for i := len(receipts) - 1; i >= 0; i-- {
		if receipts[i].Link == id {
			return &receipts[i]
		}
	}
	return nil
}

func rank(l LinkView) int {
	switch {
	case l.waits:
		return 0
	case l.State.Ended():
		return 2
	}
	return 1
}

// Sent returns how many bytes Coffer ever sent, and to how many hosts.
func (c *Coffer) Sent(ctx context.Context) (bytes int64, hosts int, err error) {
	err = c.use(ctx, "read the ledger of connections", func(ctx context.Context, o *opened) error {
		totals, err := o.store.EgressTotals(ctx)
		origins := map[string]bool{}
		for _, t := range totals {
			bytes += t.Sent
			origins[t.Origin] = true
		}
		hosts = len(origins)
		return err
	})
	return bytes, hosts, err
}

var (
	errNotLinked  = errors.New("the link has ended")
	errNotRevoked = errors.New("the link has not ended: revoke it first")
)

// Ledger returns the connections that Coffer made, newest first; link narrows it, "" is all.
func (c *Coffer) Ledger(ctx context.Context, link string, offset, limit int) ([]egress.Entry, error) {
	return c.Entries(ctx, LedgerFilter{Link: consent.LinkID(link)}, offset, limit)
}

package app

import (
	"context"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
)

// AccountHealth says how far what is shown of an account can be trusted.
type AccountHealth struct {
	Account  ledger.AccountView
	LastRead time.Time // UTC, when its transactions were last read; zero: never, or the account is from files
	Unended  bool      // that read was cut off: the next one goes on from there
	Gaps     []ledger.Gap

	// Stated is what the bank says that the account holds, Computed what an earlier such word and the booked rows since
	// come to, both at Judged. They have no currency where nothing was judged yet. Differs is that they are not the
	// same although the bank had the time to list its rows: Since says since when.
	Stated, Computed money.Amount
	Judged, Since    time.Time // UTC
	Differs          bool
	Known            bool // the person knows of the difference, and it is the same still

	Unlisted time.Time // UTC, when the bank last listed it; zero: it lists it yet, or the account is from files

	Trouble *consent.Unread // why it could not be read the last time; nil: it could
}

// Sound reports whether there is nothing to tell.
func (h AccountHealth) Sound() bool {
	return len(h.Gaps) == 0 && (!h.Differs || h.Known) && !h.Unended && h.Trouble == nil && (h.Unlisted.IsZero() || h.Account.LeftOut)
}

// Health returns how every account does, in the order of Accounts, from the vault alone.
func (c *Coffer) Health(ctx context.Context) ([]AccountHealth, error) {
	return read(ctx, c, "read how the accounts do", func(ctx context.Context, o *opened) ([]AccountHealth, error) {
		accounts, err := o.store.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		links, err := o.store.Links(ctx)
		if err != nil {
			return nil, err
		}
		unread := map[ledger.AccountID]*consent.Unread{}
		for _, l := range links {
			for _, u := range l.Unread {
				unread[ledger.AccountID(u.Account)] = &u
			}
		}
		gone, err := unlisted(ctx, o)
		if err != nil {
			return nil, err
		}
		all := make([]AccountHealth, len(accounts))
		for i, a := range accounts {
			if all[i], err = health(ctx, o, a); err != nil {
				return nil, err
			}
			all[i].Trouble, all[i].Unlisted = unread[a.ID], gone[a.ID]
		}
		return all, nil
	})
}

func health(ctx context.Context, o *opened, a ledger.AccountView) (AccountHealth, error) {
	h := AccountHealth{Account: a}
	at, err := o.store.Reading(ctx, a.ID)
	if err != nil {
		return h, err
	}
	h.LastRead, h.Unended = at.At, !at.At.IsZero() && !at.Done
	if h.Gaps, err = o.store.Gaps(ctx, a.ID); err != nil {
		return h, err
	}
	t, err := o.store.Tally(ctx, a.ID)
	h.Stated, h.Computed, h.Judged, h.Since, h.Differs = t.Stated, t.Computed, t.At, t.Since, t.Differs
	h.Known = t.Differs && t.Known.Currency != "" && t.Known == t.Difference()
	return h, err
}

// KnowDifference records that the person knows by how much an account's balance and its rows differ, as h says, and
// needs no telling; or with known false, that they want to be told again. It holds until both agree or differ by
// another amount. It errs with NotFound where they don't differ by that any more.
func (c *Coffer) KnowDifference(ctx context.Context, h AccountHealth, known bool) error {
	err := c.use(ctx, "note a difference", func(ctx context.Context, o *opened) error {
		return o.store.KnowDifference(ctx, h.Account.ID, h.Stated, h.Computed, known)
	})
	if err == nil {
		c.Changed.Accounts.Tell(h.Account.ID)
	}
	return err
}

package app

import (
	"context"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
)

// booksOf fills in what is known of the accounts beside their rows.
func (c *Coffer) booksOf(ctx context.Context, o *opened, k *alert.Known) error {
	accounts, err := o.store.Accounts(ctx)
	if err != nil {
		return err
	}
	sums, err := o.store.BookedSums(ctx)
	if err != nil {
		return err
	}
	read, err := readDaily(ctx, o)
	if err != nil {
		return err
	}
	k.Books, k.LastRead = &alert.Books{Accounts: map[ledger.AccountID]alert.Holding{}}, map[ledger.AccountID]time.Time{}
	for _, a := range accounts {
		h := alert.Holding{Kind: a.Kind, Name: a.Name, Link: a.Link, Daily: read[consent.LinkID(a.Link)], Currency: a.Currency}
		if h.Stated = a.Balance.Booked.Currency == a.Currency; h.Stated {
			h.Opening = a.Balance.Booked.Minor - sums[a.ID]
		}
		k.Books.Accounts[a.ID] = h
		if !a.Balance.ReadAt.IsZero() {
			k.LastRead[a.ID] = a.Balance.ReadAt
		}
	}
	k.Books.Linked, err = linkedDays(ctx, o)
	return err
}

// readDaily are the links that are read by themselves once a day or more often: none that has ended, or that the person is ending.
func readDaily(ctx context.Context, o *opened) (map[consent.LinkID]bool, error) {
	every, err := readEvery(ctx, o.store)
	if err != nil || every == 0 {
		return nil, err
	}
	links, err := o.store.Links(ctx)
	daily := make(map[consent.LinkID]bool, len(links))
	for _, l := range links {
		daily[l.ID] = !l.State.Ended() && l.State != consent.RevokePending
	}
	return daily, err
}

// linkedDays are the days on which the person linked accounts, as they agreed to it: the records of that never change.
func linkedDays(ctx context.Context, o *opened) (days []ledger.Date, err error) {
	records, err := o.store.Records(ctx)
	for _, r := range records {
		if r.Kind == consent.AgreedLink {
			days = append(days, ledger.DateOf(r.At.UTC()))
		}
	}
	return days, err
}

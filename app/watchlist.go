package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

// What is watched has bounds: a list that nobody can read helps nobody.
const (
	mostWatched   = 2000 // entries
	longestPayee  = 200  // runes
	longestTrip   = 366  // days
	mostCountries = 20   // of a trip
)

// The reasons of a BadWatch fault.
const (
	WatchName      = "watch.name"      // nothing is left of the name that charges could be known by
	WatchLong      = "watch.long"      // the name
	WatchOrder     = "watch.order"     // it ends before it begins
	WatchTripLong  = "watch.trip-long" // a trip of more than a year
	WatchCountry   = "watch.country"   // not two letters: Args["country"]
	WatchAmount    = "watch.amount"    // not above zero
	WatchCurrency  = "watch.currency"  // not the account's, or none
	WatchMany      = "watch.many"      // more than 2,000
	WatchNoPayment = "watch.payment"   // the row is none of money out
)

var errWatch = errors.New("it can't be watched")

func badWatch(reason string, pairs ...string) error {
	return fault.Because(fault.BadWatch, reason, "watch", errWatch, pairs...)
}

// Watchlist returns what the person told ahead.
func (c *Coffer) Watchlist(ctx context.Context) (alert.Watchlist, error) {
	return read(ctx, c, "read the watchlist", func(ctx context.Context, o *opened) (alert.Watchlist, error) { return o.store.Watchlist(ctx) })
}

// WatchChange is what a change of the watchlist changed, for undo.
type WatchChange struct {
	Now alert.Watched // no entry: it was taken off
	Was alert.Watched // no entry: it was not there
}

// Watch puts an entry on the watchlist, or changes the one with its key; without an ID it gets one. What it may change is
// scored anew. It errs with BadWatch and a reason.
func (c *Coffer) Watch(ctx context.Context, e alert.WatchEntry) (WatchChange, error) {
	return c.saveWatch(ctx, func(ctx context.Context, o *opened) (alert.Watched, error) {
		e, err := c.fit(ctx, o, e)
		return alert.Watched{Entry: e}, err
	})
}

// WatchAct is what a person can say of the merchant of a row.
type WatchAct int

// The acts.
const (
	Block WatchAct = iota
	Trust
	ExpectRefund // of the whole amount, within RefundDays
	Cancelled    // the subscription, as of the day of the row
	KnowPayee
)

// WatchRow puts what the person says of a row on the watchlist. The entry goes with the account of the row. It errs as Watch does.
func (c *Coffer) WatchRow(ctx context.Context, id ledger.TransactionID, act WatchAct) (WatchChange, error) {
	return c.saveWatch(ctx, func(ctx context.Context, o *opened) (alert.Watched, error) {
		t, err := o.store.Transaction(ctx, id)
		if err != nil {
			return alert.Watched{}, err
		}
		if t.Amount.Minor >= 0 {
			return alert.Watched{}, badWatch(WatchNoPayment)
		}
		e, err := c.fit(ctx, o, c.saidOf(t, act))
		return alert.Watched{Entry: e, Of: t.Account}, err
	})
}

// watchedOf are the entries about the merchant of a row; of an account, only where it is the row's.
func watchedOf(ctx context.Context, o *opened, t ledger.Transaction) (found []alert.WatchEntry, err error) {
	list, err := o.store.Watchlist(ctx)
	merchant := ledger.MerchantOf(t.Row)
	if err != nil || merchant == "" {
		return nil, err
	}
	if m, ok := list.Merchant(merchant); ok {
		found = append(found, m)
	}
	for _, r := range list.Refunds {
		if r.Merchant == merchant && (r.Account == "" || r.Account == t.Account) {
			found = append(found, r)
		}
	}
	for _, c := range list.Cancelled {
		if c.Merchant == merchant {
			found = append(found, c)
		}
	}
	for _, p := range list.Payees {
		if p.Payee == merchant {
			found = append(found, p)
		}
	}
	return found, nil
}

// saidOf is the entry that an act on a row makes.
func (c *Coffer) saidOf(t ledger.Transaction, act WatchAct) alert.WatchEntry {
	merchant, shown := ledger.MerchantOf(t.Row), alert.ShownOf(t.Row)
	switch act {
	case ExpectRefund:
		size, _ := t.Amount.Abs() // of the one amount without an opposite, fit says that it is none
		return alert.ExpectedRefund{ID: watchKey("refund", string(t.ID)), Account: t.Account, Merchant: merchant, Shown: shown, Minor: size.Minor, Currency: size.Currency, Since: c.Today()}
	case Cancelled:
		return alert.CancelledSeries{Merchant: merchant, Shown: shown, Since: t.Date}
	case KnowPayee:
		return alert.KnownPayee{Payee: merchant, Shown: shown}
	}
	return alert.WatchedMerchant{Merchant: merchant, Shown: shown, Blocked: act == Block}
}

func (c *Coffer) saveWatch(ctx context.Context, make func(ctx context.Context, o *opened) (alert.Watched, error)) (WatchChange, error) {
	change, err := read(ctx, c, "change the watchlist", func(ctx context.Context, o *opened) (w WatchChange, err error) {
		if w.Now, err = make(ctx, o); err != nil {
			return w, err
		}
		w.Was, err = o.store.SaveWatch(ctx, w.Now)
		return w, err
	})
	return change, c.watchChanged(ctx, err)
}

// Unwatch takes the entry with a key off the watchlist.
func (c *Coffer) Unwatch(ctx context.Context, key string) (WatchChange, error) {
	change, err := read(ctx, c, "change the watchlist", func(ctx context.Context, o *opened) (w WatchChange, err error) {
		w.Was, err = o.store.RemoveWatch(ctx, key)
		return w, err
	})
	return change, c.watchChanged(ctx, err)
}

// UndoWatch takes a change of the watchlist back.
func (c *Coffer) UndoWatch(ctx context.Context, w WatchChange) error {
	return c.watchChanged(ctx, c.use(ctx, "take a change of the watchlist back", func(ctx context.Context, o *opened) error {
		if w.Was.Entry == nil {
			_, err := o.store.RemoveWatch(ctx, w.Now.Entry.Key())
			return err
		}
		_, err := o.store.SaveWatch(ctx, w.Was)
		return err
	}))
}

// watchChanged has what was marked scored anew. The entry is saved whatever comes of that: the marks stay.
func (c *Coffer) watchChanged(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	c.Changed.Alerts.Tell("")
	c.scoreLater(c.scoreAll(ctx))
	return nil
}

// fit checks an entry and gives it what it lacks: its key, its time, its merchant as charges are known.
func (c *Coffer) fit(ctx context.Context, o *opened, e alert.WatchEntry) (alert.WatchEntry, error) {
	list, err := o.store.Watchlist(ctx)
	if err != nil {
		return nil, err
	}
	entries := list.Entries()
	switch e := e.(type) {
	case alert.WatchedMerchant:
		e.Merchant, e.Shown, err = merchantOf(e.Merchant, e.Shown)
		e.ID, e.Since = or(e.ID, watchKey("merchant", e.Merchant)), c.Now()
		return kept(e, entries, err)
	case alert.Trip:
		return c.fitTrip(e, entries)
	case alert.ExpectedRefund:
		return c.fitRefund(ctx, o, e, entries)
	case alert.CancelledSeries:
		e.Merchant, e.Shown, err = merchantOf(e.Merchant, e.Shown)
		if e.Since == 0 {
			e.Since = c.Today()
		}
		e.ID = or(e.ID, watchKey("cancelled", e.Merchant))
		return kept(e, entries, err)
	case alert.KnownPayee:
		e.Payee, e.Shown, err = merchantOf(e.Payee, e.Shown)
		e.ID, e.Since = or(e.ID, watchKey("payee", e.Payee)), c.Now()
		return kept(e, entries, err)
	case alert.Floor:
		a, err := o.store.Account(ctx, e.Account)
		if err == nil && e.Currency != a.Currency {
			err = badWatch(WatchCurrency)
		}
		return kept(e, entries, err)
	}
	return nil, errWatch
}

func (c *Coffer) fitTrip(t alert.Trip, entries []alert.WatchEntry) (alert.WatchEntry, error) {
	switch {
	case t.To < t.From:
		return nil, badWatch(WatchOrder)
	case t.To-t.From > longestTrip:
		return nil, badWatch(WatchTripLong)
	case len(t.Countries) > mostCountries:
		return nil, badWatch(WatchMany)
	}
	countries := make([]string, len(t.Countries))
	for i, code := range t.Countries {
		code = strings.ToUpper(strings.TrimSpace(code))
		if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return nil, badWatch(WatchCountry, "country", code)
		}
		countries[i] = code
	}
	t.Countries = slices.Compact(slices.Sorted(slices.Values(countries)))
	t.ID = or(t.ID, watchKey("trip", t.From.String(), c.Now().String()))
	return kept(t, entries, nil)
}

func (c *Coffer) fitRefund(ctx context.Context, o *opened, r alert.ExpectedRefund, entries []alert.WatchEntry) (_ alert.WatchEntry, err error) {
	r.Merchant, r.Shown, err = merchantOf(r.Merchant, r.Shown)
	switch {
	case err != nil:
		return nil, err
	case r.Minor <= 0:
		return nil, badWatch(WatchAmount)
	case !money.KnownForm(r.Currency):
		return nil, badWatch(WatchCurrency)
	}
	if r.Since == 0 {
		r.Since = c.Today()
	}
	if r.By != 0 && r.By < r.Since {
		return nil, badWatch(WatchOrder)
	}
	if r.Account != "" {
		if _, err := o.store.Account(ctx, r.Account); err != nil {
			return nil, err
		}
	}
	r.ID = or(r.ID, watchKey("refund", r.Merchant, strconv.FormatInt(r.Minor, 10), c.Now().String()))
	return kept(r, entries, nil)
}

// merchantOf is how charges of what a person calls shown are known, unless merchant says it.
func merchantOf(merchant, shown string) (string, string, error) {
	shown = strings.Join(strings.FieldsFunc(or(shown, merchant), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if merchant == "" {
		merchant = ledger.MerchantOf(ledger.Row{Payee: shown})
	}
	switch {
	case strings.TrimSpace(merchant) == "":
		return "", "", badWatch(WatchName)
	case utf8.RuneCountInString(shown) > longestPayee || utf8.RuneCountInString(merchant) > longestPayee:
		return "", "", badWatch(WatchLong)
	}
	return merchant, shown, nil
}

// kept is e unless there are too many beside it, or err.
func kept(e alert.WatchEntry, entries []alert.WatchEntry, err error) (alert.WatchEntry, error) {
	known := slices.ContainsFunc(entries, func(other alert.WatchEntry) bool { return other.Key() == e.Key() })
	switch {
	case err != nil:
		return nil, err
	case len(entries) >= mostWatched && !known:
		return nil, badWatch(WatchMany)
	}
	return e, nil
}

// watchKey names an entry by its kind and by what makes it one and no other.
func watchKey(kind string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return kind + ":" + hex.EncodeToString(sum[:8])
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

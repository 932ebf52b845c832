package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// The kinds of entries as they are stored. Append only.
const (
	watchedMerchant = iota
	watchedTrip
	watchedRefund
	watchedCancelled
	watchedPayee
	watchedFloor
)

var errWatchKind = errors.New("no such kind of entry")

// Watchlist returns what the person told ahead, each kind by key.
func (s *Store) Watchlist(ctx context.Context) (alert.Watchlist, error) {
	var all alert.Watchlist
	err := s.read(ctx, "read the watchlist", func(ctx context.Context) error {
		return s.each(ctx, "SELECT kind, doc FROM watchlist ORDER BY kind, id", nil, func(scan func(...any) error) error {
			e, err := scanWatch(scan)
			if err == nil {
				all.Add(e)
			}
			return err
		})
	})
	return all, err
}

// SaveWatch puts an entry on the watchlist in place of the one with its key, which it returns, and asks for a new score of
// what it may change. It wraps ledger.ErrNotFound for an account that is gone.
func (s *Store) SaveWatch(ctx context.Context, w alert.Watched) (was alert.Watched, err error) {
	err = s.change(ctx, "save what is watched", func(ctx context.Context) error {
		if was, err = s.watch(ctx, w.Entry.Key()); err != nil {
			return err
		}
		if was.Entry != nil {
			if err := s.markWatched(ctx, was.Entry); err != nil {
				return err
			}
		}
		return s.putWatch(ctx, w)
	})
	return was, err
}

func (s *Store) putWatch(ctx context.Context, w alert.Watched) error {
	kind, err := watchKind(w.Entry)
	if err != nil {
		return err
	}
	doc, err := encode(w.Entry)
	if err != nil {
		return err
	}
	of := w.Of
	if about := alert.WatchedAccount(w.Entry); about != "" {
		of = about
	}
	account := sql.NullInt64{}
	if of != "" {
		if account.Int64, err = s.accountKey(ctx, of); err != nil {
			return err
		}
		account.Valid = true
	}
	if err := s.exec(ctx, "INSERT OR REPLACE INTO watchlist VALUES (?, ?, ?, ?)", w.Entry.Key(), kind, account, doc); err != nil {
		return err
	}
	return s.markWatched(ctx, w.Entry)
}

// RemoveWatch takes the entry with a key off the watchlist and returns it. It wraps ledger.ErrNotFound.
func (s *Store) RemoveWatch(ctx context.Context, key string) (was alert.Watched, err error) {
	err = s.change(ctx, "take off the watchlist", func(ctx context.Context) error {
		if was, err = s.watch(ctx, key); err != nil {
			return err
		}
		if was.Entry == nil {
			return fmt.Errorf("watched %q: %w", key, ledger.ErrNotFound)
		}
		if err := s.exec(ctx, "DELETE FROM watchlist WHERE id = ?", key); err != nil {
			return err
		}
		return s.markWatched(ctx, was.Entry)
	})
	return was, err
}

// watch returns what is watched under a key; no entry if nothing is.
func (s *Store) watch(ctx context.Context, key string) (w alert.Watched, err error) {
	const query = "SELECT w.kind, w.doc, coalesce(a.id, '') FROM watchlist w LEFT JOIN accounts a ON a.key = w.account WHERE w.id = ?"
	err = s.oneRow(ctx, query, []any{key}, func(scan func(...any) error) (err error) {
		w.Entry, err = scanWatch(func(into ...any) error { return scan(append(into, &w.Of)...) })
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return w, nil
	}
	return w, err
}

// markWatched asks for a new judgement from the day on that an entry may let rows be judged otherwise.
func (s *Store) markWatched(ctx context.Context, e alert.WatchEntry) error {
	return s.rejudge(ctx, alert.WatchedFrom(e, ledger.DateOf(s.from.now().UTC())))
}

func watchKind(e alert.WatchEntry) (int, error) {
	switch e.(type) {
	case alert.WatchedMerchant:
		return watchedMerchant, nil
	case alert.Trip:
		return watchedTrip, nil
	case alert.ExpectedRefund:
		return watchedRefund, nil
	case alert.CancelledSeries:
		return watchedCancelled, nil
	case alert.KnownPayee:
		return watchedPayee, nil
	case alert.Floor:
		return watchedFloor, nil
	}
	return 0, errWatchKind
}

func scanWatch(scan func(...any) error) (alert.WatchEntry, error) {
	var kind int
	var doc string
	if err := scan(&kind, &doc); err != nil {
		return nil, err
	}
	switch kind {
	case watchedMerchant:
		return watched[alert.WatchedMerchant](doc)
	case watchedTrip:
		return watched[alert.Trip](doc)
	case watchedRefund:
		return watched[alert.ExpectedRefund](doc)
	case watchedCancelled:
		return watched[alert.CancelledSeries](doc)
	case watchedPayee:
		return watched[alert.KnownPayee](doc)
	case watchedFloor:
		return watched[alert.Floor](doc)
	}
	return nil, errWatchKind
}

func watched[E alert.WatchEntry](doc string) (alert.WatchEntry, error) {
	var e E
	err := decode(doc, &e)
	return e, err
}

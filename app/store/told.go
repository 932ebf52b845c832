package store

import (
	"context"
	"slices"
	"time"

	"coffer/app/alert"
)

// TakeUntold returns the alerts that interrupt, wait for an answer and were never taken here, and counts them as told from now on:
// whoever crashes with them tells nobody, and nobody is told twice.
func (s *Store) TakeUntold(ctx context.Context, at time.Time) ([]alert.Alert, error) {
	const untold = alertColumns + "WHERE " + openAlert + " AND level = ? AND id NOT IN (SELECT alert FROM told) ORDER BY day DESC, id"
	var all []alert.Alert
	err := s.change(ctx, "take alerts to tell of", func(ctx context.Context) error {
		all = nil
		err := s.each(ctx, untold, []any{at.UnixNano(), int(alert.Interrupt)}, func(scan func(...any) error) error {
			a, err := scanAlert(scan)
			all = append(all, a)
			return err
		})
		if err != nil {
			return err
		}
		for _, a := range all {
			if err := s.exec(ctx, "INSERT INTO told VALUES (?, ?)", string(a.ID), at.UnixNano()); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// Beside alerts, the table of what was told holds keys of news: those that were told, and those that were put away.
const (
	newsTold = "news:"
	newsAway = "away:"
)

// TakeNews returns those of keys that were never taken here, and counts them as told from now on. What was told or put away and is not
// among keys is forgotten.
func (s *Store) TakeNews(ctx context.Context, keys []string, at time.Time) (fresh []string, err error) {
	var gone []string
	told := map[string]bool{}
	err = s.read(ctx, "read what was told", func(ctx context.Context) error {
		return s.each(ctx, "SELECT alert FROM told WHERE substr(alert, 1, 5) IN (?, ?)", []any{newsTold, newsAway}, func(scan func(...any) error) error {
			var entry string
			err := scan(&entry)
			told[entry] = true
			if !slices.Contains(keys, entry[min(len(newsTold), len(entry)):]) {
				gone = append(gone, entry)
			}
			return err
		})
	})
	for _, key := range keys {
		if !told[newsTold+key] {
			fresh = append(fresh, key)
		}
	}
	if err != nil || len(gone)+len(fresh) == 0 {
		return nil, err
	}
	return fresh, s.change(ctx, "take news to tell of", func(ctx context.Context) error {
		for _, entry := range gone {
			if err := s.exec(ctx, "DELETE FROM told WHERE alert = ?", entry); err != nil {
				return err
			}
		}
		for _, key := range fresh {
			if err := s.exec(ctx, "INSERT OR IGNORE INTO told VALUES (?, ?)", newsTold+key, at.UnixNano()); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutNewsAway keeps that the person put the news of a key away.
func (s *Store) PutNewsAway(ctx context.Context, key string, at time.Time) error {
	return s.change(ctx, "put news away", func(ctx context.Context) error {
		return s.exec(ctx, "INSERT OR IGNORE INTO told VALUES (?, ?)", newsAway+key, at.UnixNano())
	})
}

// NewsPutAway returns the keys of the news that were put away.
func (s *Store) NewsPutAway(ctx context.Context) (keys []string, err error) {
	err = s.read(ctx, "read what was put away", func(ctx context.Context) error {
		return s.each(ctx, "SELECT substr(alert, 6) FROM told WHERE substr(alert, 1, 5) = ?", []any{newsAway}, func(scan func(...any) error) error {
			var key string
			err := scan(&key)
			keys = append(keys, key)
			return err
		})
	})
	return keys, err
}

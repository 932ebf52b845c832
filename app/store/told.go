package store

import (
	"context"
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

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
)

// slotOf is the number of the slot that t is in, as the table counts them.
func slotOf(t time.Time) int64 {
	if n, set := nanos(t).(int64); set {
		return n / int64(egress.SlotLength)
	}
	return 0
}

// countBegun adds a new entry to the totals; until it ends it counts as troubled.
func (s *Store) countBegun(ctx context.Context, e egress.Entry) error {
	const total = `INSERT INTO egress_totals (link, origin, requests, problems, sent, received, last) VALUES (?, ?, 1, 1, 0, 0, ?)
		ON CONFLICT DO UPDATE SET requests = requests + 1, problems = problems + 1, last = max(coalesce(last, excluded.last), excluded.last)`
	const slot = `INSERT INTO egress_slots VALUES (?, 1, 1, 0, 0)
		ON CONFLICT DO UPDATE SET requests = requests + 1, problems = problems + 1`
	if err := s.exec(ctx, total, e.Link, e.Origin, nanos(e.Started)); err != nil {
		return fmt.Errorf("count a connection: %w", err)
	}
	return s.exec(ctx, slot, slotOf(e.Started))
}

// countEnded adds how e ended to the totals.
func (s *Store) countEnded(ctx context.Context, e egress.Entry) error {
	well := 1
	if e.Troubled() {
		well = 0
	}
	const total = "UPDATE egress_totals SET sent = sent + ?, received = received + ?, problems = problems - ? WHERE link = ? AND origin = ?"
	const slot = "UPDATE egress_slots SET sent = sent + ?, received = received + ?, problems = problems - ? WHERE slot = ?"
	if err := s.exec(ctx, total, e.Sent, e.Received, well, e.Link, e.Origin); err != nil {
		return fmt.Errorf("sum a connection: %w", err)
	}
	return s.exec(ctx, slot, e.Sent, e.Received, well, slotOf(e.Started))
}

// nameTotals keeps the name of a link's bank with its totals, for when the link is gone.
func (s *Store) nameTotals(ctx context.Context, link consent.LinkID, bank string) error {
	return s.exec(ctx, "UPDATE egress_totals SET bank = ? WHERE link = ?", valid(bank), string(link))
}

// EgressTotals returns the connections summed per link and origin, the most recently used first.
func (s *Store) EgressTotals(ctx context.Context) ([]egress.Total, error) {
	const query = `SELECT t.origin, t.link, coalesce(l.doc->>'Bank', t.bank), t.requests, t.problems, t.sent, t.received, t.last
		FROM egress_totals t LEFT JOIN links l ON l.id = t.link ORDER BY t.last DESC, t.origin, t.link`
	var all []egress.Total
	err := s.read(ctx, "sum connections", func(ctx context.Context) error {
		return s.each(ctx, query, nil, func(scan func(...any) error) error {
			var t egress.Total
			var last sql.NullInt64
			err := scan(&t.Origin, &t.Link, &t.Bank, &t.Requests, &t.Problems, &t.Sent, &t.Received, &last)
			t.Last = instant(last)
			all = append(all, t)
			return err
		})
	})
	return all, err
}

var errSeen = errors.New("enough was seen")

// EgressSlots shows see the connections summed per slot, newest first, until it returns false.
// see must not call the Store.
func (s *Store) EgressSlots(ctx context.Context, see func(egress.Slot) bool) error {
	const query = "SELECT slot, requests, problems, sent, received FROM egress_slots ORDER BY slot DESC"
	return s.read(ctx, "sum connections per day", func(ctx context.Context) error {
		err := s.each(ctx, query, nil, func(scan func(...any) error) error {
			var at int64
			var slot egress.Slot
			if err := scan(&at, &slot.Requests, &slot.Problems, &slot.Sent, &slot.Received); err != nil {
				return err
			}
			slot.Start = time.Unix(0, at*int64(egress.SlotLength)).UTC()
			if !see(slot) {
				return errSeen
			}
			return nil
		})
		if errors.Is(err, errSeen) {
			return nil
		}
		return err
	})
}

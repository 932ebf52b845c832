package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// answeredDays is how long answered alerts are listed.
const answeredDays = 90

// Marks returns from which day on each account is to be scored anew.
func (s *Store) Marks(ctx context.Context) ([]alert.Mark, error) {
	const query = `SELECT a.id, m.day, m.writes FROM marks m JOIN accounts a ON a.key = m.account
		WHERE m.scored < m.writes ORDER BY a.key`
	var all []alert.Mark
	err := s.read(ctx, "read marks", func(ctx context.Context) error {
		return s.each(ctx, query, nil, func(scan func(...any) error) error {
			var m alert.Mark
			err := scan(&m.Account, &m.From, &m.Writes)
			all = append(all, m)
			return err
		})
	})
	return all, err
}

// removeAlerts takes away what was said of a row that goes. Of the person's own answers only what
// they bind to stays.
func (s *Store) removeAlerts(ctx context.Context, row uuid) error {
	const of = "IN (SELECT alert FROM alert_rows WHERE row = ?)"
	for _, query := range []string{
		"DELETE FROM alerts WHERE answer NOT IN (1, 2) AND id " + of,
		`UPDATE alerts SET withdrawn = 2, because = '{"ID":"` + alert.WithdrawnGone + `"}' WHERE id ` + of,
		"DELETE FROM alert_rows WHERE alert " + of,
	} {
		if err := s.exec(ctx, query, row[:]); err != nil {
			return fmt.Errorf("remove alerts: %w", err)
		}
	}
	return nil
}

func (s *Store) saveAlert(ctx context.Context, account int64, a alert.Alert) error {
	// An interruption that was told stays one; what was answered stays as it was then.
	const query = `INSERT INTO alerts (id, detector, level, account, day, doc, answer, withdrawn, merchant, minor, currency)
		VALUES (?, ?, ?, ?, ?, ?, 0, 0, '', 0, '')
		ON CONFLICT DO UPDATE SET detector = excluded.detector, level = iif(id IN (SELECT alert FROM told), max(level, excluded.level), excluded.level),
			account = excluded.account, day = excluded.day, doc = excluded.doc, withdrawn = 0, because = '' WHERE answer NOT IN (1, 2)`
	a.Answer, a.Answered, a.Until, a.Withdrawn, a.Because = alert.Unanswered, time.Time{}, time.Time{}, false, ledger.Reason{}
	doc, err := encode(a)
	if err != nil {
		return err
	}
	saved, err := s.execCount(ctx, query, string(a.ID), a.Detector, int(a.Level), account, int64(a.Day), doc)
	if err != nil {
		return err
	}
	if saved == 0 {
		return s.exec(ctx, "UPDATE alerts SET withdrawn = 0, because = '' WHERE id = ? AND withdrawn = 1", string(a.ID))
	}
	if err := s.exec(ctx, "DELETE FROM alert_rows WHERE alert = ?", string(a.ID)); err != nil {
		return err
	}
	for _, row := range a.Rows {
		id, err := parseUUID(string(row))
		if err != nil {
			return fmt.Errorf("alert %q: transaction %q: %w", a.ID, row, err)
		}
		if err := s.exec(ctx, "INSERT OR IGNORE INTO alert_rows VALUES (?, ?)", id[:], string(a.ID)); err != nil {
			return err
		}
	}
	return nil
}

const (
	alertColumns = "SELECT doc, level, answer, answered, until, withdrawn <> 0, because FROM alerts "
	// withdrawn is 1 for an alert that is no longer found, 2 for one whose rows are gone.
	// openAlert says that an alert waits for an answer; its one argument is the time.
	// saidAlert says that the person answered it and its rows are there; what was put off and then taken back is none.
	saidAlert = "(answer IN (1, 2) AND withdrawn < 2 OR answer = 3 AND withdrawn = 0)"
	openAlert = "withdrawn = 0 AND (answer = 0 OR answer = 3 AND until <= ?)"
)

func scanAlert(scan func(...any) error) (alert.Alert, error) {
	var a alert.Alert
	var doc, because string
	var level alert.Level
	var answer alert.Answer
	var answered, until sql.NullInt64
	var withdrawn bool
	if err := scan(&doc, &level, &answer, &answered, &until, &withdrawn, &because); err != nil {
		return a, err
	}
	err := decode(doc, &a)
	a.Level, a.Answer, a.Answered, a.Until, a.Withdrawn = level, answer, instant(answered), instant(until), withdrawn
	if err == nil && because != "" {
		err = decode(because, &a.Because)
	}
	return a, err
}

// Alerts returns first the alerts that wait for an answer, the gravest and then the newest
// first (Later waits again once its time has come), then those answered in the last 90 days,
// the last answer first.
func (s *Store) Alerts(ctx context.Context) ([]alert.Alert, error) {
	const (
		open = alertColumns + "WHERE " + openAlert + " ORDER BY level DESC, day DESC, id"
		past = alertColumns + "WHERE " + saidAlert + " AND NOT (" + openAlert + ") AND answered >= ? ORDER BY answered DESC, id"
	)
	var all []alert.Alert
	err := s.read(ctx, "read alerts", func(ctx context.Context) error {
		add := func(scan func(...any) error) error {
			a, err := scanAlert(scan)
			all = append(all, a)
			return err
		}
		now := s.from.now()
		if err := s.each(ctx, open, []any{now.UnixNano()}, add); err != nil {
			return err
		}
		return s.each(ctx, past, []any{now.UnixNano(), now.AddDate(0, 0, -answeredDays).UnixNano()}, add)
	})
	return all, err
}

// Withdrawn returns the alerts of a day and later, unanswered or put off, that were taken back though their rows are there, the newest first.
func (s *Store) Withdrawn(ctx context.Context, from ledger.Date) ([]alert.Alert, error) {
	const query = alertColumns + "WHERE withdrawn = 1 AND answer IN (0, 3) AND because <> '' AND day >= ? ORDER BY day DESC, id"
	var all []alert.Alert
	err := s.read(ctx, "read alerts that were taken back", func(ctx context.Context) error {
		return s.each(ctx, query, []any{int64(from)}, func(scan func(...any) error) error {
			a, err := scanAlert(scan)
			all = append(all, a)
			return err
		})
	})
	return all, err
}

// Alert returns one alert, a withdrawn one too. It wraps ledger.ErrNotFound.
func (s *Store) Alert(ctx context.Context, id alert.ID) (alert.Alert, error) {
	var a alert.Alert
	err := s.read(ctx, "read an alert", func(ctx context.Context) error {
		var err error
		a, err = s.alert(ctx, id)
		return err
	})
	return a, err
}

func (s *Store) alert(ctx context.Context, id alert.ID) (alert.Alert, error) {
	var a alert.Alert
	err := s.oneRow(ctx, alertColumns+"WHERE id = ?", []any{string(id)}, func(scan func(...any) error) error {
		var err error
		a, err = scanAlert(scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf("alert %q: %w", id, ledger.ErrNotFound)
	}
	return a, err
}

// teaches reports whether an answer says something of the rows that come.
func teaches(a alert.Answer) bool { return a == alert.Mine || a == alert.NotMine }

// firstDay returns the day of the first of an alert's rows that is still there.
func (s *Store) firstDay(ctx context.Context, a alert.Alert) ledger.Date {
	first := a.Day
	for _, id := range a.Rows {
		if r, err := s.rowByID(ctx, id); err == nil {
			first = min(first, r.Date)
		}
	}
	return first
}

// boundTo reads what an answer to a binds to from its rows, as far as they are still there: the newest, and the others that say more.
func (s *Store) boundTo(ctx context.Context, a alert.Alert) (alert.Feedback, error) {
	var f alert.Feedback
	for _, id := range slices.Backward(a.Rows) {
		r, err := s.rowByID(ctx, id)
		if errors.Is(err, ledger.ErrNotFound) {
			continue
		}
		if err != nil {
			return f, err
		}
		size, err := r.Amount.Abs()
		if err != nil {
			return f, err
		}
		b := alert.Bound{Merchant: ledger.MerchantOf(r.Row), Minor: size.Minor, Currency: r.Amount.Currency}
		if id == a.Rows[len(a.Rows)-1] {
			f.Merchant, f.Minor, f.Currency = b.Merchant, b.Minor, b.Currency
		} else if b.Merchant != f.Merchant && b.Merchant != "" && !slices.Contains(f.Others, b) {
			f.Others = append(f.Others, b)
		}
	}
	return f, nil
}

// Feedback returns every answer with what it binds to, oldest first.
func (s *Store) Feedback(ctx context.Context) ([]alert.Feedback, error) {
	const query = `SELECT l.id, l.detector, l.answer, l.answered, l.merchant, l.minor, l.currency, l.day, l.doc->'Rows', coalesce(a.id, ''), l.doc->'Others'
		FROM alerts l LEFT JOIN accounts a ON a.key = l.account WHERE l.answer <> 0 ORDER BY l.answered, l.id`
	var all []alert.Feedback
	err := s.read(ctx, "read answers", func(ctx context.Context) error {
		return s.each(ctx, query, nil, func(scan func(...any) error) error {
			var f alert.Feedback
			var at sql.NullInt64
			var rows, others sql.NullString
			err := scan(&f.Alert, &f.Detector, &f.Answer, &at, &f.Merchant, &f.Minor, &f.Currency, &f.Day, &rows, &f.Account, &others)
			if err == nil && rows.Valid {
				err = decode(rows.String, &f.Rows)
			}
			if err == nil && others.Valid {
				err = decode(others.String, &f.Others)
			}
			f.At = instant(at)
			all = append(all, f)
			return err
		})
	})
	return all, err
}

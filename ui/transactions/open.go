package transactions

import (
	"context"
	"errors"

	"coffer/app"
	"coffer/app/ledger"
)

// Open shows a row's detail, and the row itself if it is in the list.
func (s *Screen) Open(id ledger.TransactionID) {
	if s.ctx == nil {
		return
	}
	s.leaveQueue()
	s.openRow(id)
	s.detail.asked = id
	s.quietly(func() { s.rows.Select(-1) }) // so that the detail doesn't follow the row before
	a := s.ask
	ctx := s.detail.seeking.begin(s.ctx)
	row := -1
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		row, err = s.seek(ctx, a, id)
		return err
	}, func(err error) {
		s.detail.seeking.stop()
		switch {
		case errors.Is(err, ledger.ErrNotFound) || err == nil && row < 0:
		case err != nil:
			s.fail(err)
		default:
			s.goTo(a, row)
		}
	})
}

// goTo selects a row of a list, now or when that list is shown.
func (s *Screen) goTo(a ask, row int) {
	if s.busy {
		s.detail.wanted = &wanted{a, row}
		return
	}
	if s.shown.ask == a && row < s.shown.index.rows() {
		s.quietly(func() { s.rows.Select(s.shown.index.line(row)) })
	}
}

// wanted is a row to be selected when its list is there.
type wanted struct {
	ask ask
	row int
}

// seek finds where a row is in a list by date; -1 if it isn't in it. Lists in another order
// know only the rows that were read.
func (s *Screen) seek(ctx context.Context, a ask, id ledger.TransactionID) (int, error) {
	t, err := s.coffer.Transaction(ctx, id)
	if err != nil {
		return -1, err
	}
	newer := a.filter
	switch {
	case a.order == ledger.NewestFirst:
		newer.From = max(newer.From, t.Date+1)
	case a.order == ledger.OldestFirst && (newer.To == 0 || newer.To >= t.Date):
		newer.To = t.Date - 1
	case a.order != ledger.OldestFirst:
		return -1, nil
	}
	before, err := s.coffer.Totals(ctx, newer)
	if err != nil {
		return -1, err
	}
	row := indexOf(before, a.order).pending
	if t.Status == ledger.Booked {
		all, err := s.coffer.Totals(ctx, a.filter)
		if err != nil {
			return -1, err
		}
		row = indexOf(all, a.order).pending + indexOf(before, a.order).booked
	}
	return s.seekFrom(ctx, a, row, t)
}

// seekFrom looks through the rows of the day that begins at row.
func (s *Screen) seekFrom(ctx context.Context, a ask, row int, t app.Detail) (int, error) {
	for {
		rows, err := s.coffer.Rows(ctx, a.filter, a.order, row, pageRows)
		if err != nil {
			return -1, err
		}
		for i := range rows {
			if rows[i].ID == t.ID {
				return row + i, nil
			}
			if rows[i].Date != t.Date {
				return -1, nil
			}
		}
		if len(rows) < pageRows {
			return -1, nil
		}
		row += pageRows
	}
}

// moved tells that another line is the current one: an open detail follows it.
func (s *Screen) moved(int) {
	if s.moving {
		return
	}
	s.detail.seeking.stop()
	s.detail.opening = s.pane.open
	s.follow()
}

// follow shows the detail of the current row, once it is there.
func (s *Screen) follow() {
	if id := s.selected(); id != "" && s.detail.opening {
		s.detail.opening = false
		s.openRow(id)
	}
}

// openLine opens the detail of a line.
func (s *Screen) openLine(line int) {
	row, g := s.shown.index.at(line)
	if g != noGroup {
		return
	}
	s.detail.opening = true
	if r, ok := s.pages.has(row); ok {
		s.openRow(r.ID)
	}
}

// tappedCell opens the row that was clicked; a category that is missing can be chosen at once.
func (s *Screen) tappedCell(line, column int) bool {
	row, g := s.shown.index.at(line)
	r, ok := s.pages.has(row)
	if g != noGroup || !ok {
		return false
	}
	s.openRow(r.ID)
	if column == categoryColumn && r.Category == ledger.NoCategory {
		s.withDetail(s.chooseCategory)
	}
	return false
}

// arrived draws the rows that came.
func (s *Screen) arrived(int) {
	s.rows.Refresh()
	s.follow()
}

// reopen brings the detail in line with the list. Where there is room beside it, the first list
// opens its first row, and so does another list that lacks the open row, unless that was asked for.
func (s *Screen) reopen(first, other bool) {
	if w := s.detail.wanted; w != nil {
		s.detail.wanted = nil
		s.goTo(w.ask, w.row)
	}
	id := s.detail.id
	lost := other && id != "" && id != s.detail.asked && s.pages.find(id) < 0
	if s.beside() && (first && id == "" || lost && s.shown.index.rows() > 0) {
		s.openFirst()
		return
	}
	if id != "" {
		s.read(id)
	}
}

// beside reports whether there is room for the detail beside the list.
func (s *Screen) beside() bool { return s.body.Size().Width >= besideFrom && !s.narrow }

func (s *Screen) openFirst() {
	if r, ok := s.pages.has(0); ok {
		s.quietly(func() { s.rows.Select(s.shown.index.line(0)) })
		s.openRow(r.ID)
	}
}

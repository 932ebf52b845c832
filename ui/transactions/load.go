package transactions

import (
	"context"
	"time"

	"coffer/app/ledger"

	"fyne.io/fyne/v2"
)

// slow is how long a load may take before it is said that something is being looked for.
const slow = 150 * time.Millisecond

// ask is what the list shall show.
type ask struct {
	filter ledger.Filter
	order  ledger.Order
}

// reply is what one load of the list brings.
type reply struct {
	ask      ask
	accounts []ledger.AccountView
	totals   ledger.Totals
	index    index
	pages    map[int]*page
	anchor   int // where the anchor's row is now
}

// anchor is the row that shall stay where it is while the list changes around it.
type anchor struct {
	row   int
	id    ledger.TransactionID // empty: begin at the first row
	count int                  // rows of the list before
}

// counts are the numbers on the chips and in the head.
type counts struct {
	known                        bool
	all, pending, flagged, uncat int
}

// load reads the list and the pages around the anchor.
func (s *Screen) load(ctx context.Context, a ask, at anchor) (reply, error) {
	r := reply{ask: a, anchor: -1, pages: map[int]*page{}}
	var err error
	if r.accounts, err = s.coffer.Accounts(ctx); err != nil {
		return r, err
	}
	if r.totals, err = s.coffer.Totals(ctx, a.filter); err != nil {
		return r, err
	}
	r.index = indexOf(r.totals, a.order)
	read := s.reader(a)
	if at.id == "" {
		return r, r.around(ctx, read, 0)
	}
	for _, try := range []int{at.row, at.row + r.index.rows() - at.count} {
		if err := r.around(ctx, read, try); err != nil {
			return r, err
		}
		if r.anchor = findIn(r.pages, at.id); r.anchor >= 0 {
			return r, nil
		}
	}
	return r, nil
}

// around reads the page of a row and the one that a screenful may reach into.
func (r *reply) around(ctx context.Context, read reader, row int) error {
	row = max(0, min(row, r.index.rows()-1))
	for _, n := range []int{row / pageRows, (row + aheadBy) / pageRows} {
		if r.pages[n] != nil || n*pageRows >= r.index.rows() {
			continue
		}
		p, err := readPage(ctx, read, n)
		if err != nil {
			return err
		}
		r.pages[n] = p
	}
	return nil
}

func (s *Screen) reader(a ask) reader {
	return func(ctx context.Context, offset, limit int) ([]ledger.RegisterRow, error) {
		return s.coffer.Rows(ctx, a.filter, a.order, offset, limit)
	}
}

// filtered shows another list: what was on its way is of no use any more.
func (s *Screen) filtered() {
	if s.phone.of != "" && s.phone.of != s.ask.filter.Account {
		s.openPhone("")
	}
	s.chips.write()
	if s.ctx != nil {
		s.pages.stop()
		s.begin(anchor{})
	}
}

// changed reads the list again. Changes that come while it is being read are gathered.
func (s *Screen) changed(ctx context.Context) {
	switch {
	case ctx != s.ctx || ctx.Err() != nil:
	case s.busy:
		s.stale = true
	default:
		s.reload()
	}
	if s.phone.of != "" && ctx == s.ctx && ctx.Err() == nil {
		s.readPhone()
	}
	if s.queue.open && ctx == s.ctx && ctx.Err() == nil {
		s.loadQueue()
	}
}

// reload reads the list again and keeps the row at the top where it is.
func (s *Screen) reload() {
	if s.ctx == nil {
		return
	}
	at := anchor{}
	if s.known && s.shown.ask == s.ask && s.rows.Top() > 0 {
		at.row, _ = s.shown.index.at(s.rows.Top())
		if row, ok := s.pages.has(at.row); ok {
			at.id, at.count = row.ID, s.shown.index.rows()
		}
	}
	s.begin(at)
}

func (s *Screen) begin(at anchor) {
	ctx, a := s.list.begin(s.ctx), s.ask
	s.busy, s.stale = true, false
	var r reply
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		r, err = s.load(ctx, a, at)
		return err
	}, func(err error) {
		s.list.stop()
		s.busy = false
		if err != nil {
			s.fail(err)
			return
		}
		s.wrong.set("")
		s.show(r, at)
		if s.stale {
			s.reload()
		}
	})
	s.sayIfSlow(ctx)
}

// sayIfSlow writes that something is being looked for, if ctx hasn't ended soon.
func (s *Screen) sayIfSlow(ctx context.Context) {
	s.desk.Do(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(slow):
		}
		return nil
	}, func(error) { s.foot.say(s.voice.T("transactions.looking", "Looking")) })
}

// reloadAll tries everything again that may have failed.
func (s *Screen) reloadAll() {
	s.wrong.set("")
	s.reload()
	if s.pane.open {
		s.read(s.detail.id)
	}
}

func (s *Screen) fail(err error) {
	s.writeFoot()
	s.wrong.set(s.voice.Fault(err))
	s.column.Refresh()
}

// show puts a load into the list.
func (s *Screen) show(r reply, at anchor) {
	first := !s.known
	moved := r.ask != s.shown.ask
	top, selected := s.rows.Top(), s.selected()
	was := s.shown.index
	s.shown, s.known = r, true
	s.pages.reset(s.ctx, s.reader(r.ask), r.index.rows(), r.pages)
	s.chips.write()
	s.writeFoot()
	s.writeMiddle()
	s.bare(r.index.rows() == 0 && r.ask.filter == ledger.Filter{})
	s.fitColumns()
	s.rows.SetSort(columnOf(r.ask.order))
	s.quietly(func() {
		s.rows.Refresh()
		if line := s.lineOf(selected); line != s.rows.Selected() && (line >= 0 || r.index != was || moved) {
			s.rows.Select(line)
		}
		switch {
		case moved:
			s.putTop(0)
		case at.id != "" && r.anchor >= 0:
			s.putTop(r.index.line(r.anchor) + top - was.line(at.row))
		default:
			s.putTop(top)
		}
	})
	s.content.Refresh()
	s.count()
	s.reopen(first, moved)
}

// selected is the id of the row that is selected in the list.
func (s *Screen) selected() ledger.TransactionID {
	line := s.rows.Selected()
	if line < 0 || line >= s.shown.index.lines() {
		return ""
	}
	at, g := s.shown.index.at(line)
	if row, ok := s.pages.has(at); ok && g == noGroup {
		return row.ID
	}
	return ""
}

// lineOf is the line of a row that is there, or -1.
func (s *Screen) lineOf(id ledger.TransactionID) int {
	if row := s.pages.find(id); row >= 0 {
		return s.shown.index.line(row)
	}
	return -1
}

// putTop makes a line the first in sight, as far as the list's end lets it.
func (s *Screen) putTop(line int) {
	line = max(0, min(line, s.shown.index.lines()-1))
	if s.rows.Top() < line {
		s.rows.ScrollTo(min(line+pageRows/2, s.shown.index.lines()-1))
	}
	if s.rows.Top() > line {
		s.rows.ScrollTo(line)
	}
}

// quietly moves the register without being told so.
func (s *Screen) quietly(move func()) {
	s.moving = true
	move()
	s.moving = false
}

// count reads the numbers on the chips, behind the list itself.
func (s *Screen) count() {
	s.countWaiting()
	ctx := s.sums.begin(s.ctx)
	base := s.shown.ask.filter
	base.Pending, base.Flagged, base.Uncat = false, false, false
	pending, flagged, uncat := base, base, base
	pending.Pending, flagged.Flagged, uncat.Uncat = true, true, true
	var c counts
	s.desk.Do(ctx, func(ctx context.Context) error {
		for _, one := range []struct {
			into *int
			of   ledger.Filter
		}{{&c.all, ledger.Filter{}}, {&c.pending, pending}, {&c.flagged, flagged}, {&c.uncat, uncat}} {
			t, err := s.coffer.Totals(ctx, one.of)
			if err != nil {
				return err
			}
			*one.into = t.Count()
		}
		return nil
	}, func(err error) {
		s.sums.stop()
		if err != nil {
			s.fail(err)
			return
		}
		c.known = true
		s.counts = c
		s.writeHeader()
		s.chips.write()
	})
}

func canvasOf(o fyne.CanvasObject) fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(o) }

package privacy

import (
	"context"
	"errors"
	"time"

	"coffer/app"
	"coffer/app/egress"
)

// loads is what is being read of the store.
type loads struct {
	busy, stale bool // stale: something changed in the meantime
	end         context.CancelFunc
	late        bool // it takes so long that it is said
}

// begin returns the ctx of the newest load; the one before ends.
func (l *loads) begin(parent context.Context) context.Context {
	l.stop()
	ctx, end := context.WithCancel(parent)
	l.busy, l.stale, l.late, l.end = true, false, false, end
	return ctx
}

func (l *loads) stop() {
	if l.end != nil {
		l.end()
	}
	l.busy, l.late, l.end = false, false, nil
}

// slow is how long a load may take before it is said that something is being read.
const slow = 150 * time.Millisecond

// anchor is where the list stands, so that new rows above move nothing.
type anchor struct {
	top, selected int // lines; selected is -1 for none
	count         int
	held          bool // the same list as before, and the reader is not at its top
}

// reply is what one load brings.
type reply struct {
	view   app.PrivacyView
	filter filter
	ask    app.LedgerFilter
	counts counts
	pages  map[int]*page
	shift  int // lines that came above
}

// changed reads everything again. Changes that come while it is being read are gathered.
func (s *Screen) changed(ctx context.Context) {
	switch {
	case ctx != s.ctx || ctx.Err() != nil:
	case s.loads.busy:
		s.loads.stale = true
	default:
		s.reload()
	}
}

// reload reads everything again and keeps what is read where it is.
func (s *Screen) reload() {
	if s.ctx == nil {
		return
	}
	at := anchor{top: s.rows.Top(), selected: s.rows.Selected(), count: s.pages.count}
	at.held = s.data != nil && s.pages.filter == s.filter && (at.top > 0 || at.selected >= 0)
	ctx, f := s.loads.begin(s.ctx), s.filter
	var r reply
	s.desk.Do(ctx, func(ctx context.Context) (err error) {
		r, err = s.load(ctx, f, at)
		return err
	}, func(err error) {
		stale := s.loads.stale
		s.loads.stop()
		switch {
		case errors.Is(err, context.Canceled):
		case err != nil:
			s.fail(err)
		default:
			s.show(r, at)
		}
		if stale {
			s.reload()
		}
	})
	s.sayIfSlow(ctx)
}

// sayIfSlow writes that the ledger is being read, if ctx hasn't ended soon.
func (s *Screen) sayIfSlow(ctx context.Context) {
	s.desk.Do(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(slow):
		}
		return nil
	}, func(error) {
		s.loads.late = true
		s.writeChips()
	})
}

func (s *Screen) load(ctx context.Context, f filter, at anchor) (reply, error) {
	r := reply{filter: f, ask: f.ask(s.coffer.Now()), pages: map[int]*page{}}
	var err error
	if r.view, err = s.coffer.Privacy(ctx); err != nil {
		return r, err
	}
	if r.counts, err = s.count(ctx, f); err != nil {
		return r, err
	}
	line := 0
	if at.held {
		r.shift = r.counts.rows - at.count
		line = max(0, at.top+r.shift)
	}
	for _, n := range []int{line / pageRows, (line + aheadBy) / pageRows} {
		if r.pages[n] != nil || n*pageRows >= r.counts.rows {
			continue
		}
		rows, err := s.coffer.Entries(ctx, r.ask, n*pageRows, pageRows)
		if err != nil {
			return r, err
		}
		r.pages[n] = &page{rows: rows}
	}
	return r, nil
}

// show puts a load on the screen.
func (s *Screen) show(r reply, at anchor) {
	s.data, s.trouble = &r.view, nil
	s.counts = r.counts
	ask := r.ask
	s.pages.reset(s.ctx, listing{filter: r.filter, count: r.counts.rows, pages: r.pages, read: func(ctx context.Context, offset, limit int) ([]egress.Entry, error) {
		return s.coffer.Entries(ctx, ask, offset, limit)
	}})
	s.draw()
	switch {
	case !at.held:
		s.rows.Select(-1)
		s.rows.ScrollTo(0)
	case r.shift != 0:
		s.putTop(at.top + r.shift)
		if at.selected >= 0 {
			s.rows.Select(min(at.selected+r.shift, r.counts.rows-1))
		}
	}
	if s.detail.wanted > 0 {
		s.seek()
	}
}

// putTop makes a line the first in sight, as far as the list's end lets it.
func (s *Screen) putTop(line int) {
	line = max(0, min(line, s.pages.count-1))
	if s.rows.Top() < line {
		s.rows.ScrollTo(s.pages.count - 1)
	}
	if s.rows.Top() > line {
		s.rows.ScrollTo(line)
	}
}

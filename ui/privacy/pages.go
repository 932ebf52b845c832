package privacy

import (
	"context"

	"coffer/app/egress"
	"coffer/ui/live"
)

const (
	pageRows = 200
	keepMost = 12 // pages
	aheadBy  = 60 // rows from a page's end at which the next is read
)

// page is a run of rows of the ledger.
type page struct{ rows []egress.Entry }

// listing is one list: what is asked for, how long it is, and what was read of it already.
type listing struct {
	filter filter
	count  int
	pages  map[int]*page
	read   func(ctx context.Context, offset, limit int) ([]egress.Entry, error)
}

// pages holds the rows near those in sight. It belongs to the UI goroutine; only reading
// happens beside it.
type pages struct {
	listing
	desk    live.Action
	arrived func()
	failed  func(error)

	ctx    context.Context // of the list that is shown
	end    context.CancelFunc
	coming map[int]bool
	near   int // the page last looked at
}

// reset shows another list, or the same one read again; what is on its way is let go.
func (p *pages) reset(ctx context.Context, l listing) {
	if p.end != nil {
		p.end()
	}
	p.ctx, p.end = context.WithCancel(ctx)
	p.listing, p.coming = l, map[int]bool{}
}

// at returns a row, and has its page read if it isn't there: then ok is false.
func (p *pages) at(row int) (e egress.Entry, ok bool) {
	if row < 0 || row >= p.count {
		return e, false
	}
	n, i := row/pageRows, row%pageRows
	p.near = n
	of := p.pages[n]
	if of == nil {
		p.fetch(n)
		return e, false
	}
	switch {
	case i < aheadBy:
		p.fetch(n - 1)
	case i >= pageRows-aheadBy:
		p.fetch(n + 1)
	}
	if i >= len(of.rows) {
		return e, false
	}
	return of.rows[i], true
}

// has returns a row if it is there, without reading it.
func (p *pages) has(row int) (e egress.Entry, ok bool) {
	of := p.pages[row/pageRows]
	if row < 0 || of == nil || row%pageRows >= len(of.rows) {
		return e, false
	}
	return of.rows[row%pageRows], true
}

func (p *pages) fetch(n int) {
	if n < 0 || n*pageRows >= p.count || p.pages[n] != nil || p.coming[n] || p.ctx.Err() != nil {
		return
	}
	p.coming[n] = true
	read := p.read
	var rows []egress.Entry
	p.desk.Do(p.ctx, func(ctx context.Context) (err error) {
		rows, err = read(ctx, n*pageRows, pageRows)
		return err
	}, func(err error) {
		delete(p.coming, n)
		p.pages[n] = &page{rows: rows}
		p.evict()
		if err != nil {
			p.failed(err)
			return
		}
		p.arrived()
	})
}

// evict drops the page that is farthest from what is in sight.
func (p *pages) evict() {
	for len(p.pages) > keepMost {
		far := p.near
		for n := range p.pages {
			if distance(n, p.near) > distance(far, p.near) {
				far = n
			}
		}
		delete(p.pages, far)
	}
}

func distance(a, b int) int { return max(a-b, b-a) }

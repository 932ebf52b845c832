package transactions

import (
	"context"

	"coffer/app/ledger"
	"coffer/ui/live"
	"coffer/ui/part"
)

const (
	pageRows = 200
	keepMost = 12 // pages
	aheadBy  = 60 // rows from a page's end at which the next is read
)

// page is a run of rows. before is the row above its first, to tell whether the day changes.
type page struct {
	before *ledger.RegisterRow
	rows   []ledger.RegisterRow
	words  []*part.RegisterRow // as shown; nil until first in sight
	failed bool
}

// reader reads rows of one list from the store.
type reader func(ctx context.Context, offset, limit int) ([]ledger.RegisterRow, error)

// readPage reads page n, with the row above it.
func readPage(ctx context.Context, read reader, n int) (*page, error) {
	offset, above := n*pageRows, 0
	if n > 0 {
		above = 1
	}
	rows, err := read(ctx, offset-above, pageRows+above)
	if err != nil {
		return nil, err
	}
	p := &page{rows: rows}
	if above == 1 && len(rows) > 0 {
		p.before, p.rows = &rows[0], rows[1:]
	}
	p.words = make([]*part.RegisterRow, len(p.rows))
	return p, nil
}

// pages holds the rows near those in sight. It belongs to the UI goroutine; only reading
// happens beside it.
type pages struct {
	desk    live.Action
	arrived func(n int)
	failed  func(error)

	ctx    context.Context // of the list that is shown
	end    context.CancelFunc
	read   reader
	count  int // rows of the list
	kept   map[int]*page
	coming map[int]context.CancelFunc
	near   int // the page last looked at
}

// reset shows another list, or the same one read again; what is on its way is let go.
func (p *pages) reset(ctx context.Context, read reader, count int, have map[int]*page) {
	if p.end != nil {
		p.end()
	}
	p.ctx, p.end = context.WithCancel(ctx)
	p.read, p.count, p.kept = read, count, have
	p.coming = map[int]context.CancelFunc{}
}

// at returns a row's page and its place there, and has the page read if it isn't there: then
// ok is false. It reads ahead where the end of a page comes near.
func (p *pages) at(row int) (of *page, i int, ok bool) {
	if row < 0 || row >= p.count {
		return nil, 0, false
	}
	n, i := row/pageRows, row%pageRows
	if n != p.near {
		p.near = n
		p.letGo()
	}
	of = p.kept[n]
	if of == nil {
		p.fetch(n)
		return nil, 0, false
	}
	switch {
	case i < aheadBy:
		p.fetch(n - 1)
	case i >= pageRows-aheadBy:
		p.fetch(n + 1)
	}
	return of, i, i < len(of.rows)
}

// has returns a row if it is there, without reading it.
func (p *pages) has(row int) (ledger.RegisterRow, bool) {
	of := p.kept[row/pageRows]
	if row < 0 || of == nil || row%pageRows >= len(of.rows) {
		return ledger.RegisterRow{}, false
	}
	return of.rows[row%pageRows], true
}

// find returns where a row is among those that are there, or -1.
func (p *pages) find(id ledger.TransactionID) int { return findIn(p.kept, id) }

func findIn(kept map[int]*page, id ledger.TransactionID) int {
	if id == "" {
		return -1
	}
	for n, of := range kept {
		for i := range of.rows {
			if of.rows[i].ID == id {
				return n*pageRows + i
			}
		}
	}
	return -1
}

func (p *pages) fetch(n int) {
	if n < 0 || n*pageRows >= p.count || p.kept[n] != nil || p.coming[n] != nil || p.ctx.Err() != nil {
		return
	}
	ctx, end := context.WithCancel(p.ctx)
	p.coming[n] = end
	read := p.read
	var got *page
	p.desk.Do(ctx, func(ctx context.Context) (err error) {
		got, err = readPage(ctx, read, n)
		return err
	}, func(err error) {
		end()
		delete(p.coming, n)
		if err != nil {
			got = &page{failed: true}
		}
		p.kept[n] = got
		p.evict()
		if err != nil {
			p.failed(err)
			return
		}
		p.arrived(n)
	})
}

// stop ends all reading; rows that are still wanted are asked for again.
func (p *pages) stop() {
	for n, end := range p.coming {
		end()
		delete(p.coming, n)
	}
}

// letGo ends the reading of pages that are no longer near.
func (p *pages) letGo() {
	for n, end := range p.coming {
		if n < p.near-1 || n > p.near+1 {
			end()
			delete(p.coming, n)
		}
	}
}

// evict drops the page that is farthest from what is in sight.
func (p *pages) evict() {
	for len(p.kept) > keepMost {
		far := p.near
		for n := range p.kept {
			if distance(n, p.near) > distance(far, p.near) {
				far = n
			}
		}
		delete(p.kept, far)
	}
}

func distance(a, b int) int { return max(a-b, b-a) }

// forgetWords makes each row be put into words again.
func (p *pages) forgetWords() {
	for _, of := range p.kept {
		clear(of.words)
	}
}

package ledger

import (
	"cmp"
	"maps"
	"slices"
)

// crossing pairs the rows of a file with those of a bank, before either is held against pending rows: the nearest in date
// first, and then so that as many as can be have one. A file may date each movement a day later than the bank does.
func (d *desk) crossing() {
	before := map[*entry]bool{}
	for _, e := range d.in {
		before[e] = e.found != nil
	}
	p := d.near()
	judge := p.judge
	p.judge = func(e *entry, h *holding) (int, because, bool) {
		if !crossed(e.row, h.row) || h.gone {
			return 0, nil, false
		}
		return judge(e, h)
	}
	d.run(p)
	s := shift{judge: p.judge, by: map[string][]*holding{}, owner: map[*holding]*entry{}}
	for _, e := range d.in {
		if e.found != nil && !before[e] {
			s.owner[e.found.at] = e
		}
	}
	if len(s.owner) == 0 {
		return
	}
	for _, h := range d.held {
		if !h.hinted && (!h.taken || s.owner[h] != nil) {
			for _, key := range heldAmount(h) {
				s.by[key] = append(s.by[key], h)
			}
		}
	}
	for _, of := range s.by {
		slices.SortStableFunc(of, func(a, b *holding) int { return cmp.Compare(a.row.Date, b.row.Date) })
	}
	s.dead = map[*holding]bool{}
	for _, e := range d.in {
		if seen := map[*holding]bool{}; e.found == nil && !s.find(e, seen) {
			maps.Copy(s.dead, seen)
		}
	}
}

// shift moves pairs on, so that a row which is left finds a partner.
type shift struct {
	judge func(*entry, *holding) (int, because, bool)
	by    map[string][]*holding // of an amount, by date
	owner map[*holding]*entry
	dead  map[*holding]bool // no way leads on from these: a search that went through all of them found none
}

// find gives e a partner, if need be that of another row which finds another one.
func (s shift) find(e *entry, seen map[*holding]bool) bool {
	for _, key := range bookedAmount(e) {
		of := s.by[key]
		from, _ := slices.BinarySearchFunc(of, e.row.Date-sureDays, func(h *holding, d Date) int { return cmp.Compare(h.row.Date, d) })
		for _, h := range of[from:min(len(of), from+nearest)] {
			if seen[h] || s.dead[h] {
				continue
			}
			_, why, ok := s.judge(e, h)
			if !ok {
				continue
			}
			seen[h] = true
			if h.taken && (s.owner[h] == nil || !s.find(s.owner[h], seen)) {
				continue
			}
			s.owner[h] = e
			settleOn(e, h, why())
			return true
		}
	}
	return false
}

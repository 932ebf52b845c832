package ledger

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// pass is a search for the nearest holding of each free row. Rows and holdings meet under equal
// keys; judge says how sure a pair is, lower is surer.
type pass struct {
	rows  func(*entry) []string
	held  func(*holding) []string
	judge func(*entry, *holding) (rank int, why because, ok bool)
	doubt bool // what it finds goes to review
	again bool // of a hold that is asked about beside another row, too
}

// because gives the reason of a pair: most pairs come to nothing, so it is not written before.
type because func() Reason

func changed(id string, e *entry, h *holding) because {
	return func() Reason { return change(id, e, h) }
}

func changedID(id, alias string, e *entry, h *holding) because {
	return func() Reason { return withID(id, alias, e, h) }
}

func knownID(e *entry) because {
	return func() Reason { return Reason{ID: ReasonAlias, Args: map[string]string{"id": e.row.SourceID}} }
}

type pair struct {
	e, h int
	rank int
	why  because
}

const (
	nearest   = 12 // holdings that a row is held against per key, the closest in date first
	maxRounds = 64 // of a pass; more than one is needed only where many equal rows crowd a key
	farthest  = 60 // days: no judge takes a row and a holding that lie further apart
)

// run makes the surest pairs first, one-to-one, until nothing more is found.
func (d *desk) run(p pass) {
	first, last, some := d.freeDays(p)
	if !some {
		return
	}
	keys := make([][]string, len(d.in))
	for i, e := range d.in {
		if e.found == nil && e.row.Date >= first-farthest && e.row.Date <= last+farthest {
			keys[i] = p.rows(e)
		}
	}
	for range maxRounds {
		if !d.round(p, keys) {
			return
		}
	}
}

// freeDays are the first and the last day of the holdings that p may take; some is false where there is none.
func (d *desk) freeDays(p pass) (first, last Date, some bool) {
	for _, h := range d.held {
		if p.closed(h) || some && first <= h.row.Date && h.row.Date <= last || len(p.held(h)) == 0 {
			continue
		}
		if !some {
			first, last, some = h.row.Date, h.row.Date, true
		}
		first, last = min(first, h.row.Date), max(last, h.row.Date)
	}
	return first, last, some
}

// round makes the surest pairs of rows, by their keys, once.
func (d *desk) round(p pass, keys [][]string) bool {
	wanted := make(map[string]bool)
	for i, e := range d.in {
		if e.found == nil {
			for _, key := range keys[i] {
				wanted[key] = true
			}
		}
	}
	if len(wanted) == 0 {
		return false
	}
	buckets := d.buckets(p, wanted)
	if len(buckets) == 0 {
		return false
	}
	var pairs, near []pair
	for i, e := range d.in {
		if e.found != nil {
			continue
		}
		near = near[:0]
		for _, key := range keys[i] {
			near = d.look(p, near, i, buckets[key])
		}
		pairs = append(pairs, near...)
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.e, b.e), cmp.Compare(a.h, b.h))
	})
	found := false
	for _, x := range pairs {
		e, h := d.in[x.e], d.held[x.h]
		if e.found != nil || p.closed(h) {
			continue
		}
		if found = true; p.doubt {
			h.hinted = true
			e.found = &verdict{doubtful, h, x.why()}
			continue
		}
		settleOn(e, h, x.why())
	}
	return found
}

// closed reports whether h is not to be had.
func (p pass) closed(h *holding) bool { return h.taken || h.hinted && !(p.again && h.waiting()) }

// buckets indexes the free holdings by key, in order of date.
func (d *desk) buckets(p pass, wanted map[string]bool) map[string][]int {
	buckets := make(map[string][]int)
	for i, h := range d.held {
		if p.closed(h) {
			continue
		}
		for _, key := range p.held(h) {
			if wanted[key] {
				buckets[key] = append(buckets[key], i)
			}
		}
	}
	for _, bucket := range buckets {
		slices.SortStableFunc(bucket, func(a, b int) int { return cmp.Compare(d.held[a].row.Date, d.held[b].row.Date) })
	}
	return buckets
}

// look judges row i against the holdings of a bucket that are closest in date, but for those that it met in another one.
func (d *desk) look(p pass, near []pair, i int, bucket []int) []pair {
	e := d.in[i]
	after := sort.Search(len(bucket), func(n int) bool { return d.held[bucket[n]].row.Date >= e.row.Date })
	before := after - 1
	for range nearest {
		gap := func(n int) int {
			if n < 0 || n >= len(bucket) {
				return math.MaxInt
			}
			return abs(int(d.held[bucket[n]].row.Date - e.row.Date))
		}
		n := after
		if gap(before) < gap(after) {
			n, before = before, before-1
		} else {
			after++
		}
		if n < 0 || n >= len(bucket) {
			break
		}
		if slices.ContainsFunc(near, func(met pair) bool { return met.h == bucket[n] }) {
			continue
		}
		if rank, why, ok := p.judge(e, d.held[bucket[n]]); ok {
			near = append(near, pair{i, bucket[n], rank, why})
		}
	}
	return near
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

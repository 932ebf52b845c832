package alert

import (
	"math/bits"
	"slices"

	"coffer/app/ledger"
)

// Amounts are counted in buckets, sixteen to each doubling: a percentile is right to one part in sixteen, and the
// past of ten years is no larger than that of one.
const (
	steps      = 16
	stepBits   = 4
	buckets    = (64 - stepBits) * steps
	mostMonths = 13 // of those that a percentile looks at
)

// histogram counts amounts of one currency by month, thirteen at most.
type histogram struct {
	months []monthly // oldest first
	total  []uint32  // of all months, by bucket; grows to the largest bucket
	day    ledger.Date
	before quantiles // of the days before day
}

// monthly is what one month had.
type monthly struct {
	month ledger.Month
	most  int64
	cells []cell // by bucket
}

type cell struct {
	bucket uint16
	count  uint32
}

// quantiles are what amounts are held against. The upper ones are the upper ends of their buckets, the lower ones the
// lower ends, so that an amount beyond one is beyond it.
type quantiles struct {
	count                       int
	p1, p10, p50, p90, p95, p99 int64
	most                        int64
}

// bucketOf returns where size is counted: exactly below sixteen, then by its five highest bits.
func bucketOf(size int64) int {
	if size < steps {
		return int(max(size, 0))
	}
	shift := bits.Len64(uint64(size)) - stepBits - 1
	return (shift+1)*steps + int(size>>shift) - steps
}

// lowest returns the smallest size in a bucket.
func lowest(bucket int) int64 {
	if bucket < steps {
		return int64(bucket)
	}
	shift := bucket/steps - 1
	return int64(steps+bucket%steps) << shift
}

func highest(bucket int) int64 {
	if bucket+1 >= buckets {
		return 1<<63 - 1
	}
	return lowest(bucket+1) - 1
}

// open fixes what rows of day are held against, before the first of them is added.
func (h *histogram) open(day ledger.Date) {
	if day != h.day {
		h.before, h.day = h.quantilesOn(day), day
	}
}

// on returns the quantiles of the days before day, which is the day of the newest row or later.
func (h *histogram) on(day ledger.Date) quantiles {
	if day == h.day {
		return h.before
	}
	return h.quantilesOn(day)
}

// quantilesOn reads all that is counted, of the thirteen months before day.
func (h *histogram) quantilesOn(day ledger.Date) quantiles {
	from := day.Month() - mostMonths + 1
	total, q := h.total, quantiles{}
	for _, m := range h.months {
		if m.month < from {
			total = without(total, m)
			continue
		}
		q.most = max(q.most, m.most)
	}
	for _, n := range total {
		q.count += int(n)
	}
	if q.count == 0 {
		return q
	}
	at := [...]int{q.count / 100, q.count / 10, q.count / 2, q.count * 90 / 100, q.count * 95 / 100, q.count * 99 / 100}
	var found [len(at)]int
	seen, next := 0, 0
	for bucket, n := range total {
		seen += int(n)
		for next < len(at) && seen > at[next] {
			found[next] = bucket
			next++
		}
	}
	q.p1, q.p10, q.p50 = lowest(found[0]), lowest(found[1]), lowest(found[2])
	q.p90, q.p95, q.p99 = min(q.most, highest(found[3])), min(q.most, highest(found[4])), min(q.most, highest(found[5]))
	return q
}

func without(total []uint32, m monthly) []uint32 {
	total = slices.Clone(total)
	for _, c := range m.cells {
		total[c.bucket] -= c.count
	}
	return total
}

// add counts one amount.
func (h *histogram) add(day ledger.Date, size int64) {
	month := day.Month()
	if n := len(h.months); n == 0 || h.months[n-1].month < month {
		h.forget(month)
		h.months = append(h.months, monthly{month: month})
	}
	m, bucket := &h.months[len(h.months)-1], bucketOf(size)
	m.most = max(m.most, size)
	for len(h.total) <= bucket {
		h.total = append(h.total, 0)
	}
	h.total[bucket]++
	at, found := slices.BinarySearchFunc(m.cells, uint16(bucket), func(c cell, b uint16) int { return int(c.bucket) - int(b) })
	if !found {
		m.cells = slices.Insert(m.cells, at, cell{bucket: uint16(bucket)})
	}
	m.cells[at].count++
}

// forget lets go of the months that none of month or later looks at.
func (h *histogram) forget(month ledger.Month) {
	n := 0
	for n < len(h.months) && h.months[n].month <= month-mostMonths {
		for _, c := range h.months[n].cells {
			h.total[c.bucket] -= c.count
		}
		n++
	}
	h.months = keep(h.months, n)
	for n = len(h.total); n > 0 && h.total[n-1] == 0; n-- {
	}
	if h.total = h.total[:n]; n == 0 {
		h.total = nil
	}
}

// keep lets go of the first n of a list; of an empty one nothing stays.
func keep[T any](list []T, n int) []T {
	if n == 0 {
		return list
	}
	if n >= len(list) {
		return nil
	}
	left := copy(list, list[n:])
	clear(list[left:])
	return list[:left]
}

func (h *histogram) clone() histogram {
	c := *h
	c.total, c.months = slices.Clone(h.total), slices.Clone(h.months)
	for i := range c.months {
		c.months[i].cells = slices.Clone(c.months[i].cells)
	}
	return c
}

package alert

import (
	"testing"
	"time"

	"coffer/app/ledger"

	"pgregory.net/rapid"
)

func TestPercentilesAreRightToASixteenth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 1, 200).Draw(t, "sizes")
		var h histogram
		day := ledger.Day(2026, time.May, 1)
		for _, size := range sizes {
			h.open(day)
			h.add(day, size)
			if at := bucketOf(size); lowest(at) > size || highest(at) < size {
				t.Fatalf("%d is counted in %d to %d", size, lowest(at), highest(at))
			}
		}
		q := h.on(day + 1)
		exact := percentile(sizesOf(visitsOf(sizes)), 90)
		if q.count != len(sizes) || q.p90 < exact || float64(q.p90) > float64(exact)*17/16+1 {
			t.Fatalf("p90 of %v is %d, exactly %d", sizes, q.p90, exact)
		}
		if before := h.on(day); before.count != 0 {
			t.Fatalf("the day itself is in its own scale: %+v", before)
		}
		if later := h.on(day.AddDays(31 * (mostMonths + 1))); later.count != 0 {
			t.Fatalf("more than a year is remembered: %+v", later)
		}
	})
}

func visitsOf(sizes []int64) []visit {
	visits := make([]visit, len(sizes))
	for i, s := range sizes {
		visits[i].size = s
	}
	return visits
}

package ledger

import (
	"cmp"
	"slices"
)

// inOrder sorts holdings by which a row meets first. A merged row has every name of its tombstones, so they go first there:
// what they take, they alone may, and the merged row is left for what only it is known by. Booked ones go before pending ones,
// which only a booked row may choose between.
func inOrder(held []*holding) {
	class := func(h *holding) int {
		switch {
		case h.into != "" || h.merged:
			return 1
		case h.gone:
			return 2
		}
		return 0
	}
	slices.SortStableFunc(held, func(a, b *holding) int {
		return cmp.Or(cmp.Compare(class(a), class(b)), compareFlags(a.row.Pending, b.row.Pending), cmp.Compare(len(a.aliases), len(b.aliases)), compareFlags(a.gone, b.gone))
	})
}

// learnMerged marks the holdings that others were merged into.
func (d *desk) learnMerged() {
	into := make(map[TransactionID]bool)
	for _, h := range d.held {
		if h.into != "" {
			into[h.into] = true
		}
	}
	for _, h := range d.held {
		h.merged = !h.gone && into[h.stored.ID]
	}
}

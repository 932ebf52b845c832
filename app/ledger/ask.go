package ledger

import (
	"cmp"
	"slices"
)

// mostAsked is how many rows a hold is asked about at once.
const mostAsked = 3

// ask finds the rows that came while a hold was listed, where the hold went now and nothing that came with that is it: the
// bank may have listed it beside the row that it became.
func (d *desk) ask(holds map[string][]*holding) {
	var pieces map[string][]piece
	seen := map[*holding]bool{}
	for _, key := range sortedKeys(holds) {
		for _, h := range holds[key] {
			if seen[h] || h.taken || !d.went(h) {
				continue
			}
			if seen[h] = true; pieces == nil {
				pieces = d.pieces()
			}
			for _, p := range d.maybes(h, pieces) {
				d.asked = append(d.asked, Question{p.h.stored.ID, h.stored.ID, changeOf(ReasonMaybeBooked, p.h.row, h.row)})
			}
		}
	}
}

// maybes are the stored rows that may be h, the nearest in amount first.
func (d *desk) maybes(h *holding, pieces map[string][]piece) []piece {
	var near []piece
	for _, key := range wordKeys(h.names()) {
		for _, p := range pieces[key] {
			if p.h == nil || len(near) == mostPieces || slices.Contains(near, p) {
				continue
			}
			gap := int(p.h.row.Date - h.row.Date)
			ok := gap >= -1 && gap <= waitDays && !p.h.part && p.h.stored.Seen.After(h.stored.Seen) && sameSide(p.h.row, h.row) && !otherTrade(p.h.row, h.row) &&
				withinPercent(p.h.row.Amount.Minor, h.row.Amount.Minor, leastPart, mostTip)
			if ok && likeness(p.names(), h.names()) >= sameName {
				near = append(near, p)
			}
		}
	}
	off := func(p piece) int64 {
		return max(p.h.row.Amount.Minor-h.row.Amount.Minor, h.row.Amount.Minor-p.h.row.Amount.Minor)
	}
	slices.SortStableFunc(near, func(a, b piece) int { return cmp.Compare(off(a), off(b)) })
	return near[:min(len(near), mostAsked)]
}

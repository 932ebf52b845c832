package ledger

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"coffer/app/money"
)

// A hold is looked for in at most this many rows, among at most this many that could be of it.
const (
	mostParts  = 4
	mostPieces = 16
)

// piece is a booked row that may be a part of a hold: one that comes, or one that is stored.
type piece struct {
	e *entry
	h *holding
}

func (p piece) row() Row {
	if p.e != nil {
		return p.e.row
	}
	return p.h.row
}

func (p piece) names() []string {
	if p.e != nil {
		return p.e.names()
	}
	return p.h.names()
}

// parts ends the holds that were booked in two to four rows of the same name whose sum is the hold,
// to the last cent, where only one set of rows fits. A row that was pending itself is no part.
func (d *desk) parts() {
	var pieces map[string][]piece
	var alike map[string]int
	for _, h := range d.held {
		if !h.maybeParts() || len(h.names()) == 0 {
			continue
		}
		if pieces == nil {
			pieces, alike = d.pieces(), d.alike()
		}
		if of := onlySum(h.row, candidates(h, pieces), 2, alike[h.face()]); len(of) > 0 {
			d.settleParts(h, of)
			alike[h.face()]--
		}
	}
}

func (h *holding) maybeParts() bool {
	return !h.taken && !h.hinted && h.waiting() && h.row.Amount.Minor != 0
}

// alike counts the free holds that look alike, by face.
func (d *desk) alike() map[string]int {
	n := map[string]int{}
	for _, h := range d.held {
		if h.maybeParts() {
			n[h.face()]++
		}
	}
	return n
}

// pieces indexes the rows that may be parts by the first letters of their words.
func (d *desk) pieces() map[string][]piece {
	index := make(map[string][]piece)
	add := func(p piece) {
		for _, key := range wordKeys(p.names()) {
			index[key] = append(index[key], p)
		}
	}
	for _, e := range d.in {
		if e.found == nil && !e.row.Pending && !d.again(e) {
			add(piece{e: e})
		}
	}
	for _, h := range d.held {
		if !h.gone && !h.row.Pending && h.row.Line == 0 && !wasHeld(h.stored.History) {
			add(piece{h: h})
		}
	}
	for _, of := range index {
		slices.SortStableFunc(of, func(a, b piece) int { return cmp.Compare(a.row().Date, b.row().Date) })
	}
	return index
}

// wasHeld reports whether a booked row was pending itself, or is known as a part of a hold.
func wasHeld(history []Step) bool {
	return slices.ContainsFunc(history, func(s Step) bool {
		return s.What == BecameBooked || s.What == WasPart || s.What == WasMerged || s.Reason.ID == ReasonPart
	})
}

// candidates are the pieces that come near a hold: the same name, smaller, up to eight days later,
// and not seen before it was. They are the first of each list, so that a crowd of one name costs each hold a few.
func candidates(h *holding, pieces map[string][]piece) []piece {
	var near []piece
	seen := make(map[piece]bool)
	for _, key := range wordKeys(h.names()) {
		of := pieces[key]
		from := sort.Search(len(of), func(i int) bool { return of[i].row().Date >= h.row.Date-1 })
		found := 0
		for _, p := range of[from:] {
			if found == mostPieces || p.row().Date-h.row.Date > waitDays {
				break
			}
			if seen[p] || !maybePart(p, h) || likeness(p.names(), h.names()) < sameName {
				continue
			}
			seen[p] = true
			near = append(near, p)
			found++
		}
	}
	slices.SortStableFunc(near, func(a, b piece) int { return cmp.Compare(a.row().Date, b.row().Date) })
	return near[:min(len(near), mostPieces)]
}

// maybePart reports whether p is free and smaller than h, whatever its name.
func maybePart(p piece, h *holding) bool {
	r := p.row()
	if !sameSide(r, h.row) || r.Amount.Minor == 0 || !smaller(r.Amount.Minor, h.row.Amount.Minor) {
		return false
	}
	if p.e != nil {
		return p.e.found == nil && (r.Names == "" || h.knows(r.Names))
	}
	return !p.h.part && !p.h.stored.Seen.Before(h.stored.Seen)
}

// onlySum returns the rows of near, least to four, that come to what was held; none where several sets do. Rows of one face
// make one set, if there are as many of each as holds that look alike need.
func onlySum(held Row, near []piece, least, holds int) []piece {
	var found []piece
	var name string
	sets := 0
	var try func(from int, left int64, chosen []piece)
	try = func(from int, left int64, chosen []piece) {
		if left == 0 && len(chosen) >= least {
			if of := facesOf(chosen); sets == 0 || of != name {
				sets, name, found = sets+1, of, slices.Clone(chosen)
			}
			return
		}
		if len(chosen) == mostParts || sets > 1 {
			return
		}
		for i := from; i < len(near); i++ {
			if amount := near[i].row().Amount.Minor; !smaller(left, amount) {
				try(i+1, left-amount, append(chosen, near[i]))
			}
		}
	}
	try(0, held.Amount.Minor, make([]piece, 0, mostParts))
	if sets != 1 || !sharedOut(found, near, holds) {
		return nil
	}
	return found
}

func facesOf(of []piece) string {
	faces := make([]string, len(of))
	for i, p := range of {
		faces[i] = p.face()
	}
	slices.Sort(faces)
	return strings.Join(faces, "\n")
}

// sharedOut reports whether the rows of near that look like those of a set are enough for some of the holds that need such
// a set, and for no part of one.
func sharedOut(set, near []piece, holds int) bool {
	need, there := map[string]int{}, map[string]int{}
	for _, p := range set {
		need[p.face()]++
	}
	for _, p := range near {
		there[p.face()]++
	}
	times := there[set[0].face()] / need[set[0].face()]
	for face, n := range need {
		if there[face] != n*times {
			return false
		}
	}
	return times <= holds
}

// settleParts ends h. The first part that comes takes its place, so that its note, names and history
// go on; every other part is a row of its own. Where all of them are stored already, the hold is
// dropped, and says why.
func (d *desk) settleParts(h *holding, of []piece) {
	why := partOf(h.row)
	for _, p := range of {
		switch {
		case p.h != nil:
			d.tellPart(p.h, why)
		case !h.taken:
			settleOn(p.e, h, why)
		default:
			p.e.found = &verdict{kind: fresh, reason: why}
		}
	}
	if !h.taken {
		h.taken = true
		c := d.change(h, ReasonParts)
		c.Reason.Args = map[string]string{"was": h.row.Amount.Decimal(), "currency": h.row.Amount.Currency, "of": days(Date(len(of)))}
		if h.stored.Status == Pending {
			d.ended = append(d.ended, c)
		}
	}
}

// tellPart says of a stored row that it is a part of a hold, and of no other.
func (d *desk) tellPart(h *holding, why Reason) {
	h.part = true
	d.told = append(d.told, Change{ID: h.stored.ID, Reason: why, On: d.on()})
}

func partOf(hold Row) Reason {
	return Reason{ID: ReasonPart, Args: map[string]string{
		"was": hold.Amount.Decimal(), "currency": hold.Amount.Currency, "day": hold.Date.String(),
	}}
}

// further finds the rows that name a hold of which another row has booked a part: more parts of it, as
// long as each is smaller than what was held.
func (d *desk) further() {
	holds := d.holdsInPart()
	for _, e := range d.in {
		why, known := holds[e.row.Names]
		if !known || e.found != nil || e.row.Pending || d.again(e) || why.Args["currency"] != e.row.Amount.Currency {
			continue
		}
		if was, err := money.Parse(why.Args["was"], e.row.Amount.Currency); err == nil && smaller(e.row.Amount.Minor, was.Minor) {
			e.found = &verdict{kind: fresh, reason: why}
		}
	}
}

// holdsInPart returns, by the names of a hold, what a part of it says: of holds that a row of the
// batch books in part, and of those that a stored one did.
func (d *desk) holdsInPart() map[string]Reason {
	holds := make(map[string]Reason)
	for _, e := range d.in {
		if v := e.found; v != nil && v.kind == matched && !v.at.gone && v.at.waiting() && smaller(e.row.Amount.Minor, v.at.row.Amount.Minor) {
			for _, alias := range v.at.aliases {
				holds[alias] = partOf(v.at.row)
			}
		}
	}
	for _, h := range d.held {
		if h.gone || h.stored.Status != Booked {
			continue
		}
		if why, ok := bookedInPart(h.stored); ok {
			for _, alias := range h.aliases {
				holds[alias] = why
			}
		}
	}
	delete(holds, "")
	return holds
}

// bookedInPart reports whether t was a hold of more than it is.
func bookedInPart(t *Transaction) (Reason, bool) {
	for _, s := range t.History {
		if s.What != BecameBooked {
			continue
		}
		if s.Reason.ID == ReasonPart {
			return s.Reason, true
		}
		was, err := money.Parse(s.Reason.Args["was"], t.Amount.Currency)
		wait, _ := strconv.Atoi(s.Reason.Args["days"])
		if err == nil && smaller(t.Amount.Minor, was.Minor) {
			return partOf(Row{Amount: was, Date: t.Date.AddDays(-wait)}), true
		}
	}
	return Reason{}, false
}

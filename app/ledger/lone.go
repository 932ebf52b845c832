package ledger

import (
	"slices"
	"strings"
)

// kinship is how a booked row may be a hold. Less is surer.
type kinship int

const (
	bySum   kinship = iota // to the cent, where the row came while the hold was listed
	byRate                 // the rate of exchange moved it
	byTip                  // it grew as a tip does
	byPart                 // it is the first part of it that is booked
	byDoubt                // it comes near: never matched for that, and in the way of what is
	noKin
)

// lone matches booked rows with holds of the same name, where nothing else could be meant: of all ways to pair the rows and
// holds that come near each other, as many as can be, there is one. The hold was in the last read, and is gone as the row
// came, or came before it. What could be paired otherwise is for review.
func (d *desk) lone() {
	holds := map[string][]*holding{}
	for _, h := range d.held {
		if h.waiting() && !h.taken && !h.hinted && h.stored.Status == Pending && h.stored.Missing == 0 && h.row.Amount.Minor != 0 {
			for _, key := range wordKeys(h.names()) {
				holds[key] = append(holds[key], h)
			}
		}
	}
	if len(holds) == 0 {
		return
	}
	d.removed = map[string]bool{}
	for _, id := range d.batch.Removed {
		d.removed[id] = id != ""
	}
	d.habit = d.habits()
	for _, most := range []kinship{byDoubt, byRate} {
		if most == byRate && d.habit.parts > d.habit.swung {
			break // that a row is within three percent of a hold may be chance here
		}
		for _, m := range d.meetings(holds, most) {
			for _, x := range m.onlyWay() {
				d.pair(x)
			}
		}
	}
	d.ask(holds)
}

// pair makes one of a row and a hold, unless that is in doubt.
func (d *desk) pair(x kin) {
	switch {
	case x.kin == byDoubt:
	case x.e != nil:
		settleOn(x.e, x.h, x.reason())
	default:
		d.endBeside(x.h, x.piece.h)
	}
}

// kin is a row and a hold that may be one.
type kin struct {
	piece
	h   *holding
	kin kinship
}

func (x kin) reason() Reason {
	switch {
	case x.kin == byTip:
		return change(ReasonTip, x.e, x.h)
	case x.kin == byPart:
		r := change(ReasonFirstPart, x.e, x.h)
		r.Args["day"] = x.h.row.Date.String()
		return r
	case exchanged(x.e.row, x.h.row):
		return change(ReasonForeign, x.e, x.h)
	}
	return change(ReasonMatch, x.e, x.h)
}

// mostKin is how many holds of a name a row is held against: a crowd is for review.
const mostKin = 24

// kinOf are the holds that p may be.
func (d *desk) kinOf(p piece, holds map[string][]*holding, most kinship) []kin {
	var all []kin
	for _, key := range wordKeys(p.names()) {
		if len(holds[key]) > mostKin {
			continue
		}
		for _, h := range holds[key] {
			x := kin{p, h, d.kinship(p, h)}
			if most == byRate && (tipPlace(p.row()) || tipPlace(h.row)) {
				continue
			}
			if x.kin <= most && !h.taken && !slices.Contains(all, x) {
				all = append(all, x)
			}
		}
	}
	return all
}

// free reports whether p may be a hold's: a row that comes, or one that came while a hold was listed.
func (d *desk) free(p piece) bool {
	if p.e != nil {
		return p.e.found == nil && !p.e.row.Pending && !d.known[p.e.row.Names] && !d.again(p.e)
	}
	return !p.h.gone && !p.h.part && p.h.stored.Status == Booked && p.h.row.Line == 0 && !wasHeld(p.h.stored.History)
}

// kinship judges a row and a hold. What the bank's own habit speaks against is in doubt.
func (d *desk) kinship(p piece, h *holding) kinship {
	r := p.row()
	gap, went := int(r.Date-h.row.Date), d.went(h)
	if gap < 0 || gap > waitDays || !sameSide(r, h.row) || otherTrade(r, h.row) || p.h != nil && (!went || !p.h.stored.Seen.After(h.stored.Seen)) {
		return noKin
	}
	is := noKin
	switch booked, held := r.Amount.Minor, h.row.Amount.Minor; {
	case booked == held && p.h != nil:
		is = bySum
	case exchanged(r, h.row), withinPercent(booked, held, 97, 103) && went:
		is = byRate
	case tipped(r, h.row) && gap <= nearDays && (p.h == nil || d.habit.beside >= leastHabit):
		is = byTip
	case p.h != nil:
	case withinPercent(booked, held, leastPart, 100) && gap <= nearDays && went:
		is = byPart
	case withinPercent(booked, held, leastPart, mostTip):
		is = byDoubt
	}
	switch {
	case is == noKin || likeness(p.names(), h.names()) < sameName || p.e != nil && d.apart(p.e, h):
		return noKin
	case is > byRate && d.habit.against(), is == byPart && (d.habit.lapses() || !d.soon()), r.Names != "":
		return byDoubt // a bank that names another hold than one that is known changed its id, or never listed it
	}
	return is
}

// soon reports whether the read before this one was so short ago that what came and went meanwhile belongs together.
func (d *desk) soon() bool {
	ago := d.on() - d.batch.Before
	return d.batch.Before != 0 && ago >= 0 && ago <= waitDays
}

// went reports whether the bank lists h no longer.
func (d *desk) went(h *holding) bool {
	if d.file {
		return false
	}
	return d.covers(h.row.Date) || slices.ContainsFunc(h.aliases, func(alias string) bool { return d.removed[alias] })
}

// again reports whether e may be a stored booked row that is free: the bank may have given it a new id, where day, amount and
// text are the same, or corrected it, where the id is. Such a row is no hold's, however well it fits one.
func (d *desk) again(e *entry) bool {
	if d.unmet == nil {
		d.unmet = map[string]bool{}
		for _, h := range d.held {
			if !h.gone && !h.taken && !h.row.Pending && h.stored.Status == Booked {
				d.unmet[h.text], d.unmet["id "+h.row.SourceID] = true, h.row.SourceID != ""
			}
		}
	}
	return d.unmet[e.text] || d.unmet["id "+e.row.SourceID] && e.row.SourceID != ""
}

// face is what rows of one kind have in common: amount and name. Which of them is which makes no difference.
func face(r Row, names []string) string { return amountKey(r) + "|" + strings.Join(names, " ") }

package ledger

import (
	"slices"

	"coffer/app/money"
)

// rest finds the rows that make a hold whole of which a part is booked: the same name, and together what
// is left of it, to the last cent.
func (d *desk) rest() {
	for _, h := range d.held {
		if h.gone || h.stored.Status != Booked || h.row.Line > 0 {
			continue
		}
		why, left, ok := d.leftOf(h)
		if !ok {
			continue
		}
		d.settleRest(onlySum(Row{Amount: left}, d.restOf(h, Row{Amount: left, Date: dayOf(why)}), 1, 1), why)
	}
}

// settleRest says of the rest of a hold what it is, once the last row of it comes.
func (d *desk) settleRest(of []piece, why Reason) {
	if !slices.ContainsFunc(of, func(p piece) bool { return p.e != nil }) {
		return
	}
	for _, p := range of {
		if p.e != nil {
			p.e.found = &verdict{kind: fresh, reason: why}
		} else {
			d.tellPart(p.h, why)
		}
	}
}

// leftOf returns what is not booked yet of the hold whose place h took, and what its parts say.
func (d *desk) leftOf(h *holding) (why Reason, left money.Amount, ok bool) {
	why, ok = bookedInPart(h.stored)
	left, err := money.Parse(why.Args["was"], h.row.Amount.Currency)
	if !ok || err != nil {
		return why, left, false
	}
	for _, o := range d.held {
		if !o.gone && (o == h || saysPart(o.stored.History, why) && likeness(o.names(), h.names()) >= sameName) {
			left.Minor -= o.row.Amount.Minor
		}
	}
	return why, left, left.Minor != 0 && (left.Minor < 0) == (h.row.Amount.Minor < 0)
}

// saysPart reports whether a history says why, and did not take the place of the hold.
func saysPart(history []Step, why Reason) bool {
	for _, s := range history {
		if s.What != BecameBooked && s.Reason.ID == ReasonPart && s.Reason.Args["was"] == why.Args["was"] && s.Reason.Args["day"] == why.Args["day"] {
			return true
		}
	}
	return false
}

func dayOf(why Reason) Date {
	day, _ := ParseDate(why.Args["day"])
	return day
}

// restOf are the rows that may be of what is left of a hold: ones that come, and stored ones that
// were never pending.
func (d *desk) restOf(h *holding, left Row) []piece {
	var near []piece
	add := func(p piece) {
		r := p.row()
		gap := int(r.Date - left.Date)
		fits := gap >= -1 && gap <= waitDays && r.Amount.Minor != 0 && sameSide(r, left) && !smaller(left.Amount.Minor, r.Amount.Minor)
		if fits && len(near) < mostPieces && likeness(p.names(), h.names()) >= sameName {
			near = append(near, p)
		}
	}
	for _, e := range d.in {
		if e.found == nil && !e.row.Pending && e.row.Names == "" && !d.again(e) {
			add(piece{e: e})
		}
	}
	for _, o := range d.held {
		if len(near) > 0 && !o.gone && !o.part && !o.row.Pending && o.row.Line == 0 && !wasHeld(o.stored.History) && !o.stored.Seen.Before(h.stored.Seen) {
			add(piece{h: o})
		}
	}
	return near
}

package ledger

import (
	"slices"
	"strconv"
)

// overdueDays is how long a pending row waits before the person is told.
const overdueDays = waitDays

// Overdue reports that t has been pending for longer than most rows are, with the reason to show.
func Overdue(t Transaction, today Date) (Reason, bool) {
	wait := today - t.Date
	return Reason{ID: ReasonOverdue, Args: map[string]string{"days": days(wait)}}, t.Status == Pending && wait > overdueDays
}

// Overdue reports that the row has been pending for longer than most rows are.
func (r RegisterRow) Overdue(today Date) bool {
	return r.Status == Pending && today-r.Date > overdueDays
}

// Vanished reports that the bank listed t once, as booked, and lists it no longer.
func Vanished(t Transaction) bool {
	return len(t.History) > 0 && t.History[len(t.History)-1].What == WentMissing
}

// on is the civil day of reading.
func (d *desk) on() Date {
	if d.batch.On != 0 {
		return d.batch.On
	}
	return d.to
}

// absences is what follows for stored rows that the batch should have brought and did not.
func (d *desk) absences(p *Plan) {
	if d.file {
		return
	}
	d.meetMerged()
	tells := d.tells()
	removed := make(map[string]bool)
	for _, id := range d.batch.Removed {
		removed[id] = id != ""
	}
	var gone []*holding
	for _, h := range d.held {
		switch {
		case h.gone || h.taken:
		case h.stored.Status == Pending:
			d.absentPending(p, h, removed)
		case h.stored.Status != Booked || Vanished(*h.stored):
		case removed[h.row.SourceID]:
			p.Told = append(p.Told, d.change(h, ReasonVanished))
		case tells.of(h):
			gone = append(gone, h)
		}
	}
	if len(gone)*leastTold <= tells.count {
		d.absentBooked(p, gone)
	}
}

// telling is how far a complete read is evidence that a booked row is gone: days between booked rows
// that came under the ids that they had.
type telling struct {
	from, to Date
	count    int             // rows that came so
	amounts  map[string]bool // of rows that are new: one may be the row that seems gone
}

// leastTold is how many rows must come as they were for each that seems gone; else the bank may have
// changed its ids, or not told all.
const leastTold = 5

// tells returns what d is evidence of; nothing where the bank changes ids or rows have none.
func (d *desk) tells() telling {
	var t telling
	if !d.batch.Complete {
		return t
	}
	for _, e := range d.in {
		switch v := e.found; {
		case e.row.Pending:
		case e.row.SourceID == "", v != nil && v.reason.ID == ReasonIDChanged:
			return telling{}
		case v == nil || v.kind != matched:
		case !v.at.gone && v.at.stored.Status == Booked && v.at.row.SourceID == e.row.SourceID:
			if t.count++; t.count == 1 {
				t.from, t.to = e.row.Date, e.row.Date
			}
			t.from, t.to = min(t.from, e.row.Date), max(t.to, e.row.Date)
		}
	}
	t.from, t.to = max(t.from, d.from+1), min(t.to, d.to-1)
	if t.count > 0 {
		t.amounts = d.freshAmounts()
	}
	return t
}

// freshAmounts are those of booked rows that are new.
func (d *desk) freshAmounts() map[string]bool {
	all := make(map[string]bool)
	for _, e := range d.in {
		if !e.row.Pending && (e.found == nil || e.found.kind != matched) {
			all[amountKey(e.row)] = true
		}
	}
	return all
}

// of reports whether h would have come if the bank still listed it.
func (t telling) of(h *holding) bool {
	return t.count > 0 && h.row.SourceID != "" && h.row.Line == 0 && !h.hinted &&
		t.from <= h.row.Date && h.row.Date <= t.to && !t.amounts[amountKey(h.row)]
}

// absentBooked counts the days on which booked rows were not there. Then it is told; they stay.
func (d *desk) absentBooked(p *Plan, gone []*holding) {
	for _, h := range gone {
		switch {
		case h.stored.Missing > 0 && h.stored.Missed == d.on():
		case h.stored.Missing+1 < staleReads:
			p.Absent = append(p.Absent, d.change(h, ReasonAbsent))
		default:
			p.Told = append(p.Told, d.change(h, ReasonVanished))
		}
	}
}

// meetMerged makes a row that was merged present where only the word that it lost came.
func (d *desk) meetMerged() {
	seen := make(map[TransactionID]bool)
	for _, e := range d.in {
		if e.found != nil && e.found.at != nil && e.found.at.into != "" {
			seen[e.found.at.into] = true
		}
	}
	for _, h := range d.held {
		h.taken = h.taken || !h.gone && seen[h.stored.ID]
	}
}

// absentPending decides about a pending row that did not come: the bank took it back, or it was
// absent from complete reads on three days, or once when it was old, or it is too old to be asked for.
func (d *desk) absentPending(p *Plan, h *holding, removed map[string]bool) {
	age := d.on() - h.row.Date
	if i := slices.IndexFunc(h.aliases, func(alias string) bool { return removed[alias] }); i >= 0 {
		c := d.change(h, ReasonWithdrawn)
		c.Reason.Args = map[string]string{"id": h.aliases[i]}
		p.Drop = append(p.Drop, c)
		return
	}
	if age > lostDays {
		p.Drop = append(p.Drop, d.change(h, ReasonStale))
		return
	}
	if !d.batch.Complete || h.row.Date < d.from || h.row.Date > d.to {
		return
	}
	fresh := h.stored.Missing == 0 || h.stored.Missed != d.on()
	switch c := d.change(h, ReasonAbsent); {
	case !fresh: // asked twice on a day, it is one absence
	case h.stored.Missing+1 >= staleReads:
		p.Drop = append(p.Drop, c)
	case age >= staleDays:
		c.Reason.ID = ReasonStale
		p.Drop = append(p.Drop, c)
	default:
		p.Absent = append(p.Absent, c)
	}
}

// change is that h is absent once more, on the day of reading.
func (d *desk) change(h *holding, reason string) Change {
	return Change{ID: h.stored.ID, On: d.on(), Reason: Reason{ID: reason, Args: map[string]string{
		"times": strconv.Itoa(h.stored.Missing + 1), "days": days(d.on() - h.row.Date),
	}}}
}

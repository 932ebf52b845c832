package ledger

import (
	"cmp"
	"slices"
)

// mended finds what a bank and a file may tell of one movement with two amounts, for review: one of the two was made before
// the bank corrected it. So it does what a bank or a file tells otherwise than before, day and text and id, where it tells the old
// word no longer. It runs last, over what nothing else has met.
func (d *desk) mended() pass {
	across := slices.ContainsFunc(d.held, func(h *holding) bool { return !h.gone && d.across(h) })
	return pass{
		rows: func(e *entry) []string {
			if e.row.Pending || !across {
				return bookedAmount(e)
			}
			return append(bookedAmount(e), wordKeys(e.names())...)
		},
		held: func(h *holding) []string {
			switch {
			case !d.unlisted(h):
				return nil
			case d.across(h):
				return wordKeys(h.names())
			}
			return heldAmount(h)
		},
		judge: func(e *entry, h *holding) (int, because, bool) {
			gap := dayGap(e.row, h.row)
			rank := 1000*gap + 100 - likeness(e.names(), h.names())
			if !crossed(e.row, h.row) {
				return rank, func() Reason { return sameDays(Date(gap)) }, comesAgain(e.row, e.names(), h)
			}
			return rank, changed(ReasonMaybeFixed, e, h), mendedOf(e.row, h, e.names()) && !d.apart(e, h)
		},
		doubt: true,
	}
}

// across reports whether h is a file's word and the batch a bank's, or the other way round.
func (d *desk) across(h *holding) bool { return (h.row.Line > 0) != d.file }

// unlisted reports whether h is a booked row, and the batch tells the day of h in full without a row for it. A part of a hold may be told whole by the other, and is no row corrected.
func (d *desk) unlisted(h *holding) bool {
	return !h.gone && !h.taken && !h.hinted && h.stored.Status == Booked && d.covers(h.row.Date) &&
		!slices.ContainsFunc(h.stored.History, func(s Step) bool { return s.Reason.ID == ReasonPart })
}

// mendedOf reports whether a row may be h with the amount corrected.
func mendedOf(r Row, h *holding, names []string) bool {
	return sameSide(r, h.row) && r.Amount != h.row.Amount && abs(int(r.Date-h.row.Date)) <= sureDays && !otherTrade(r, h.row) &&
		withinPercent(r.Amount.Minor, h.row.Amount.Minor, 50, 200) && likeness(names, h.names()) >= sameName
}

// mendedBeside asks about the rows of a file's that may be what the bank booked of a hold at another amount.
func (d *desk) mendedBeside() {
	if d.file || len(d.files) == 0 {
		return
	}
	var left []*holding
	for _, key := range sortedKeys(d.files) {
		for _, f := range d.files[key] {
			if d.unlisted(f) {
				left = append(left, f)
			}
		}
	}
	slices.SortStableFunc(left, func(a, b *holding) int { return cmp.Compare(a.row.Date, b.row.Date) })
	for _, e := range d.in {
		v := e.found
		if len(left) == 0 || v == nil || v.kind != matched || v.at.gone || e.row.Pending || !v.at.row.Pending {
			continue
		}
		from, _ := slices.BinarySearchFunc(left, e.row.Date-sureDays, func(h *holding, day Date) int { return cmp.Compare(h.row.Date, day) })
		for _, f := range left[from:min(len(left), from+nearest)] {
			if !f.hinted && mendedOf(e.row, f, e.names()) {
				f.hinted = true
				d.asked = append(d.asked, Question{v.at.stored.ID, f.stored.ID, change(ReasonMaybeFixed, e, f)})
				break
			}
		}
	}
}

// moved asks about a booked row that a complete read lacks, where a row under its id, of its amount and name, came under another
// day: a list that moves while it is read may tell a row before and after the bank has changed its day.
func (d *desk) moved() {
	if d.file || !d.batch.Complete {
		return
	}
	var came map[string]*holding
	for _, h := range d.held {
		if h.gone || h.taken || h.hinted || h.stored.Status != Booked || h.stored.Missing > 0 || h.row.SourceID == "" || h.row.Line > 0 || !d.covers(h.row.Date) {
			continue
		}
		if came == nil {
			came = d.cameByID()
		}
		o := came[h.row.SourceID]
		if o == nil || o.row.Amount != h.row.Amount || abs(int(o.row.Date-h.row.Date)) > aliasDays || likeness(o.names(), h.names()) < sameName {
			continue
		}
		row, other := o.stored.ID, h.stored.ID
		if o.stored.Seen.Before(h.stored.Seen) {
			row, other = other, row
		}
		d.asked = append(d.asked, Question{row, other, sameDays(Date(abs(int(o.row.Date - h.row.Date))))})
	}
}

// cameByID are the booked rows that came as they are stored, by the bank's id.
func (d *desk) cameByID() map[string]*holding {
	came := map[string]*holding{}
	for _, e := range d.in {
		if v := e.found; v != nil && v.kind == matched && !v.at.gone && v.at.stored.Status == Booked && e.row.SourceID == v.at.row.SourceID {
			came[e.row.SourceID] = v.at
		}
	}
	return came
}

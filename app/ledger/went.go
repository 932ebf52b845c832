package ledger

// went matches a booked row with the hold that went as it came: the hold was in the last read and is missing from this
// complete one, the name is the same, the amount is smaller or within the swing of an exchange rate, and neither has
// another partner. So a hold that is captured in part, or at another rate that the bank doesn't tell, is known.
func (d *desk) went() {
	holds := map[string][]*holding{}
	for _, h := range d.held {
		if h.waiting() && !h.taken && !h.hinted && h.stored.Status == Pending && h.stored.Missing == 0 && d.covers(h.row.Date) {
			for _, key := range wordKeys(h.names()) {
				holds[key] = append(holds[key], h)
			}
		}
	}
	if len(holds) == 0 {
		return
	}
	rows := map[*holding][]*entry{}
	for _, e := range d.in {
		if h := d.onlyHold(e, holds); h != nil {
			rows[h] = append(rows[h], e)
		}
	}
	for _, h := range d.held {
		if of := rows[h]; len(of) == 1 {
			reason := change(ReasonMatch, of[0], h)
			if !exact(of[0].row, h.row) {
				reason = partOf(h.row)
			}
			settleOn(of[0], h, reason)
		}
	}
}

// onlyHold is the one of holds that e may be, nil where it is none of them or several.
func (d *desk) onlyHold(e *entry, holds map[string][]*holding) *holding {
	if e.found != nil || e.row.Pending || e.row.Names != "" || d.again(e) {
		return nil
	}
	var only *holding
	for _, key := range wordKeys(e.names()) {
		for _, h := range holds[key] {
			gap := int(e.row.Date - h.row.Date)
			switch {
			case h == only || gap < -1 || gap > waitDays || !sameSide(e.row, h.row) || otherTrade(e.row, h.row):
			case likeness(e.names(), h.names()) < sameName || !exact(e.row, h.row) && !smaller(e.row.Amount.Minor, h.row.Amount.Minor):
			case only != nil:
				return nil
			default:
				only = h
			}
		}
	}
	return only
}

// exact reports whether a booked row is a hold but for what a rate may move.
func exact(booked, held Row) bool {
	return withinPercent(booked.Amount.Minor, held.Amount.Minor, 97, 103)
}

// again reports whether the bank may have given e a new id: a stored booked row of the same day, amount and text is free.
// Such a row is no hold's, however well it fits one.
func (d *desk) again(e *entry) bool {
	if d.free == nil {
		d.free = map[string]bool{}
		for _, h := range d.held {
			if !h.gone && !h.taken && !h.row.Pending && h.stored.Status == Booked {
				d.free[h.text] = true
			}
		}
	}
	return d.free[e.text]
}

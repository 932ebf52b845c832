package ledger

import "slices"

// decided indexes what the person said of two rows: that they are two, and what was merged into what.
func (d *desk) decided() {
	if !slices.ContainsFunc(d.held, func(h *holding) bool { return h.into != "" || !h.gone && len(h.stored.Apart) > 0 }) {
		return
	}
	d.byID, d.aparts = map[TransactionID]*holding{}, map[*holding][]*holding{}
	for _, h := range d.held {
		if !h.gone {
			d.byID[h.stored.ID] = h
		}
	}
	for _, h := range d.held {
		if h.gone {
			continue
		}
		for _, id := range h.stored.Apart {
			if x := d.byID[id]; x != nil {
				d.aparts[h] = append(d.aparts[h], x)
			}
		}
	}
}

// apart reports whether e may be, under a new id, a row of which the person said that h is another one. That holds under any id.
// The row that e may be is what is asked about instead. Which of two twins e is says nothing against either.
func (d *desk) apart(e *entry, h *holding) bool {
	if len(d.aparts[h]) == 0 || comesAgain(e.row, e.names(), h) {
		return false
	}
	for _, x := range d.aparts[h] {
		if !x.taken && comesAgain(e.row, e.names(), x) && (h.row.Pending || dayGap(e.row, x.row) <= dayGap(e.row, h.row)) {
			e.instead = x
			return true
		}
	}
	return false
}

// comesAgain reports whether a row may be x under a new id: of its source, amount and name, and near its day.
func comesAgain(r Row, names []string, x *holding) bool {
	return r.Pending == x.row.Pending && r.Amount == x.row.Amount && !crossed(r, x.row) && dayGap(r, x.row) <= sureDays &&
		likeness(names, x.names()) >= sameName
}

func dayGap(a, b Row) int { return abs(int(a.Date - b.Date)) }

// instead asks about the rows that the person's word kept from what they come near, beside the row that they may be. So it does
// about rows that may be what was merged: beside the one that it was merged into.
func (d *desk) instead() {
	if d.byID == nil {
		return
	}
	var merged map[string][]*holding
	for _, e := range d.in {
		if e.found != nil {
			continue
		}
		if x := e.instead; x != nil && !x.taken && !x.hinted {
			x.hinted = true
			e.found = &verdict{doubtful, x, sameDays(Date(dayGap(e.row, x.row)))}
			continue
		}
		if merged == nil {
			merged = d.mergedAway()
		}
		for _, x := range merged[amountKey(e.row)] {
			into, near := d.byID[x.into], e.row.Date == x.row.Date || d.covers(x.row.Date)
			if near && !x.taken && !x.hinted && into != nil && comesAgain(e.row, e.names(), x) {
				x.hinted = true
				e.found = &verdict{doubtful, into, sameDays(Date(dayGap(e.row, x.row)))}
				break
			}
		}
	}
}

// mergedAway are the words that merged rows lost, by amount.
func (d *desk) mergedAway() map[string][]*holding {
	merged := map[string][]*holding{}
	for _, h := range d.held {
		if h.into != "" && !h.taken {
			merged[amountKey(h.row)] = append(merged[amountKey(h.row)], h)
		}
	}
	return merged
}

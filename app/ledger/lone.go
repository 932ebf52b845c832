package ledger

// lone matches booked rows with holds of the same name and nearly the same amount, where nothing else could be meant: of all
// holds that are free, a row comes near those of one face alone, and they near rows of one face. The hold was in the last
// read and is missing from this complete one: it went as the row came, at a rate of exchange that the bank doesn't tell.
// What has several partners is for review.
func (d *desk) lone() {
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
	near := map[string]*meeting{} // by the face of the holds
	for _, e := range d.in {
		partners := d.partners(e, holds)
		for face, of := range partners {
			if near[face] == nil {
				near[face] = &meeting{holds: of, row: e.text, sure: true}
			}
			m := near[face]
			m.rows = append(m.rows, e)
			m.sure = m.sure && m.row == e.text && len(partners) == 1
		}
	}
	for _, face := range sortedKeys(near) {
		if m := near[face]; m.sure && len(m.rows) <= len(m.holds) {
			for i, e := range m.rows {
				settleOn(e, m.holds[i], change(ReasonMatch, e, m.holds[i]))
			}
		}
	}
}

// meeting is holds that look alike, and the rows that come near them.
type meeting struct {
	holds []*holding
	rows  []*entry
	row   string // face of the first
	sure  bool
}

// partners are the holds that e may be, by their face.
func (d *desk) partners(e *entry, holds map[string][]*holding) map[string][]*holding {
	if e.found != nil || e.row.Pending || e.row.Names != "" || d.again(e) {
		return nil
	}
	faces, seen := map[string][]*holding{}, map[*holding]bool{}
	for _, key := range wordKeys(e.names()) {
		for _, h := range holds[key] {
			if !seen[h] && d.mayBe(e, h) {
				seen[h] = true
				faces[h.text] = append(faces[h.text], h)
			}
		}
	}
	return faces
}

func (d *desk) mayBe(e *entry, h *holding) bool {
	gap := int(e.row.Date - h.row.Date)
	if gap < -1 || gap > waitDays || !sameSide(e.row, h.row) || otherTrade(e.row, h.row) || !swung(e.row, h.row) {
		return false
	}
	return likeness(e.names(), h.names()) >= sameName
}

// swung reports whether a booked row is a hold but for what a rate of exchange may move.
func swung(booked, held Row) bool {
	return withinPercent(booked.Amount.Minor, held.Amount.Minor, 97, 103)
}

// again reports whether the bank may have given e a new id: a stored booked row of the same day, amount and text is free.
// Such a row is no hold's, however well it fits one.
func (d *desk) again(e *entry) bool {
	if d.unmet == nil {
		d.unmet = map[string]bool{}
		for _, h := range d.held {
			if !h.gone && !h.taken && !h.row.Pending && h.stored.Status == Booked {
				d.unmet[h.text] = true
			}
		}
	}
	return d.unmet[e.text]
}

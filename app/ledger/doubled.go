package ledger

// doubled finds the rows of the bank's that booked a hold, although a file has told of them before: they are what the file
// told, and the hold ends beside it. Where the bank corrected a row to what a file told, the person is asked about the two.
func (d *desk) doubled() {
	if d.indexFiles(); len(d.files) == 0 {
		return
	}
	for _, e := range d.in {
		v := e.found
		if v == nil || v.kind != matched || v.at.gone || e.row.Pending || e.row.Line > 0 || !v.at.row.Pending && v.at.row.Amount == e.row.Amount {
			continue
		}
		f := d.toldBy(e)
		switch {
		case f == nil:
		case v.at.row.Pending:
			settleOn(e, f, change(ReasonMatch, e, f))
			d.endBeside(v.at, f)
		case v.at.row.Line == 0:
			d.asked = append(d.asked, Question{f.stored.ID, v.at.stored.ID, sameDays(Date(abs(int(f.row.Date - e.row.Date))))})
		}
	}
}

// indexFiles finds the stored rows that only a file told, by amount.
func (d *desk) indexFiles() {
	if d.files != nil {
		return
	}
	d.files = map[string][]*holding{}
	for _, h := range d.held {
		if !h.gone && h.stored.Status == Booked && h.row.Line > 0 {
			d.files[amountKey(h.row)] = append(d.files[amountKey(h.row)], h)
		}
	}
}

// toldBy is the free row of a file's that says what e does: the same amount and name, three days away at most, the nearest.
func (d *desk) toldBy(e *entry) *holding {
	var best *holding
	d.indexFiles()
	all := d.files[amountKey(e.row)]
	gap := func(h *holding) int { return abs(int(e.row.Date - h.row.Date)) }
	for _, h := range all {
		if !h.taken && gap(h) <= sureDays && likeness(e.names(), h.names()) >= sameName && (best == nil || gap(h) < gap(best)) {
			best = h
		}
	}
	return best
}

// endBeside ends a hold that is booked by row.
func (d *desk) endBeside(hold, row *holding) {
	why := partOf(hold.row)
	why.ID = ReasonBeside
	hold.taken, row.part = true, true
	d.ended = append(d.ended, Change{ID: hold.stored.ID, On: d.on(), Reason: why})
	d.told = append(d.told, Change{ID: row.stored.ID, On: d.on(), Reason: why})
}

// otherFile reports whether h is booked by the word of a file, and another row that a file told says more nearly what e does.
func (d *desk) otherFile(e *entry, h *holding) bool {
	if h.row.Pending || h.row.Line == 0 || e.row.Line > 0 {
		return false
	}
	best := d.toldBy(e)
	return best != nil && best != h
}

// repeats asks about rows without ids that an answer has more of than are stored, where it is incomplete or the day was read
// before: a bank whose list moves while it is read tells a row twice.
func (d *desk) repeats() {
	if d.file {
		return
	}
	unsure := func(day Date) bool { return !d.batch.Complete || day < d.batch.Before-1 }
	met := map[string]*holding{}
	for _, e := range d.in {
		if v := e.found; v != nil && v.kind == matched && !v.at.gone && e.row.SourceID == "" && v.at.text == e.text {
			met[e.text] = v.at
		}
	}
	for _, e := range d.in {
		if h := met[e.text]; h != nil && unsure(e.row.Date) && e.found == nil && !e.row.Pending && e.row.SourceID == "" {
			e.found = &verdict{doubtful, h, sameDays(0)}
		}
	}
}

package ledger

import (
	"slices"
	"strconv"
)

// replaced lays aside pending rows that a booked row of the same batch names.
func (d *desk) replaced() {
	named := make(map[string]bool)
	for _, e := range d.in {
		if e.row.Names != "" && !e.row.Pending {
			named[e.row.Names] = true
		}
	}
	for _, e := range d.in {
		if e.row.Pending && e.row.SourceID != "" && named[e.row.SourceID] {
			e.found = &verdict{kind: already, reason: Reason{ID: ReasonSuperseded}}
		}
	}
}

// supersede lays aside pending rows that a stored booked row names or once was.
func (d *desk) supersede() {
	booked := make(map[string][]*holding)
	for _, h := range d.held {
		if h.row.Pending {
			continue
		}
		for _, alias := range append([]string{h.row.Names}, h.aliases...) {
			if alias != "" {
				booked[alias] = append(booked[alias], h)
			}
		}
	}
	for _, held := range booked {
		inOrder(held)
	}
	used := make(map[*holding]bool)
	for _, e := range d.in {
		if !e.row.Pending || e.found != nil {
			continue
		}
		for _, h := range booked[nameOf(e)] {
			if !used[h] && sameMovement(e, h) {
				used[h] = true
				e.found = &verdict{already, h, Reason{ID: ReasonSuperseded}}
				break
			}
		}
	}
}

// sameMovement is the sanity check on a pending row that a booked one names or once was. The amount
// is no part of it: it may have been corrected since.
func sameMovement(e *entry, h *holding) bool {
	return sameSide(e.row, h.row) && abs(int(e.row.Date-h.row.Date)) <= longestWait
}

// named matches booked rows with the pending ones that they name, or with what a file made of those.
func (d *desk) named() pass {
	return pass{
		rows: func(e *entry) []string {
			if e.row.Pending || e.row.Names == "" {
				return nil
			}
			return []string{e.row.Names}
		},
		held: func(h *holding) []string {
			if !h.row.Pending && h.row.Line == 0 {
				return nil
			}
			return h.aliases
		},
		judge: func(e *entry, h *holding) (int, because, bool) {
			gap := abs(int(e.row.Date - h.row.Date))
			ok := gap <= namedDays && sameSide(e.row, h.row) && !outlived(e, h) && !d.otherFile(e, h)
			rank := gap
			if e.row.Amount != h.row.Amount {
				rank += 1000
			}
			return rank, changedID(ReasonNamed, e.row.Names, e, h), ok
		},
	}
}

// alias matches rows whose id is known, where amount and date allow it.
func (d *desk) alias() pass {
	return pass{
		rows: func(e *entry) []string {
			if !d.known[e.row.SourceID] {
				return nil
			}
			return []string{e.row.SourceID}
		},
		held: func(h *holding) []string { return h.aliases },
		judge: func(e *entry, h *holding) (int, because, bool) {
			gap := abs(int(e.row.Date - h.row.Date))
			switch {
			case h.row.Pending:
				return d.judgePendingID(e, h, gap)
			case e.row.Pending:
				return 0, nil, false
			}
			alike, gone := likeness(e.names(), h.names()), d.covers(h.row.Date)
			if e.row.Amount == h.row.Amount {
				ok := gap <= sureDays && alike >= sameName || gap <= aliasDays && alike >= likeName && gone
				return gap, knownID(e), ok && !d.otherFile(e, h)
			}
			ok := gap <= aliasDays && sameSide(e.row, h.row) && gone && alike >= sameName && !d.otherFile(e, h)
			return 2000 + gap, changedID(ReasonCorrected, e.row.SourceID, e, h), ok
		},
	}
}

// judgePendingID judges a row under the id of a pending one: pending again, or booked by now.
func (d *desk) judgePendingID(e *entry, h *holding, gap int) (int, because, bool) {
	reason := knownID(e)
	if !e.row.Pending {
		reason = changedID(ReasonSettled, e.row.SourceID, e, h)
	}
	if gap > longestWait || !sameSide(e.row, h.row) || outlived(e, h) {
		return 0, reason, false
	}
	if e.row.Amount == h.row.Amount {
		return gap, reason, true
	}
	// A booked row of that id whose amount was corrected comes first (alias).
	return 3000 + gap, reason, likeness(e.names(), h.names()) >= likeName || d.covers(h.row.Date)
}

// outlived reports whether e is booked, and h a hold that the person made one with another row: what the bank books of the
// hold after that is a row that nobody has judged.
func outlived(e *entry, h *holding) bool {
	return h.into != "" && h.row.Pending && !e.row.Pending
}

// waits reports whether a holding is free that has not booked.
func (d *desk) waits() bool {
	return slices.ContainsFunc(d.held, func(h *holding) bool { return !h.taken && h.waiting() })
}

// settle matches booked rows with pending ones by amount, day and text.
func (d *desk) settle() pass {
	return pass{rows: bookedKeys, held: waitingKeys, judge: func(e *entry, h *holding) (int, because, bool) {
		gap := int(e.row.Date - h.row.Date)
		if gap < -1 || gap > waitDays || !sameSide(e.row, h.row) || d.again(e) || d.apart(e, h) {
			return 0, nil, false
		}
		alike := likeness(e.names(), h.names())
		rank := 100 - alike + abs(gap)
		switch {
		case e.row.Amount == h.row.Amount && alike >= likeName:
			return rank, changed(ReasonMatch, e, h), true
		case e.row.Amount == h.row.Amount:
			// A hold that says only "pending authorisation" has no name to differ in.
			return 1000 + rank, changed(ReasonMatch, e, h), len(h.names()) == 0
		case sameForeign(e.row, h.row) && !otherTrade(e.row, h.row):
			return 2000 + rank, changed(ReasonForeign, e, h), alike >= sameName
		}
		return 0, nil, false
	}}
}

// near matches booked rows that a bank and a file date or word differently.
func (d *desk) near() pass {
	return pass{rows: bookedAmount, held: heldAmount, judge: func(e *entry, h *holding) (int, because, bool) {
		gap, alike := abs(int(e.row.Date-h.row.Date)), likeness(e.names(), h.names())
		ok := alike >= sameName && h.row.Date >= d.from && h.row.Date <= d.to
		if crossed(e.row, h.row) {
			ok = ok && gap <= sureDays
		} else {
			ok = ok && gap == 0 && d.covers(h.row.Date)
		}
		if !ok || d.apart(e, h) {
			return 0, nil, false
		}
		return 100*gap + 100 - alike, changed(ReasonMatch, e, h), true
	}}
}

// review finds what may be the same but is below the sure line.
func (d *desk) review() pass {
	rows := func(e *entry) []string { return append(append(bookedKeys(e), bookedAmount(e)...), bookedID(e.row)...) }
	held := func(h *holding) []string {
		if h.gone {
			return nil
		}
		return append(append(waitingKeys(h), heldAmount(h)...), bookedID(h.row)...)
	}
	return pass{rows: rows, held: held, doubt: true, judge: func(e *entry, h *holding) (int, because, bool) {
		gap, alike := int(e.row.Date-h.row.Date), likeness(e.names(), h.names())
		if !sameSide(e.row, h.row) {
			return 0, nil, false
		}
		rank := 100 - alike + abs(gap)
		if h.row.Pending {
			if !maybeBooked(e.row, h.row, gap, alike) || d.apart(e, h) {
				return 0, nil, false
			}
			return 1000 + rank, changed(ReasonMaybeBooked, e, h), true
		}
		if maybeCorrected(e, h, gap, alike) {
			return rank, changed(maybeFixed(e.row, h.row), e, h), true
		}
		sameText := e.text == h.text
		ok := e.row.Amount == h.row.Amount && abs(gap) <= nearDays &&
			(sameText || crossed(e.row, h.row) && (alike >= likeName || abs(gap) <= 1))
		if !ok || !sameText && d.apart(e, h) {
			return 0, nil, false
		}
		return rank, func() Reason { return sameDays(Date(gap)) }, ok
	}}
}

// others finds the rows that may be a hold which is asked about already: one of them is.
func (d *desk) others() pass {
	p := d.review()
	p.again = true
	return p
}

// maybeCorrected reports whether a booked row may be what the bank made of another one of that id: no complete read says
// that the other is gone. A fee may share the id of its purchase, and is a fraction of it.
func maybeCorrected(e *entry, h *holding, gap, alike int) bool {
	if e.row.SourceID == "" || h.row.SourceID != e.row.SourceID || h.row.Pending {
		return false
	}
	return abs(gap) <= aliasDays && alike >= sameName && withinPercent(e.row.Amount.Minor, h.row.Amount.Minor, 50, 200)
}

func sameDays(gap Date) Reason {
	return Reason{ID: ReasonMaybeSame, Args: map[string]string{"days": days(gap)}}
}

// maybeFixed is the reason for a row that may be another one corrected.
func maybeFixed(now, was Row) string {
	if now.Amount == was.Amount {
		return ReasonMaybeSame
	}
	return ReasonMaybeFixed
}

// maybeBooked reports whether a booked row may be what became of a pending one: late, worded
// otherwise, with a large tip, or a part of the hold.
func maybeBooked(e, h Row, gap, alike int) bool {
	switch {
	case gap < -1 || gap > longestWait:
		return false
	case e.Amount == h.Amount:
		return gap <= waitDays || alike >= likeName
	case gap > waitDays || alike < sameName:
		return false
	}
	return withinPercent(e.Amount.Minor, h.Amount.Minor, 0, 135) || tipPlace(e) || tipPlace(h) || foreign(e) || foreign(h)
}

func bookedKeys(e *entry) []string {
	if e.row.Pending {
		return nil
	}
	return append(wordKeys(e.names()), amountKey(e.row))
}

func waitingKeys(h *holding) []string {
	if !h.waiting() {
		return nil
	}
	return append(wordKeys(h.names()), amountKey(h.row))
}

func bookedAmount(e *entry) []string {
	if e.row.Pending {
		return nil
	}
	return []string{"booked" + amountKey(e.row)}
}

func bookedID(r Row) []string {
	if r.Pending || r.SourceID == "" {
		return nil
	}
	return []string{"id " + r.SourceID}
}

func heldAmount(h *holding) []string {
	if h.gone || h.row.Pending {
		return nil
	}
	return []string{"booked" + amountKey(h.row)}
}

func amountKey(r Row) string { return "=" + strconv.FormatInt(r.Amount.Minor, 10) + r.Amount.Currency }

// wordKeys lets rows meet under the first letters of their first words: banks cut names off.
func wordKeys(words []string) []string {
	const most = 3
	var keys []string
	for _, w := range words[:min(most, len(words))] {
		keys = append(keys, w[:min(4, len(w))])
	}
	return keys
}

// nameOf returns what a row is known by: the bank's id, or its print where there is none.
func nameOf(e *entry) string {
	if e.row.SourceID != "" {
		return e.row.SourceID
	}
	return e.printed()
}

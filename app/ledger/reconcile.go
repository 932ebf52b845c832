package ledger

import "slices"

// The days and counts by which Reconcile judges.
const (
	waitDays    = 8   // a pending row is looked for among booked ones this long, surely
	longestWait = 30  // and this long for review, or where the bank's id says so
	namedDays   = 60  // a booked row that names its pending one: beyond, the id was used again
	aliasDays   = 10  // the same id on a later day: beyond, the id was used again
	nearDays    = 5   // a file and a bank date the same movement this far apart, for review
	sureDays    = 3   // and this far, surely
	staleDays   = 14  // an absent pending row this old is dropped
	staleReads  = 3   // and one that was absent on this many days
	lostDays    = 45  // a pending row this old is asked for no more: it ends
	sameName    = 60  // likeness in percent: surely the same name
	likeName    = 34  // likeness in percent: one word of three
	leastPart   = 30  // percent of a hold that the first part of it comes to, at least
	mostTip     = 135 // percent of a hold that it may grow to
)

// Reconcile decides what each row of batch is to what is stored: new, known, changed, or below the
// sure line. It is pure, does not depend on any order, uses each stored row once, and never drops a
// booked row. Stored and gone must hold what batch.Reach names. Reading the same batch again plans
// nothing new, but that a complete read on another day counts another absence of a pending row.
//
// A re-used id of the bank joins nothing: where an id comes back with another amount or date, only
// a complete read in which the stored row is missing makes it the same row. In the same way a new
// id on a known day, amount and text is a changed id only in a complete read, else a twin to review.
func Reconcile(stored []Transaction, gone []Tombstone, batch Batch) Plan {
	d := &desk{batch: batch, in: entries(batch.Rows), held: holdings(stored, gone), file: batch.fromFile()}
	d.from, d.to = batch.window()
	d.learn()
	d.learnMerged()
	d.decided()
	d.replaced()
	d.alone()
	d.zip(identical)
	d.supersede()
	d.run(d.named())
	d.zip(exactID)
	d.zip(samePrint)
	d.run(d.alias())
	d.zip(pendingAgain)
	d.zip(newID)
	d.crossing()
	if d.waits() {
		d.run(d.settle())
		d.parts()
	}
	d.further()
	d.rest()
	d.lone()
	d.run(d.near())
	d.run(d.review())
	d.run(d.others())
	d.instead()
	d.doubled()
	d.run(d.mended())
	d.mendedBeside()
	d.moved()
	d.repeats()
	return d.plan()
}

// desk is where one Reconcile lays out its rows.
type desk struct {
	batch    Batch
	from, to Date
	file     bool
	known    map[string]bool // the names of holdings
	prints   bool            // some of them are prints
	mixed    bool            // some row or holding has no id of a bank
	in       []*entry
	held     []*holding
	unmet    map[string]bool // texts of booked rows that nothing has met when holds are settled
	told     []Change        // what became known of stored booked rows
	ended    []Change        // holds whose parts are stored already
	asked    []Question
	files    map[string][]*holding // rows that only a file told, by amount
	removed  map[string]bool       // ids that the bank takes back
	habit    habit

	byID   map[TransactionID]*holding
	aparts map[*holding][]*holding // by the person's word
}

// covers reports whether the absence of a row of day from the batch is evidence. The first and
// last day of a file may be cut.
func (d *desk) covers(day Date) bool {
	if !d.batch.Complete {
		return false
	}
	if d.file {
		return d.from < day && day < d.to
	}
	return d.from <= day && day <= d.to
}

// settleOn matches e and h for good.
func settleOn(e *entry, h *holding, reason Reason) {
	h.taken = true
	e.found = &verdict{matched, h, reason}
}

// plan writes down what the passes found.
func (d *desk) plan() Plan {
	p := Plan{Drop: d.ended, Told: d.told, Ask: d.asked}
	if known := d.settled(); known > 0 {
		p.Same = make([]Match, 0, known) // most that are known say nothing new
	}
	for _, e := range d.in {
		p.learn(e)
		switch {
		case e.found == nil:
			p.Insert = append(p.Insert, Insertion{e.row, Reason{ID: ReasonNew}})
		case e.found.kind == fresh:
			p.Insert = append(p.Insert, Insertion{e.row, e.found.reason})
		case e.found.kind == doubtful:
			p.Review = append(p.Review, Match{e.row, e.found.at.stored.ID, e.found.reason})
		case e.found.at == nil:
			p.Same = append(p.Same, Match{Row: e.row, Reason: e.found.reason})
		case e.found.at.into != "":
			p.Same = append(p.Same, Match{e.row, e.found.at.into, Reason{ID: ReasonMerged}})
		case e.found.at.gone:
			p.Same = append(p.Same, Match{Row: e.row, Reason: Reason{ID: ReasonDeleted}})
		case e.found.kind == already:
			p.Same = append(p.Same, Match{e.row, e.found.at.stored.ID, e.found.reason})
		default:
			p.write(e)
		}
	}
	d.absences(&p)
	return p
}

// settled is how many rows were found.
func (d *desk) settled() (known int) {
	for _, e := range d.in {
		if e.found != nil && e.found.kind == matched {
			known++
		}
	}
	return known
}

// textOf is printText of a row that says what e or h does, most often.
func textOf(merged Row, e *entry, h *holding) string {
	for _, one := range []struct {
		row  *Row
		text string
	}{{&e.row, e.text}, {&h.row, h.text}} {
		r := one.row
		if merged.Date == r.Date && merged.Amount == r.Amount && merged.Payee == r.Payee && merged.Text == r.Text && merged.Memo == r.Memo {
			return one.text
		}
	}
	return printText(merged)
}

// learn gives the tombstone that e was matched to the print of e, where e is known to it by less: a read that proves less
// would bring the row back otherwise.
func (p *Plan) learn(e *entry) {
	if e.found == nil || e.found.kind != matched || e.found.at == nil || !e.found.at.gone {
		return
	}
	h := e.found.at
	itself := e.text == h.text && e.row.Pending == h.row.Pending && e.row.SourceID == h.row.SourceID
	if itself || h.knows(e.printed()) {
		return
	}
	stone := *h.stone
	stone.Aliases = append(slices.Clone(stone.Aliases), e.printed())
	p.Stones = append(p.Stones, stone)
}

// write puts a sure match into Update if it brings anything, else into Same.
func (p *Plan) write(e *entry) {
	h, t := e.found.at, e.found.at.stored
	if e.row.Pending && t.elsewhere() {
		p.Same = append(p.Same, Match{e.row, t.ID, Reason{ID: ReasonSuperseded}})
		return
	}
	merged := newerWord(h.row, e.row)
	u := Update{ID: t.ID, Row: merged, Came: e.row, Booked: t.Status != Booked && !merged.Pending, Reason: e.found.reason}
	gain := func(alias string) {
		if alias != "" && !slices.Contains(t.Aliases, alias) && !slices.Contains(u.Aliases, alias) {
			u.Aliases = append(u.Aliases, alias)
		}
	}
	gain(h.row.SourceID)
	gain(e.row.SourceID)
	if h.row.Names != merged.Names {
		gain(h.row.Names)
	}
	text := textOf(merged, e, h)
	if h.row.SourceID == "" && (h.text != text || h.row.Pending != merged.Pending) {
		gain(printOf(h.row, h.text))
	}
	if e.text != text || e.row.Pending != merged.Pending {
		gain(e.printed())
	}
	if len(u.Aliases) == 0 && t.Missing == 0 && t.Status == statusOf(merged) && sameWord(h.row, merged) {
		p.Same = append(p.Same, Match{e.row, t.ID, e.found.reason})
		return
	}
	p.Update = append(p.Update, u)
}

package ledger

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// zipper is a pass over rows that are equal in a key: they pair off by ordinal, so that k equal
// rows meet k equal rows and none is lost or doubled.
type zipper int

const (
	identical    zipper = iota // id, date, amount and text, or a print: a row always meets itself
	exactID                    // id, date and amount
	samePrint                  // date, amount and text; ids that contradict each other stay apart
	pendingAgain               // samePrint of pending rows whose id changed, in a complete read
	newID                      // the same of booked rows
)

// bucket is what rows are equal in; of a print, which says all, the alias alone.
type bucket struct {
	alias, text string
	pending     bool
}

// alone is zip(identical) of the rows that it can't be in doubt about, which most are: a booked row whose id no other row has,
// and a transaction that has that one name alone, and which no other has.
func (d *desk) alone() {
	if d.prints {
		return
	}
	held := make(map[string]*holding, len(d.held))
	for _, h := range d.held {
		for _, alias := range h.aliases {
			if _, twice := held[alias]; twice {
				held[alias] = nil
				continue
			}
			held[alias] = h
		}
	}
	rows := make(map[string]int, len(d.in))
	for _, e := range d.in {
		rows[e.row.SourceID]++
	}
	for _, e := range d.in {
		h := held[e.row.SourceID]
		if h == nil || rows[e.row.SourceID] > 1 || e.row.SourceID == "" || e.found != nil || h.taken || h.gone || len(h.aliases) > 1 {
			continue
		}
		if !e.row.Pending && !h.row.Pending && h.row.SourceID == e.row.SourceID && h.text == e.text {
			settleOn(e, h, identical.reason(e, "1", "1"))
		}
	}
}

// zip pairs off the free rows of every bucket.
func (d *desk) zip(z zipper) {
	if z == samePrint && !d.mixed {
		return // rows with ids of the bank never meet here
	}
	held := d.heldBuckets(z)
	if len(held) == 0 {
		return
	}
	rows := make(map[bucket][]*entry)
	var keys []bucket
	for _, e := range d.in {
		if e.found == nil {
			for _, key := range z.keys(keys[:0], e.row, d.aliasesOf(z, e), e.text) {
				if held[key] != nil {
					rows[key] = append(rows[key], e)
				}
			}
		}
	}
	maps.DeleteFunc(held, func(key bucket, _ []*holding) bool { return rows[key] == nil })
	order := sortedBuckets(held)
	if z <= exactID {
		for _, key := range order {
			d.pairOff(z, rows[key], ownWord(key, rows[key][0], held[key]))
		}
	}
	for _, key := range order {
		d.pairOff(z, rows[key], held[key])
	}
}

// heldBuckets are the free holdings by what z goes by.
func (d *desk) heldBuckets(z zipper) map[bucket][]*holding {
	held := make(map[bucket][]*holding)
	var keys []bucket
	for _, h := range d.held {
		if h.taken {
			continue
		}
		aliases := h.aliases
		if z == identical && h.row.SourceID == "" {
			aliases = append(slices.Clone(aliases), h.print)
		}
		for _, key := range z.keys(keys[:0], h.row, aliases, h.text) {
			held[key] = append(held[key], h)
		}
	}
	return held
}

// ownWord returns those of a bucket whose word is that of e now: each row meets them before any that were told so once. A
// merged row is known by several names, and must not take the row that its tombstone is.
func ownWord(key bucket, e *entry, held []*holding) []*holding {
	var own []*holding
	for _, h := range held {
		same := h.row.SourceID == e.row.SourceID
		if isPrint(key.alias) {
			same = h.text == e.text && h.row.Pending == e.row.Pending
		}
		if same && (!h.gone || h.into != "") {
			own = append(own, h)
		}
	}
	return own
}

func isPrint(alias string) bool { return strings.HasPrefix(alias, "~") }

// aliasesOf returns the names of e that z goes by.
func (d *desk) aliasesOf(z zipper, e *entry) []string {
	var all []string
	if z > exactID {
		return nil
	}
	if d.known[e.row.SourceID] {
		all = append(all, e.row.SourceID)
	}
	if z == identical && d.prints && d.known[e.printed()] {
		all = append(all, e.print)
	}
	return all
}

// learn notes every name by which a holding is known.
func (d *desk) learn() {
	d.known = make(map[string]bool, len(d.held))
	for _, h := range d.held {
		if h.row.SourceID == "" {
			h.print = printOf(h.row, h.text)
			d.known[h.print], d.prints = true, true
		}
		for _, alias := range h.aliases {
			d.known[alias] = alias != ""
			d.prints = d.prints || isPrint(alias)
		}
		d.mixed = d.mixed || idKind(h.row) != bankID
	}
	d.mixed = d.mixed || slices.ContainsFunc(d.in, func(e *entry) bool { return idKind(e.row) != bankID })
}

// keys adds the buckets of a row.
func (z zipper) keys(keys []bucket, r Row, aliases []string, text string) []bucket {
	if z > exactID {
		if z == pendingAgain && !r.Pending || z == newID && r.Pending {
			return keys
		}
		return append(keys, bucket{"", text, r.Pending})
	}
	of := bucket{"", text, r.Pending}
	if z == exactID {
		of = bucket{"", text[:strings.IndexByte(text, '|')], false} // day and amount
	}
	if z == identical && r.Names != "" && r.SourceID == "" {
		of.alias = "names " + r.Names
		keys = append(keys, of)
	}
	for _, alias := range aliases {
		switch {
		case alias == "":
		case !isPrint(alias):
			of.alias = alias
			keys = append(keys, of)
		case z == identical:
			keys = append(keys, bucket{alias: alias})
		}
	}
	return keys
}

func sortedBuckets(m map[bucket][]*holding) []bucket {
	keys := make([]bucket, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b bucket) int {
		return cmp.Or(strings.Compare(a.alias, b.alias), strings.Compare(a.text, b.text), compareFlags(a.pending, b.pending))
	})
	return keys
}

// pairOff matches the rows of one bucket with its holdings: those that agree in every detail first,
// so that twins keep their own, then stored before merged and deleted ones and those with fewer names first.
func (d *desk) pairOff(z zipper, rows []*entry, held []*holding) {
	if len(rows) == 1 && len(held) == 1 {
		d.pairOne(z, rows[0], held[0])
		return
	}
	inOrder(held)
	d.pairKinds(z, rows, held, func(r Row) string { return idKind(r) + "|" + details(r) })
	d.pairKinds(z, rows, held, idKind)
}

// pairOne is pairOff for a row and a holding that are alone.
func (d *desk) pairOne(z zipper, e *entry, h *holding) {
	if e.found == nil && d.mayTake(z, h, e.row.Pending) && slices.Contains(z.partners(idKind(e.row)), idKind(h.row)) {
		settleOn(e, h, z.reason(e, "1", "1"))
	}
}

// pairKinds pairs off rows and holdings of the same kind, and of kinds that z lets meet.
func (d *desk) pairKinds(z zipper, rows []*entry, held []*holding, kindOf func(Row) string) {
	queues := make(map[string][]*holding)
	for _, h := range held {
		kind := kindOf(h.row)
		queues[kind] = append(queues[kind], h)
	}
	of := strconv.Itoa(len(rows))
	for i, e := range rows {
		if e.found != nil {
			continue
		}
		whose := idKind(e.row)
		rest := strings.TrimPrefix(kindOf(e.row), whose)
		for _, partner := range z.partners(whose) {
			if h := d.take(z, queues, partner+rest, e.row.Pending); h != nil {
				settleOn(e, h, z.reason(e, strconv.Itoa(i+1), of))
				break
			}
		}
	}
}

// details is what equal rows may still differ in.
func details(r Row) string {
	return strings.Join([]string{r.At.String(), r.Foreign.String(), r.Payee, r.Text, r.Memo, r.MCC, r.Card, r.Names, r.Country, strconv.Itoa(int(r.Channel))}, "|")
}

// take returns the next free holding of a queue that z may match.
func (d *desk) take(z zipper, queues map[string][]*holding, q string, pending bool) *holding {
	for i, h := range queues[q] {
		if !d.mayTake(z, h, pending) {
			continue
		}
		if i == 0 {
			queues[q] = queues[q][1:]
		}
		return h
	}
	return nil
}

// mayTake reports whether z may match h. A booked one never becomes pending again.
func (d *desk) mayTake(z zipper, h *holding, pending bool) bool {
	if h.taken || pending && !h.row.Pending {
		return false
	}
	return z != newID && z != pendingAgain || d.covers(h.row.Date)
}

// bankID is the kind of the ids that banks give.
const bankID = "bank"

// idKind says who gave a row its id: "" nobody, else the bank or a file.
func idKind(r Row) string {
	switch {
	case r.SourceID == "":
		return ""
	case r.Line > 0:
		return "file"
	}
	return bankID
}

// partners lists the holdings that a row may pair with, by who gave them their id.
func (z zipper) partners(kind string) []string {
	switch {
	case z <= exactID:
		return []string{kind, "bank", "file", ""}
	case z == samePrint && kind == "bank":
		return []string{"", "file"}
	case z == samePrint && kind == "file":
		return []string{"", "bank"}
	}
	return []string{kind, "", "bank", "file"}
}

func (z zipper) reason(e *entry, n, of string) Reason {
	switch {
	case z <= exactID && e.row.SourceID != "":
		return Reason{ID: ReasonAlias, Args: map[string]string{"id": e.row.SourceID}}
	case z == pendingAgain || z == newID:
		return Reason{ID: ReasonIDChanged, Args: map[string]string{"n": n, "of": of}}
	case of == "1":
		return Reason{ID: ReasonPrint}
	}
	return Reason{ID: ReasonOrdinal, Args: map[string]string{"n": n, "of": of}}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

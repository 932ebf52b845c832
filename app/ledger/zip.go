package ledger

import (
	"cmp"
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

// zip pairs off the free rows of every bucket.
func (d *desk) zip(z zipper) {
	rows := make(map[string][]*entry)
	for _, e := range d.in {
		if e.found == nil {
			for _, key := range z.keys(e.row, []string{e.row.SourceID, e.print}, e.text) {
				rows[key] = append(rows[key], e)
			}
		}
	}
	held := make(map[string][]*holding)
	for _, h := range d.held {
		if !h.taken {
			aliases := h.aliases
			if z == identical && h.row.SourceID == "" {
				aliases = append(slices.Clone(aliases), printOf(h.row, h.text))
			}
			for _, key := range z.keys(h.row, aliases, h.text) {
				if rows[key] != nil {
					held[key] = append(held[key], h)
				}
			}
		}
	}
	for _, key := range sortedKeys(held) {
		d.pairOff(z, rows[key], held[key])
	}
}

// keys returns the buckets of a row.
func (z zipper) keys(r Row, aliases []string, text string) []string {
	class := "|booked"
	if r.Pending {
		class = "|pending"
	}
	if z > exactID {
		if z == pendingAgain && !r.Pending || z == newID && r.Pending {
			return nil
		}
		return []string{text + class}
	}
	tail := "|" + text + class
	if z == exactID {
		tail = "|" + strconv.Itoa(int(r.Date)) + amountKey(r)
	}
	var keys []string
	if z == identical && r.Names != "" && r.SourceID == "" {
		keys = append(keys, "names "+r.Names+tail)
	}
	for _, alias := range aliases {
		switch {
		case alias == "":
		case !strings.HasPrefix(alias, "~"):
			keys = append(keys, alias+tail)
		case z == identical:
			keys = append(keys, alias)
		}
	}
	return keys
}

// pairOff matches the rows of one bucket with its holdings: those that agree in every detail first,
// so that twins keep their own, then stored before deleted ones and those with fewer names first.
func (d *desk) pairOff(z zipper, rows []*entry, held []*holding) {
	slices.SortStableFunc(held, func(a, b *holding) int {
		return cmp.Or(compareFlags(a.gone, b.gone), cmp.Compare(len(a.aliases), len(b.aliases)))
	})
	if len(rows) > 1 || len(held) > 1 {
		d.pairKinds(z, rows, held, func(r Row) string { return idKind(r) + "|" + details(r) })
	}
	d.pairKinds(z, rows, held, idKind)
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
	return strings.Join([]string{r.At.String(), r.Foreign.String(), r.Payee, r.Text, r.Memo, r.MCC, r.Card, r.Names}, "|")
}

// take returns the next free holding of a queue that z may match. A booked one never becomes
// pending again.
func (d *desk) take(z zipper, queues map[string][]*holding, q string, pending bool) *holding {
	for i, h := range queues[q] {
		switch {
		case h.taken || (z == newID || z == pendingAgain) && !d.covers(h.row.Date):
			continue
		case pending && !h.row.Pending:
			continue
		}
		if i == 0 {
			queues[q] = queues[q][1:]
		}
		return h
	}
	return nil
}

// idKind says who gave a row its id: "" nobody, else the bank or a file.
func idKind(r Row) string {
	switch {
	case r.SourceID == "":
		return ""
	case r.Line > 0:
		return "file"
	}
	return "bank"
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

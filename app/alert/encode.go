package alert

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"coffer/app/ledger"
)

// pastFormat is the first byte of an encoded past. Another form gets another.
const pastFormat = 2

// appendBinary appends the past, the same bytes for the same past.
func (p *past) appendBinary(b []byte) []byte {
	w := writer{append(b, pastFormat)}
	w.int(p.rows)
	w.day(p.first)
	w.day(p.last)
	w.day(p.swept)
	for _, n := range p.hours {
		w.uint(uint64(n))
	}
	w.uint(uint64(len(p.accounts)))
	for _, b := range p.accounts {
		w.book(b)
	}
	keys := slices.SortedFunc(maps.Keys(p.places), comparePlaces)
	w.uint(uint64(len(keys)))
	for _, key := range keys {
		w.text(key.merchant)
		w.text(key.currency)
		w.place(p.places[key])
	}
	w.uint(uint64(len(p.scales)))
	for _, currency := range slices.Sorted(maps.Keys(p.scales)) {
		w.text(currency)
		w.scale(p.scales[currency])
	}
	w.uint(uint64(len(p.kinds)))
	for _, kind := range slices.Sorted(maps.Keys(p.kinds)) {
		use := p.kinds[kind]
		w.text(kind)
		w.day(use.first)
		w.day(use.last)
		w.uint(uint64(use.today))
		w.uint(uint64(use.peak))
	}
	marks := slices.SortedFunc(maps.Keys(p.told), compareMarks)
	w.uint(uint64(len(marks)))
	for _, m := range marks {
		w.uint(uint64(m.kind))
		w.uint(uint64(m.account))
		w.int(p.told[m])
	}
	return w.b
}

func comparePlaces(a, b placeKey) int {
	return cmp.Or(strings.Compare(a.merchant, b.merchant), strings.Compare(a.currency, b.currency))
}

func compareMarks(a, b mark) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.account, b.account))
}

// writer appends numbers as varints.
type writer struct{ b []byte }

func (w *writer) uint(n uint64)     { w.b = binary.AppendUvarint(w.b, n) }
func (w *writer) int(n int64)       { w.b = binary.AppendVarint(w.b, n) }
func (w *writer) day(d ledger.Date) { w.int(int64(d)) }

func (w *writer) text(s string) {
	w.uint(uint64(len(s)))
	w.b = append(w.b, s...)
}

// id writes a UUID as its sixteen bytes after a 0, any other id as its length plus 1 and itself.
func (w *writer) id(id ledger.TransactionID) {
	if raw, ok := uuidBytes(string(id)); ok {
		w.b = append(append(w.b, 0), raw[:]...)
		return
	}
	w.uint(uint64(len(id)) + 1)
	w.b = append(w.b, id...)
}

// uuidBytes reads a UUID as it is usually written: small letters, dashes.
func uuidBytes(s string) (raw [16]byte, ok bool) {
	if len(s) != 36 {
		return raw, false
	}
	digits := strings.ReplaceAll(s, "-", "")
	if len(digits) != 32 {
		return raw, false
	}
	if _, err := hex.Decode(raw[:], []byte(digits)); err != nil {
		return raw, false
	}
	return raw, uuidText(raw) == s
}

func uuidText(raw [16]byte) string {
	h := hex.EncodeToString(raw[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// The flags of a visit.
const (
	flagTimed = 1 << iota
	flagPending
	flagPresent
	flagCash
	flagForeign
	flagID
	allFlags = flagTimed | flagPending | flagPresent | flagCash | flagForeign | flagID
)

func (w *writer) visit(v visit) {
	flags := uint64(0)
	for i, set := range []bool{v.timed, v.pending, v.present, v.cash, v.foreign != 0, v.id != ""} {
		if set {
			flags |= 1 << i
		}
	}
	w.uint(flags)
	if v.id != "" {
		w.id(v.id)
	}
	w.day(v.day)
	if v.timed {
		w.int(v.at - int64(v.day)*86400)
	}
	w.uint(uint64(v.size))
	if v.foreign != 0 {
		w.uint(uint64(v.foreign))
	}
	w.uint(uint64(v.account))
}

func (w *writer) visits(list []visit) {
	w.uint(uint64(len(list)))
	for _, v := range list {
		w.visit(v)
	}
}

func (w *writer) brief(b brief) {
	w.visit(b.visit)
	w.text(b.merchant)
	w.text(b.kind)
}

func (w *writer) briefs(list []brief) {
	w.uint(uint64(len(list)))
	for _, b := range list {
		w.brief(b)
	}
}

func (w *writer) place(p *place) {
	w.day(p.first)
	w.day(p.last)
	w.visits(p.charges)
	w.visits(p.credits)
	w.uint(uint64(p.visits))
	w.uint(uint64(p.repeats))
	w.uint(uint64(p.payments))
	w.day(p.paid)
	w.visit(p.trial)
}

func (w *writer) book(b *book) {
	w.text(string(b.id))
	w.text(b.currency)
	w.day(b.first)
	w.int(b.sum)
	w.uint(uint64(len(b.closes)))
	for _, c := range b.closes {
		w.day(c.day)
		w.int(c.sum)
	}
	w.uint(uint64(len(b.countries)))
	for _, s := range b.countries {
		w.text(s.country)
		w.day(s.last)
		w.uint(uint64(s.rows))
		w.id(s.id)
	}
	w.visit(b.presence)
	w.text(b.where)
	w.brief(b.abroad)
}

func (w *writer) scale(s *scale) {
	for _, h := range s.histograms() {
		w.histogram(h)
	}
	w.uint(uint64(len(s.days)))
	for _, d := range s.days {
		w.day(d.day)
		w.uint(uint64(d.sum))
		w.uint(uint64(d.count))
		w.uint(uint64(d.peak))
	}
	w.briefs(s.recent)
	w.briefs(s.tests)
	w.briefs(s.firsts)
	w.uint(uint64(len(s.tried)))
	for _, d := range s.tried {
		w.day(d)
	}
	w.uint(uint64(len(s.deposits)))
	for _, d := range s.deposits {
		w.brief(d.brief)
		w.uint(uint64(d.out))
		w.uint(uint64(len(d.rows)))
		for _, id := range d.rows {
			w.id(id)
		}
	}
}

func (w *writer) histogram(h *histogram) {
	w.uint(uint64(len(h.months)))
	for _, m := range h.months {
		w.int(int64(m.month))
		w.uint(uint64(m.most))
		w.uint(uint64(len(m.cells)))
		for _, c := range m.cells {
			w.uint(uint64(c.bucket))
			w.uint(uint64(c.count))
		}
	}
	w.day(h.day)
	q := h.before
	w.uint(uint64(q.count))
	for _, n := range []int64{q.p1, q.p10, q.p50, q.p90, q.p95, q.p99, q.most} {
		w.uint(uint64(n))
	}
}

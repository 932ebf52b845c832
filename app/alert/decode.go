package alert

import (
	"cmp"
	"encoding/binary"
	"errors"
	"strings"

	"coffer/app/ledger"
)

// errPast is that of bytes that are no past: of another version, cut off, or made up. The past is to be built anew from
// the rows.
var errPast = errors.New("read the past of alerts: not what Coffer wrote")

// unmarshal reads what appendBinary wrote. It fails for anything else, and then the past is empty.
func (p *past) unmarshal(data []byte) error {
	*p = *newPast()
	if len(data) == 0 || data[0] != pastFormat {
		return errPast
	}
	r := reader{b: data[1:]}
	r.past(p)
	if r.bad || len(r.b) > 0 {
		*p = *newPast()
		return errPast
	}
	return nil
}

// reader reads varints until something is wrong; then all is 0.
type reader struct {
	b        []byte
	bad      bool
	accounts int // that a visit may be of
}

func (r *reader) fail() { r.bad, r.b = true, nil }

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || size > 1 && r.b[size-1] == 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) int() int64 {
	n := r.uint()
	if n&1 != 0 {
		return ^int64(n >> 1)
	}
	return int64(n >> 1)
}

// size reads an amount without sign.
func (r *reader) size() int64 {
	n := r.uint()
	if n > 1<<63-1 {
		r.fail()
		return 0
	}
	return int64(n)
}

func (r *reader) count32() int32 {
	n := r.uint()
	if n > 1<<31-1 {
		r.fail()
		return 0
	}
	return int32(n)
}

func (r *reader) day() ledger.Date {
	n := r.int()
	if n != int64(ledger.Date(n)) {
		r.fail()
		return 0
	}
	return ledger.Date(n)
}

func (r *reader) month() ledger.Month {
	n := r.int()
	if n != int64(ledger.Month(n)) {
		r.fail()
		return 0
	}
	return ledger.Month(n)
}

// many reads the length of a list of at most so many, each of at least so many bytes.
func (r *reader) many(most, least int) int {
	n := r.uint()
	if n > uint64(most) || n*uint64(least) > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) bytes(n int) []byte {
	if n > len(r.b) {
		r.fail()
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

const mostText = 1 << 24

func (r *reader) text() string { return string(r.bytes(r.many(mostText, 1))) }

func (r *reader) id() ledger.TransactionID {
	n := r.many(mostText, 0)
	if n > 0 {
		id := string(r.bytes(n - 1))
		if _, uuid := uuidBytes(id); uuid {
			r.fail() // it is written otherwise
		}
		return ledger.TransactionID(id)
	}
	var raw [16]byte
	if copy(raw[:], r.bytes(len(raw))); r.bad {
		return ""
	}
	return ledger.TransactionID(uuidText(raw))
}

// list reads so many at most, each of at least so many bytes.
func list[T any](r *reader, most, least int, one func() T) []T {
	n := r.many(most, least)
	if n == 0 {
		return nil
	}
	all := make([]T, 0, n)
	for range n {
		if all = append(all, one()); r.bad {
			return nil
		}
	}
	return all
}

func (r *reader) past(p *past) {
	p.rows, p.first, p.last, p.swept = r.int(), r.day(), r.day(), r.day()
	for i := range p.hours {
		p.hours[i] = uint32(r.count32())
	}
	r.accounts = mostAccounts
	p.accounts = list(r, mostAccounts, 20, r.book)
	r.accounts = len(p.accounts)
	for i, b := range p.accounts {
		if _, twice := p.index[b.id]; twice || b.presence.account > i || b.abroad.account > i {
			r.fail()
		}
		p.index[b.id] = i
	}
	before := placeKey{}
	most := min(mostPlaces+1, len(p.accounts)*(mostPlaces+1)) // none without an account
	for i := range r.many(most, 10) {
		key := placeKey{r.text(), r.text()}
		if i > 0 && comparePlaces(before, key) >= 0 {
			r.fail()
		}
		spot := r.place()
		if r.bad {
			return
		}
		p.places[key], before = spot, key
		if spot.lives() {
			p.live++
		}
	}
	r.scales(p)
	r.kinds(p)
	r.marks(p)
}

func (r *reader) scales(p *past) {
	before := ""
	for i := range r.many(mostScales, 40) {
		currency := r.text()
		if i > 0 && currency <= before {
			r.fail()
		}
		s := r.scale()
		if r.bad {
			return
		}
		p.scales[currency], before = s, currency
	}
}

func (r *reader) kinds(p *past) {
	before := ""
	for i := range r.many(mostKinds, 5) {
		kind := r.text()
		if i > 0 && kind <= before {
			r.fail()
		}
		p.kinds[kind] = kindUse{first: r.day(), last: r.day(), today: r.count32(), peak: r.count32()}
		if before = kind; r.bad {
			return
		}
	}
}

func (r *reader) marks(p *past) {
	before := mark{}
	for i := range r.many(int(markKinds)*(len(p.accounts)+1), 3) {
		kind, account := r.uint(), r.uint()
		m := mark{uint8(kind), int(account)}
		if kind >= uint64(markKinds) || account > uint64(len(p.accounts)) || i > 0 && compareMarks(before, m) >= 0 {
			r.fail()
			return
		}
		p.told[m], before = r.int(), m
	}
}

func (r *reader) visit() visit {
	var v visit
	flags := r.uint()
	if flags&^uint64(allFlags) != 0 {
		r.fail()
	}
	v.timed, v.pending, v.present, v.cash = flags&flagTimed != 0, flags&flagPending != 0, flags&flagPresent != 0, flags&flagCash != 0
	if flags&flagID != 0 {
		if v.id = r.id(); v.id == "" {
			r.fail()
		}
	}
	v.day = r.day()
	if v.timed {
		v.at = r.int() + int64(v.day)*86400
	}
	v.size = r.size()
	if flags&flagForeign != 0 {
		if v.foreign = r.size(); v.foreign == 0 {
			r.fail()
		}
	}
	account := r.uint()
	if account != 0 && account >= uint64(r.accounts) {
		r.fail()
	}
	v.account = int(account)
	return v
}

const leastVisit = 4 // bytes

func (r *reader) brief() brief { return brief{r.visit(), r.text(), r.text()} }

func (r *reader) place() *place {
	p := &place{first: r.day(), last: r.day()}
	p.charges, p.credits = list(r, mostCharges, leastVisit, r.visit), list(r, mostCredits, leastVisit, r.visit)
	p.visits, p.repeats, p.payments, p.paid, p.trial = r.count32(), r.count32(), r.count32(), r.day(), r.visit()
	return p
}

func (r *reader) book() *book {
	b := &book{id: ledger.AccountID(r.text()), currency: r.text(), first: r.day(), sum: r.int()}
	b.closes = list(r, dailyDays*2, 2, func() closing { return closing{r.day(), r.int()} })
	b.countries = list(r, mostCountries, 4, func() stay {
		return stay{country: r.text(), last: r.day(), rows: r.count32(), id: r.id()}
	})
	for i := 1; i < len(b.countries); i++ {
		if strings.Compare(b.countries[i-1].country, b.countries[i].country) >= 0 {
			r.fail()
		}
	}
	b.presence, b.where, b.abroad = r.visit(), r.text(), r.brief()
	return b
}

func (r *reader) scale() *scale {
	s := new(scale)
	for _, h := range s.histograms() {
		r.histogram(h)
	}
	s.days = list(r, dailyDays*2, 4, func() daily { return daily{r.day(), r.size(), r.count32(), r.count32()} })
	s.recent = list(r, 2*mostRecent, leastVisit+2, r.brief)
	s.tests, s.firsts = list(r, mostTests, leastVisit+2, r.brief), list(r, mostTests, leastVisit+2, r.brief)
	s.tried = list(r, mostTests, 1, r.day)
	s.deposits = list(r, mostDeposits, leastVisit+4, func() deposit {
		return deposit{r.brief(), r.size(), list(r, mostPassed, 1, r.id)}
	})
	return s
}

func (r *reader) histogram(h *histogram) {
	h.months = list(r, mostMonths+1, 3, func() monthly {
		return monthly{r.month(), r.size(), list(r, buckets, 2, func() cell {
			return cell{uint16(min(r.uint(), buckets)), uint32(r.count32())}
		})}
	})
	for i, m := range h.months {
		if i > 0 && cmp.Compare(h.months[i-1].month, m.month) >= 0 {
			r.fail()
		}
		for j, c := range m.cells {
			if c.bucket >= buckets || c.count == 0 || j > 0 && m.cells[j-1].bucket >= c.bucket {
				r.fail()
				return
			}
			for len(h.total) <= int(c.bucket) {
				h.total = append(h.total, 0)
			}
			h.total[c.bucket] += c.count
		}
	}
	h.day = r.day()
	q := &h.before
	q.count = int(r.size())
	for _, n := range []*int64{&q.p1, &q.p10, &q.p50, &q.p90, &q.p95, &q.p99, &q.most} {
		*n = r.size()
	}
}

package life_test

import (
	"math/rand/v2"

	"coffer/app/ledger"
	"coffer/app/money"
)

// style is how a bank gives out ids.
type style int

const (
	steady  style = iota // the booked row has the hold's id
	renamed              // another id
	naming               // another id, and the booked row names the hold's
	nameless
	styles
)

// custom is how a bank behaves.
type custom struct {
	ids       style
	reissues  bool // three times, a fifth of all ids change
	page      int
	oldest    bool // first on a page
	terse     bool // a hold's text is cut off
	anonymous bool // no payee, the text alone
	codes     bool // it tells the MCC
	tells     bool // the amount in the currency of the purchase
	lags      bool // a hold stays for a while beside its booked row
	late      bool // its statement files date movements a day later
	coded     bool // and give each an id of their own
}

// history is an account's whole truth.
type history struct {
	*rand.Rand
	focus     scenario
	custom    custom
	movements []*movement
}

const (
	backlog = 30 // days that are there before the link is made
	months  = 45 // days lived after that
)

var first = ledger.Day(2026, 3, 2) // day of linking

func draw(r *rand.Rand, focus scenario, c custom) *history {
	h := &history{Rand: r, focus: focus, custom: c}
	for day := first - backlog; day < first+months; day++ {
		for range h.IntN(4) {
			h.live(at(day, h.IntN(4)))
		}
	}
	return h
}

func customs(r *rand.Rand) custom {
	one := func(in int) bool { return r.IntN(in) == 0 }
	return custom{
		ids: style(r.IntN(int(styles))), reissues: one(3), page: 3 + r.IntN(40), oldest: one(3), terse: one(4),
		anonymous: one(5), codes: !one(3), tells: !one(4), lags: one(8), late: one(4), coded: !one(3),
	}
}

// live adds a movement, and with it what comes of it.
func (h *history) live(made tick) {
	m := &movement{shop: shops[h.IntN(len(shops))], made: made, shares: -1, kind: h.kind()}
	if m.kind == tip {
		m.shop = shops[1+h.IntN(5)]
	}
	m.hold = -int64(100 + h.IntN(15000))
	if m.shop.usual > 0 && (m.kind == same || m.kind == direct || m.kind == shifted) {
		m.hold = -m.shop.usual
	}
	booked := made + 4 + tick(h.IntN(16))
	m.from, m.to = made+tick(h.IntN(3)), booked
	h.settle(m, booked)
	if h.custom.lags && len(m.parts) > 0 && h.IntN(2) == 0 {
		m.to += tick(1 + h.IntN(4))
	}
	h.add(m)
	switch {
	case h.IntN(12) == 0:
		h.twins(m, 1+h.IntN(4))
	case m.kind == same && h.IntN(15) == 0:
		h.back(m)
	case m.kind == direct && h.IntN(25) == 0:
		h.fee(m)
	case len(m.parts) == 1 && h.custom.ids != nameless && !h.custom.reissues && h.IntN(25) == 0:
		h.mend(&m.parts[0])
	}
}

func (h *history) kind() scenario {
	switch n := h.IntN(10); {
	case n < 4:
		return h.focus
	case n < 6:
		return scenario(h.IntN(int(direct)))
	case n < 8:
		return direct
	}
	return same
}

// settle says what becomes of the hold.
func (h *history) settle(m *movement, booked tick) {
	day := m.made.day() + ledger.Date(h.IntN(int(booked.day()-m.made.day())+1))
	one := func(cents int64) { m.parts = []part{{day: day, from: booked, cents: cents, mended: never}} }
	switch m.kind {
	case direct:
		m.from, m.to = 0, 0
		if h.IntN(6) == 0 { // posted late, under the day of its making
			booked, day = m.made+tick(4*(2+h.IntN(8))), m.made.day()
		}
		one(m.hold)
	case same:
		one(m.hold)
	case tip:
		one(m.hold * int64(1000+h.IntN(351)) / 1000)
	case foreign:
		m.abroad = money.New(m.hold*9/10, "USD")
		one(m.hold * int64(970+h.IntN(61)) / 1000)
	case dropped:
		m.to = m.made + tick(4+h.IntN(28))
	case split:
		h.capture(m, booked)
	case partial:
		one(m.hold * int64(300+h.IntN(651)) / 1000)
	case shifted:
		day = m.made.day() + ledger.Date(4+h.IntN(5))
		m.to = at(day, h.IntN(4))
		booked = m.to
		one(m.hold)
	}
}

// capture books a hold in two or three parts, at once or one after the other; the hold goes with the first.
func (h *history) capture(m *movement, booked tick) {
	left, n := m.hold, 2+h.IntN(2)
	for i := range n {
		cents := left
		if i < n-1 {
			cents = left * int64(30+h.IntN(40)) / 100
		}
		left -= cents
		m.parts = append(m.parts, part{day: booked.day(), from: booked, cents: cents, mended: never})
		booked += tick(h.IntN(5))
	}
}

func (h *history) add(m *movement) {
	m.n = len(h.movements)
	h.movements = append(h.movements, m)
}

// twins are k more of the same: same day, amount, text and fate.
func (h *history) twins(m *movement, k int) {
	for range k {
		twin := *m
		twin.parts = append([]part(nil), m.parts...)
		h.add(&twin)
	}
}

// back gives the money back some days later.
func (h *history) back(m *movement) {
	from := m.parts[0].from + tick(4+h.IntN(24))
	h.add(&movement{kind: direct, shop: m.shop, made: from, shares: -1,
		parts: []part{{day: from.day(), from: from, cents: -m.hold, mended: never}}})
}

// fee is a line that the bank books under the id of the purchase it is for.
func (h *history) fee(m *movement) {
	p := m.parts[0]
	p.cents = -int64(20 + h.IntN(80))
	h.add(&movement{kind: direct, shop: shop{name: "Foreign use fee", category: ledger.Fees}, made: m.made, shares: m.n, parts: []part{p}})
}

// mend has the bank correct a booked row within some days.
func (h *history) mend(p *part) {
	p.mended, p.instead.day, p.instead.cents = p.from+tick(4+h.IntN(16)), p.day, p.cents
	switch h.IntN(3) {
	case 0:
		p.instead.day++
	case 1:
		p.instead.cents -= int64(1 + h.IntN(300))
	case 2:
		p.instead.text = true
	}
}

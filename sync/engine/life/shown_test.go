package life_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// sight is a row as a bank showed it once, and what it is in truth.
type sight struct {
	row  ledger.Row
	of   *movement
	part int // -1: the hold
	key  string
}

// shown is what the bank tells at t of the days from to to, in its own order.
func (h *history) shown(t tick, from, to ledger.Date) []sight {
	var all []sight
	for _, m := range h.movements {
		if day := m.made.day(); m.from <= t && t < m.to && from <= day && day <= to {
			all = append(all, h.sight(m, -1, t))
		}
		for i, p := range m.parts {
			if day, _ := p.at(t); p.from <= t && from <= day && day <= to {
				all = append(all, h.sight(m, i, t))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b sight) int {
		if h.custom.oldest {
			return cmp.Compare(a.row.Date, b.row.Date)
		}
		return cmp.Compare(b.row.Date, a.row.Date)
	})
	return all
}

// at is what the bank says of p at t.
func (p part) at(t tick) (ledger.Date, int64) {
	if t >= p.mended {
		return p.instead.day, p.instead.cents
	}
	return p.day, p.cents
}

func (h *history) sight(m *movement, i int, t tick) sight {
	s := sight{of: m, part: i, key: fmt.Sprintf("%d/%d", m.n, i)}
	r := &s.row
	r.Category, r.SourceID = m.shop.category, h.id(m, i, t)
	if h.custom.codes {
		r.MCC = m.shop.mcc
	}
	if h.custom.tells {
		r.Foreign = m.abroad
	}
	cents, mended := m.hold, false
	if r.Pending = i < 0; r.Pending {
		r.Date = m.made.day()
	} else {
		p := m.parts[i]
		r.Date, cents = p.at(t)
		mended = t >= p.mended && p.instead.text
		if h.custom.ids == naming && m.from < m.to {
			r.Names = h.id(m, -1, t)
		}
	}
	r.Amount = money.New(cents, "EUR")
	h.word(r, m, mended)
	return s
}

// word writes the bank's own text, which changes with booking.
func (h *history) word(r *ledger.Row, m *movement, mended bool) {
	name := strings.ToUpper(m.shop.name)
	r.Payee = m.shop.name
	switch {
	case r.Pending && h.custom.terse:
		r.Payee, r.Text = "", "PENDING "+name[:min(len(name), 11)]
	case r.Pending:
		r.Text = "CARD PURCHASE " + name
	case mended:
		r.Text = name + " CORRECTED"
	default:
		r.Text = fmt.Sprintf("%s BERLIN %04d", name, (m.n*7+len(name))%3+4400)
	}
	if h.custom.anonymous {
		r.Payee = ""
	}
}

// reissued are the ticks at which a fifth of all ids change.
var reissued = []tick{at(first+11, 1), at(first+23, 0), at(first+34, 3)}

func (h *history) id(m *movement, i int, t tick) string {
	if h.custom.ids == nameless {
		return ""
	}
	n := m.n
	if m.shares >= 0 {
		n = m.shares
	}
	id := fmt.Sprintf("t-%d", n)
	switch {
	case i > 0:
		id += fmt.Sprintf("-%d", i)
	case i == 0 && h.custom.ids != steady && m.hold != 0 && m.from < m.to:
		id += "-b"
	}
	if h.custom.reissues && m.shares < 0 {
		for g, when := range reissued {
			if t >= when && (m.n*31+(i+1)*7+g*13)%5 == 0 {
				id += fmt.Sprintf("+%d", g)
			}
		}
	}
	return id
}

// noon is the instant of t, in the middle of its quarter.
func (t tick) noon() time.Time {
	return time.Unix(int64(t)*6*3600+3*3600, 0).UTC()
}

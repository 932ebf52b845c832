package alert

import (
	"reflect"
	"slices"

	"coffer/app/ledger"
)

// Memory is the past alone, for tests of what it keeps.
type Memory struct{ p *past }

// NewMemory returns that of a person of whom nothing is known.
func NewMemory() Memory { return Memory{newPast()} }

// Join lets rows join in the order of the judge, and asks every rule of each before if asked is set.
func (m Memory) Join(rows []ledger.Transaction, asked bool) (found int) {
	detectors, watch := Detectors(), new(Watchlist)
	for _, t := range inOrder(rows, 0, false) {
		v := m.p.view(t, ledger.MerchantOf(t.Row), watch, nil)
		for _, d := range detectors {
			if asked && d.Find != nil {
				found += len(d.Find(v))
			}
		}
		m.p.add(v)
	}
	return found
}

// Bytes are what is written of it.
func (m Memory) Bytes() []byte { return m.p.appendBinary(nil) }

// MemoryOf reads bytes.
func MemoryOf(b []byte) (Memory, error) {
	m := NewMemory()
	err := m.p.unmarshal(b)
	return m, err
}

// Clone copies it.
func (m Memory) Clone() Memory { return Memory{m.p.clone()} }

// Same reports whether two are deeply equal.
func (m Memory) Same(other Memory) bool { return reflect.DeepEqual(m.p, other.p) }

// Sound reports whether the bounds of what is kept hold, and what is counted is there.
func (m Memory) Sound() bool {
	live := 0
	for _, spot := range m.p.places {
		if spot.lives() {
			live++
		}
		if len(spot.charges) > mostCharges || len(spot.credits) > mostCredits {
			return false
		}
	}
	return live == m.p.live && live <= mostLive+1 && len(m.p.places) <= mostPlaces+1 && len(m.p.scales) <= mostScales && len(m.p.kinds) <= mostKinds &&
		!slices.ContainsFunc(m.p.accounts, func(b *book) bool { return len(b.closes) > 2*dailyDays || len(b.countries) > mostCountries })
}

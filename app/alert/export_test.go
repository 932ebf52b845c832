package alert

import (
	"reflect"
	"slices"
	"time"

	"coffer/app/ledger"
)

// Rules asks the detectors alone about rows that stand in order, without budget and answers: what each row brings, and
// what the end of the last day does.
func Rules(rows []ledger.Transaction, watch *Watchlist, books *Books, only ...string) []Alert {
	found, p := rulesOf(rows, watch, books, only)
	if len(rows) == 0 {
		return found
	}
	return append(found, looked(p, rows[len(rows)-1].Date, watch, books, nil, only)...)
}

// LookedAt is what a day brings at the end of rows.
func LookedAt(rows []ledger.Transaction, today ledger.Date, watch *Watchlist, books *Books, read map[ledger.AccountID]time.Time, only ...string) []Alert {
	_, p := rulesOf(rows, nil, books, []string{"none"})
	return looked(p, today, watch, books, read, only)
}

func rulesOf(rows []ledger.Transaction, watch *Watchlist, books *Books, only []string) (found []Alert, p *past) {
	p = newPast()
	detectors := asked(only)
	for i := range rows {
		v := p.view(&rows[i], ledger.MerchantOf(rows[i].Row), watch, books)
		for _, d := range detectors {
			if d.Find == nil {
				continue
			}
			for _, a := range d.Find(v) {
				a.Detector, a.Account, a.Day = d.ID, rows[i].Account, rows[i].Date
				a.ID = idOf(d.ID, a.Rows)
				found = append(found, a)
			}
		}
		p.add(v)
	}
	return found, p
}

func asked(only []string) []Detector {
	return slices.DeleteFunc(Detectors(), func(d Detector) bool { return len(only) > 0 && !slices.Contains(only, d.ID) })
}

func looked(p *past, today ledger.Date, watch *Watchlist, books *Books, read map[ledger.AccountID]time.Time, only []string) (found []Alert) {
	for _, d := range asked(only) {
		if d.Look != nil {
			found = append(found, d.Look(DayView{Today: today, Watch: watch, Books: books, LastRead: read, past: p})...)
		}
	}
	return found
}

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

// Look asks what the end of the past says on a day so many days after the last row.
func (m Memory) Look(days int) (found int) {
	return len(looked(m.p, m.p.last.AddDays(days), nil, nil, nil, nil))
}

// Forget lets go of what no row after so long is held against.
func (m Memory) Forget() { m.p.forget(m.p.last + knownDays + 1) }

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

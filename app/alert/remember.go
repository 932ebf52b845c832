package alert

import (
	"cmp"
	"slices"
	"strings"

	"coffer/app/ledger"
)

// add lets the row of v join the past. Rows come in order: day, instant, content. Transfers between own accounts move
// balances alone.
func (p *past) add(v View) {
	v = v.look()
	t := v.Row
	p.remark(v)
	if p.open(t) {
		v.looked = false
		v = v.look()
	}
	at := v.visited()
	at.account = p.enter(t)
	p.accounts[at.account].move(t)
	p.rows, p.last = p.rows+1, max(p.last, t.Date)
	if t.Category == ledger.Transfer {
		return
	}
	s := p.scaleOf(t.Amount.Currency)
	s.open(t.Date)
	spot := p.visit(v)
	p.accounts[at.account].went(v, at)
	if t.Amount.Minor > 0 {
		p.credit(v, s, spot, at)
		return
	}
	p.charge(v, s, spot, at)
}

// open begins the day of a row: once in a while what is old is let go.
func (p *past) open(t *ledger.Transaction) (swept bool) {
	const every = 16
	if p.rows == 0 {
		p.first, p.last, p.swept = t.Date, t.Date, t.Date
	}
	if t.Date >= p.swept+every || len(p.places) > mostPlaces || p.live > mostLive {
		p.forget(t.Date)
		p.swept = t.Date
		return true
	}
	return false
}

// enter returns the place of the row's account in accounts.
func (p *past) enter(t *ledger.Transaction) int {
	at := p.accountAt(t.Account)
	if at == len(p.accounts) {
		p.index[t.Account] = at
		p.accounts = append(p.accounts, &book{id: t.Account, currency: t.Amount.Currency, first: t.Date})
	}
	return at
}

func (p *past) scaleOf(currency string) *scale {
	s := p.scales[currency]
	if s == nil {
		if len(p.scales) >= mostScales {
			return new(scale) // a currency too many is not kept
		}
		s = new(scale)
		p.scales[currency] = s
	}
	return s
}

// visit returns the place of the row's merchant, which it makes; nil of a row without a name.
func (p *past) visit(v View) *place {
	if v.Merchant == "" {
		return nil
	}
	spot := v.spot
	if spot == nil {
		spot = &place{first: v.Row.Date}
		p.places[placeKey{v.Merchant, v.Row.Amount.Currency}] = spot
	}
	spot.last = v.Row.Date
	return spot
}

func (p *past) credit(v View, s *scale, spot *place, at visit) {
	if spot != nil {
		if !spot.lives() {
			p.live++
		}
		spot.credits = latest(spot.credits, at, mostCredits)
		if v.isWindfall() {
			s.deposits = latest(s.deposits, deposit{brief: brief{visit: at, merchant: v.Merchant}}, mostDeposits)
		}
	}
	s.incomes.add(at.day, at.size)
}

// charge joins what the person spends, or 0 as trials and checks of a card do.
func (p *past) charge(v View, s *scale, spot *place, at visit) {
	isNew := v.spot == nil
	if spot != nil {
		before := spot.lives()
		spot.charge(v, at)
		if !before && spot.lives() {
			p.live++
		}
	}
	if at.size == 0 {
		return
	}
	s.passOn(v, at)
	b := brief{visit: at, merchant: v.Merchant, kind: kindOf(v.Row)}
	firstKind := p.used(b)
	s.charged(b, int32(v.near+1))
	if v.isTest() && (isNew || v.testedHere()) {
		s.tests = latest(recentOf(s.tests, at.day), b, mostTests)
		s.tried = latest(s.tried, at.day, mostTests)
	}
	if firstKind {
		s.firsts = latest(recentOf(s.firsts, at.day), b, mostTests)
	}
	s.charges.add(at.day, at.size)
	if isCash(v.Row) {
		s.cash.add(at.day, at.size)
	}
	if isPayment(v.Row) {
		s.payments.add(at.day, at.size)
		if spot != nil {
			if spot.payments == 0 {
				spot.paid = at.day
			}
			spot.payments++
		}
	}
	if at.timed {
		p.hours[hourOf(at)]++
	}
}

// charge joins a charge, or a trial that cost nothing.
func (p *place) charge(v View, at visit) {
	if at.size <= v.scaled(freeTrial) && p.visits == 0 {
		p.trial = at
	}
	if at.size == 0 {
		return
	}
	if _, twice := v.twin(); twice {
		p.repeats++
	}
	p.visits++
	p.charges = latest(p.charges, at, mostCharges)
}

// latest appends to a list of so many at most.
func latest[T any](list []T, at T, most int) []T {
	if len(list) >= most {
		list = keep(list, len(list)-most+1)
	}
	return append(list, at)
}

func (p *place) lives() bool { return len(p.charges)+len(p.credits) > 0 || p.trial.id != "" }

// used notes the kind of a charge and reports whether it was never used before the last few days.
func (p *past) used(b brief) bool {
	if b.kind == "" {
		return false
	}
	use, known := p.kinds[b.kind]
	if !known {
		if len(p.kinds) >= mostKinds {
			return false
		}
		use = kindUse{first: b.day, last: b.day}
	}
	if b.day != use.last {
		use.peak, use.today = max(use.peak, use.today), 0
	}
	use.last, use.today = b.day, use.today+1
	p.kinds[b.kind] = use
	return b.day-use.first <= burstDays
}

// move lets a row join the balance of its account.
func (b *book) move(t *ledger.Transaction) {
	if t.Status != ledger.Booked || t.Amount.Currency != b.currency {
		return
	}
	b.sum += t.Amount.Minor
	if n := len(b.closes); n == 0 || b.closes[n-1].day < t.Date {
		b.closes = append(b.closes, closing{day: t.Date})
	}
	b.closes[len(b.closes)-1].sum = b.sum
}

// went notes where a row was made.
func (b *book) went(v View, at visit) {
	t := v.Row
	if b.isAbroad(t) && t.Amount.Minor < 0 {
		b.abroad = brief{visit: at, merchant: v.Merchant}
	}
	if t.Country == "" || t.Channel == ledger.Online {
		return
	}
	i, found := slices.BinarySearchFunc(b.countries, t.Country, func(s stay, c string) int { return strings.Compare(s.country, c) })
	if !found {
		if len(b.countries) >= mostCountries {
			return
		}
		b.countries = slices.Insert(b.countries, i, stay{country: t.Country})
	}
	s := &b.countries[i]
	s.last, s.id, s.rows = t.Date, t.ID, s.rows+1
	if at.present && at.timed {
		b.presence, b.where = at, t.Country
	}
}

// forget lets go of what no row of day or later is held against. add calls it by itself.
func (p *past) forget(day ledger.Date) {
	for key, spot := range p.places {
		switch {
		case spot.last < day-knownDays:
			p.wither(spot)
			delete(p.places, key)
		case spot.last < day-liveDays:
			p.wither(spot)
		}
	}
	p.thin()
	for name, s := range p.scales {
		if s.forget(day); len(s.charges.months)+len(s.incomes.months)+len(s.days) == 0 {
			delete(p.scales, name)
		}
	}
	for _, b := range p.accounts {
		b.forget(day)
	}
	for m, at := range p.told {
		if at < int64(day)-liveDays {
			delete(p.told, m)
		}
	}
}

// forget keeps the last balance before the days that are looked at.
func (b *book) forget(day ledger.Date) {
	n := 0
	for n+1 < len(b.closes) && b.closes[n+1].day <= day-dailyDays {
		n++
	}
	b.closes = keep(b.closes, n)
}

// wither leaves the days of a place alone.
func (p *past) wither(spot *place) {
	if spot.lives() {
		p.live--
	}
	spot.charges, spot.credits, spot.trial = nil, nil, visit{}
}

// thin brings the number of places back under its bounds; those visited longest ago go first.
func (p *past) thin() {
	if p.live <= mostLive && len(p.places) <= mostPlaces {
		return
	}
	type aged struct {
		key  placeKey
		spot *place
	}
	all := make([]aged, 0, len(p.places))
	for key, spot := range p.places {
		all = append(all, aged{key, spot})
	}
	slices.SortFunc(all, func(a, b aged) int {
		return cmp.Or(cmp.Compare(b.spot.last, a.spot.last), comparePlaces(a.key, b.key))
	})
	live := 0
	for i, a := range all {
		if a.spot.lives() {
			live++
		}
		if i >= mostPlaces*4/5 {
			p.wither(a.spot)
			delete(p.places, a.key)
		} else if live > mostLive*4/5 {
			p.wither(a.spot)
		}
	}
}

// clone returns a past of its own: what is added to one is not in the other.
func (p *past) clone() *past {
	c := *p
	c.accounts = nil
	for _, b := range p.accounts {
		copied := *b
		copied.closes, copied.countries = slices.Clone(b.closes), slices.Clone(b.countries)
		c.accounts = append(c.accounts, &copied)
	}
	fresh := newPast()
	c.index, c.places, c.scales, c.kinds, c.told = fresh.index, fresh.places, fresh.scales, fresh.kinds, fresh.told
	for id, at := range p.index {
		c.index[id] = at
	}
	for key, spot := range p.places {
		copied := *spot
		copied.charges, copied.credits = slices.Clone(spot.charges), slices.Clone(spot.credits)
		c.places[key] = &copied
	}
	for currency, s := range p.scales {
		c.scales[currency] = s.clone()
	}
	for kind, use := range p.kinds {
		c.kinds[kind] = use
	}
	for m, at := range p.told {
		c.told[m] = at
	}
	return &c
}

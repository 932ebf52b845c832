package made

import (
	"math"

	"coffer/app/ledger"
)

// fixed is what comes by itself: rent, utilities, subscriptions, insurances.
func (l *life) fixed() {
	series := func(kind ledger.Category, channel ledger.Channel, every int, amount, spread float64) {
		shop, first := l.newShop(), l.Below(every)
		for day := first; day < l.days; day += every {
			l.spend(day+l.Below(3), 2+l.Unit()*6, l.about(amount, spread), stream{kind: kind, channel: channel}, shop, l.home, "")
		}
	}
	if l.chance(0.75) {
		series(ledger.Housing, ledger.PaymentOut, 30, math.Round(700*l.income), 0)
	}
	series(ledger.Utilities, ledger.DirectDebit, 30, 90*l.about(1, 0.3), 0.1)
	series(ledger.Utilities, ledger.DirectDebit, 30, 35*l.about(1, 0.3), 0.01)
	for range 1 + l.Below(5) {
		series(ledger.Subscriptions, ledger.Online, 30, math.Round(l.about(10, 0.5))-0.01, 0)
	}
	for range l.Below(3) {
		series(ledger.Utilities, ledger.DirectDebit, 91*(1+3*l.Below(2)), l.about(180, 0.6), 0)
	}
}

// large is a dear thing now and then, often where the person never was.
func (l *life) large() {
	for day := range l.days {
		if !l.chance(0.35 / 30) {
			continue
		}
		kind := []ledger.Category{ledger.Shopping, ledger.Household, ledger.Travel, ledger.Car, ledger.Health, "family"}[l.Below(6)]
		channel := []ledger.Channel{ledger.CardPresent, ledger.Online}[l.Below(2)]
		s := stream{kind: kind, channel: channel, from: 8, to: 23}
		l.spend(day, l.hourOf(s), l.about(260*l.income, 0.7), s, l.newShop(), l.home, "")
	}
}

// trips are days elsewhere: many new places, an hour or two off, cash, a hotel.
func (l *life) trips() {
	for day := l.Below(200); day < l.days; day += 90 + l.Below(260) {
		country, long := abroad[l.Below(len(abroad))], 3+l.Below(10)
		ahead := stream{kind: ledger.Travel, channel: ledger.Online, from: 9, to: 23}
		l.spend(day-20-l.Below(40), l.hourOf(ahead), l.about(280*l.income, 0.5), ahead, l.newShop(), l.home, "")
		hotel := stream{kind: ledger.Travel, channel: ledger.CardPresent, from: 8, to: 20}
		l.spend(day+long, l.hourOf(hotel), l.about(90*l.income, 0.4)*float64(long), hotel, l.newShop(), country, "")
		for d := range long {
			for range l.count(2.5) {
				s := []stream{streams[0], streams[1], streams[1], streams[2], streams[6], streams[8], streams[10]}[l.Below(7)]
				l.spend(day+d, math.Mod(l.hourOf(s)+l.normal()*2+24, 24), l.about(s.middle*1.3, s.spread), s, l.newShop(), country, "")
			}
		}
	}
}

// The scenarios of what others do.
const (
	CardTest    = "card-test"    // some cents at a shop, then dear things
	StolenCard  = "stolen-card"  // a wallet is gone: many things in a day or two
	StolenPin   = "stolen-pin"   // and the cash machine is used
	Skimmed     = "skimmed"      // the number is used in another country
	TakenOver   = "taken-over"   // transfers to somebody who never was paid
	OnlineSpree = "online-spree" // dear things on the net, at night as often as not
)

// others is what somebody else does with the person's money.
func (l *life) others() {
	for range l.count(1.1) {
		day := 10 + l.Below(max(l.days-14, 1))
		[]func(int){l.cardTest, l.stolenCard, l.stolenPin, l.skimmed, l.takenOver, l.onlineSpree}[l.Below(6)](day)
	}
}

var netShop = stream{kind: ledger.Shopping, channel: ledger.Online}

func (l *life) cardTest(day int) {
	hour := l.Unit() * 24
	for range 1 + l.Below(3) {
		l.spend(day, hour, 0.5+l.Unit()*2, netShop, l.newShop(), l.somewhere(0.4), CardTest)
		hour = min(hour+l.Unit()*2, 23.9)
	}
	for range 1 + l.Below(4) {
		l.spend(day+l.Below(3), l.Unit()*24, l.about(300, 0.8), netShop, l.newShop(), l.somewhere(0.4), CardTest)
	}
}

// somewhere is abroad in so many cases of 1.
func (l *life) somewhere(else_ float64) string {
	if l.chance(else_) {
		return abroad[l.Below(len(abroad))]
	}
	return l.home
}

func (l *life) stolenCard(day int) {
	for range 3 + l.Below(8) {
		s := streams[[]int{0, 3, 6, 6, 8, 1}[l.Below(6)]]
		l.spend(day+l.Below(2), math.Mod(10+l.Unit()*17, 24), l.about(s.middle*3, 0.7), s, l.newShop(), l.home, StolenCard)
	}
}

func (l *life) stolenPin(day int) {
	hour := l.Unit() * 22
	for range 1 + l.Below(3) {
		l.spend(day, hour, math.Round(l.about(25, 0.4))*10, streams[10], l.newShop(), l.somewhere(0.2), StolenPin)
		hour += l.Unit()
	}
}

func (l *life) skimmed(day int) {
	country := l.somewhere(1)
	for range 1 + l.Below(5) {
		s := []stream{netShop, netShop, streams[6], streams[10]}[l.Below(4)]
		l.spend(day+l.Below(4), l.Unit()*24, l.about(110, 0.9), s, l.newShop(), country, Skimmed)
	}
}

func (l *life) takenOver(day int) {
	hour, payee := l.Unit()*23, l.newShop()
	for range 1 + l.Below(3) {
		l.spend(day, hour, math.Round(l.about(900, 0.8)/10)*10, streams[11], payee, l.home, TakenOver)
		hour += l.Unit() / 2
	}
}

func (l *life) onlineSpree(day int) {
	for range 2 + l.Below(8) {
		hour := math.Mod(21+l.Unit()*8, 24)
		if l.chance(0.4) {
			hour = l.Unit() * 24
		}
		l.spend(day+l.Below(2), hour, l.about(350, 0.9), netShop, l.newShop(), l.somewhere(0.3), OnlineSpree)
	}
}

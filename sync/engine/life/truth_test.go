// Package life_test lives a person's months at a bank and drives the real engine over a real vault through them. What
// became of each movement is known, so what Coffer holds in the end is compared with the truth.
//
// A history is a seed: `go test ./sync/engine/life -run Life -seed 17 -v` lives that one again, and says every decision.
package life_test

import (
	"fmt"

	"coffer/app/ledger"
	"coffer/app/money"
)

// tick is a quarter of a day, counted as ledger.Date counts days.
type tick int

func at(day ledger.Date, quarter int) tick { return tick(day)*4 + tick(quarter) }

func (t tick) day() ledger.Date { return ledger.Date(t / 4) }

const never tick = 1 << 30

// scenario is how a movement goes from its hold to the booked row.
type scenario int

// The seven of promise P1, and the rest of a life.
const (
	same scenario = iota
	tip
	foreign
	dropped
	split
	partial
	shifted
	direct // booked at once: rent, salary, fees, purchases without a hold
)

var scenarioNames = [...]string{"same amount", "tip 0-35 %", "FX +-3 %", "dropped hold", "split capture", "partial capture", "date shift <= 8 d", "no hold"}

func (s scenario) String() string { return scenarioNames[s] }

// movement is something that happened to a person's money, as it was.
type movement struct {
	n        int // in its account; ids are made of it, so accounts share them
	kind     scenario
	shop     shop
	made     tick
	hold     int64 // cents that were held; 0 with no hold
	from, to tick  // when the bank shows the hold
	abroad   money.Amount
	parts    []part
	shares   int // n of the movement whose id this one has, too; -1: none
}

// part is what the bank books for a movement.
type part struct {
	day     ledger.Date // booking date
	from    tick        // shown from then on
	cents   int64
	mended  tick // from then on the bank says this instead
	instead struct {
		day   ledger.Date
		cents int64
		text  bool
	}
}

func (m *movement) String() string {
	text := fmt.Sprintf("#%d %s at %s %v", m.n, m.kind, m.shop.name, m.made.day())
	if m.from < m.to {
		text += fmt.Sprintf(" hold %d until %v", m.hold, m.to.day())
	}
	for _, p := range m.parts {
		text += fmt.Sprintf(" booked %d of %v seen %v", p.cents, p.day, p.from.day())
	}
	return text
}

// like reports whether a and b can't be told apart by anything a bank shows: which of two such holds became which of two
// such rows is no truth.
func like(a, b *movement) bool {
	if a == b {
		return true
	}
	far := a.made - b.made
	if a.shop.name != b.shop.name || a.hold != b.hold || len(a.parts) != len(b.parts) || max(far, -far) > 10*4 {
		return false
	}
	for i := range a.parts {
		if a.parts[i].cents != b.parts[i].cents {
			return false
		}
	}
	return true
}

// shop is whom a person pays.
type shop struct {
	name, mcc string
	category  ledger.Category
	tips      bool
	usual     int64 // what is paid there again and again, cents; 0: never the same
}

var shops = []shop{
	{"Harbour Bakery", "5462", ledger.Groceries, false, 350}, {"Corner Coffee", "5814", ledger.EatingOut, true, 420},
	{"Trattoria Lucia", "5812", ledger.EatingOut, true, 0}, {"The Copper Bar", "5813", ledger.EatingOut, true, 0},
	{"Northline Taxi", "4121", ledger.Transport, true, 0}, {"Salon Mira", "7230", ledger.Health, true, 0},
	{"Green Grocer", "5411", ledger.Groceries, false, 0}, {"Supermarkt Nord", "5411", ledger.Groceries, false, 0},
	{"Book Nook", "5942", ledger.Shopping, false, 0}, {"Hardware Hank", "5251", ledger.Household, false, 0},
	{"City Transit", "4111", ledger.Transport, false, 290}, {"Parkhaus Mitte", "7523", ledger.Car, false, 500},
	{"Streamly", "4899", ledger.Subscriptions, false, 1299}, {"Fjord Outdoor", "5941", ledger.Shopping, false, 0},
	{"Pharmacy Rosen", "5912", ledger.Health, false, 0}, {"Kino Lumen", "7832", ledger.Leisure, false, 1150},
	{"Airline Zephyr", "4511", ledger.Travel, false, 0}, {"Hotel Bellevue", "7011", ledger.Travel, false, 0},
	{"Online Bazaar", "5999", ledger.Shopping, false, 0}, {"Garden World", "5261", ledger.Household, false, 0},
	{"Toy Castle", "5945", ledger.Shopping, false, 0}, {"Shoe Loft", "5661", ledger.Shopping, false, 0},
	{"Vinyl Cave", "5735", ledger.Leisure, false, 0}, {"Cheese Chapel", "5451", ledger.Groceries, false, 0},
}

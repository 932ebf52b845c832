package alert

import "coffer/app/ledger"

// The budget of interruptions by statistics, in days: time earns them, and each costs the days of its sensitivity.
const (
	creditDays = 30             // that one interruption costs
	mostCredit = 3 * creditDays // saved up
)

// budget is a token bucket. It begins with one interruption, so that the first 30 days have one at most. After rows that were learnt alone it is
// not known what was spent on them: credit and most are the least and the most that is left. Time makes them one.
type budget struct {
	credit, most int // in days of the usual sensitivity
	on           ledger.Date
	begun        bool
}

// advance earns what the days up to day are worth. A calm person earns half as fast, a keen one twice as fast.
func (b *budget) advance(day ledger.Date, s Sensitivity) {
	if !b.begun {
		*b = budget{credit: price, most: price, on: day, begun: true}
		return
	}
	if days := int64(day) - int64(b.on); days > 0 {
		earned := min(days, mostCredit*rate) * rate * creditDays / int64(s.strictness().days)
		b.credit, b.most = capped(int64(b.credit)+earned), capped(int64(b.most)+earned)
		b.on = day
	}
}

// rate is how finely credit is counted, so that half days are whole numbers; price is what an interruption costs.
const (
	rate  = 2
	price = creditDays * rate
)

func capped(credit int64) int { return int(min(credit, mostCredit*rate)) }

// spend takes one interruption out, if there is one. Sure is false where there may be one or none.
func (b *budget) spend() (spent, sure bool) {
	switch {
	case b.most < price:
		return false, true
	case b.credit >= price:
		b.credit, b.most = b.credit-price, b.most-price
		return true, true
	}
	b.credit, b.most = 0, max(b.most-price, price-1)
	return true, false
}

// refund gives one interruption back: it was right, and only those that were not are counted.
func (b *budget) refund() {
	b.credit, b.most = capped(int64(b.credit)+price), capped(int64(b.most)+price)
}

// forget leaves open what was spent.
func (b *budget) forget() { b.credit, b.most = 0, mostCredit*rate }

// sure reports whether it is known what is left.
func (b *budget) sure() bool { return b.credit == b.most }

package alert

import "coffer/app/ledger"

// The budget of interruptions by statistics, in days: time earns them, and each costs the days of its sensitivity.
const (
	creditDays = 30             // that one interruption costs
	mostCredit = 3 * creditDays // saved up
)

// budget is a token bucket. It begins with one interruption, so that the first 30 days have one at most.
type budget struct {
	credit int // in days of the usual sensitivity
	on     ledger.Date
	begun  bool
}

// advance earns what the days up to day are worth. A calm person earns half as fast, a keen one twice as fast.
func (b *budget) advance(day ledger.Date, s Sensitivity) {
	if !b.begun {
		*b = budget{credit: creditDays * rate, on: day, begun: true}
		return
	}
	if days := int64(day) - int64(b.on); days > 0 {
		earned := min(days, mostCredit*rate) * rate * creditDays / int64(s.strictness().days)
		b.credit = int(min(int64(b.credit)+earned, mostCredit*rate))
		b.on = day
	}
}

// rate is how finely credit is counted, so that half days are whole numbers.
const rate = 2

// spend takes one interruption out, if there is one.
func (b *budget) spend() bool {
	if b.credit < creditDays*rate {
		return false
	}
	b.credit -= creditDays * rate
	return true
}

// refund gives one interruption back: it was right, and only those that were not are counted.
func (b *budget) refund() { b.credit = min(b.credit+creditDays*rate, mostCredit*rate) }

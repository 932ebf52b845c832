package berlingroup

import (
	"cmp"
	"io"

	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

// balance is one of the balances that a bank tells of an account.
type balance struct {
	kind, currency, amount string
	withLimit              bool   // creditLimitIncluded
	changed                string // RFC 3339; may be empty
}

func balanceAt(f reply.Fields, prefix string) (b balance, ok bool) {
	b = balance{
		kind: f.Get(prefix + "balanceType"), currency: f.Get(prefix + "balanceAmount.currency"), amount: f.Get(prefix + "balanceAmount.amount"),
		withLimit: f.Get(prefix+"creditLimitIncluded") == "true", changed: f.Get(prefix + "lastChangeDateTime"),
	}
	return b, b.kind != "" || b.currency != "" || b.amount != ""
}

func readBalances(body io.Reader, l *listed) error {
	beside, err := reply.Read(body, reply.List{Path: "balances", Each: func(f reply.Fields) error {
		told, _ := balanceAt(f, "")
		l.told = append(l.told, told)
		return nil
	}})
	l.debts = cmp.Or(beside.Get("debitAccounting"), l.debts) // the word beside the amounts is the nearer one
	return err
}

// The balance types that are used, the better first. openingBooked is of another day, and nonInvoiced a part.
var (
	bookedTypes    = []string{"interimBooked", "closingBooked"}
	availableTypes = []string{"interimAvailable", "forwardAvailable", "expected"}
)

// fill gives a, which is l or one of its currencies, its balances. A type that is new is passed over.
func (l listed) fill(a *bank.Account) (err error) {
	const op = "read a balance"
	for _, t := range l.told {
		if _, err := reply.Currency(t.currency, op); err != nil {
			return err
		}
	}
	booked := l.best(a.Currency, bookedTypes, false)
	if booked == nil && len(l.told) > 0 && !l.tells(a.Currency) {
		return reply.Same(l.told[0].currency, a.Currency, op)
	}
	if booked != nil {
		if a.Balance.Booked, err = reply.Decimal(booked.amount, a.Currency, op); err == nil && l.debts == "true" {
			a.Balance.Booked, err = reply.Turned(a.Balance.Booked, op)
		}
		if err != nil {
			return err
		}
		if at, ok := reply.Instant(booked.changed); ok {
			a.Balance.AsOf = at.UTC()
		}
	}
	if l.debts == "true" { // what is free to spend is told in no way that the description settles
		return nil
	}
	return l.available(a)
}

// available fills in what can be spent: of the person's own money where the bank tells that apart, and then the
// difference to what it tells with the credit limit is the limit.
func (l listed) available(a *bank.Account) (err error) {
	const op = "read a balance"
	own, more := l.best(a.Currency, availableTypes, false), l.best(a.Currency, availableTypes, true)
	var with money.Amount
	if more != nil {
		if with, err = reply.Decimal(more.amount, a.Currency, op); err != nil {
			return err
		}
	}
	if own == nil {
		a.Balance.Available = with
		return nil
	}
	if a.Balance.Available, err = reply.Decimal(own.amount, a.Currency, op); err != nil {
		return err
	}
	if more != nil && own.kind == more.kind && a.Balance.Limit.Currency == "" {
		if limit, err := with.Sub(a.Balance.Available); err == nil && limit.Minor > 0 {
			a.Balance.Limit = limit
		}
	}
	return nil
}

// best is the balance of the first of types that there is in currency.
func (l listed) best(currency string, types []string, withLimit bool) *balance {
	for _, kind := range types {
		for i, t := range l.told {
			if t.kind == kind && t.currency == currency && t.withLimit == withLimit {
				return &l.told[i]
			}
		}
	}
	return nil
}

// tells reports whether there is any balance in currency.
func (l listed) tells(currency string) bool {
	for _, t := range l.told {
		if t.currency == currency {
			return true
		}
	}
	return false
}

package berlingroup

import (
	"slices"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank/reply"
)

// The description wants a minus where money leaves, and its own examples lack it; real banks write it. A row with a
// minus is money that left. One without, where who is named agrees that money came in, came in. Only where the two
// differ does it matter which of them counts, and then the answer that it comes in must settle that, or the account's
// rows are refused: a sign that is guessed would turn with the window that a row comes in.

// quoting is what an amount without a minus means.
type quoting int

const (
	unsettled quoting = iota // nothing says it
	signed                   // money that came in
	unsigned                 // either way, and who is named tells
)

func hasMinus(list []reply.Fields) bool {
	return slices.ContainsFunc(list, func(f reply.Fields) bool { return strings.HasPrefix(f.Get(amountField+"amount"), "-") })
}

// minus reports whether an amount of l has one.
func (l lists) minus() bool { return hasMinus(l.booked) || hasMinus(l.pending) }

// quoted says how the amounts of list are told. They are signed where one of them has a minus, or one of the account that
// was read before. They are not where it names here who was paid and there who paid, all without. Else one beside them
// tells. Of a card the bank says it, or a minus.
func (l lists) quoted(list, other []reply.Fields) quoting {
	switch {
	case l.card && (l.debts == "false" || l.debts == "" && (l.signs || l.minus())):
		return signed
	case l.card:
		return unsettled
	case l.signs, hasMinus(list):
		return signed
	case slices.ContainsFunc(list, l.out) && slices.ContainsFunc(list, l.in):
		return unsigned
	case hasMinus(other):
		return signed
	}
	return unsettled
}

// settled reports whether the account's amounts have signs from here on: one has a minus, and no list lacks them.
func (l lists) settled() bool {
	return l.signs || l.minus() && l.quoted(l.booked, l.pending) != unsigned && l.quoted(l.pending, l.booked) != unsigned
}

// directed gives a, which has no sign that counts, the direction of f. It is never guessed.
func (l lists) directed(f reply.Fields, a money.Amount, how quoting, op string) (money.Amount, error) {
	switch {
	case how == signed, a.Minor == 0:
		return a, nil
	case l.card && l.debts == "true":
		return reply.Turned(a, op)
	case l.card:
		return a, reply.NoDirection(op)
	case l.in(f):
		return a, nil
	case how == unsigned && l.out(f):
		return reply.Signed(a, true, op)
	case how == unsigned, l.out(f):
		return a, reply.NoDirection(op)
	}
	return a, nil // the description's sign, which nothing speaks against
}

// in reports a row that names the account itself as the one that was paid, or else who paid alone; out the opposite.
func (l lists) in(f reply.Fields) bool {
	if to, from := l.owns(f, "creditor"), l.owns(f, "debtor"); to || from {
		return !from
	}
	return paysIn(f)
}

func (l lists) out(f reply.Fields) bool {
	if to, from := l.owns(f, "creditor"), l.owns(f, "debtor"); to || from {
		return !to
	}
	return paysOut(f)
}

// owns reports whether the account of a side is this one.
func (l lists) owns(f reply.Fields, side string) bool {
	return l.own != "" && f.Get(side+"Account.iban") == l.own
}

// paysOut reports a row that names who was paid, and nobody who paid; paysIn the opposite.
func paysOut(f reply.Fields) bool { return names(f, "creditor") && !names(f, "debtor") }
func paysIn(f reply.Fields) bool  { return names(f, "debtor") && !names(f, "creditor") }

// names reports whether f has the name or an account of a side.
func names(f reply.Fields, side string) bool {
	return f.Get(side+"Name") != "" || slices.ContainsFunc(f, func(told ledger.Field) bool { return strings.HasPrefix(told.Name, side+"Account.") })
}

// purposes are those of ISO 20022 (ExternalPurpose1Code) that are a category of ours.
var purposes = map[string]ledger.Category{
	"SALA": ledger.Salary, "PAYR": ledger.Salary, "BONU": ledger.Salary, "PENS": ledger.OtherIncome, "SSBE": ledger.OtherIncome, "BENE": ledger.OtherIncome,
	"INTE": ledger.Interest, "DIVD": ledger.Interest, "RENT": ledger.Housing, "ELEC": ledger.Utilities, "GASB": ledger.Utilities, "WTER": ledger.Utilities,
	"PHON": ledger.Utilities, "HLTI": ledger.Health, "MDCS": ledger.Health,
}

// categoryOf reads the purpose, and of the bank transaction code ("PMNT-CCRD-CWDL") what is clear.
func categoryOf(f reply.Fields, a money.Amount) ledger.Category {
	if c := purposes[f.Get("purposeCode")]; c != ledger.NoCategory {
		return c
	}
	switch code := f.Get("bankTransactionCode"); code[strings.LastIndex(code, "-")+1:] {
	case "CWDL":
		return ledger.Cash
	case "CHRG", "COMM", "FEES":
		return ledger.Fees
	case "INTR":
		if a.Minor > 0 {
			return ledger.Interest
		}
		return ledger.Fees
	}
	return ledger.NoCategory
}

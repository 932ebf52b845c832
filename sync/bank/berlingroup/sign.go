package berlingroup

import (
	"slices"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank/reply"
)

// The description wants a minus where money leaves, and its own examples lack it. So do some banks: the names then
// tell the direction.

func hasMinus(list []reply.Fields) bool {
	return slices.ContainsFunc(list, func(f reply.Fields) bool { return strings.HasPrefix(f.Get(amountField+"amount"), "-") })
}

// minus reports whether an amount of l has one.
func (l lists) minus() bool { return hasMinus(l.booked) || hasMinus(l.pending) }

// signed reports whether the amounts of list have the signs that they mean: one of them has a minus, or one beside
// them, unless list names here who was paid and there who paid, all without. Of a card the bank says it, or a minus.
func (l lists) signed(list, other []reply.Fields) bool {
	beside := l.signs || hasMinus(other)
	if l.card {
		return l.debts == "false" || l.debts == "" && (beside || hasMinus(list))
	}
	return hasMinus(list) || beside && !(slices.ContainsFunc(list, paysOut) && slices.ContainsFunc(list, paysIn))
}

// directed gives a, which means nothing by its sign, the direction of f. A card's is never guessed.
func (l lists) directed(f reply.Fields, a money.Amount, op string) (money.Amount, error) {
	switch {
	case l.card && l.debts == "true":
		return reply.Turned(a, op)
	case l.card && a.Minor != 0:
		return a, reply.NoDirection(op)
	case l.own != "" && f.Get("creditorAccount.iban") == l.own:
		return a, nil
	case l.own != "" && f.Get("debtorAccount.iban") == l.own, paysOut(f):
		return reply.Signed(a, true, op)
	}
	return a, nil
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

package fdx

import (
	"errors"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
)

func balanceNames() []string {
	return []string{"currentBalance", "availableBalance", "principalBalance", "currentValue", "availableCredit", "surrenderValue"}
}

// debt reports whether the balance of f is told as what is owed: FDX 6 tells those of lines of
// credit and loans so. known is false for a category that is new, of which nothing says it.
func debt(f fields) (owed, known bool) {
	switch category(f) {
	case "LOC_ACCOUNT", "LOAN_ACCOUNT", "BNPL_ACCOUNT":
		return true, true
	case "DEPOSIT_ACCOUNT", "INVESTMENT_ACCOUNT":
		return false, true
	case "", "ANNUITY_ACCOUNT", "INSURANCE_ACCOUNT", "COMMERCIAL_ACCOUNT", "DIGITAL_WALLET", "DIGITALWALLET_ACCOUNT", "DIGITAL_WALLET_ACCOUNT":
		known = true
	}
	told := f.get("balanceType")
	return told == "LIABILITY", known || told == "LIABILITY" || told == "ASSET"
}

func balanceOf(f fields, currency string) (ledger.Balance, error) {
	booked, available, limit := "currentBalance", "availableBalance", ""
	switch category(f) {
	case "LOC_ACCOUNT":
		available, limit = "availableCredit", "creditLine"
		if f.get(booked) == "" {
			booked = "principalBalance"
		}
	case "LOAN_ACCOUNT":
		if f.get("principalBalance") != "" {
			booked = "principalBalance"
		}
	case "INVESTMENT_ACCOUNT":
		booked, available = "currentValue", "availableCashBalance"
	case "ANNUITY_ACCOUNT":
		booked, available = "surrenderValue", ""
	}
	var b ledger.Balance
	for _, part := range []struct {
		name string
		to   *money.Amount
	}{{booked, &b.Booked}, {available, &b.Available}, {limit, &b.Limit}} {
		if err := balancePart(f, part.name, currency, part.to); err != nil {
			return ledger.Balance{}, err
		}
	}
	owed, known := debt(f)
	if !known { // whether it is owed or owned is not guessed
		b.Booked = money.Amount{}
	}
	if owed {
		var err error
		if b.Booked, err = b.Booked.Neg(); err != nil {
			return ledger.Balance{}, misread("fdx.amount", "read a balance", reasonOf(err))
		}
	}
	if at, ok := instant(f.get("balanceAsOf")); ok {
		b.AsOf = at
	} else if day, err := civil(f.get("balanceAsOf")); err == nil {
		b.AsOf = day.Time()
	}
	return b, nil
}

// balancePart reads the field called name into to, or leaves to without a currency.
func balancePart(f fields, name, currency string, to *money.Amount) error {
	text := f.get(name)
	if name == "" || text == "" {
		return nil
	}
	amount, err := money.Parse(text, currency)
	if holds := category(f); errors.Is(err, money.ErrPrecision) && (holds == "INVESTMENT_ACCOUNT" || holds == "ANNUITY_ACCOUNT") { // a value of holdings is a product, not money that moved
		amount, err = money.Parse(cutDecimals(text, money.Exponent(currency)), currency)
	}
	if err != nil {
		return misread("fdx.amount", "read a balance", reasonOf(err))
	}
	*to = amount
	return nil
}

// cutDecimals drops the digits of text that a currency with so many decimals has no place for.
func cutDecimals(text string, decimals int) string {
	whole, fraction, _ := strings.Cut(text, ".")
	if decimals == 0 {
		return whole
	}
	return whole + "." + fraction[:min(len(fraction), decimals)]
}

// reasonOf returns the sentinel in err alone: the rest of it repeats the amount.
func reasonOf(err error) error {
	for _, known := range []error{money.ErrSyntax, money.ErrPrecision, money.ErrOverflow, money.ErrCurrency} {
		if errors.Is(err, known) {
			return known
		}
	}
	return errShape
}

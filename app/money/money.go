// Package money holds exact amounts: a count of minor units in one currency.
// It never touches a float.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Amount is a signed count of minor units (cents for USD, yen for JPY). Money into the
// account is positive, money out is negative. The zero Amount has no currency and adds to any.
type Amount struct {
	Minor    int64
	Currency string // ISO 4217, capitals
}

var (
	// ErrCurrency reports arithmetic on two currencies, or a code that is none.
	ErrCurrency = errors.New("currencies differ")
	// ErrOverflow reports an amount that does not fit in 64 bits of minor units.
	ErrOverflow = errors.New("amount too large")
	// ErrSyntax reports text that is no decimal number.
	ErrSyntax = errors.New("not an amount")
	// ErrPrecision reports more decimals than the currency has.
	ErrPrecision = errors.New("more decimals than the currency has")
)

// New returns an Amount of minor units.
func New(minor int64, currency string) Amount { return Amount{Minor: minor, Currency: currency} }

// Add returns a+b. It wraps ErrCurrency or ErrOverflow.
func (a Amount) Add(b Amount) (Amount, error) {
	switch {
	case a == Amount{}:
		return b, nil
	case b == Amount{}:
		return a, nil
	case a.Currency != b.Currency:
		return Amount{}, fmt.Errorf("add %q to %q: %w", b.Currency, a.Currency, ErrCurrency)
	}
	sum := a.Minor + b.Minor
	if (b.Minor > 0 && sum < a.Minor) || (b.Minor < 0 && sum > a.Minor) {
		return Amount{}, fmt.Errorf("add two amounts: %w", ErrOverflow)
	}
	return Amount{sum, a.Currency}, nil
}

// Sub returns a-b. It wraps ErrCurrency or ErrOverflow.
func (a Amount) Sub(b Amount) (Amount, error) {
	negated, err := b.Neg()
	if err != nil {
		return Amount{}, err
	}
	return a.Add(negated)
}

// Neg returns -a. It wraps ErrOverflow for the one amount that has no opposite.
func (a Amount) Neg() (Amount, error) {
	if a.Minor == math.MinInt64 {
		return Amount{}, fmt.Errorf("negate an amount: %w", ErrOverflow)
	}
	return Amount{-a.Minor, a.Currency}, nil
}

// Abs returns a without its sign. It wraps ErrOverflow as Neg does.
func (a Amount) Abs() (Amount, error) {
	if a.Minor < 0 {
		return a.Neg()
	}
	return a, nil
}

// IsZero reports whether there is no money in a, whatever its currency.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// Parse reads decimal text such as "-1234.5" or "+12.00" as an amount of currency. Trailing
// zeros beyond the currency's decimals are let go, other digits there are ErrPrecision.
// Grouping, exponents and decimal commas are ErrSyntax: each reader knows its own format
// and hands over plain digits.
func Parse(text, currency string) (Amount, error) {
	if !KnownForm(currency) {
		return Amount{}, fmt.Errorf("currency %q: %w", currency, ErrCurrency)
	}
	digits, negative := text, false
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		negative, digits = digits[0] == '-', digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return Amount{}, fmt.Errorf("read %q: %w", clip(text), ErrSyntax)
	}
	minor, err := joinDigits(whole, fraction, Exponent(currency))
	if err != nil {
		return Amount{}, fmt.Errorf("read %q: %w", clip(text), err)
	}
	if negative {
		minor = -minor
	}
	return Amount{minor, currency}, nil
}

func joinDigits(whole, fraction string, exponent int) (int64, error) {
	if len(fraction) > exponent {
		if strings.Trim(fraction[exponent:], "0") != "" {
			return 0, ErrPrecision
		}
		fraction = fraction[:exponent]
	}
	all := strings.TrimLeft(whole+fraction+strings.Repeat("0", exponent-len(fraction)), "0")
	if all == "" {
		return 0, nil
	}
	minor, err := strconv.ParseInt(all, 10, 64)
	if err != nil {
		return 0, ErrOverflow
	}
	return minor, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// clip keeps an error short when foreign bytes are long.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// Decimal returns a as plain decimal text that Parse reads back: "-12.34", "1200" for JPY.
func (a Amount) Decimal() string {
	exponent := Exponent(a.Currency)
	sign, digits := "", strconv.FormatInt(a.Minor, 10)
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if exponent == 0 {
		return sign + digits
	}
	if short := exponent + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	point := len(digits) - exponent
	return sign + digits[:point] + "." + digits[point:]
}

// String is for logs at Debug and for tests; screens use ui/say.
func (a Amount) String() string { return strings.TrimSpace(a.Decimal() + " " + a.Currency) }

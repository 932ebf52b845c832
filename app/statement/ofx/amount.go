package ofx

import (
	"errors"
	"math/big"
	"strings"

	"coffer/app/money"
)

var errCurrency = errors.New("no currency of the account")

// amountIn reads an amount of currency. why is empty, or the Reason that it can't be read for
// sure: "ofx.amount", "ofx.ambiguous" or "ofx.precision". By the book the only mark in a number
// is the decimal one, a point or a comma; banks group too.
func amountIn(text, currency string) (a money.Amount, why string) {
	if couldBeTwo(text, currency) {
		return money.Amount{}, "ofx.ambiguous"
	}
	if !isDecimal(text) {
		var ok bool
		if text, ok = plainNumber(text); !ok {
			return money.Amount{}, "ofx.amount"
		}
	}
	a, err := money.Parse(text, currency)
	switch {
	case errors.Is(err, money.ErrPrecision):
		return money.Amount{}, "ofx.precision"
	case err != nil || a.Minor > mostMinor || a.Minor < -mostMinor:
		return money.Amount{}, "ofx.amount"
	}
	return a, ""
}

// mostMinor is the largest amount that is read, in minor units: sums of some of them still fit.
const mostMinor = 100_000_000_000_000_000

// couldBeTwo reports whether text has one mark, before its last three digits, so that it is a
// thousand to one bank and one to another: "1.000", "12,500". Nobody guesses there. Where the
// currency has three decimals the book is believed.
func couldBeTwo(text, currency string) bool {
	const tail = 4 // the mark and three digits
	digits := strings.Trim(text, "+- \u00a0\u2212")
	n := len(digits) - tail
	if n < 1 || n > 3 || digits[n] != '.' && digits[n] != ',' || digits[0] == '0' {
		return false
	}
	for i := range len(digits) {
		if i != n && (digits[i] < '0' || digits[i] > '9') {
			return false
		}
	}
	return money.Exponent(currency) != 3
}

// isDecimal reports whether text holds nothing that plainNumber would change.
func isDecimal(text string) bool {
	points := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '.':
			points++
		case c >= '0' && c <= '9', i == 0 && (c == '-' || c == '+'):
		default:
			return false
		}
	}
	return points <= 1
}

// plainNumber makes "1.234,50", "1 234,50" or "- 12" what money.Parse reads. ok is false where
// the marks are no proper grouping.
func plainNumber(text string) (plain string, ok bool) {
	text = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2019", "'", "\u2212", "-").Replace(text)
	sign, digits := "", strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(digits, "-"), strings.HasPrefix(digits, "+"):
		sign, digits = digits[:1], digits[1:]
	case strings.HasSuffix(digits, "-"):
		sign, digits = "-", digits[:len(digits)-1]
	}
	digits = strings.TrimSpace(digits)
	points, commas := strings.Count(digits, "."), strings.Count(digits, ",")
	decimal := ""
	switch {
	case points == 1 && commas == 1:
		decimal = digits[strings.LastIndexAny(digits, ".,"):][:1]
	case points == 1 && (commas > 1 || commas == 0):
		decimal = "."
	case commas == 1:
		decimal = ","
	case points > 1 && commas > 1:
		return "", false
	}
	whole, fraction := digits, ""
	if decimal != "" {
		whole, fraction, _ = strings.Cut(digits, decimal)
	}
	if whole, ok = ungrouped(whole); !ok {
		return "", false
	}
	if decimal == "" || fraction == "" {
		return sign + whole, whole != ""
	}
	return sign + whole + "." + fraction, true
}

// ungrouped takes one kind of grouping mark out: groups of two or three, the last of three.
func ungrouped(whole string) (string, bool) {
	i := strings.IndexAny(whole, "., '")
	if i < 0 {
		return whole, true
	}
	groups := strings.Split(whole, whole[i:i+1])
	for n, group := range groups {
		last, first := n == len(groups)-1, n == 0
		if first && (group == "" || len(group) > 3) || last && len(group) != 3 ||
			!first && !last && len(group) != 2 && len(group) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true // other marks left in are money.ErrSyntax
}

// converted returns a in another currency at rate, units of it for one of a's. why is
// "ofx.rate" if rate is no number, or if exactly is asked for and the result is no whole number of minor
// units: the bank rounded it somehow, and we would make up a cent.
func converted(a money.Amount, rate *big.Rat, currency string, exactly bool) (b money.Amount, why string) {
	value := new(big.Rat).SetInt64(a.Minor)
	value.Mul(value, rate)
	value.Mul(value, unitsOf(currency)).Quo(value, unitsOf(a.Currency))
	if exactly && !value.IsInt() {
		return money.Amount{}, "ofx.rate"
	}
	minor := rounded(value)
	if !minor.IsInt64() {
		return money.Amount{}, "ofx.rate"
	}
	return money.New(minor.Int64(), currency), ""
}

// rounded returns the nearest integer, halves away from zero.
func rounded(v *big.Rat) *big.Int {
	twice := new(big.Int).Lsh(new(big.Int).Abs(v.Num()), 1)
	twice.Add(twice, v.Denom())
	n := twice.Quo(twice, new(big.Int).Lsh(v.Denom(), 1))
	if v.Sign() < 0 {
		n.Neg(n)
	}
	return n
}

// rateIn reads CURRATE: a positive decimal number.
func rateIn(text string) (*big.Rat, bool) {
	v, ok := decimalIn(text)
	return v, ok && v.Sign() > 0
}

// decimalIn reads a decimal number of any precision, not too long to be one.
func decimalIn(text string) (*big.Rat, bool) {
	const longest = 40
	text = strings.Replace(text, ",", ".", 1)
	if !isDecimal(text) || len(text) > longest || strings.Trim(text, "+-.") == "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// unitsOf returns how many minor units make one of currency.
func unitsOf(currency string) *big.Rat {
	units := int64(1)
	for range money.Exponent(currency) {
		units *= 10
	}
	return big.NewRat(units, 1)
}

func isOne(rate string) bool {
	v, ok := rateIn(rate)
	return ok && v.Cmp(big.NewRat(1, 1)) == 0
}

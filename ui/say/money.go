package say

import (
	"strconv"
	"strings"

	"coffer/app/money"

	"golang.org/x/text/language"
)

// numberStyle is how a language groups digits.
type numberStyle struct{ group, point string }

func styleOf(tag language.Tag) numberStyle {
	base, _ := tag.Base()
	switch base.String() {
	case "de", "es", "it", "nl", "pt", "da":
		return numberStyle{".", ","}
	case "fr", "pl", "cs", "sv", "nb", "fi", "ru", "uk":
		return numberStyle{"\u202f", ","}
	}
	return numberStyle{",", "."}
}

const (
	minus  = "\u2212"
	hidden = "•••"
)

var symbols = map[string]string{
	"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$",
	"AUD": "A$", "CAD": "CA$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$", "ILS": "₪", "VND": "₫",
}

// Money writes an amount with its symbol before the digits and always the currency's decimals:
// "$1,234.50", "−€9.80". A currency without a symbol shows its code: "CHF 12.00".
func (v *Voice) Money(a money.Amount) string {
	if v.hiding {
		return hidden
	}
	digits := a.Decimal()
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = minus, digits[1:]
	}
	symbol, known := symbols[a.Currency]
	if !known && a.Currency != "" {
		symbol = a.Currency + "\u00a0"
	}
	return sign + symbol + v.group(digits)
}

// Change is Money with a plus before money that came in.
func (v *Voice) Change(a money.Amount) string {
	if a.Minor > 0 && !v.hiding {
		return "+" + v.Money(a)
	}
	return v.Money(a)
}

// Size writes an amount without its sign, for sentences that say the direction in words.
func (v *Voice) Size(a money.Amount) string {
	return strings.TrimPrefix(v.Money(a), minus)
}

// Decimal writes the Money of decimal text, as domain reasons carry it; text that is no amount
// is shown as it came.
func (v *Voice) Decimal(text, currency string) string {
	a, err := money.Parse(text, currency)
	if err != nil {
		return strings.TrimSpace(text + " " + currency)
	}
	return v.Money(a)
}

// Round writes an amount for an axis: "$80k", "$1.2M", "$400".
func (v *Voice) Round(a money.Amount) string {
	if v.hiding {
		return hidden
	}
	unit := int64(1)
	for range money.Exponent(a.Currency) {
		unit *= 10
	}
	whole, sign := a.Minor/unit, ""
	if whole < 0 {
		whole, sign = -whole, minus
	}
	symbol := symbols[a.Currency]
	if symbol == "" && a.Currency != "" {
		symbol = a.Currency + "\u00a0"
	}
	for _, step := range []struct {
		size int64
		mark string
	}{{1_000_000_000, "B"}, {1_000_000, "M"}, {1_000, "k"}} {
		if whole < step.size {
			continue
		}
		text := strconv.FormatInt(whole/step.size, 10)
		if tenth := whole % step.size / (step.size / 10); tenth != 0 {
			text += v.numbers.point + strconv.FormatInt(tenth, 10)
		}
		return sign + symbol + text + step.mark
	}
	return sign + symbol + strconv.FormatInt(whole, 10)
}

// Count writes a whole number with its digits grouped: "18,402".
func (v *Voice) Count(n int) string {
	text := strconv.Itoa(n)
	if n < 0 {
		return minus + v.group(text[1:])
	}
	return v.group(text)
}

// Bytes writes a number of bytes: "640 bytes", "14 KB", "2.3 MB" (1,000 bytes to the KB).
func (v *Voice) Bytes(n int64) string {
	switch {
	case n < 1000:
		return v.N("bytes", "{{.N}} byte", "{{.N}} bytes", int(n))
	case n < 1_000_000:
		return v.Count(int((n+500)/1000)) + "\u00a0KB"
	}
	tenths := (n + 50_000) / 100_000
	return v.Count(int(tenths/10)) + v.numbers.point + strconv.FormatInt(tenths%10, 10) + "\u00a0MB"
}

func (v *Voice) group(digits string) string {
	whole, fraction, has := strings.Cut(digits, ".")
	var b strings.Builder
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(v.numbers.group)
		}
		b.WriteByte(whole[i])
	}
	if has {
		b.WriteString(v.numbers.point + fraction)
	}
	return b.String()
}

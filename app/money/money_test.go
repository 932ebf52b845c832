package money_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"coffer/app/fuzzed"
	"coffer/app/money"

	"pgregory.net/rapid"
)

func amounts(currency string) *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		return money.New(rapid.Int64().Draw(t, "minor"), currency)
	})
}

func TestAddAgreesWithBigIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := amounts("EUR").Draw(t, "a"), amounts("EUR").Draw(t, "b")
		got, err := a.Add(b)
		want := new(big.Int).Add(big.NewInt(a.Minor), big.NewInt(b.Minor))
		if !want.IsInt64() {
			if !errors.Is(err, money.ErrOverflow) {
				t.Fatalf("%v+%v = %v, %v, want an overflow", a, b, got, err)
			}
			return
		}
		if err != nil || got.Minor != want.Int64() {
			t.Fatalf("%v+%v = %v, %v, want %v", a, b, got, err, want)
		}
	})
}

func TestDecimalReadsBack(t *testing.T) {
	currencies := rapid.SampledFrom([]string{"USD", "JPY", "KWD", "CLF", "EUR"})
	rapid.Check(t, func(t *rapid.T) {
		a := amounts(currencies.Draw(t, "currency")).Draw(t, "a")
		if a.Minor == math.MinInt64 {
			a.Minor++ // has no opposite, and no bank has it
		}
		back, err := money.Parse(a.Decimal(), a.Currency)
		if err != nil || back != a {
			t.Fatalf("%q read as %v, %v; want %v", a.Decimal(), back, err, a)
		}
	})
}

func TestParse(t *testing.T) {
	for name, test := range map[string]struct {
		text, currency string
		want           int64
		err            error
	}{
		"two decimals":                  {"-12.34", "USD", -1234, nil},
		"no decimals in yen":            {"1200", "JPY", 1200, nil},
		"three decimals in dinars":      {"1.234", "KWD", 1234, nil},
		"one decimal is tenths":         {"1.5", "USD", 150, nil},
		"a plus sign":                   {"+7", "EUR", 700, nil},
		"a bare fraction":               {".5", "EUR", 50, nil},
		"trailing zeros are let go":     {"-3.77000", "USD", -377, nil},
		"minus zero is zero":            {"-0.00", "USD", 0, nil},
		"more decimals are refused":     {"1.005", "USD", 0, money.ErrPrecision},
		"half a yen is refused":         {"1.5", "JPY", 0, money.ErrPrecision},
		"an exponent is refused":        {"1e3", "USD", 0, money.ErrSyntax},
		"grouping is refused":           {"1,234.50", "USD", 0, money.ErrSyntax},
		"two points are refused":        {"1.2.3", "USD", 0, money.ErrSyntax},
		"a lone sign is refused":        {"-", "USD", 0, money.ErrSyntax},
		"a lone point is refused":       {".", "USD", 0, money.ErrSyntax},
		"empty is refused":              {"", "USD", 0, money.ErrSyntax},
		"too large is refused":          {"92233720368547758.08", "USD", 0, money.ErrOverflow},
		"the largest is kept":           {"92233720368547758.07", "USD", math.MaxInt64, nil},
		"a currency in small is no one": {"1", "usd", 0, money.ErrCurrency},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := money.Parse(test.text, test.currency)
			if !errors.Is(err, test.err) || got.Minor != test.want {
				t.Errorf("Parse(%q) = %v, %v; want %d, %v", test.text, got, err, test.want, test.err)
			}
		})
	}
}

func TestCurrenciesDoNotMix(t *testing.T) {
	if _, err := money.New(1, "EUR").Add(money.New(1, "USD")); !errors.Is(err, money.ErrCurrency) {
		t.Errorf("added euros to dollars: %v", err)
	}
	if got, err := (money.Amount{}).Add(money.New(5, "EUR")); err != nil || got != money.New(5, "EUR") {
		t.Errorf("zero + 5 euros = %v, %v", got, err)
	}
	if _, err := money.New(math.MinInt64, "EUR").Neg(); !errors.Is(err, money.ErrOverflow) {
		t.Errorf("negated the smallest: %v", err)
	}
	if got, err := money.New(3, "EUR").Sub(money.New(5, "EUR")); err != nil || got.Minor != -2 {
		t.Errorf("3-5 = %v, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1.00", "-1", "+.5", "1e3", "", "99999999999999999999"} {
		f.Add(seed, "USD")
	}
	f.Fuzz(func(t *testing.T, text, currency string) {
		fuzzed.Limit(t)
		a, err := money.Parse(text, currency)
		if err != nil {
			return
		}
		if back, err := money.Parse(a.Decimal(), currency); err != nil || back != a {
			t.Fatalf("%q read as %v, then %v, %v", text, a, back, err)
		}
	})
}

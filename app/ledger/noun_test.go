package ledger_test

import (
	"slices"
	"testing"
	"time"

	"coffer/app/fuzzed"
	"coffer/app/ledger"

	"pgregory.net/rapid"
)

func TestDateReadsBack(t *testing.T) {
	first, last := ledger.Day(1900, time.January, 1), ledger.Day(2199, time.December, 31)
	rapid.Check(t, func(t *rapid.T) {
		d := ledger.Date(rapid.Int32Range(int32(first), int32(last)).Draw(t, "day"))
		if back, err := ledger.ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%v read back as %v, %v", d, back, err)
		}
		if m := d.Month(); m.First() > d || (m+1).First() <= d || m.String() != d.String()[:7] {
			t.Fatalf("%v lies in %v, from %v", d, m, m.First())
		}
		if ledger.DateOf(d.Time()) != d {
			t.Fatalf("%v as time is %v", d, d.Time())
		}
	})
}

func TestParseDateRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"a day that the calendar lacks": "2025-02-29", "a month that is none": "2025-13-01", "another form": "01.02.2025",
		"too early": "1899-12-31", "too late": "2200-01-01", "nothing": "", "a time": "2025-01-01T00:00:00Z",
	} {
		if d, err := ledger.ParseDate(text); err == nil {
			t.Errorf("%s: %q read as %v", name, text, d)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2025-02-28", "2024-02-29", "", "0000-00-00", "2025-1-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fuzzed.Limit(t)
		if d, err := ledger.ParseDate(text); err == nil && d.String() != text {
			t.Fatalf("%q read as %v", text, d)
		}
	})
}

func TestDateOfKeepsTheDayOfItsZone(t *testing.T) {
	east := time.FixedZone("east", 13*3600)
	if got := ledger.DateOf(time.Date(2025, 3, 1, 0, 30, 0, 0, east)); got.String() != "2025-03-01" {
		t.Errorf("half past midnight in the east is on %v", got)
	}
	if got := ledger.MonthOf(2025, time.December) + 1; got.String() != "2026-01" {
		t.Errorf("after December 2025 comes %v", got)
	}
}

func TestAccountIsTheSameAgain(t *testing.T) {
	base := ledger.IdentityOf("bank", "DE89 3704 0044", ledger.Checking, "EUR")
	for name, test := range map[string]struct {
		identity string
		same     bool
	}{
		"spaces and case aside": {ledger.IdentityOf("bank", "de8937040044", ledger.Checking, "EUR"), true},
		"another number":        {ledger.IdentityOf("bank", "DE8937040045", ledger.Checking, "EUR"), false},
		"another bank":          {ledger.IdentityOf("other", "DE89 3704 0044", ledger.Checking, "EUR"), false},
		"another kind":          {ledger.IdentityOf("bank", "DE89 3704 0044", ledger.Savings, "EUR"), false},
		"another currency":      {ledger.IdentityOf("bank", "DE89 3704 0044", ledger.Checking, "USD"), false},
	} {
		if (test.identity == base) != test.same {
			t.Errorf("%s: same is %v", name, !test.same)
		}
	}
}

func TestMaskShowsFourAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.String().Draw(t, "number")
		if mask := ledger.Mask(number); len([]rune(mask)) > 4 {
			t.Fatalf("%q is masked as %q", number, mask)
		}
	})
	for number, want := range map[string]string{"DE89 3704 0044": "0044", "xxxx-44 17": "4417", "12": "12", "": ""} {
		if got := ledger.Mask(number); got != want {
			t.Errorf("Mask(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestCategoriesAreDistinct(t *testing.T) {
	all := ledger.Categories()
	slices.Sort(all)
	if len(slices.Compact(slices.Clone(all))) != len(all) || slices.Contains(all, ledger.NoCategory) {
		t.Errorf("categories repeat or are empty: %v", all)
	}
}

func TestNormalText(t *testing.T) {
	for text, want := range map[string]string{
		"  GREEN   Grocer!! ": "green grocer", "Café Zoë": "cafe zoe", "Cafe\u0301": "cafe", "MÜLLER & Söhne": "mueller soehne",
		"McDonald's #42": "mcdonalds 42", "": "", "—": "", "ООО Ромашка": "ооо ромашка", "東京 駅": "東京 駅", "a/b-c.d": "a b c d",
	} {
		if got := ledger.NormalText(text); got != want {
			t.Errorf("NormalText(%q) = %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		once := ledger.NormalText(rapid.String().Draw(t, "text"))
		if twice := ledger.NormalText(once); twice != once {
			t.Fatalf("%q becomes %q", once, twice)
		}
	})
}

func TestMerchantOf(t *testing.T) {
	for name, test := range map[string]struct{ payee, text, want string }{
		"a plain payee":                         {"Green Grocer", "", "green grocer"},
		"case and spaces":                       {"GREEN  GROCER", "", "green grocer"},
		"the payee before the text":             {"Green Grocer", "POS 993 GRN GRCR", "green grocer"},
		"the text where there is no payee":      {"", "POS PURCHASE GREEN GROCER #0042 SEATTLE WA", "green grocer"},
		"a store number and its town":           {"STARBUCKS STORE 00123 SEATTLE WA", "", "starbucks"},
		"a payment service":                     {"SQ *BLUE BOTTLE", "", "blue bottle"},
		"another one":                           {"PAYPAL *SPOTIFY", "", "spotify"},
		"a domain":                              {"NETFLIX.COM", "", "netflix"},
		"a code after the name":                 {"AMZN Mktp US*2K3AB41", "", "amzn mktp"},
		"a card and a date":                     {"", "Kartenzahlung REWE 03.04. 12:33 Karte 4417", "rewe"},
		"a legal form":                          {"Müller GmbH", "", "mueller"},
		"a number that is part of the name":     {"7-Eleven 33312", "", "7 eleven"},
		"digits in a name":                      {"H2O Bar", "", "h2o bar"},
		"noise alone is kept, better than none": {"", "CARD PAYMENT 123456", "card payment 123456"},
		"no text":                               {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ledger.MerchantOf(ledger.Row{Payee: test.payee, Text: test.text}); got != test.want {
				t.Errorf("MerchantOf(%q, %q) = %q, want %q", test.payee, test.text, got, test.want)
			}
		})
	}
}

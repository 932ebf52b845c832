package say_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coffer/app/fault"
	"coffer/app/money"
	"coffer/ui/say"
)

func english(t *testing.T) *say.Voice {
	t.Helper()
	v, err := say.New(fstest.MapFS{}, "en_GB.UTF-8")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMoney(t *testing.T) {
	v := english(t)
	for name, test := range map[string]struct{ got, want string }{
		"thousands are grouped":        {v.Money(money.New(123450, "USD")), "$1,234.50"},
		"minus is the real minus":      {v.Money(money.New(-980, "EUR")), "−€9.80"},
		"millions":                     {v.Money(money.New(123456789012, "USD")), "$1,234,567,890.12"},
		"yen have no decimals":         {v.Money(money.New(1200, "JPY")), "¥1,200"},
		"dinars have three":            {v.Money(money.New(1234, "KWD")), "KWD\u00a01.234"},
		"money in has a plus":          {v.Change(money.New(5, "USD")), "+$0.05"},
		"money out has its minus":      {v.Change(money.New(-5, "USD")), "−$0.05"},
		"zero has no sign":             {v.Change(money.New(0, "USD")), "$0.00"},
		"size has no sign":             {v.Size(money.New(-4910, "USD")), "$49.10"},
		"decimal text is money":        {v.Decimal("-49.10", "USD"), "−$49.10"},
		"odd text is shown as it came": {v.Decimal("x", "USD"), "x USD"},
		"axis thousands":               {v.Round(money.New(8_000_000, "USD")), "$80k"},
		"axis tenths":                  {v.Round(money.New(120_000_000, "USD")), "$1.2M"},
		"axis small":                   {v.Round(money.New(40_000, "USD")), "$400"},
		"axis below zero":              {v.Round(money.New(-250_000, "EUR")), "−€2.5k"},
		"bytes":                        {v.Bytes(640), "640 bytes"},
		"one byte":                     {v.Bytes(1), "1 byte"},
		"kilobytes":                    {v.Bytes(14_200), "14\u00a0KB"},
		"megabytes":                    {v.Bytes(2_340_000), "2.3\u00a0MB"},
		"a count":                      {v.Count(18402), "18,402"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %q, want %q", test.got, test.want)
			}
		})
	}
}

func TestHidingHidesEveryAmount(t *testing.T) {
	v := english(t).Hiding(true)
	for _, got := range []string{v.Money(money.New(5, "USD")), v.Change(money.New(5, "USD")), v.Size(money.New(-5, "USD")), v.Decimal("-1.00", "USD"), v.Round(money.New(5, "USD"))} {
		if got != "•••" {
			t.Errorf("shows %q", got)
		}
	}
	if got := v.Hiding(false).Money(money.New(5, "USD")); got != "$0.05" {
		t.Errorf("shown again as %q", got)
	}
}

func TestAge(t *testing.T) {
	v := english(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)
	for name, test := range map[string]struct {
		at   time.Time
		want string
	}{
		"now":                    {now.Add(-5 * time.Second), "just now"},
		"a minute":               {now.Add(-time.Minute), "1 minute ago"},
		"minutes":                {now.Add(-2 * time.Minute), "2 minutes ago"},
		"earlier today":          {time.Date(2026, 11, 22, 4, 20, 0, 0, time.Local), "04:20"},
		"yesterday":              {time.Date(2026, 11, 21, 22, 4, 0, 0, time.Local), "Yesterday 22:04"},
		"long ago":               {time.Date(2026, 10, 3, 9, 0, 0, 0, time.Local), "3 October 2026"},
		"a clock that ran ahead": {now.Add(3 * time.Hour), "15:00"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := v.Age(test.at, now); got != test.want {
				t.Errorf("Age = %q, want %q", got, test.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	v := english(t)
	today := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for want, got := range map[string]string{
		"22 Nov":             v.Day(today, today),
		"22 Nov 2025":        v.Day(today.AddDate(-1, 0, 0), today),
		"Sunday 22 November": v.LongDay(today),
		"22 November 2026":   v.FullDay(today),
		"November":           v.Month(today, today),
		"November 2025":      v.Month(today.AddDate(-1, 0, 0), today),
		"4:32":               v.Left(4*time.Minute + 32*time.Second),
		"0:05":               v.Left(5 * time.Second),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEveryKindHasItsOwnSentence(t *testing.T) {
	v := english(t)
	said := map[string]fault.Kind{}
	for _, k := range fault.Kinds() {
		text := v.Fault(fault.With(k, "x", errors.New("cause-of-it"), "port", "8080", "host", "example.org", "address", "http://127.0.0.1"))
		if k == fault.Canceled {
			if text != "" {
				t.Errorf("cancelling must be silent, said %q", text)
			}
			continue
		}
		if text == "" || strings.Contains(text, "<no value>") || strings.Contains(text, "{{") || strings.Contains(text, "cause-of-it") {
			t.Errorf("kind %d says %q", k, text)
		}
		if other, twice := said[text]; twice {
			t.Errorf("kinds %d and %d say the same: %q", other, k, text)
		}
		said[text] = k
		if bare := v.Fault(fault.New(k, "x", errors.New("cause"))); strings.Contains(bare, "<no value>") {
			t.Errorf("kind %d without values says %q", k, bare)
		}
	}
	if v.Fault(nil) != "" || v.Fault(fmt.Errorf("x: %w", context.Canceled)) != "" {
		t.Error("nothing happened, nothing to say")
	}
	bare, two := fault.Because(fault.DiskFull, "link.declined", "x", errors.New("y")), fault.Because(fault.DiskFull, "link.declined", "x", errors.New("y"), "also", "link.consent_left")
	if v.Fault(two) != v.Fault(bare)+" "+v.Reason("link.consent_left", nil) {
		t.Error(v.Fault(two))
	}
	if v.Fault(errors.New("odd")) == "" {
		t.Error("an unsorted error must be told")
	}
}

func TestALanguageFileSpeaks(t *testing.T) {
	files := fstest.MapFS{"lang/de.json": {Data: []byte(`{"age.now": "gerade eben", "age.minutes": {"one": "vor {{.N}} Minute", "other": "vor {{.N}} Minuten"}}`)}}
	v, err := say.New(files, "de_AT.UTF-8")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)
	if got := v.Age(now.Add(-2*time.Minute), now); got != "vor 2 Minuten" {
		t.Errorf("got %q", got)
	}
	if got := v.Money(money.New(123450, "EUR")); got != "€1.234,50" {
		t.Errorf("got %q", got)
	}
	if got := v.T("not.translated", "English stands in"); got != "English stands in" {
		t.Errorf("got %q", got)
	}
}

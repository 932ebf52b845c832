package dispute_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/dispute"
	"coffer/app/ledger"

	"pgregory.net/rapid"
)

var someFacts = rapid.Custom(func(t *rapid.T) dispute.Facts {
	date := func(name string) ledger.Date {
		return ledger.Date(rapid.IntRange(int(ledger.Day(2024, 1, 1)), int(ledger.Day(2040, 1, 1))).Draw(t, name))
	}
	f := dispute.Facts{Debited: date("debited")}
	f.LastPaid = f.Debited.AddDays(rapid.IntRange(0, 60).Draw(t, "more"))
	f.Country = rapid.SampledFrom(append(dispute.Countries(), "JP", "CH", "")).Draw(t, "country")
	f.Instrument = rapid.SampledFrom(append(dispute.Instruments(), "")).Draw(t, "instrument")
	f.Pack = rapid.SampledFrom(append(dispute.Packs(), "")).Draw(t, "pack")
	for _, flag := range []*bool{&f.Lost, &f.NewAccount, &f.InShop, &f.Abroad} {
		*flag = rapid.Bool().Draw(t, "flag")
	}
	f.Learned, f.Answers.Statement, f.Answers.Told = date("learned"), date("statement"), date("told")
	f.Answers.Letter, f.Answers.Complained, f.Answers.Final = date("letter"), date("complained"), date("final")
	f.CycleDay = rapid.IntRange(0, 31).Draw(t, "cycle")
	return f
})

// Of the readings, the earliest is the person's and the latest the bank's.
func TestTheSafeReadingIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, c := range dispute.Clocks(someFacts.Draw(t, "facts")) {
			if len(c.Readings) == 0 || c.By < c.Start {
				t.Fatalf("%s: from %s by %s of %v", c.ID, c.Start, c.By, c.Readings)
			}
			for _, r := range c.Readings {
				if c.Side == dispute.Bank && r.By > c.By || c.Side != dispute.Bank && r.By < c.By {
					t.Fatalf("%s is shown as %s, and %s by %q", c.ID, c.By, r.By, r.Calendar)
				}
			}
		}
	})
}

// A clock that starts later never ends earlier.
func TestClocksAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := someFacts.Draw(t, "facts")
		later, n := f, rapid.IntRange(0, 400).Draw(t, "days")
		later.Debited, later.LastPaid = f.Debited.AddDays(n), f.LastPaid.AddDays(n)
		later.Learned, later.Answers.Statement, later.Answers.Told = f.Learned.AddDays(n), f.Answers.Statement.AddDays(n), f.Answers.Told.AddDays(n)
		later.Answers.Letter, later.Answers.Complained, later.Answers.Final = f.Answers.Letter.AddDays(n), f.Answers.Complained.AddDays(n), f.Answers.Final.AddDays(n)
		before, after := dispute.Clocks(f), dispute.Clocks(later)
		for i := range before {
			if before[i].By > after[i].By {
				t.Fatalf("%s: %s, and %s when all is %d days later", before[i].ID, before[i].By, after[i].By, n)
			}
		}
	})
}

// The bank's answer is never due on a day on which banks rest, and months end where they end.
func TestDaysAreThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, c := range dispute.Clocks(someFacts.Draw(t, "facts")) {
			switch c.Unit {
			case dispute.BusinessDays, dispute.BankingAfter:
				for i, k := range c.Calendars {
					if by := c.Readings[i].By; !k.Open(by) || by.Time().Weekday() == time.Sunday {
						t.Fatalf("%s ends on %s, when banks are shut by %s", c.ID, by, k.ID)
					}
				}
			case dispute.Months:
				if c.By.Month() != c.Start.Month()+ledger.Month(c.Length) {
					t.Fatalf("%s: %s and %d months is %s", c.ID, c.Start, c.Length, c.By)
				}
			}
		}
	})
}

func TestWithoutAnAnswerThereIsNoDate(t *testing.T) {
	known := worked[0].facts()
	for name, change := range map[string]func(*dispute.Facts){
		"no country":      func(f *dispute.Facts) { f.Country = "" },
		"no instrument":   func(f *dispute.Facts) { f.Instrument = "" },
		"no pack":         func(f *dispute.Facts) { f.Pack = "" },
		"unknown country": func(f *dispute.Facts) { f.Country = "JP" },
		"wire":            func(f *dispute.Facts) { f.Instrument = dispute.Wire },
		"no day":          func(f *dispute.Facts) { f.Learned = 0 },
	} {
		f := known
		change(&f)
		if c, ok := dispute.First(dispute.Clocks(f)); ok {
			t.Errorf("%s: %s by %s", name, c.ID, c.By)
		}
	}
	if c, ok := dispute.First(dispute.Clocks(known)); !ok || c.ID != "us-lost" {
		t.Errorf("the first clock is %q", c.ID)
	}
}

// The return is due on the banking day after the sixtieth day, also where that is a banking day itself.
func TestABanksReturnIsDueAfterDaySixty(t *testing.T) {
	for _, c := range dispute.Clocks(ach("2026-03-02", "").facts()) {
		if c.ID == "us-ach-return" && c.By != day("2026-05-04") {
			t.Errorf("after Friday 1 May it is %s", c.By)
		}
	}
}

func TestTheRulesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range dispute.Rules() {
		if seen[r.ID] || r.Law == "" || r.Source == "" || r.Mark == "" || r.Length <= 0 || strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("rule %+v", r.ID)
		}
		seen[r.ID] = true
		if business := r.Unit == dispute.BusinessDays || r.Unit == dispute.BankingAfter; business != (len(r.Calendars) > 0) {
			t.Errorf("%s has %d calendars", r.ID, len(r.Calendars))
		}
	}
	if c := dispute.Countries(); !slices.Contains(c, "GB") || slices.Contains(c, "UK") || len(c) != 38 {
		t.Errorf("%d countries: %v", len(c), c)
	}
}

func TestTheDayOnWhichItIsNoticed(t *testing.T) {
	london := time.FixedZone("London", 0)
	late := time.Date(2026, 11, 3, 0, 30, 0, 0, london)
	for country, want := range map[string]string{"US": "2026-11-02", "GB": "2026-11-03", "NZ": "2026-11-03", "": "2026-11-03"} {
		if got := dispute.DayZero(late, london, country); got != day(want) {
			t.Errorf("%q: %s, want %s", country, got, want)
		}
	}
	sydney := time.FixedZone("Sydney", 11*3600)
	if got := dispute.DayZero(time.Date(2026, 11, 3, 1, 0, 0, 0, sydney), sydney, "AU"); got != day("2026-11-02") {
		t.Errorf("one o'clock in Sydney, and the bank in Perth: %s", got)
	}
}

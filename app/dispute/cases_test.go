package dispute_test

import (
	"strings"
	"testing"

	"coffer/app/dispute"
	"coffer/app/ledger"
)

func day(text string) ledger.Date {
	if text == "" {
		return 0
	}
	d, err := ledger.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// given is what a worked case is counted from.
type given struct {
	country    string
	instrument dispute.Instrument
	pack       dispute.Pack // empty: unauthorised
	flags      string       // "lost new shop abroad"
	learned, statement, debited, last,
	told, letter, complained, final string
	cycle int
}

func (g given) facts() dispute.Facts {
	f := dispute.Facts{Debited: day(g.debited), LastPaid: day(g.last)}
	f.Country, f.Instrument, f.Pack, f.CycleDay = g.country, g.instrument, g.pack, g.cycle
	if f.Pack == "" {
		f.Pack = dispute.Unauthorised
	}
	f.Lost, f.NewAccount = strings.Contains(g.flags, "lost"), strings.Contains(g.flags, "new")
	f.InShop, f.Abroad = strings.Contains(g.flags, "shop"), strings.Contains(g.flags, "abroad")
	f.Learned, f.Answers.Statement, f.Answers.Told = day(g.learned), day(g.statement), day(g.told)
	f.Answers.Letter, f.Answers.Complained, f.Answers.Final = day(g.letter), day(g.complained), day(g.final)
	return f
}

func lostOn(learned string) given {
	return given{country: "US", instrument: dispute.DebitCard, flags: "lost", learned: learned}
}

func statementOn(sent string) given {
	return given{country: "US", instrument: dispute.Transfer, statement: sent}
}

func ach(settled, sent string) given {
	return given{country: "US", instrument: dispute.DirectDebit, debited: settled, statement: sent}
}

func creditLetter(cycle int, sent, letter string) given {
	return given{country: "US", instrument: dispute.CreditCard, statement: sent, letter: letter, cycle: cycle}
}

func debited(country string, i dispute.Instrument, on, told string) given {
	return given{country: country, instrument: i, debited: on, last: on, told: told}
}

// worked are fifty cases: what each clock comes to, "rule" as it is shown, "rule@calendar" by one reading.
var worked = []struct {
	given
	want string
}{
	{lostOn("2026-03-02"), "us-lost@saturday-counts 2026-03-04 us-lost@usual 2026-03-04 us-lost 2026-03-04"},
	{lostOn("2026-03-06"), "us-lost@saturday-counts 2026-03-09 us-lost@usual 2026-03-10 us-lost 2026-03-09"},
	{lostOn("2026-07-02"), "us-lost@saturday-counts 2026-07-06 us-lost@usual 2026-07-06 us-lost@offices 2026-07-07 us-lost 2026-07-06"},
	{lostOn("2026-11-25"), "us-lost@saturday-counts 2026-11-28 us-lost@usual 2026-11-30 us-lost 2026-11-28"},
	{lostOn("2026-12-24"), "us-lost@saturday-counts 2026-12-28 us-lost@usual 2026-12-29 us-lost 2026-12-28"},
	{lostOn("2026-05-23"), "us-lost@saturday-counts 2026-05-27 us-lost@usual 2026-05-27 us-lost 2026-05-27"},
	{lostOn("2027-06-18"), "us-lost@saturday-counts 2027-06-22 us-lost@usual 2027-06-22 us-lost 2027-06-22"},
	{lostOn("2027-07-02"), "us-lost@saturday-counts 2027-07-06 us-lost@usual 2027-07-07 us-lost 2027-07-06"},
	{lostOn("2026-12-30"), "us-lost@saturday-counts 2027-01-02 us-lost@usual 2027-01-04 us-lost 2027-01-02"},
	{lostOn("2026-10-09"), "us-lost@saturday-counts 2026-10-13 us-lost@usual 2026-10-14 us-lost 2026-10-13"},
	{statementOn("2026-01-31"), "us-notice 2026-04-01"},
	{statementOn("2026-11-30"), "us-notice 2027-01-29"},
	{statementOn("2027-01-15"), "us-notice 2027-03-16"},
	{statementOn("2026-07-31"), "us-notice 2026-09-29"},
	{statementOn("2026-12-24"), "us-notice 2027-02-22"},
	{given{country: "US", instrument: dispute.Cash, told: "2026-03-02"}, "us-provisional 2026-03-16 us-decide 2026-04-16"},
	{given{country: "US", instrument: dispute.DebitCard, flags: "shop", told: "2026-11-18"}, "us-provisional 2026-12-03 us-decide-slow 2027-02-16"},
	{given{country: "US", instrument: dispute.Transfer, flags: "new", told: "2026-12-14"}, "us-provisional-new 2027-01-13 us-decide-slow 2027-03-14"},
	{given{country: "US", instrument: dispute.Cash, told: "2026-06-13"}, "us-provisional 2026-06-29 us-decide 2026-07-28"},
	{given{country: "US", instrument: dispute.DebitCard, flags: "abroad", told: "2026-07-02"}, "us-provisional@usual 2026-07-16 us-provisional@offices 2026-07-17 us-provisional 2026-07-17 us-decide-slow 2026-09-30"},
	{given{country: "US", instrument: dispute.Cash, told: "2027-12-17"}, "us-provisional@usual 2027-12-31 us-provisional@offices 2028-01-04 us-provisional 2028-01-04 us-decide 2028-01-31"},
	{given{country: "US", instrument: dispute.Transfer, told: "2027-02-09"}, "us-writing@usual 2027-02-24 us-decide 2027-03-26"},
	{ach("2026-02-10", "2026-02-28"), "us-ach-return 2026-04-13 us-notice 2026-04-29"},
	{ach("2026-09-15", "2026-09-30"), "us-ach-return 2026-11-16 us-notice 2026-11-29"},
	{ach("2026-11-02", "2026-11-30"), "us-ach-return 2027-01-04 us-notice 2027-01-29"},
	{ach("2027-03-31", "2027-03-31"), "us-ach-return 2027-06-01 us-notice 2027-05-30"},
	{given{country: "US", instrument: dispute.CreditCard, debited: "2026-01-20", statement: "2026-02-05"}, "us-credit-letter 2026-04-06"},
	{creditLetter(15, "2026-10-15", "2026-11-02"), "us-credit-letter 2026-12-14 us-acknowledge 2026-12-02 us-resolve 2027-01-15"},
	{creditLetter(20, "2026-12-20", "2026-12-21"), "us-credit-letter 2027-02-18 us-acknowledge 2027-01-20 us-resolve 2027-03-20"},
	{creditLetter(31, "2027-01-31", "2027-03-01"), "us-credit-letter 2027-04-01 us-acknowledge 2027-03-31 us-resolve 2027-05-30"},
	{debited("NZ", dispute.CreditCard, "2026-08-03", ""), "visa 2026-12-01 mastercard 2026-11-01"},
	{debited("GB", dispute.DebitCard, "2026-01-31", "2026-03-05"), "uk-13-months 2027-02-28 uk-refund 2026-03-06"},
	{debited("GB", dispute.Transfer, "2026-02-28", "2026-04-02"), "uk-13-months 2027-03-28 uk-refund 2026-04-07"},
	{debited("GB", dispute.DebitCard, "2026-11-30", "2026-12-24"), "uk-13-months 2027-12-30 uk-refund 2026-12-29"},
	{debited("GB", dispute.DebitCard, "2026-04-29", "2026-05-02"), "uk-13-months 2027-05-29 uk-refund 2026-05-05"},
	{given{country: "GB", instrument: dispute.Transfer, pack: dispute.Tricked, debited: "2026-09-01", last: "2026-10-07", told: "2026-10-12"}, "uk-scam-claim 2027-11-07 uk-scam-pay 2026-10-19 uk-scam-decide 2026-11-30"},
	{given{country: "GB", instrument: dispute.Transfer, pack: dispute.Tricked, debited: "2026-12-18", last: "2026-12-18", told: "2026-12-23"}, "uk-scam-claim 2028-01-18 uk-scam-pay 2027-01-04 uk-scam-decide 2027-02-15"},
	{given{country: "GB", instrument: dispute.Transfer, complained: "2026-08-24"}, "uk-complaint 2026-09-15 uk-complaint-most 2026-10-13"},
	{given{country: "GB", instrument: dispute.CreditCard, pack: dispute.WentWrong, complained: "2026-11-09", final: "2026-12-31"}, "uk-complaint-other 2027-01-04 uk-ombudsman 2027-06-30"},
	{given{country: "GB", instrument: dispute.DebitCard, final: "2026-08-31"}, "uk-ombudsman 2027-02-28"},
	{debited("DE", dispute.DebitCard, "2026-03-31", "2026-04-02"), "eu-13-months 2027-04-30 eu-refund 2026-04-07"},
	{given{country: "NL", instrument: dispute.DirectDebit, pack: dispute.WentWrong, debited: "2026-11-03", told: "2026-12-21"}, "eu-debit-8-weeks 2026-12-29 eu-debit-answer 2027-01-06"},
	{debited("NL", dispute.DirectDebit, "2026-01-30", ""), "eu-debit-8-weeks 2026-03-27 eu-13-months 2027-02-28"},
	{debited("IE", dispute.CreditCard, "2026-12-29", "2026-12-31"), "eu-13-months 2028-01-29 eu-refund 2027-01-04"},
	{debited("FR", dispute.DebitCard, "2026-04-29", "2026-04-30"), "eu-13-months 2027-05-29 eu-refund 2026-05-04"},
	{given{country: "CA", instrument: dispute.DirectDebit, debited: "2026-09-01", complained: "2026-12-01"}, "ca-debit-90 2026-11-30 ca-complaint 2027-01-26"},
	{given{country: "CA", instrument: dispute.DirectDebit, debited: "2026-06-15", complained: "2026-06-30"}, "ca-debit-90 2026-09-13 ca-complaint 2026-08-25"},
	{given{country: "AU", instrument: dispute.DebitCard, complained: "2026-10-05"}, "au-complaint 2026-11-04"},
	{debited("ZA", dispute.DirectDebit, "2026-05-29", ""), "za-debit-order 2026-07-28"},
	{debited("BR", dispute.Transfer, "2026-09-10", "2026-09-11"), "br-pix 2026-11-29 br-analysis 2026-09-18 br-return 2026-09-22"},
}

// TestFiftyWorkedCases keeps promise F7.
func TestFiftyWorkedCases(t *testing.T) {
	if len(worked) != 50 {
		t.Fatalf("there are %d cases", len(worked))
	}
	for i, c := range worked {
		got := map[string]ledger.Date{}
		for _, clock := range dispute.Clocks(c.facts()) {
			got[clock.ID] = clock.By
			for _, r := range clock.Readings {
				got[clock.ID+"@"+r.Calendar] = r.By
			}
		}
		words := strings.Fields(c.want)
		for at := 0; at < len(words); at += 2 {
			if by, there := got[words[at]]; !there || by != day(words[at+1]) {
				t.Errorf("case %d: %s is %s, want %s", i+1, words[at], by, words[at+1])
			}
		}
	}
}

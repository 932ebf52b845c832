package dispute_test

import (
	"encoding/csv"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"coffer/app/dispute"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"
)

func TestAnswersAreSetAndTakenBack(t *testing.T) {
	charge := day("2026-11-20")
	for key, c := range map[string]struct {
		text string
		want dispute.Answers
	}{
		dispute.KeyCountry:    {"uk", dispute.Answers{Country: "GB"}},
		dispute.KeyInstrument: {"cash-machine", dispute.Answers{Instrument: dispute.Cash}},
		dispute.KeyPack:       {"tricked", dispute.Answers{Pack: dispute.Tricked}},
		dispute.KeyLost:       {"yes", dispute.Answers{Lost: true}},
		dispute.KeyNewAccount: {"Yes", dispute.Answers{NewAccount: true}},
		dispute.KeyInShop:     {"yes", dispute.Answers{InShop: true}},
		dispute.KeyAbroad:     {"yes", dispute.Answers{Abroad: true}},
		dispute.KeyLearned:    {"2026-11-22", dispute.Answers{Learned: day("2026-11-22")}},
		dispute.KeyStatement:  {"charge", dispute.Answers{Statement: charge}},
		dispute.KeyTold:       {"2026-11-22", dispute.Answers{Told: day("2026-11-22")}},
		dispute.KeyLetter:     {"2026-11-22", dispute.Answers{Letter: day("2026-11-22")}},
		dispute.KeyComplained: {"2026-11-22", dispute.Answers{Complained: day("2026-11-22")}},
		dispute.KeyFinal:      {"2026-11-22", dispute.Answers{Final: day("2026-11-22")}},
		dispute.KeyCycleDay:   {"31", dispute.Answers{CycleDay: 31}},
		dispute.KeyReference:  {" D-17 ", dispute.Answers{Reference: "D-17"}},
		dispute.KeyHolder:     {"Nora Whitfield\n12 Alder Street", dispute.Answers{Holder: []string{"Nora Whitfield", "12 Alder Street"}}},
		dispute.KeyBank:       {"Card disputes", dispute.Answers{Bank: []string{"Card disputes"}}},
		dispute.KeyWords:      {"One.\r\n\r\nTwo.", dispute.Answers{Words: []string{"One.", "", "Two."}}},
	} {
		got, err := dispute.Answers{}.Set(key, c.text, charge)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", key, got, err)
		}
		if back, err := got.Set(key, "", charge); err != nil || !reflect.DeepEqual(back, dispute.Answers{}) {
			t.Errorf("%s taken back: %+v, %v", key, back, err)
		}
	}
	if n := len(dispute.Keys()); n != 18 {
		t.Errorf("%d answers can be given", n)
	}
}

func TestWhatIsNoAnswer(t *testing.T) {
	for _, c := range [][2]string{
		{"country", "USA"}, {"country", "1A"}, {"instrument", "gold"}, {"pack", "fraud"}, {"lost", "maybe"}, {"learned", "1970-01-01"},
		{"learned", "yesterday"}, {"learned", "2026-02-30"}, {"told", "charge"}, {"cycle-day", "0"}, {"cycle-day", "32"}, {"reference", "a\nb"},
		{"reference", strings.Repeat("x", 201)}, {"name", "a\x1b[2Jb"}, {"words", strings.Repeat("x\n", 61)}, {"colour", "red"}, {"name", "\xff"},
	} {
		if _, err := (dispute.Answers{}).Set(c[0], c[1], 0); !errors.Is(err, dispute.ErrAnswer) {
			t.Errorf("%s %q: %v", c[0], c[1], err)
		}
	}
}

func TestPhone(t *testing.T) {
	for text, want := range map[string]string{"  +1 555  0142 808 ": "+1 555 0142 808", "": "", "159": "159"} {
		if got, err := dispute.Phone(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"call me", "12", "+1 555 0142 808 ext 4", strings.Repeat("1", 21), "+1\u202e555"} {
		if _, err := dispute.Phone(text); !errors.Is(err, dispute.ErrAnswer) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzAnswers: whatever is typed is refused or kept in bounds, and set once more it is the same.
func FuzzAnswers(f *testing.F) {
	for _, key := range dispute.Keys() {
		f.Add(key, "2026-11-22")
	}
	f.Add("name", "Nora\nAlder Street")
	f.Add("phone", "+1 555 0142 808")
	f.Fuzz(func(t *testing.T, key, text string) {
		fuzzed.Limit(t)
		if phone, err := dispute.Phone(text); err == nil {
			if again, err := dispute.Phone(phone); err != nil || again != phone || len(phone) > 40 {
				t.Fatalf("%q is %q, then %q", text, phone, again)
			}
		}
		a, err := dispute.Answers{}.Set(key, text, day("2026-11-20"))
		if err != nil {
			if !errors.Is(err, dispute.ErrAnswer) || !reflect.DeepEqual(a, dispute.Answers{}) {
				t.Fatalf("%v with %+v", err, a)
			}
			return
		}
		again, err := dispute.Answers{}.Set(key, text, day("2026-11-20"))
		if err != nil || !reflect.DeepEqual(a, again) || len(a.Country) > 2 || len(a.Words) > 60 || a.CycleDay > 31 {
			t.Fatalf("%+v, then %+v", a, again)
		}
		dispute.Clocks(dispute.Facts{Answers: a, Debited: day("2026-11-20"), LastPaid: day("2026-11-20")})
	})
}

// FuzzCSV: what a bank calls a row is one cell, and none that a spreadsheet runs.
func FuzzCSV(f *testing.F) {
	for _, text := range []string{"=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "a\r\n=b", " =1", "\"", "\u202e=1", "＝1", "Café"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fuzzed.Limit(t)
		var out strings.Builder
		p := dispute.ProofOf(dispute.Related, ledger.Transaction{ID: "id", Row: ledger.Row{Date: day("2026-11-20"), Amount: money.New(-61240, "USD"), Payee: text, Text: text, SourceID: text}})
		if err := dispute.WriteCSV(&out, text, []dispute.Proof{p}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != 10 || rows[1][5] != "-612.40" {
			t.Fatalf("%v, %q", err, out.String())
		}
		for _, i := range []int{3, 4, 7, 8} {
			if cell := strings.TrimLeft(rows[1][i], " \t\r\n\u00a0"); cell != "" && strings.ContainsAny(cell[:1], "=+-@|%") {
				t.Fatalf("cell %d is %q", i, rows[1][i])
			}
		}
	})
}

func TestEvidenceAsCSV(t *testing.T) {
	d := voltbay()
	d.Items[1].At, d.Items[1].Source = time.Date(2026, 11, 20, 21, 47, 0, 0, time.UTC), "tx-9"
	var out strings.Builder
	if err := dispute.WriteCSV(&out, "Everyday ·· 4417", []dispute.Proof{d.Items[0].Proof(), d.Items[1].Proof()}); err != nil {
		t.Fatal(err)
	}
	const want = "role,date,time_utc,payee,text,amount,currency,account,bank_id,coffer_id\r\n" +
		"disputed,2026-11-20,,QX Services,,-1.00,USD,Everyday ·· 4417,,small\r\n" +
		"disputed,2026-11-20,2026-11-20T21:47:00Z,Voltbay Electronics,VOLTBAY ELECTRONICS 0042,-612.40,USD,Everyday ·· 4417,tx-9,big\r\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

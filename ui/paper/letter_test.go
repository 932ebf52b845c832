package paper_test

import (
	"bytes"
	"compress/zlib"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/paper"
	"coffer/ui/say"

	"coffer/assets"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var today = ledger.Day(2026, 11, 22)

func voice(t *testing.T) *say.Voice {
	t.Helper()
	v, err := say.New(assets.FS, "en")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func view(change func(*dispute.Answers)) app.DisputeView {
	row := func(payee string, minor int64) ledger.Row {
		return ledger.Row{SourceID: "nl-" + payee[:2], Date: ledger.Day(2026, 11, 20), Payee: payee, Amount: money.New(minor, "USD")}
	}
	d := dispute.Dispute{ID: "d", Account: "card", Opened: time.Date(2026, 11, 22, 10, 14, 0, 0, time.UTC), Items: []dispute.Item{
		dispute.ItemOf(ledger.Transaction{ID: "a", Row: row("QX Services", -100)}), dispute.ItemOf(ledger.Transaction{ID: "b", Row: row("Voltbay Electronics", -61240)}),
	}}
	d.Answers = dispute.Answers{Country: "US", Instrument: dispute.CreditCard, Pack: dispute.Unauthorised, Kept: true, Learned: today,
		Holder: []string{"Nora Whitfield", "12 Alder Street, Boston"}, Bank: []string{"Northlight Bank", "Card disputes"}}
	change(&d.Answers)
	v := app.DisputeView{Dispute: d, Standing: d.Standing(), Related: []ledger.Transaction{{ID: "c", Row: row("Corner Shop with a name that goes on and on and on, beyond the column", -1999)}}}
	v.Account.Account = ledger.Account{ID: "card", Name: "Northlight card", Bank: "Northlight Bank", Masked: "4417", Kind: ledger.Card}
	return v
}

func letter(t *testing.T, v app.DisputeView) dispute.Paper {
	t.Helper()
	p, err := paper.Letter(voice(t), v, today)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLettersSayWhatTheyMust(t *testing.T) {
	for name, change := range map[string]func(*dispute.Answers){
		"us-credit": func(*dispute.Answers) {},
		"us-debit-lost": func(a *dispute.Answers) {
			a.Instrument, a.Lost, a.Told, a.Reference = dispute.DebitCard, true, today, "D-17"
		},
		"uk-tricked": func(a *dispute.Answers) { a.Country, a.Instrument, a.Pack = "GB", dispute.Transfer, dispute.Tricked },
		"eu-wrong": func(a *dispute.Answers) {
			a.Country, a.Instrument, a.Pack = "DE", dispute.DirectDebit, dispute.WentWrong
		},
		"nothing-known": func(a *dispute.Answers) { *a = dispute.Answers{} },
		"own-words":     func(a *dispute.Answers) { a.Words = []string{"My own words.", "And more of them."} },
	} {
		t.Run(name, func(t *testing.T) {
			got := letter(t, view(change)).Text()
			path := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || got != string(want) {
				t.Errorf("%v: the letter is\n%s", err, got)
			}
		})
	}
}

// TestThePDFHoldsTheLetter reads the words back out of its pages.
func TestThePDFHoldsTheLetter(t *testing.T) {
	p := letter(t, view(func(*dispute.Answers) {}))
	raw, err := p.PDF()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := p.PDF(); err != nil || !bytes.Equal(raw, again) {
		t.Error("the same letter is other bytes")
	}
	got := wordsOf(t, raw)
	for _, want := range []string{"Nora Whitfield", "Card disputes", "22 November 2026", "2 charges that I did not authorise, card ending 4417", "QX Services", "$612.40", "1026.13", "Signed", "what to add by hand"} {
		if !strings.Contains(strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("%q is not on the pages:\n%s", want, got)
		}
	}
}

func TestALetterSteersNoPage(t *testing.T) {
	v := view(func(a *dispute.Answers) { a.Words = []string{"a\u202eb"} })
	v.Items[0].Payee, v.Account.Masked = "x\x1b[2J\u202e\U0001f4a3", strings.Repeat("long ", 400)
	v.Related = nil
	raw, err := letter(t, v).PDF()
	if err != nil || !bytes.HasPrefix(raw, []byte("%PDF-")) {
		t.Fatal(err)
	}
	if got := wordsOf(t, raw); strings.ContainsAny(got, "\u202e\x1b") {
		t.Errorf("what steers is on the page: %q", got)
	}
}

// Whatever clock, share, step or evidence there is, there are words for it.
func TestEveryPartOfADisputeHasWords(t *testing.T) {
	v := voice(t)
	named := func(kind, id, text string) {
		if text == "" || text == id {
			t.Errorf("%s %q has no words", kind, id)
		}
	}
	for _, r := range dispute.Rules() {
		named("rule", r.ID, v.Due(r.ID))
		if r.Side == dispute.Own && !r.Later {
			named("time of", r.ID, v.For(r.ID))
		}
		named("count of", r.ID, v.Counted(r.ID, true))
	}
	for _, i := range dispute.Instruments() {
		for _, p := range dispute.Packs() {
			for _, c := range append(dispute.Countries(), "JP") {
				f := dispute.Facts{Answers: dispute.Answers{Country: c, Instrument: i, Pack: p}}
				for _, s := range dispute.Shares(f) {
					named("share", s.ID, v.Share(s.ID, true))
				}
				for _, s := range dispute.Steps(f) {
					named("step", string(s), v.Step(string(s), string(p)))
					named("way of", string(s), v.How(string(s), string(p)))
				}
				for _, e := range dispute.EvidenceOf(f) {
					named("evidence", string(e), v.Evidence(string(e)))
				}
			}
		}
	}
	for _, o := range dispute.Outcomes() {
		named("outcome", "-", v.Outcome(string(o)))
	}
}

// wordsOf returns the texts of a PDF's pages.
func wordsOf(t *testing.T, raw []byte) string {
	t.Helper()
	var b strings.Builder
	for _, part := range bytes.Split(raw, []byte("stream\n"))[1:] {
		r, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue
		}
		plain, _ := io.ReadAll(r)
		for _, show := range regexp.MustCompile(`(?s)\(((?:\\.|[^()\\])*)\) ?Tj`).FindAllSubmatch(plain, -1) {
			text := regexp.MustCompile(`(?s)\\(.)`).ReplaceAll(show[1], []byte("$1"))
			units := make([]uint16, 0, len(text)/2)
			for i := 0; i+1 < len(text); i += 2 {
				units = append(units, uint16(text[i])<<8|uint16(text[i+1]))
			}
			b.WriteString(string(utf16.Decode(units)) + "\n")
		}
	}
	return b.String()
}

package store_test

import (
	"strings"
	"testing"

	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
)

func searchBooks(t testing.TB, s *store.Store) {
	t.Helper()
	id := account(t, s, "link-1", "4417")
	texts := []struct {
		payee, memo string
		minor       int64
	}{
		{"Café Zürich", "", -1250}, {"REWE Markt", "Order 412", -4120}, {"Salary ACME", "January", 250000},
		{"Łódź Transport", "Straße 5", -41299}, {"東京 ラーメン", "", -41200}, {"O'Neill-Smith", "7-eleven", 41250},
	}
	var p ledger.Plan
	for i, x := range texts {
		r := row(i+1, x.minor, x.payee)
		r.Text, r.Memo = "", x.memo
		p.Insert = append(p.Insert, ledger.Insertion{Row: r})
	}
	apply(t, s, id, p)
}

func TestSearch(t *testing.T) {
	s := newStore(t)
	searchBooks(t, s)
	tests := map[string]struct{ typed, want string }{
		"nothing finds all":                       {"  ", "O'Neill-Smith 東京 ラーメン Łódź Transport Salary ACME REWE Markt Café Zürich"},
		"a word, case and accents aside":          {"ZURICH", "Café Zürich"},
		"the beginning of a word":                 {"tran", "Łódź Transport"},
		"every word must be there":                {"rewe order", "REWE Markt"},
		"words of other rows find nothing":        {"rewe january", ""},
		"the middle of a word finds nothing":      {"ewe", ""},
		"punctuation splits words":                {"o'neill-smith 7-eleven", "O'Neill-Smith"},
		"a script without spaces":                 {"東京", "東京 ラーメン"},
		"more than, either way":                   {">412", "O'Neill-Smith Łódź Transport Salary ACME"},
		"more than, or the same":                  {">=412", "O'Neill-Smith 東京 ラーメン Łódź Transport Salary ACME"},
		"less than, either way":                   {"<41,20", "Café Zürich"},
		"less than a negative is further out":     {"<-41.20", "東京 ラーメン Łódź Transport"},
		"more than a negative is nearer or in":    {">-41.20", "O'Neill-Smith Salary ACME Café Zürich"},
		"a number is an amount or a word":         {"412", "O'Neill-Smith 東京 ラーメン Łódź Transport REWE Markt"},
		"decimals make it exact":                  {"412.50", "O'Neill-Smith"},
		"a cut decimal is open":                   {"412.9", "Łódź Transport"},
		"a sign means the way":                    {"+412", "O'Neill-Smith"},
		"grouped digits":                          {"2,500", "Salary ACME"},
		"grouped digits the other way":            {"2.500,00", "Salary ACME"},
		"words and amounts":                       {"transport >100", "Łódź Transport"},
		"operators of the index are only letters": {`AND OR NOT NEAR( "x" * ^ payee:`, ""},
		"signs alone find nothing":                {"💥 (", ""},
		"the beginning of an amount finds all":    {">", "O'Neill-Smith 東京 ラーメン Łódź Transport Salary ACME REWE Markt Café Zürich"},
		"an amount as screens write it":           {"−$412.50", ""},
		"an amount with its symbol":               {"$412.50", "O'Neill-Smith"},
		"a comparison without a number is words":  {">rewe", "REWE Markt"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := ledger.Filter{Search: test.typed}
			if got := payees(page(t, s, f, ledger.NewestFirst)); got != test.want {
				t.Errorf("%q finds %q, want %q", test.typed, got, test.want)
			}
			want := len(page(t, s, f, ledger.NewestFirst))
			if n := must[ledger.Totals](t)(s.Totals(t.Context(), f)).Count(); n != want {
				t.Errorf("%q counts %d, lists %d", test.typed, n, want)
			}
		})
	}
}

func TestSearchFollowsTheNote(t *testing.T) {
	s := newStore(t)
	searchBooks(t, s)
	rows := page(t, s, ledger.Filter{Search: "rewe"}, ledger.NewestFirst)
	must[string](t)(s.SetNote(t.Context(), rows[0].ID, "birthday cake"))
	if got := payees(page(t, s, ledger.Filter{Search: "cake"}, ledger.NewestFirst)); got != "REWE Markt" {
		t.Errorf("the note finds %q", got)
	}
	if was := must[string](t)(s.SetNote(t.Context(), rows[0].ID, "")); was != "birthday cake" {
		t.Errorf("the note was %q", was)
	}
	if got := payees(page(t, s, ledger.Filter{Search: "cake"}, ledger.NewestFirst)); got != "" {
		t.Errorf("a note that is gone finds %q", got)
	}
	audit(t, s)
}

func TestSearchKnowsTheDecimalsOfACurrency(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	yen, dinar := row(1, 0, "yen"), row(2, 0, "dinar")
	yen.Amount, dinar.Amount = money.New(-412, "JPY"), money.New(-412500, "KWD")
	apply(t, s, id, inserts(yen, dinar))
	for typed, want := range map[string]string{"412": "dinar yen", "412.5": "dinar", "<412": "", "<=412": "yen", ">412": "dinar"} {
		if got := payees(page(t, s, ledger.Filter{Search: typed}, ledger.NewestFirst)); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}

// FuzzSearch holds that whatever is typed is a search that answers.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{"", "café", `"`, "'; --", ">1", "<-", ">=", "1,2,3.4", "9223372036854775807", ">99999999999999999999", "a\x00b", "\xff", "٣٤", "e\u0301 \U00010A00 ꙮ", "x*", "½", ">½", strings.Repeat("1 ", 300), strings.Repeat("a", 1000), strings.Repeat("1.a,", 200), strings.Repeat("<1 -2 x ", 99)} {
		f.Add(seed)
	}
	s := plainStore(f)
	searchBooks(f, s)
	f.Fuzz(func(t *testing.T, typed string) {
		fuzzed.Limit(t)
		rows, err := s.Page(t.Context(), ledger.Filter{Search: typed}, ledger.NewestFirst, 0, 100)
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		totals, err := s.Totals(t.Context(), ledger.Filter{Search: typed})
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		if totals.Count() != len(rows) {
			t.Errorf("%q counts %d rows and lists %d", typed, totals.Count(), len(rows))
		}
		if strings.TrimSpace(typed) == "" && len(rows) != 6 {
			t.Errorf("%q finds %d rows, want all", typed, len(rows))
		}
	})
}

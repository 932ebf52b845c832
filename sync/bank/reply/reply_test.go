package reply_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

func FuzzRead(f *testing.F) {
	f.Add(`{"a":{"b":[{"x":1.10,"y":[true,null]},"s"]},"c":"d"}`)
	f.Add(`{"a":{"b":[]},"a":{"b":[1]}}`)
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		n := 0
		beside, err := reply.Read(strings.NewReader(body), reply.List{Path: "a.b", Each: func(reply.Fields) error { n++; return nil }})
		if err != nil {
			if fault.KindOf(err) != fault.BankUnexpected {
				t.Fatalf("kind %d: %v", fault.KindOf(err), err)
			}
			return
		}
		if !json.Valid([]byte(body)) {
			t.Fatalf("%d elements and %v out of what is no JSON", n, beside)
		}
	})
}

func TestElementsAndWhatIsBesideThemAreAllThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.String(), 0, 20).Draw(t, "texts")
		list := []any{}
		for _, s := range texts {
			list = append(list, map[string]any{"text": s, "nothing": nil})
		}
		raw, err := json.Marshal(map[string]any{"page": map[string]any{"list": list, "next": "n"}, "other": 12.5})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		beside, err := reply.Read(strings.NewReader(string(raw)), reply.List{Path: "page.list", Each: func(f reply.Fields) error {
			got = append(got, f.Get("text"))
			return nil
		}})
		if err != nil || beside.Get("page.next") != "n" || beside.Get("other") != "12.5" || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", texts) {
			t.Fatalf("got %q and %v, %v; want %q", got, beside, err, texts)
		}
	})
}

func TestAnAmountInMinorUnitsIsTheSameInDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(rapid.Int64Min(math.MinInt64+1).Draw(t, "minor"), rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(t, "currency"))
		minor, err1 := reply.Minor(fmt.Sprint(a.Minor), a.Currency, "test")
		units, err2 := reply.Decimal(a.Decimal(), a.Currency, "test")
		if err1 != nil || err2 != nil || minor != a || units != a {
			t.Fatalf("got %v, %v and %v, %v; want %v", minor, err1, units, err2, a)
		}
	})
}

func TestTheSpansOfAWindowAreItsDaysOnceEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := bank.Window{From: ledger.Date(rapid.IntRange(0, 2000).Draw(t, "from"))}
		w.To = w.From.AddDays(rapid.IntRange(0, 500).Draw(t, "days"))
		size := rapid.IntRange(1, 100).Draw(t, "size")
		for want, cursor := w.To, ""; ; {
			s, err := reply.SpanOf(w, cursor, size)
			if err != nil || s.To != want || s.From < w.From || s.From > s.To || int(s.To-s.From) >= size {
				t.Fatalf("got %+v, %v after %v", s, err, want)
			}
			if s.Next == "" {
				if s.From != w.From {
					t.Fatalf("ends at %v, the window at %v", s.From, w.From)
				}
				return
			}
			want, cursor = s.From-1, s.Next
		}
	})
}

// TestAListMayBeLeftOutOfWhatHoldsIt, where its dialect says so: of an answer that holds nothing of the kind none is empty.
func TestAListMayBeLeftOutOfWhatHoldsIt(t *testing.T) {
	for body, want := range map[string]bool{
		`{"Data":{}}`: true, `{"Data":{"Rows":null}}`: true, `{"Data":{"Rows":[]}}`: true, `{"Links":{},"Data":{"Other":1}}`: true,
		`{}`: false, `{"Data":null}`: false, `{"Data":[]}`: false, `{"Rows":[]}`: false, `{"Data":{"Rows":{}}}`: false, `{"Dat":{}}`: false, `{"Data":{"Rows":[],"Rows":[]}}`: false, `{"Data":{},"Data":{"Rows":[]}}`: false, `{"Data":{`: false,
	} {
		_, err := reply.Read(strings.NewReader(body), reply.List{Path: "Data.Rows", Omitted: true, Each: func(reply.Fields) error { return nil }})
		if (err == nil) != want || err != nil && fault.KindOf(err) != fault.BankUnexpected {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestTheWordsOfABankMeanACategory(t *testing.T) {
	for told, want := range map[string]ledger.Category{
		"BILLS_AND_SERVICES": ledger.Utilities, "AUTO": ledger.Car, "Automotive": ledger.Car, "AutomaticTransfer": ledger.NoCategory,
		"automatic payment": ledger.Transfer, "Carol": ledger.NoCategory, "GROCERIES": ledger.Groceries, "SAVING": ledger.NoCategory,
	} {
		if got := reply.Category(told); got != want {
			t.Errorf("%s: %s, want %s", told, got, want)
		}
	}
}

// TestAnObjectInThePlaceOfATextIsNoAbsence, nor a list, even with nothing in it.
func TestAnObjectInThePlaceOfATextIsNoAbsence(t *testing.T) {
	for raw, flat := range map[string]bool{
		`{"x":1}`: true, `{"day":null}`: true, `{"day":""}`: true, `{"day":"2026-01-02"}`: true, `{"days":[{}],"day2":{},"a":{"day":[]}}`: true,
		`{"day":{}}`: false, `{"day": [ ] }`: false, `{"day":{"x":null,"y":1}}`: false, `{"day":["2026-01-02"]}`: false, `{"day":[{}]}`: false, `{"day":[[]]}`: false,
	} {
		var element reply.Fields
		beside, err := reply.Read(strings.NewReader(`{"list":[`+raw+`],`+raw[1:]), reply.List{Path: "list", Each: func(f reply.Fields) error {
			element = f
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		for where, f := range map[string]reply.Fields{"in a list": element, "beside it": beside} {
			err := f.Flat("bank.date", "read a row", "none", "day")
			if (err == nil) != flat || err != nil && fault.Of(err).Reason != "bank.date" {
				t.Errorf("%s %s: %v", raw, where, err)
			}
			for _, kept := range f.Raw() {
				if strings.Contains(kept.Name, "{}") {
					t.Errorf("%s %s: a person is shown %q", raw, where, kept.Name)
				}
			}
		}
	}
}

// TestAListThatGrowsUnderThePagerIsReadToItsEnd, by however many pages, and one that goes round is not.
func TestAListThatGrowsUnderThePagerIsReadToItsEnd(t *testing.T) {
	const size = 10
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(size+1, 20*size).Draw(t, "rows")
		grows := rapid.IntRange(0, 100).Draw(t, "growth")
		at := rapid.IntRange(1, 20).Draw(t, "after page")
		round := rapid.Bool().Draw(t, "round")
		n, seen := 0, map[string]bool{}
		for page, err := range reply.Pages(context.Background(), "read", "", func(cursor string) (bank.Page, error) {
			if n++; n == at+1 {
				rows += grows
			}
			from := 0
			_, _ = fmt.Sscan(cursor, &from)
			var p bank.Page
			for i := range size {
				place := from + i
				if round {
					place %= rows
				}
				if place < rows { // the newest row has the highest number
					p.Rows = append(p.Rows, ledger.Row{SourceID: fmt.Sprint(rows - place)})
				}
			}
			if round || from+size < rows {
				p.Next = fmt.Sprint(from + size)
			}
			return p, nil
		}) {
			if err != nil {
				if f := fault.Of(err); !round || f.Reason != "bank.loop" {
					t.Fatalf("after page %d: %v", n, err)
				}
				return
			}
			for _, row := range page.Rows {
				seen[row.SourceID] = true
			}
			if n > 200 {
				t.Fatalf("%d pages of %d rows", n, rows)
			}
		}
		if round {
			t.Fatal("it went round without an error")
		}
		for i := 1; i <= rows-grows; i++ {
			if !seen[fmt.Sprint(i)] {
				t.Fatalf("row %d was on no page", i)
			}
		}
	})
}

package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
)

var (
	names      = []string{"alpha", "beta", "gamma delta", "al", "412 club"}
	categories = []ledger.Category{"", ledger.Groceries, ledger.Transfer, ledger.Salary}
)

// books is a store with random life in it.
type books struct {
	*store.Store
	links    []consent.LinkID
	accounts map[consent.LinkID][]ledger.AccountID
	imports  []int64
}

func (b *books) any(rt *rapid.T) ledger.AccountID {
	var all []ledger.AccountID
	for _, l := range b.links {
		all = append(all, b.accounts[l]...)
	}
	return rapid.SampledFrom(all).Draw(rt, "account")
}

func randomRow(rt *rapid.T) ledger.Row {
	day := rapid.IntRange(1, 70).Draw(rt, "day") // three months
	currency := rapid.SampledFrom([]string{"EUR", "EUR", "JPY"}).Draw(rt, "currency")
	return ledger.Row{
		SourceID: rapid.SampledFrom([]string{"", "s1", "s2", "s3", "s4", "s5", "s6"}).Draw(rt, "source"),
		Date:     ledger.Day(2026, 1, day), Pending: rapid.IntRange(0, 3).Draw(rt, "pending") == 0,
		Amount: money.New(rapid.Int64Range(-500, 500).Draw(rt, "minor")*100, currency),
		Payee:  rapid.SampledFrom(names).Draw(rt, "payee"), Memo: rapid.SampledFrom([]string{"", "beta memo"}).Draw(rt, "memo"),
		Category: rapid.SampledFrom(categories).Draw(rt, "category"),
	}
}

// read is one read of a bank or, with an import, of a file.
func (b *books) read(rt *rapid.T, t testing.TB) {
	id := b.any(rt)
	batch := ledger.Batch{Rows: rapid.SliceOfN(rapid.Custom(randomRow), 1, 8).Draw(rt, "rows"), From: ledger.Day(2026, 1, 1), To: ledger.Day(2026, 3, 31)}
	batch.Complete = rapid.Bool().Draw(rt, "complete")
	w := ledger.Write{Account: id, At: noon}
	if rapid.Bool().Draw(rt, "file") {
		w.Import = &ledger.Import{Name: "a.ofx", Format: "ofx"}
		w.Balance = &ledger.Balance{Booked: money.New(rapid.Int64Range(0, 9).Draw(rt, "balance"), "EUR")}
		w.Reading = &ledger.Reading{Cursor: "x", At: noon}
		for i := range batch.Rows {
			batch.Rows[i].Line = i + 1
		}
	}
	from, to, aliases := batch.Reach()
	stored, gone, err := b.Stored(t.Context(), id, from, to, aliases)
	ok(t, err)
	w.Plan = ledger.Reconcile(stored, gone, batch)
	before := ""
	if w.Import != nil {
		before = fingerprint(t, b.Store)
	}
	done := must[ledger.Written](t)(b.Apply(t.Context(), w))
	if done.Import == 0 {
		return
	}
	if rapid.IntRange(0, 2).Draw(rt, "keep") > 0 {
		b.imports = append(b.imports, done.Import)
		return
	}
	must[int](t)(b.UndoImport(t.Context(), done.Import))
	if after := fingerprint(t, b.Store); after != before {
		rt.Fatalf("undo of an import left\n%s\nwas\n%s", after, before)
	}
}

func (b *books) rows(t testing.TB) []ledger.Transaction {
	var rows []ledger.Transaction
	for _, l := range b.links {
		for _, id := range b.accounts[l] {
			rows = append(rows, history(t, b.Store, id, 0)...)
		}
	}
	return rows
}

func history(t testing.TB, s *store.Store, id ledger.AccountID, from ledger.Date) []ledger.Transaction {
	var rows []ledger.Transaction
	for r, err := range s.History(t.Context(), id, from) {
		ok(t, err)
		rows = append(rows, r)
	}
	return rows
}

func (b *books) edit(rt *rapid.T, t testing.TB) {
	rows := b.rows(t)
	if len(rows) == 0 {
		return
	}
	r := rapid.SampledFrom(rows).Draw(rt, "row")
	switch rapid.IntRange(0, 5).Draw(rt, "edit") {
	case 0:
		ok(t, b.Delete(t.Context(), r.ID))
	case 1:
		must[string](t)(b.SetNote(t.Context(), r.ID, rapid.SampledFrom(names).Draw(rt, "note")))
	default:
		c := rapid.SampledFrom(categories).Draw(rt, "category")
		if was := must[ledger.Category](t)(b.SetCategory(t.Context(), r.ID, c)); was != r.Category {
			rt.Fatalf("category was %q, told %q", r.Category, was)
		}
	}
}

// TestRollUpsEqualARecount lives through random reads, imports, undos, edits and erasures.
func TestRollUpsEqualARecount(t *testing.T) {
	s := newStore(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		b := &books{Store: s, accounts: map[consent.LinkID][]ledger.AccountID{}}
		for i := range 2 {
			link := consent.LinkID(fmt.Sprintf("link-%d-%d", round, i))
			b.links = append(b.links, link)
			for j := range 2 {
				a := ledger.AccountView{Account: ledger.Account{Provider: "bank", Identity: fmt.Sprint(link, j), Currency: "EUR"}}
				saved := must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), link, []ledger.AccountView{a}))
				b.accounts[link] = append(b.accounts[link], saved[0].ID)
			}
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			switch rapid.IntRange(0, 5).Draw(rt, "step") {
			case 0:
				b.edit(rt, t)
			case 1:
				b.undo(rt, t)
			default:
				b.read(rt, t)
			}
			b.check(rt, t)
		}
		b.erase(t)
	})
}

func (b *books) undo(rt *rapid.T, t testing.TB) {
	if len(b.imports) == 0 {
		return
	}
	i := rapid.IntRange(0, len(b.imports)-1).Draw(rt, "import")
	must[int](t)(b.UndoImport(t.Context(), b.imports[i]))
	b.imports = slices.Delete(b.imports, i, i+1)
}

// erase takes the links away one by one; in the end nothing may be left.
func (b *books) erase(t testing.TB) {
	for _, link := range b.links {
		must[consent.Receipt](t)(b.EraseLink(t.Context(), link))
		audit(t, b.Store)
		whole(t, b.Store)
	}
	for _, table := range []string{
		"transactions", "raw", "aliases", "days", "months", "accounts", "balances", "readings", "imports", "replaced", "tombstones", "marks", "reviews", "gaps", "tallies",
	} {
		if left := must[[]string](t)(b.Column(t.Context(), "SELECT count(*) FROM "+table)); left[0] != "0" {
			t.Fatalf("%s rows are left in %s", left[0], table)
		}
	}
}

func (b *books) check(rt *rapid.T, t testing.TB) {
	audit(t, b.Store)
	rows := b.rows(t)
	f := ledger.Filter{
		Search:   rapid.SampledFrom([]string{"", "", "al", "beta", "gam del", ">100", "<-50", "412", "al >100", "412 beta", "-300"}).Draw(rt, "search"),
		Category: rapid.SampledFrom(categories).Draw(rt, "category"),
		Pending:  rapid.IntRange(0, 4).Draw(rt, "pending") == 0, Uncat: rapid.IntRange(0, 4).Draw(rt, "uncat") == 0,
	}
	if rapid.Bool().Draw(rt, "one account") {
		f.Account = b.any(rt)
	}
	if rapid.Bool().Draw(rt, "dates") {
		f.From = ledger.Day(2026, 1, rapid.IntRange(1, 60).Draw(rt, "from"))
		f.To = f.From + ledger.Date(rapid.IntRange(0, 60).Draw(rt, "to"))
	}
	compare(rt, t, b.Store, f, slices.DeleteFunc(rows, func(r ledger.Transaction) bool { return !wanted(f, r) }))
}

// compare holds Page and Totals against the rows that f must find.
func compare(rt *rapid.T, t testing.TB, s *store.Store, f ledger.Filter, want []ledger.Transaction) {
	totals := must[ledger.Totals](t)(s.Totals(t.Context(), f))
	if totals.Count() != len(want) {
		rt.Fatalf("%+v: totals %+v, want %d rows", f, totals, len(want))
	}
	var in, out int64
	for _, r := range want {
		if r.Status == ledger.Booked && r.Amount.Currency == "EUR" {
			in, out = in+max(r.Amount.Minor, 0), out+min(r.Amount.Minor, 0)
		}
	}
	for _, sum := range totals.Booked {
		if sum.In.Currency == "EUR" && (sum.In.Minor != in || sum.Out.Minor != out) {
			rt.Fatalf("%+v: booked %+v, want in %d out %d", f, sum, in, out)
		}
	}
	byID := map[ledger.TransactionID]ledger.Transaction{}
	for _, r := range want {
		byID[r.ID] = r
	}
	orders := []ledger.Order{ledger.NewestFirst, ledger.OldestFirst, ledger.PayeeUp, ledger.AmountDown}
	for _, o := range []ledger.Order{ledger.NewestFirst, rapid.SampledFrom(orders).Draw(rt, "order")} {
		var got []ledger.RegisterRow
		size := rapid.IntRange(1, 9).Draw(rt, "size")
		for {
			part := must[[]ledger.RegisterRow](t)(s.Page(t.Context(), f, o, len(got), size))
			got = append(got, part...)
			if len(part) < size {
				break
			}
		}
		if !slices.IsSortedFunc(got, inOrder(o)) {
			rt.Fatalf("%+v order %d: %+v", f, o, got)
		}
		seen := map[ledger.TransactionID]bool{}
		for _, g := range got {
			w := byID[g.ID]
			if seen[g.ID] || g.Account != w.Account || g.Amount != w.Amount || g.Payee != w.Payee || g.Category != w.Category || g.Date != w.Date {
				rt.Fatalf("%+v order %d: row %+v, want %+v", f, o, g, w)
			}
			seen[g.ID] = true
		}
		if len(got) != len(want) {
			rt.Fatalf("%+v order %d: %d rows, want %d", f, o, len(got), len(want))
		}
	}
}

func inOrder(o ledger.Order) func(a, b ledger.RegisterRow) int {
	return func(a, b ledger.RegisterRow) int {
		switch {
		case o == ledger.PayeeUp:
			return strings.Compare(a.Payee, b.Payee)
		case o == ledger.AmountDown:
			return int(b.Amount.Minor - a.Amount.Minor)
		case a.Status != b.Status:
			return int(b.Status) - int(a.Status)
		case o == ledger.OldestFirst:
			return int(a.Date) - int(b.Date)
		}
		return int(b.Date) - int(a.Date)
	}
}

// wanted says in plain Go what a Filter means.
func wanted(f ledger.Filter, r ledger.Transaction) bool {
	switch {
	case f.Account != "" && r.Account != f.Account, f.Pending && r.Status != ledger.Pending,
		f.Category != "" && r.Category != f.Category, f.Uncat && r.Category != "",
		f.From != 0 && r.Date < f.From, f.To != 0 && r.Date > f.To:
		return false
	}
	for term := range strings.FieldsSeq(f.Search) {
		if !holds(term, r) {
			return false
		}
	}
	return true
}

func holds(term string, r ledger.Transaction) bool {
	scale := int64(1)
	for range money.Exponent(r.Amount.Currency) {
		scale *= 10
	}
	size := max(r.Amount.Minor, -r.Amount.Minor)
	word := false
	for w := range strings.FieldsSeq(strings.Join([]string{r.Payee, r.Text, r.Memo, r.Note}, " ")) {
		word = word || strings.HasPrefix(w, term)
	}
	switch term {
	case ">100":
		return size > 100*scale
	case "<-50":
		return r.Amount.Minor < -50*scale
	case "412":
		return word || size/scale == 412
	case "-300":
		return r.Amount.Minor/scale == -300 && r.Amount.Minor < 0
	}
	return word
}

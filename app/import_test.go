package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/assets"
)

// sheet is an OFX file of one savings account; a row is "day|amount|id|payee".
func sheet(number string, rows ...string) string {
	return "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX>\n" + bankSet(number, rows...) + "</OFX>\n"
}

func bankSet(number string, rows ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD\n")
	fmt.Fprintf(&b, "<BANKACCTFROM><BANKID>1<ACCTID>%s<ACCTTYPE>SAVINGS</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>20261001<DTEND>20261031\n", number)
	for _, r := range rows {
		cell := strings.SplitN(r, "|", 4)
		fmt.Fprintf(&b, "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>%s<TRNAMT>%s<FITID>%s<NAME>%s</STMTTRN>\n", cell[0], cell[1], cell[2], cell[3])
	}
	b.WriteString("</BANKTRANLIST><LEDGERBAL><BALAMT>10.00<DTASOF>20261031</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1>\n")
	return b.String()
}

func (r *rig) preview(t *testing.T, name, text string) (app.ImportPreview, error) {
	t.Helper()
	return r.coffer.PreviewImport(t.Context(), name, strings.NewReader(text), nil)
}

func (r *rig) imports(t *testing.T, name, text string) (app.ImportPreview, app.Imported) {
	t.Helper()
	p := value(r.preview(t, name, text))(t)
	return p, value(r.coffer.Import(t.Context(), p))(t)
}

func TestAnImportBringsWhatItsPreviewSaid(t *testing.T) {
	r := fresh(t)
	sample, err := assets.FS.ReadFile("samples/harbour-statement.ofx")
	must(t, err)
	for name, file := range map[string]struct{ text, newer string }{
		"the sample":          {string(sample), ""},
		"twins and a bad day": {sheet("2222", "20261002|-1.40|a|Kiosk", "20261002|-1.40|b|Kiosk", "20261131|-9.00|c|Nowhere", "20261004|12.00|d|Back"), ""},
		"one row more": {
			sheet("3333", "20261002|-1.40|a|Kiosk", "20261004|-3.00|b|Baker"),
			sheet("3333", "20261002|-1.40|a|Kiosk", "20261004|-3.00|b|Baker", "20261005|-4.00|c|Tram"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := r.read(t)
			preview, done := r.imports(t, "folder/file.ofx", file.text)
			if preview.Name != "file.ofx" {
				t.Errorf("the name shows folders: %q", preview.Name)
			}
			lines := map[app.Fate]int{}
			for _, part := range preview.Parts {
				for _, line := range part.Lines {
					lines[line.Fate]++
				}
			}
			if done.Added != preview.New() || done.Added != lines[app.LineNew] || done.Skipped != lines[app.LineSkipped] || done.Same != lines[app.LineSame] {
				t.Errorf("imported %+v, the preview said %v", done, lines)
			}
			after := r.read(t)
			if got := after.count() - before.count(); got != done.Added {
				t.Errorf("%d rows came in, want %d", got, done.Added)
			}

			again, twice := r.imports(t, "file.ofx", file.text)
			if again.New() != 0 || twice.Added != 0 || twice.Same != done.Added {
				t.Errorf("read again: preview %d new, %+v", again.New(), twice)
			}
			sameBooks(t, r.read(t), after)
			must(t, r.coffer.UndoImport(t.Context(), twice.IDs))
			sameBooks(t, r.read(t), after)
			if file.newer != "" {
				if _, more := r.imports(t, "file.ofx", file.newer); more.Added != 1 || more.Same != done.Added {
					t.Errorf("the newer file: %+v", more)
				} else {
					must(t, r.coffer.UndoImport(t.Context(), more.IDs))
				}
				sameBooks(t, r.read(t), after)
			}

			must(t, r.coffer.UndoImport(t.Context(), done.IDs))
			sameBooks(t, r.read(t), before)
			wantKind(t, r.coffer.UndoImport(t.Context(), done.IDs), fault.NotFound)
		})
	}
}

func TestAnImportIntoALinkedAccountMeetsItsRows(t *testing.T) {
	r := linked(t)
	before := r.read(t)
	text := strings.NewReplacer("SAVINGS", "CHECKING", "<DTASOF>20261031", "<DTASOF>20261230").Replace(sheet("000002290", "20261112|-49.10|x1|CORNER FUEL", "20261120|-7.77|x2|Never Seen Before"))
	preview, done := r.imports(t, "northlight.ofx", text)
	if len(preview.Parts) != 1 || preview.Parts[0].Into.Masked != "2290" || preview.Parts[0].Into.ID == "" {
		t.Fatalf("it would go into %+v", preview.Parts)
	}
	if done.Added != preview.New() || done.Added+done.Same+done.Updated != 2 {
		t.Errorf("imported %+v, preview %d new", done, preview.New())
	}
	after := r.read(t)
	if after.Balances["2290"] != before.Balances["2290"] {
		t.Errorf("a file changed the balance that the bank told: %s", after.Balances["2290"])
	}
	must(t, r.coffer.UndoImport(t.Context(), done.IDs))
	sameBooks(t, r.read(t), before)
}

func TestGarbageIsRefusedWithItsLine(t *testing.T) {
	r := fresh(t)
	whole := sheet("1111", "20261001|-5.00|a|Kiosk")
	for name, test := range map[string]struct {
		text string
		kind fault.Kind
		line string
	}{
		"no statement at all":     {"these are not the rows you look for", fault.UnknownFormat, ""},
		"empty":                   {"", fault.UnknownFormat, ""},
		"a sign-on only":          {"OFXHEADER:100\n\n<OFX><SIGNONMSGSRSV1></SIGNONMSGSRSV1></OFX>", fault.BadFile, "3"},
		"cut in the middle":       {whole[:strings.Index(whole, "<FITID>")], fault.BadFile, "11"},
		"text where a tag stands": {strings.Replace(whole, "<BANKTRANLIST>", "rubbish <BANKTRANLIST>", 1), fault.BadFile, "10"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.preview(t, "garbage.ofx", test.text)
			wantKind(t, err, test.kind)
			f := fault.Of(err)
			if f.Args["line"] != test.line || test.line != "" && f.Reason == "" {
				t.Errorf("line %q reason %q, want line %q", f.Args["line"], f.Reason, test.line)
			}
			if accounts := value(r.coffer.Accounts(t.Context()))(t); len(accounts) != 0 {
				t.Errorf("%d accounts were made", len(accounts))
			}
		})
	}
}

func TestAFileOfSeveralAccountsComesInWholeOrNotAtAll(t *testing.T) {
	r := fresh(t)
	both := "OFXHEADER:100\n\n<OFX>\n" + bankSet("4444", "20261001|-5.00|a|Kiosk") + bankSet("5555", "20261002|-6.00|b|Baker", "20261003|-7.00|c|Tram") + "</OFX>\n"
	preview := value(r.preview(t, "both.ofx", both))(t)
	if len(preview.Parts) != 2 || preview.New() != 3 {
		t.Fatalf("the preview has %d accounts and %d new rows", len(preview.Parts), preview.New())
	}
	bad := preview
	bad.Parts = slices.Clone(preview.Parts)
	bad.Parts[1].Into.ID = "erased since"
	_, err := r.coffer.Import(t.Context(), bad)
	wantKind(t, err, fault.NotFound)
	sameBooks(t, r.read(t), books{})
	if left := value(r.coffer.Accounts(t.Context()))(t); len(left) != 0 {
		t.Errorf("a file that failed left %d accounts", len(left))
	}
	done := value(r.coffer.Import(t.Context(), preview))(t)
	if done.Added != 3 || len(done.IDs) != 2 {
		t.Errorf("imported %+v", done)
	}
	must(t, r.coffer.UndoImport(t.Context(), done.IDs))
	sameBooks(t, r.read(t), books{})
}

func TestImportsAtTheSameTimeDoubleNothing(t *testing.T) {
	r := linked(t)
	want := r.read(t)
	for _, file := range []string{
		sheet("1001", "20261001|-5.00|a|Kiosk"), sheet("1002", "20261001|-5.00|a|Kiosk"),
		strings.Replace(sheet("2290", "20261001|-5.01|new|Kiosk"), "SAVINGS", "CHECKING", 1),
	} {
		p := value(r.preview(t, "same.ofx", file))(t)
		var crowd sync.WaitGroup
		for range 4 {
			crowd.Go(func() {
				if _, err := r.coffer.Import(t.Context(), p); err != nil {
					t.Error(err)
				}
			})
			crowd.Go(func() {
				if err := r.refresh(t); err != nil {
					t.Error(err)
				}
			})
		}
		crowd.Wait()
	}
	want.Balances["1001"], want.Balances["1002"] = "10.00 0.00", "10.00 0.00"
	want.Rows["1001 -5.00 false Kiosk"], want.Rows["1002 -5.00 false Kiosk"], want.Rows["2290 -5.01 false Kiosk"] = 1, 1, 1
	sameBooks(t, r.read(t), want)
}

// TestADeletedRowOfAFileThatWasUndoneCanBeBroughtBack: undoing the import doesn't, reading the file again doesn't, the person does.
func TestADeletedRowOfAFileThatWasUndoneCanBeBroughtBack(t *testing.T) {
	for name, again := range map[string]bool{"once": false, "with the file read again and undone again": true} {
		t.Run(name, func(t *testing.T) {
			r := fresh(t)
			c, ctx := r.coffer, t.Context()
			text := sheet("5551", "20261002|-1.40|a|Kiosk", "20261003|-9.00|b|Wrong Shop")
			_, done := r.imports(t, "october.ofx", text)
			rows := value(c.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 5))(t)
			before, gone := value(c.Transaction(ctx, rows[0].ID))(t).Transaction, rows[0].ID
			must(t, c.DeleteTransaction(ctx, gone))
			must(t, c.UndoImport(ctx, done.IDs))
			if again {
				p, more := r.imports(t, "october.ofx", text)
				if p.Parts[0].New != 1 || p.Parts[0].Same != 1 {
					t.Errorf("the file brings %d new and %d same rows", p.Parts[0].New, p.Parts[0].Same)
				}
				must(t, c.UndoImport(ctx, more.IDs))
			}
			if n := value(c.Totals(ctx, ledger.Filter{}))(t).Count(); n != 0 {
				t.Errorf("%d rows are there after the undo", n)
			}
			if deleted := value(c.DeletedTransactions(ctx, 5))(t); len(deleted) != 1 || deleted[0].ID != gone || deleted[0].Amount != before.Amount {
				t.Fatalf("deleted are %+v", deleted)
			}
			must(t, c.Undelete(ctx, gone))
			if now := value(c.Transaction(ctx, gone))(t).Transaction; fmt.Sprintf("%+v", now.Row) != fmt.Sprintf("%+v", before.Row) || now.Status != before.Status {
				t.Errorf("it came back as %+v, was %+v", now, before)
			}
			if p, _ := r.imports(t, "october.ofx", text); p.Parts[0].New != 1 || p.Parts[0].Same != 1 {
				t.Errorf("after that the file brings %d new and %d same rows", p.Parts[0].New, p.Parts[0].Same)
			}
			if n := value(c.Totals(ctx, ledger.Filter{}))(t).Count(); n != 2 || len(value(c.DeletedTransactions(ctx, 5))(t)) != 0 {
				t.Errorf("%d rows in the end", n)
			}
		})
	}
}

func TestFourDigitsAloneMakeNoAccountTheSame(t *testing.T) {
	r := fresh(t)
	first := value(r.preview(t, "first.ofx", sheet("11111234", "20261002|-1.40|1|Alice")))(t)
	value(r.coffer.Import(t.Context(), first))(t)
	other := value(r.preview(t, "other.ofx", sheet("99991234", "20261002|-1.40|1|Bob")))(t)
	if p := other.Parts[0]; p.Into.ID != "" || p.New != 1 {
		t.Errorf("another account with the same last digits goes into %q, %d new", p.Into.Name, p.New)
	}
}

// TestAFileWithUnreadMovementsClosesNoGap: what was not read may be of any day.
func TestAFileWithUnreadMovementsClosesNoGap(t *testing.T) {
	r := fresh(t)
	for name, test := range map[string]struct {
		text string
		gaps int
	}{
		"all read":   {sheet("5551", "20261002|-1.40|a|Kiosk"), 2},
		"one unread": {sheet("5552", "20261002|-1.40|a|Kiosk", "20261131|-9.00|c|Nowhere"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			preview, _ := r.imports(t, name+".ofx", test.text)
			accounts := value(r.coffer.Accounts(t.Context()))(t)
			at := slices.IndexFunc(accounts, func(a ledger.AccountView) bool { return a.Identity == preview.Parts[0].Into.Identity })
			id := accounts[at].ID
			gap := ledger.Gap{From: ledger.Day(2026, time.September, 20), To: ledger.Day(2026, time.November, 10), Why: ledger.GapPartial, At: r.clock.now()}
			value(r.store.Apply(t.Context(), ledger.Write{Account: id, Gaps: []ledger.Gap{gap}, At: gap.At}))(t)
			if got := value(r.store.Gaps(t.Context(), id))(t); len(got) != test.gaps {
				t.Errorf("the gaps are %v, want %d", got, test.gaps)
			}
		})
	}
}

package ofx_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/statement"
	"coffer/app/statement/ofx"
)

func FuzzOFX(f *testing.F) {
	files, err := filepath.Glob("testdata/*.?fx")
	if err != nil || len(files) == 0 {
		f.Fatalf("seeds: %v, %v", files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add(account("USD", "<STMTTRN><DTPOSTED>20260101<TRNAMT>1<NAME>a<b>c</b>&lt;</STMTTRN>"))
	f.Fuzz(func(t *testing.T, raw string) {
		fuzzed.Limit(t)
		got, err := ofx.Read(t.Context(), raw, statement.Options{})
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if n, want := got.Rows()+len(got.Skipped)-trades(got), countRows(raw); n != want {
			t.Fatalf("%d rows and skips of %d", n, want)
		}
		checkRead(t, got)
	})
}

func checkRefusal(t *testing.T, err error) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != fault.BadFile || f.Args["line"] == "" || f.Args["line"] == "0" || !slices.Contains(ofx.Reasons(), f.Reason) {
		t.Fatalf("refused without a line and a known reason: %v", err)
	}
}

func checkRead(t *testing.T, got statement.File) {
	t.Helper()
	for _, s := range append(got.Skipped, got.Unread...) {
		if s.Line < 1 || s.Line > got.Lines || s.Statement >= len(got.Statements) || !slices.Contains(ofx.Reasons(), s.Reason.ID) {
			t.Fatalf("skip %+v of %d lines and %d statements", s, got.Lines, len(got.Statements))
		}
	}
	for _, s := range got.Statements {
		for _, r := range s.Rows {
			if r.Line < 1 || r.Line > got.Lines || !r.Date.Plausible() || r.Amount.Currency != s.Account.Currency ||
				r.Date < s.From || r.Date > s.To || !shown(r) {
				t.Fatalf("row %+v of %+v", r, s.Account)
			}
		}
	}
}

// shown reports whether a row's texts hold nothing that steers a terminal.
func shown(r ledger.Row) bool {
	return !strings.ContainsAny(r.Payee+r.Memo+r.Text+r.SourceID, "\x1b\n\r\x00\x07")
}

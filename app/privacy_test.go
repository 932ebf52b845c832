package app_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/store"
	"coffer/app/vault"
)

// ledgerErr is what is wrong with the ledger of connections.
func ledgerErr(ctx context.Context, c *app.Coffer) error {
	state, err := c.VerifyLedger(ctx, nil)
	if err != nil {
		return err
	}
	return state.Err()
}

func wholeLedger(t *testing.T, c *app.Coffer) {
	t.Helper()
	must(t, ledgerErr(t.Context(), c))
}

func TestThePrivacyScreenAddsUp(t *testing.T) {
	r := linked(t)
	v := value(r.coffer.Privacy(t.Context()))(t)
	rows := value(r.coffer.Entries(t.Context(), app.LedgerFilter{}, 0, 10_000))(t)
	var sent, received int64
	for _, e := range rows {
		sent, received = sent+e.Sent, received+e.Received
	}
	if v.Entries != len(rows) || v.Sent != sent || v.Received != received || !v.Last.Equal(rows[0].Started) {
		t.Errorf("the view says %d, %d, %d, %v; the rows %d, %d, %d", v.Entries, v.Sent, v.Received, v.Last, len(rows), sent, received)
	}
	if n := value(r.coffer.Count(t.Context(), app.LedgerFilter{Link: r.id}))(t); n != len(rows) || len(v.Totals) != 1 || v.Totals[0].Bank != "Northlight Bank" {
		t.Errorf("%d rows of the link, totals %+v", n, v.Totals)
	}
	if len(v.Days) != 1 || v.Days[0].Requests != len(rows) || v.Days[0].Sent != sent || v.Days[0].Day != r.coffer.Today() {
		t.Errorf("days %+v", v.Days)
	}
	if !v.Chain.Verified.IsZero() || v.Chain.OK || v.Chain.Head == "" || v.Chain.Outside != "" {
		t.Errorf("before any verification: %+v", v.Chain)
	}
	if s := v.Stored; s.Path != r.coffer.Dir() || s.Database == 0 || s.Keys == 0 || s.Map == 0 || s.Total() <= s.Database {
		t.Errorf("stored %+v", s)
	}

	told := 0
	state := value(r.coffer.VerifyLedger(t.Context(), func(done, total int) {
		if done != len(rows) || total != len(rows) {
			t.Errorf("told %d of %d", done, total)
		}
		told++
	}))(t)
	again := value(r.coffer.Privacy(t.Context()))(t).Chain
	if !state.OK || state.Rows != int64(len(rows)) || told == 0 || again != state || state.Verified != r.coffer.Now() {
		t.Errorf("verified %+v, kept %+v", state, again)
	}
	r.clock.move(48 * time.Hour)
	must(t, r.refresh(t))
	if days := value(r.coffer.Privacy(t.Context()))(t).Days; len(days) != 2 || days[0].Day != r.coffer.Today() {
		t.Errorf("days after another refresh %+v", days)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.coffer.VerifyLedger(cancelled, nil)
	wantKind(t, err, fault.Canceled)
}

func TestTheExportedLedgerCanBeCheckedWithoutCoffer(t *testing.T) {
	r := linked(t)
	var out bytes.Buffer
	must(t, r.coffer.ExportLedger(t.Context(), &out, "json"))
	var file struct {
		Format     string
		HowToCheck []string `json:"how_to_check"`
		Head       string
		Entries    []egress.Entry
	}
	must(t, json.Unmarshal(out.Bytes(), &file))
	must(t, egress.Verify(file.Entries, egress.Head{}))
	last := file.Entries[len(file.Entries)-1]
	if file.Head != (egress.Head{Seq: last.Seq, Hash: last.Hash}).String() || len(file.HowToCheck) < 4 || file.Format != "coffer-ledger-1" {
		t.Errorf("head %q of %d rows, %d lines of help", file.Head, last.Seq, len(file.HowToCheck))
	}
	head := value(egress.ParseHead(file.Head))(t)
	if state := value(r.coffer.VerifyLedgerAgainst(t.Context(), []egress.Head{head}, nil))(t); !state.OK {
		t.Errorf("against its own head %+v", state)
	}

	out.Reset()
	must(t, r.coffer.ExportLedger(t.Context(), &out, "csv"))
	lines := csv.NewReader(&out)
	lines.Comment = '#'
	rows := value(lines.ReadAll())(t)
	if len(rows) != len(file.Entries)+1 || rows[1][9] != "200" {
		t.Errorf("%d rows in CSV, %d in JSON", len(rows)-1, len(file.Entries))
	}
	if err := r.coffer.ExportLedger(t.Context(), &out, "xml"); err == nil {
		t.Error("xml was written")
	}
	wantErr := errors.New("the stick is full")
	for _, format := range []string{"csv", "json"} {
		if err := r.coffer.ExportLedger(t.Context(), full{wantErr}, format); !errors.Is(err, wantErr) {
			t.Errorf("a full stick is %v", err)
		}
	}
}

type full struct{ err error }

func (f full) Write([]byte) (int, error) { return 0, f.err }

// TestNoCellIsAFormula has a bank name its accounts as a formula; purposes carry account names.
func TestNoCellIsAFormula(t *testing.T) {
	r := fresh(t)
	must(t, r.coffer.Lock())
	var s *store.Store
	r.coffer = value(app.New(app.Config{
		Dir: filepath.Join(r.dir, "vault"), OpenBanks: r.openBanks, Now: r.clock.now, OpenBrowser: func(context.Context, string) error { return nil },
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) {
			opened, err := r.openStore(ctx, v)
			if err == nil {
				s = opened.(stubborn).Store
			}
			return opened, err
		},
	}))(t)
	must(t, r.unlock())
	for _, text := range []string{"=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "a\r\n=1"} {
		e := egress.Entry{Link: text, Purpose: egress.Purpose{ID: text, Args: map[string]string{text: text}}, Method: text, Origin: text, Path: text, Started: r.clock.now()}
		value(s.Begin(t.Context(), e))(t)
	}
	var out bytes.Buffer
	must(t, r.coffer.ExportLedger(t.Context(), &out, "csv"))
	lines := csv.NewReader(&out)
	lines.Comment = '#'
	for _, row := range value(lines.ReadAll())(t)[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a cell begins as a formula does: %q", cell)
			}
		}
	}
}

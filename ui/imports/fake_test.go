package imports_test

import (
	"context"
	"io"
	"time"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/statement"
)

var today = ledger.Day(2026, time.November, 22)

// fake answers previews from what a test gave it.
type fake struct {
	preview app.ImportPreview
	err     error
	block   chan struct{} // nil, or PreviewImport waits until it is closed
	read    string        // the file's bytes
	chosen  app.ImportChoice
	calls   []string
}

func (f *fake) PreviewImport(ctx context.Context, _ string, r io.Reader, chosen app.ImportChoice) (app.ImportPreview, error) {
	if f.block != nil {
		select {
		case <-f.block:
		case <-ctx.Done():
			return app.ImportPreview{}, ctx.Err()
		}
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return app.ImportPreview{}, err
	}
	f.read, f.chosen = string(raw), chosen
	f.calls = append(f.calls, "preview")
	return f.preview, f.err
}

func (f *fake) Import(_ context.Context, p app.ImportPreview) (app.Imported, error) {
	if f.err != nil {
		return app.Imported{}, f.err
	}
	f.calls = append(f.calls, "import")
	return app.Imported{Name: p.Name, IDs: []int64{7}, Added: 8, Same: 17, Updated: 1, Skipped: 3}, nil
}

func (f *fake) UndoImport(context.Context, []int64) error {
	f.calls = append(f.calls, "undo")
	return f.err
}

func (f *fake) Today() ledger.Date { return today }

func eur(minor int64) money.Amount { return money.New(minor, "EUR") }

// full is a file with lines of every fate.
func full() *fake {
	p := app.ImportPart{
		Into:  ledger.Account{ID: "a1", Name: "Azulejo conta corrente", Currency: "EUR"},
		Could: []ledger.AccountView{{Account: ledger.Account{ID: "a2", Name: "Azulejo poupança", Currency: "EUR"}}},
		Statement: statement.Statement{
			HasBalance: true, Balance: ledger.Balance{Booked: eur(290715)},
		},
		New: 8, Same: 17, Skipped: 3,
	}
	for i, why := range []string{"31 Novembre", "1.234", "x"} {
		p.Lines = append(p.Lines, app.ImportLine{Fate: app.LineSkipped, Line: 1 + i*30, Payee: "TRF MB WAY −15,00", Reason: ledger.Reason{ID: []string{"ofx.date", "ofx.ambiguous", "ofx.amount"}[i], Args: map[string]string{"value": why}}})
	}
	for i := range 17 {
		p.Lines = append(p.Lines, app.ImportLine{Fate: app.LineSame, Line: 3 + i, Date: today.AddDays(-i), Payee: "Mercado Verde", Amount: eur(-4632), Reason: ledger.Reason{ID: "fingerprint"}})
	}
	p.Lines = append(p.Lines, app.ImportLine{Fate: app.LineBooks, Line: 2, Date: today.AddDays(-1), Payee: "Padaria do Largo", Amount: eur(-980), Reason: ledger.Reason{ID: "settled", Args: map[string]string{"days": "2"}}})
	for i := range 8 {
		p.Lines = append(p.Lines, app.ImportLine{Fate: app.LineNew, Line: 24 + i, Date: today.AddDays(-3 - i), Payee: "Água e Luz, uma conta com um nome comprido", Amount: eur(-8814 + int64(i)*20000), Reason: ledger.Reason{ID: ledger.ReasonNew}})
	}
	return &fake{preview: app.ImportPreview{
		Name: "azulejo-novembro.ofx", File: statement.File{Format: "OFX", Lines: 61, How: statement.How{Encoding: "Windows-1252", Version: "1.02"}}, Parts: []app.ImportPart{p},
	}}
}

package app

import (
	"cmp"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/statement"
	"coffer/app/statement/all"
)

// ImportPreview is what a statement file would bring. Nothing is stored yet.
type ImportPreview struct {
	Name  string // of the file, without its folder
	File  statement.File
	Parts []ImportPart // one for each account of the file
}

// ImportPart is one account of a file, where its rows would go, and what becomes of each.
type ImportPart struct {
	Statement statement.Statement
	Into      ledger.Account       // ID is empty for an account that the import would make
	Could     []ledger.AccountView // accounts in the same currency that it could go into instead
	Lines     []ImportLine         // skipped ones first, then those already there, then new ones
	New       int
	Same      int
	Skipped   int
}

// Fate is what becomes of a line.
type Fate int

// The fates, in the order that lists show: what needs eyes is on top.
const (
	LineSkipped Fate = iota
	LineSame
	LineBooks // it books a pending row, or brings the bank's newer word
	LineNew
)

// ImportLine is one movement of a file and what becomes of it.
type ImportLine struct {
	Fate   Fate
	Line   int // in the file
	Date   ledger.Date
	Payee  string
	Amount money.Amount // no currency on a skipped line
	Reason ledger.Reason
}

// New returns the number of rows that the import would add.
func (p ImportPreview) New() int {
	n := 0
	for _, part := range p.Parts {
		n += part.New
	}
	return n
}

// ImportChoice says into which account the n-th statement of a file goes, where the person
// chose one.
type ImportChoice map[int]ledger.AccountID

// PreviewImport reads a statement file and says of every line what would become of it.
func (c *Coffer) PreviewImport(ctx context.Context, name string, r io.Reader, chosen ImportChoice) (ImportPreview, error) {
	preview := ImportPreview{Name: filepath.Base(name)}
	file, err := statement.Read(ctx, all.Formats(), r, statement.Options{})
	if err != nil {
		return preview, err
	}
	preview.File = file
	err = c.use(ctx, "preview an import", func(ctx context.Context, o *opened) error {
		accounts, err := o.store.Accounts(ctx)
		if err != nil {
			return err
		}
		for i, s := range file.Statements {
			part, err := partOf(ctx, o, batchOf(file, i), ImportPart{Statement: s, Into: named(target(s, accounts, chosen[i]), preview.Name)})
			if err != nil {
				return err
			}
			part.Could = slices.DeleteFunc(slices.Clone(accounts), func(a ledger.AccountView) bool {
				return a.Currency != s.Account.Currency || a.ID == part.Into.ID
			})
			part.skips(file.Skipped, i)
			preview.Parts = append(preview.Parts, part)
		}
		return nil
	})
	return preview, err
}

// target finds the account that a statement belongs to: the one chosen, the one made by an
// earlier file, or the linked one with the same last digits, kind and currency if it is the only one.
func target(s statement.Statement, accounts []ledger.AccountView, chosen ledger.AccountID) ledger.Account {
	var alike []ledger.Account
	for _, a := range accounts {
		switch {
		case chosen != "" && a.ID == chosen:
			return a.Account
		case chosen == "" && s.Account.Identity != "" && a.Provider == statement.FileProvider && a.Identity == s.Account.Identity:
			return a.Account
		case a.Link != "" && a.Masked != "" && a.Masked == s.Account.Masked && a.Kind == s.Account.Kind && a.Currency == s.Account.Currency && sameBank(a.Bank, s.Account.Bank):
			alike = append(alike, a.Account)
		}
	}
	if chosen == "" && len(alike) == 1 {
		return alike[0]
	}
	return s.Account
}

// sameBank reports whether a file may be of bank: it names none, or one name is within the other.
// Four digits alone make no account the same.
func sameBank(bank, named string) bool {
	bank, named = ledger.NormalText(bank), ledger.NormalText(named)
	return named == "" || bank != "" && (strings.Contains(bank, named) || strings.Contains(named, bank))
}

// named gives an account that an import would make a name: its bank's, else the file's.
func named(a ledger.Account, file string) ledger.Account {
	if a.ID == "" && a.Name == "" {
		a.Name = cmp.Or(a.Bank, strings.TrimSuffix(file, filepath.Ext(file)))
	}
	return a
}

func partOf(ctx context.Context, o *opened, batch ledger.Batch, part ImportPart) (ImportPart, error) {
	plan, err := planFor(ctx, o, batch, part.Into)
	if err != nil {
		return part, err
	}
	for _, m := range plan.Same {
		part.add(LineSame, m.Row, m.Reason)
	}
	for _, u := range plan.Update {
		part.add(LineBooks, u.Came, u.Reason)
	}
	for _, n := range plan.Added() {
		part.add(LineNew, n.Row, n.Reason)
	}
	for _, row := range batch.Rows {
		if part.Into.BookedOnly && row.Pending {
			part.Lines = append(part.Lines, ImportLine{Fate: LineSkipped, Line: row.Line, Payee: row.Payee, Reason: ledger.Reason{ID: ledger.ReasonBookedOnly}})
			part.Skipped++
		}
	}
	part.sort()
	return part, nil
}

func planFor(ctx context.Context, o *opened, batch ledger.Batch, account ledger.Account) (ledger.Plan, error) {
	into := account.ID
	if account.BookedOnly {
		batch = batch.WithoutPending()
	}
	if into == "" {
		return ledger.Reconcile(nil, nil, batch), nil
	}
	from, to, aliases := batch.Reach()
	stored, gone, err := o.store.Stored(ctx, into, from, to, aliases)
	if err != nil {
		return ledger.Plan{}, err
	}
	return ledger.Reconcile(stored, gone, batch), nil
}

// batchOf takes the n-th statement of a file by its whole days: the file lists them, but for what could not be read.
func batchOf(file statement.File, n int) ledger.Batch {
	s := file.Statements[n]
	return ledger.Batch{Rows: s.Rows, From: s.From, To: s.To, Complete: file.Whole(n)}
}

func (p *ImportPart) add(fate Fate, row ledger.Row, because ledger.Reason) {
	p.Lines = append(p.Lines, ImportLine{fate, row.Line, row.Date, row.Payee, row.Amount, because})
	switch fate {
	case LineSame:
		p.Same++
	case LineNew:
		p.New++
	}
}

func (p *ImportPart) skips(skipped []statement.Skip, nth int) {
	for _, s := range skipped {
		if s.Statement == nth || nth == 0 && s.Statement == statement.NoStatement {
			p.Lines = append(p.Lines, ImportLine{Fate: LineSkipped, Line: s.Line, Payee: s.Text, Reason: s.Reason})
			p.Skipped++
		}
	}
	p.sort()
}

func (p *ImportPart) sort() {
	slices.SortStableFunc(p.Lines, func(a, b ImportLine) int {
		return cmp.Or(cmp.Compare(a.Fate, b.Fate), cmp.Compare(a.Line, b.Line))
	})
}

// Imported is what an import brought.
type Imported struct {
	Name    string
	IDs     []int64 // one for each account, for UndoImport
	Added   int
	Same    int
	Updated int
	Skipped int
}

// Import stores what a preview showed: every account of the file or, if one fails, none. What came in
// since the preview is known too: no row is doubled.
func (c *Coffer) Import(ctx context.Context, p ImportPreview) (Imported, error) {
	done := Imported{Name: p.Name}
	parts := make([]ledger.FilePart, len(p.Parts))
	for i, part := range p.Parts {
		parts[i] = c.filePart(p, i)
		done.Skipped += part.Skipped
	}
	written, err := read(ctx, c, "import a statement", func(ctx context.Context, o *opened) ([]ledger.Written, error) {
		return o.store.Import(ctx, parts)
	})
	if err != nil {
		return Imported{Name: p.Name}, err
	}
	for _, w := range written {
		done.IDs = append(done.IDs, w.Import)
		done.Added += w.Added
		done.Same += w.Same
		done.Updated += w.Updated + w.Booked
	}
	c.Changed.Accounts.Tell("")
	c.scoreLater(c.scoreAll(ctx))
	return done, nil
}

func (c *Coffer) filePart(p ImportPreview, n int) ledger.FilePart {
	part, now := p.Parts[n], c.Now()
	s := part.Statement
	f := ledger.FilePart{Into: part.Into, Batch: batchOf(p.File, n), Import: ledger.Import{Name: p.Name, Format: p.File.Format, At: now}}
	if f.Into.ID == "" && f.Into.Identity == "" {
		f.Into.Identity = ledger.IdentityOf(statement.FileProvider, p.Name, f.Into.Kind, f.Into.Currency)
	}
	if s.HasBalance {
		b := s.Balance
		b.ReadAt = now
		if b.AsOf.IsZero() {
			b.AsOf = now
		}
		f.Balance = &b
	}
	return f
}

// UndoImport takes an import back: exactly what was there before it, the account that it made and
// alerts included. It wraps ledger.ErrNotFound if it was undone already.
func (c *Coffer) UndoImport(ctx context.Context, ids []int64) error {
	err := c.use(ctx, "undo an import", func(ctx context.Context, o *opened) error {
		_, err := o.store.UndoImport(ctx, ids...)
		return err
	})
	if err != nil {
		return err
	}
	c.Changed.Accounts.Tell("")
	c.Changed.Alerts.Tell("")
	c.scoreLater(c.scoreAll(ctx))
	return nil
}

// Package statement says what a statement file is to us. Each format is a room below; all lists them.
package statement

import (
	"slices"

	"coffer/app/ledger"
)

// File is what one statement file holds. No row of it is lost: each is in Statements or in Skipped.
type File struct {
	Format     string // name of the Format that read it
	Statements []Statement
	Skipped    []Skip // movements that were not read, in the order of the file
	Unread     []Skip // whatever else was not read: a balance, a list of securities, a refused account
	Lines      int
	How        How
}

// How is how the bytes were understood, for the person to check.
type How struct {
	Encoding string // "UTF-8", "Windows-1252", "UTF-16"
	Version  string // of the format, as the file names it; may be empty
	Dates    string // date style where the format has several: "dd/mm/yyyy"; else empty
	Decimal  string // "." or "," where the file shows it; else empty
}

// Statement is one account of a file.
type Statement struct {
	// Account has no ID yet. Its Provider is FileProvider. Its Identity is empty where the file
	// does not say which account it is: the person chooses. Name is empty where the format has none.
	Account ledger.Account
	Rows    []ledger.Row // in the order of the file, each with its Line
	// From and To are the days that the file says it covers, widened to hold every row;
	// both zero if it says nothing and has no row.
	From, To ledger.Date
	// Balance is meant only if HasBalance. Available and AsOf may still be zero: the file
	// does not say. ReadAt and Account are left to the caller.
	Balance    ledger.Balance
	HasBalance bool
}

// FileProvider is the ledger.Account.Provider of accounts that come from files.
const FileProvider = "file"

// Skip is something in a file that was not read, and why.
type Skip struct {
	Line      int
	Statement int           // index in File.Statements, or NoStatement
	Text      string        // payee and amount as printed, clipped, for the person to find it
	Reason    ledger.Reason // ID as "ofx.date"
}

// NoStatement is the Skip.Statement of what belongs to no account that was read.
const NoStatement = -1

// Rows returns how many rows the statements of f have together.
func (f File) Rows() int {
	n := 0
	for _, s := range f.Statements {
		n += len(s.Rows)
	}
	return n
}

// Whole reports whether every movement of the n-th statement was read, as far as the file tells.
func (f File) Whole(n int) bool {
	return !slices.ContainsFunc(f.Skipped, func(s Skip) bool { return s.Statement == n || s.Statement == NoStatement })
}

// Cover widens From and To of s so that every row lies within them. said tells whether they
// hold days that the file named.
func (s *Statement) Cover(said bool) {
	for i, r := range s.Rows {
		if i == 0 && !said {
			s.From, s.To = r.Date, r.Date
		}
		s.From, s.To = min(s.From, r.Date), max(s.To, r.Date)
	}
}

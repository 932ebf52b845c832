package dispute

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// Proof is a row of the evidence.
type Proof struct {
	Role   string // "disputed", "related" or "refund"
	Row    ledger.TransactionID
	Date   ledger.Date
	At     time.Time
	Amount money.Amount
	Payee  string
	Text   string
	Source string
}

// The roles of a row of the evidence.
const (
	Disputed = "disputed"
	Related  = "related"
	MoneyIn  = "refund"
)

// ProofOf returns a row of the ledger in its role.
func ProofOf(role string, t ledger.Transaction) Proof {
	return Proof{role, t.ID, t.Date, t.At, t.Amount, t.Payee, t.Text, t.SourceID}
}

// Proof returns the item as a row of the evidence.
func (i Item) Proof() Proof {
	return Proof{Disputed, i.Row, i.Date, i.At, i.Amount, i.Payee, i.Text, i.Source}
}

// WriteCSV writes the evidence: UTF-8, RFC 4180, one row a movement. A cell of the bank's or the person's that a
// spreadsheet would take for a formula begins with an apostrophe.
func WriteCSV(w io.Writer, account string, all []Proof) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write([]string{"role", "date", "time_utc", "payee", "text", "amount", "currency", "account", "bank_id", "coffer_id"}); err != nil {
		return fmt.Errorf("write the evidence: %w", err)
	}
	for _, p := range all {
		clock := ""
		if !p.At.IsZero() {
			clock = p.At.UTC().Format(time.RFC3339)
		}
		row := []string{p.Role, p.Date.String(), clock, harmless(p.Payee), harmless(p.Text), p.Amount.Decimal(), harmless(p.Amount.Currency), harmless(account), harmless(p.Source), string(p.Row)}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write the evidence: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the evidence: %w", err)
	}
	return nil
}

// harmless is text that no spreadsheet takes for a formula; what steers is gone from it.
func harmless(text string) string {
	text = printable(strings.NewReplacer("\r", " ", "\n", " ", "\t", " ").Replace(text))
	if plain := strings.TrimLeft(text, " "); plain != "" && strings.ContainsAny(plain[:1], "=+-@|%") || strings.HasPrefix(plain, "＝") || strings.HasPrefix(plain, "＋") || strings.HasPrefix(plain, "－") || strings.HasPrefix(plain, "＠") {
		return "'" + text
	}
	return text
}

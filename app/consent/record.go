package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// RecordKind says why a record was made. Append only: it is stored.
type RecordKind int

// The kinds of a record.
const (
	AgreedLink     RecordKind = iota // a link was made
	AgreedRenewal                    // it was given a new grant
	AgreedAccounts                   // the person changed which accounts it reads
)

// Record is what the person was shown and agreed to. Each grant has one, and so has each later choice of
// accounts. Records are never changed; each fixes all before it by its hash, as receipts do.
type Record struct {
	Link    LinkID
	Bank    string
	Kind    RecordKind
	At      time.Time // UTC, when it was agreed
	Version string    // of Coffer
	Text    []Line    `json:",omitempty"` // as it was shown before the browser opened, in the language of then

	Provider    string    // id of the provider file
	File        string    `json:",omitzero"` // path of that file where it is the person's own
	FileHash    string    `json:",omitzero"`
	Between     string    `json:",omitzero"`  // who is between the bank and this computer; empty: nobody
	Reads       []string  `json:",omitempty"` // "balances", "transactions", "details"
	Scopes      []string  `json:",omitempty"` // as the bank granted them
	Hosts       []string  `json:",omitempty"` // origins that the link may talk to
	HistoryDays int       `json:",omitempty"` // how far back
	ConsentDays int       `json:",omitempty"` // for how long it was asked for; 0: until it is ended
	Ends        time.Time `json:",omitzero"`  // UTC, as far as was known then
	ConsentID   string    `json:",omitzero"`  // the bank's id of the grant

	All      bool     `json:",omitempty"` // every account that the bank granted is read
	Accounts []Agreed `json:",omitempty"` // what the bank listed, and what the person said

	Previous string // hash of the record before, hex SHA-256; empty for the first
	Hash     string // of this one, by HashRecord
}

// Line is a line that was shown. Label may be empty.
type Line struct{ Label, Text string }

// Agreed is an account in a record.
type Agreed struct {
	Name, Masked string
	Read         bool
}

// RecordOf is a record of what l stands for now; what was shown is for the caller to add.
func RecordOf(l Link, kind RecordKind, now time.Time) Record {
	r := Record{Link: l.ID, Bank: l.Bank, Kind: kind, At: now.UTC(), Provider: l.Provider, File: l.File, FileHash: l.FileHash,
		Scopes: l.Scopes, Hosts: l.Origins, HistoryDays: l.HistoryDays, Ends: l.Expires, ConsentID: l.ConsentID, All: !l.Limited}
	for _, a := range l.Choice {
		r.Accounts = append(r.Accounts, Agreed{Name: a.Name, Masked: a.Masked, Read: a.Read})
	}
	return r
}

// HashRecord returns the hex SHA-256 of r, its Hash field aside.
func HashRecord(r Record) string {
	r.Hash = ""
	canonical, err := json.Marshal(r)
	if err != nil {
		panic("consent: a record of strings, times and numbers always encodes: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// CheckRecords fails if one of all, oldest first, is not as it was written, or if one before another is
// missing. Without a hash that was kept elsewhere it can't tell that the newest are missing.
func CheckRecords(all []Record) error {
	previous := ""
	for i, r := range all {
		switch {
		case r.Hash != HashRecord(r):
			return fmt.Errorf("record %d of %s is not as it was written", i+1, r.Bank)
		case r.Previous != previous:
			return fmt.Errorf("record %d of %s does not follow the one before it", i+1, r.Bank)
		}
		previous = r.Hash
	}
	return nil
}

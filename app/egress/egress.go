// Package egress holds the ledger of connections: one Entry per request, chained by hash. Pure.
package egress

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one request that Coffer made. It is durable before the dial and completed after.
type Entry struct {
	Seq      int64 // 1, 2, 3 … without gaps
	Link     string
	Purpose  Purpose
	Method   string
	Origin   string // scheme://host:port
	Path     string // template without ids: "/accounts/{id}/transactions"
	Started  time.Time
	Previous string // hash of the entry before, hex SHA-256; empty for the first
	Hash     string // of what is above, by HashEntry; the outcome has its own
	Outcome
}

// Purpose says why a request was made: an id that ui/say has words for, and values for them.
type Purpose struct {
	ID   string            // "metadata", "consent", "token", "renew", "accounts", "transactions", "revoke", "probe"
	Args map[string]string `json:",omitempty"`
}

// Outcome is how a request ended. The zero Outcome means that Coffer stopped in between: the
// outcome is unknown.
type Outcome struct {
	Ended    time.Time
	Status   int   // HTTP status, 0 if there was no answer
	Sent     int64 // bytes at the socket, under TLS
	Received int64
	TLS      string // "1.3", empty on loopback http
	Problem  int    // fault.Kind, 0 if it went well
	Sealed   string // hash of the outcome and of the entry's Hash
}

// HashEntry returns the hash of e as it stood before the dial.
func HashEntry(e Entry) string {
	e.Hash, e.Outcome = "", Outcome{}
	return hash(e)
}

// HashOutcome returns the hash of how e ended.
func HashOutcome(e Entry) string {
	sealed := e.Outcome
	sealed.Sealed = ""
	return hash(struct {
		Entry   string
		Outcome Outcome
	}{e.Hash, sealed})
}

func hash(v any) string {
	canonical, err := json.Marshal(v)
	if err != nil {
		panic("egress: an entry of strings, times and numbers always encodes: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// Verify reads entries in order of Seq and reports the first that was changed, removed or
// moved, or nil. previous is the hash before the first of them, "" from the beginning.
func Verify(entries []Entry, previous string) error {
	for i, e := range entries {
		switch {
		case i > 0 && e.Seq != entries[i-1].Seq+1:
			return fmt.Errorf("row %d follows row %d: a row is missing", e.Seq, entries[i-1].Seq)
		case e.Previous != previous:
			return fmt.Errorf("row %d does not follow the row before it", e.Seq)
		case e.Hash != HashEntry(e):
			return fmt.Errorf("row %d was changed", e.Seq)
		case e.Sealed != "" && e.Sealed != HashOutcome(e):
			return fmt.Errorf("the outcome of row %d was changed", e.Seq)
		}
		previous = e.Hash
	}
	return nil
}

// Total is what went to one origin.
type Total struct {
	Origin         string
	Link           string
	Requests       int
	Sent, Received int64 // bytes
	Last           time.Time
}

// Package egress holds the ledger of connections: one Entry per request, chained by hash. Pure.
package egress

import "time"

// Entry is one request that Coffer made. It is durable before the dial and completed after.
type Entry struct {
	Seq      int64 // 1, 2, 3 … without gaps
	Link     string
	Purpose  Purpose
	Method   string
	Origin   string // scheme://host:port
	Path     string // template without ids: "/accounts/{id}/transactions"
	Via      string `json:",omitempty"` // host:port of the person's own proxy, which alone was dialled; empty: Origin was
	Started  time.Time
	Previous string // hash of the entry before, hex SHA-256; empty for the first
	Hash     string // of what is above, by HashEntry; the outcome has its own
	Outcome
}

// Purpose says why a request was made: an id that ui/say has words for, and values for them.
type Purpose struct {
	ID   string            // "metadata", "consent", "register", "token", "keys", "renew", "accounts", "transactions", "revoke", "probe"
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

// Troubled reports whether a person should look at e: a fault, an answer that is an error, or no
// outcome.
func (e Entry) Troubled() bool { return e.Sealed == "" || e.Problem != 0 || e.Status >= 400 }

// Filter chooses entries. The zero Filter chooses all.
type Filter struct {
	Link     string
	From, To time.Time // of Started: From is in, To is not; zero is no bound
	Problems bool      // only those that Troubled reports
	Purpose  string    // id
}

// Total is what went to one origin for one link.
type Total struct {
	Origin         string
	Link           string
	Bank           string // name of the link's bank; empty if it never became a link
	Requests       int
	Problems       int   // requests that Troubled reports
	Sent, Received int64 // bytes
	Last           time.Time
}

// SlotLength is how much time a Slot sums. Every zone's midnight falls between two slots.
const SlotLength = 15 * time.Minute

// Slot is what all connections that started within SlotLength of Start came to.
type Slot struct {
	Start          time.Time
	Requests       int
	Problems       int
	Sent, Received int64
}

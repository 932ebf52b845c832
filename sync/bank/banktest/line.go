// Package banktest holds the test that every dialect passes, and a scripted bank on loopback
// to run it against.
package banktest

import (
	"context"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/sync/wire"
)

// Book is a ledger of connections in memory. The zero Book is ready.
type Book struct {
	mu      sync.Mutex
	entries []egress.Entry
}

// Begin numbers e and keeps it.
func (b *Book) Begin(_ context.Context, e egress.Entry) (egress.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e.Seq = int64(len(b.entries) + 1)
	b.entries = append(b.entries, e)
	return e, nil
}

// Complete keeps how the entry ended.
func (b *Book) Complete(_ context.Context, seq int64, o egress.Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries[seq-1].Outcome = o
	return nil
}

// Entries returns what was kept, oldest first.
func (b *Book) Entries() []egress.Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.entries)
}

// Line opens a door that leads to the origin of base alone, and closes it with the test.
func Line(t testing.TB, book *Book, base string) *wire.Line {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	door, err := wire.New(wire.Config{Ledger: book, Now: time.Now, UserAgent: "Coffer/test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	line, err := door.Line("link-1", []string{u.Scheme + "://" + u.Host})
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// Package secret holds text that never prints: tokens, codes, passphrases, keys.
package secret

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
)

const mask = "[redacted]"

// Text is a secret string. Every way to print, log or encode it gives "[redacted]";
// only Reveal opens it, so a search for Reveal lists each use. The value sits behind
// a func because fmt prints unexported fields of a holder without asking our methods.
// The zero Text is empty.
type Text struct{ open func() string }

// New seals s. Call it as soon as the secret arrives.
func New(s string) Text { return Text{open: func() string { return s }} }

// Reveal returns the secret itself. Which rooms may call it is fixed by the floor plan.
func (t Text) Reveal() string {
	if t.open == nil {
		return ""
	}
	return t.open()
}

// Empty reports whether there is no secret in t.
func (t Text) Empty() bool { return t.Len() == 0 }

// Len returns the length in bytes.
func (t Text) Len() int { return len(t.Reveal()) }

// Equal compares in time that depends on the lengths alone.
func (t Text) Equal(other Text) bool {
	return subtle.ConstantTimeCompare([]byte(t.Reveal()), []byte(other.Reveal())) == 1
}

// Format answers every verb of fmt.
func (Text) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mask)) }

// LogValue answers log/slog.
func (Text) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalText answers encoding/json and its kin.
func (Text) MarshalText() ([]byte, error) { return []byte(mask), nil }

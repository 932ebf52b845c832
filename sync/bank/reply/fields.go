// Package reply reads what banks with a JSON API answer: objects as text, lists element by element, what a
// status means, and whether pages go round. The dialects with such an API share it.
package reply

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app/fault"
	"coffer/app/ledger"
)

const (
	deepest      = 16   // objects within objects
	mostFields   = 2048 // of one element of a list, or of what is beside the lists
	mostRaw      = 80   // of those, kept for the person
	longestRaw   = 500  // bytes of one kept value
	longestField = 4 << 10
)

// Fields is one JSON object flattened in its own order: "amount.minorUnits", "links[0].rel". Numbers are
// their text, so that nothing passes through a float; null is left out. A value that is no object is one
// field without a name. An object or a list with nothing in it is a field whose name ends in hollow.
type Fields []ledger.Field

const hollow = "{}"

var (
	errDeep   = errors.New("objects too deep within objects")
	errMany   = errors.New("too many fields")
	errLong   = errors.New("a text too long to be one")
	errShape  = errors.New("not the shape of the bank's API")
	errSyntax = errors.New("not JSON")
	errTwice  = errors.New("a list named twice")
	errShort  = errors.New("the JSON ends early")
)

// flatten reads raw, which is one value.
func flatten(raw []byte) (Fields, error) {
	all := make(Fields, 0, 16)
	w := walker{text: string(raw), each: all.add, hollow: all.hollow}
	err := w.whole("", 0)
	return all, err
}

// add keeps one value.
func (f *Fields) add(name, text string) error {
	if len(*f) >= mostFields {
		return errMany
	}
	if len(text) > longestField {
		return errLong // an id or an amount that is cut would be another
	}
	*f = append(*f, ledger.Field{Name: name, Value: text})
	return nil
}

// hollow notes an object or a list with nothing in it.
func (f *Fields) hollow(name string) error { return f.add(name+hollow, "") }

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// syntax takes the offending text out of an error of encoding/json: it is the bank's.
func syntax(err error) error {
	var wrong *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return fmt.Errorf("byte %d: %w", wrong.Offset, errSyntax)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errShort
	}
	return err
}

// Get returns the value called name, or "". Of two with one name the last counts, as encoding/json has it.
func (f Fields) Get(name string) string {
	for i := len(f) - 1; i >= 0; i-- {
		if f[i].Name == name {
			return f[i].Value
		}
	}
	return ""
}

// First returns the first value there is of names.
func (f Fields) First(names ...string) string {
	for _, name := range names {
		if v := f.Get(name); v != "" {
			return v
		}
	}
	return ""
}

// Flat is a fault where an object or a list stands in the place of a text, at one of names: that is no absence. reason
// says of which kind the text is ("bank.date").
func (f Fields) Flat(reason, op string, names ...string) error {
	for _, field := range f {
		for _, name := range names {
			if below, ok := strings.CutPrefix(field.Name, name); ok && below != "" && strings.ContainsRune(".[{", rune(below[0])) {
				return misread(reason, op, errShape)
			}
		}
	}
	return nil
}

// Raw returns what the person may look at, in the bank's order.
func (f Fields) Raw() []ledger.Field {
	kept := make([]ledger.Field, 0, min(len(f), mostRaw))
	for _, field := range f {
		if len(kept) == mostRaw {
			break
		}
		if field.Value == "" && strings.HasSuffix(field.Name, hollow) {
			continue
		}
		kept = append(kept, ledger.Field{Name: Plain(field.Name), Value: clip(Plain(field.Value), longestRaw)})
	}
	return kept
}

// Plain is the bank's text made fit to show: one line, without controls and without marks that turn the
// direction of what follows.
func Plain(s string) string {
	if IsPlain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f' || r == '\ufeff':
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// IsPlain reports whether s is printed ASCII with one space between words, as most of what banks write: Plain leaves it as it is.
func IsPlain(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// clip cuts s to at most so many bytes, between two letters.
func clip(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes]
}

// misread is an answer that came whole and makes no sense. err must hold no amount and no text of the bank's.
func misread(reason, op string, err error) error {
	return fault.Because(fault.BankUnexpected, reason, op, err)
}

package fdx

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

const (
	mostFields   = 512 // of one account or transaction
	mostRaw      = 80  // of those, kept for the person
	longestRaw   = 500 // bytes of one kept value
	longestField = 4 << 10
)

// fields is one JSON object flattened in its own order: "paymentDetails.feesAmount", "links[0].rel".
// Numbers are their text, so that nothing passes through a float; null is left out.
type fields []ledger.Field

var (
	errMany  = errors.New("too many fields")
	errShape = errors.New("not the shape of the FDX API")
)

// flatten reads raw, which must be one object.
func flatten(raw []byte) (fields, error) {
	if len(raw) == 0 || raw[0] != '{' {
		return nil, errShape
	}
	all := make(fields, 0, 16)
	err := reply.Values(raw, func(name, value string) error {
		if len(all) >= mostFields {
			return errMany
		}
		all = append(all, ledger.Field{Name: name, Value: clip(value, longestField)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all.unwrapped(), nil
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

var (
	errSyntax = errors.New("not JSON")
	errShort  = errors.New("the JSON ends early")
	errTwice  = errors.New("a list named twice")
)

// unwrapped takes FDX 5's wrapper off: {"depositAccount":{…}} becomes its content, and the
// wrapper's name the accountCategory that version 6 has.
func (f fields) unwrapped() fields {
	if len(f) == 0 {
		return f
	}
	wrapper, _, wrapped := strings.Cut(f[0].Name, ".")
	kind, isAccount := strings.CutSuffix(wrapper, "Account")
	if !isAccount {
		kind, isAccount = strings.CutSuffix(wrapper, "Transaction")
	}
	if !wrapped || !isAccount || kind == "" {
		return f
	}
	inner := make(fields, 0, len(f)+1)
	for _, field := range f {
		name, same := strings.CutPrefix(field.Name, wrapper+".")
		if !same {
			return f
		}
		inner = append(inner, ledger.Field{Name: name, Value: field.Value})
	}
	if inner.get("accountCategory") == "" {
		inner = append(inner, ledger.Field{Name: "accountCategory", Value: strings.ToUpper(kind) + "_ACCOUNT"})
	}
	return inner
}

// get returns the value called name, or "". Of two with one name the last counts, as
// encoding/json has it.
func (f fields) get(name string) string {
	for i := len(f) - 1; i >= 0; i-- {
		if f[i].Name == name {
			return f[i].Value
		}
	}
	return ""
}

// first returns the first value there is of names.
func (f fields) first(names ...string) string {
	for _, name := range names {
		if v := f.get(name); v != "" {
			return v
		}
	}
	return ""
}

// raw returns what the person may look at, in the bank's order.
func (f fields) raw() []ledger.Field {
	kept := make([]ledger.Field, min(len(f), mostRaw))
	for i := range kept {
		kept[i] = ledger.Field{Name: plain(f[i].Name), Value: clip(plain(f[i].Value), longestRaw)}
	}
	return kept
}

// plain is the bank's text made fit to show: one line, without controls and without marks
// that turn the direction of what follows.
func plain(s string) string {
	if reply.IsPlain(s) {
		return s
	}
	bad := func(r rune) bool { return unicode.IsControl(r) || turns(r) }
	if strings.IndexFunc(s, bad) >= 0 {
		s = strings.Map(func(r rune) rune {
			if turns(r) {
				return -1
			}
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, s)
	}
	return strings.Join(strings.Fields(s), " ")
}

func turns(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f' || r == '\ufeff'
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

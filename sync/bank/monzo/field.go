package monzo

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

const (
	mostRaw     = 80  // fields kept for the person
	longestName = 100 // bytes
	longestRaw  = 500 // bytes of one kept value
)

// textIn returns the text called name in the object raw, or "".
func textIn(raw json.RawMessage, name string) (text string) {
	stream := reply.StreamOf(raw)
	err := stream.Object(func(member string) error {
		value, err := stream.Value()
		if err == nil && member == name && value[0] == '"' {
			text = ""
			err = reply.Values(value, func(_, told string) error {
				text = told
				return nil
			})
		}
		return err
	})
	if err != nil {
		return ""
	}
	return text
}

// twice reports whether a name is there twice among the fields of the object raw.
func twice(raw []byte) bool {
	stream, seen, again := reply.StreamOf(raw), make(map[string]bool, 32), false
	_ = stream.Object(func(name string) error { // of anything else the reader has told
		again, seen[name] = again || seen[name], true
		_, err := stream.Value()
		return err
	})
	return again
}

// rawOf flattens the object raw, in the bank's order: "merchant.address.city", "labels[0]". Numbers
// are their text; null is left out.
func rawOf(raw []byte) []ledger.Field {
	var all []ledger.Field
	_ = reply.Values(raw, func(name, value string) error { // what came before a limit is kept
		if len(all) == mostRaw {
			return errShape
		}
		all = append(all, ledger.Field{Name: plain(clip(name, longestName)), Value: clip(plain(value), longestRaw)})
		return nil
	})
	return all
}

// plain is the bank's text made fit to show: one line, without controls and without marks
// that turn the direction of what follows.
func plain(s string) string {
	if reply.IsPlain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case turns(r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
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

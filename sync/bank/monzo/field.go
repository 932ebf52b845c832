package monzo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app/ledger"
)

const (
	mostRaw     = 80  // fields kept for the person
	longestName = 100 // bytes
	longestRaw  = 500 // bytes of one kept value
	deepest     = 8
)

// textIn returns the text called name in the object raw, or "".
func textIn(raw json.RawMessage, name string) string {
	var all map[string]json.RawMessage
	var text string
	if json.Unmarshal(raw, &all) != nil || json.Unmarshal(all[name], &text) != nil {
		return ""
	}
	return text
}

// membersOf returns the names of the fields of the object raw, sorted; one that is there twice is there twice.
func membersOf(raw []byte) (names []string) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if opening, err := d.Token(); err != nil || opening != json.Delim('{') {
		return nil
	}
	var value json.RawMessage
	for d.More() {
		name, err := d.Token()
		if err != nil || d.Decode(&value) != nil {
			return nil // which the reader has told
		}
		names = append(names, name.(string))
	}
	slices.Sort(names)
	return names
}

// rawOf flattens the object raw, in the bank's order: "merchant.address.city", "labels[0]". Numbers
// are their text; null is left out.
func rawOf(raw []byte) []ledger.Field {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var all []ledger.Field
	_ = flatten(d, "", 0, &all) // what came before a limit is kept
	return all
}

// flatten reads one value. It returns false when it read enough.
func flatten(d *json.Decoder, name string, depth int, all *[]ledger.Field) bool {
	token, err := d.Token()
	if err != nil || len(*all) >= mostRaw || depth > deepest {
		return false
	}
	switch v := token.(type) {
	case nil:
		return true
	case json.Delim:
		for i := 0; d.More(); i++ {
			inner := name + "[" + strconv.Itoa(i) + "]"
			if v == '{' {
				key, err := d.Token()
				if err != nil {
					return false
				}
				inner = strings.TrimPrefix(name+"."+key.(string), ".")
			}
			if !flatten(d, clip(inner, longestName), depth+1, all) {
				return false
			}
		}
		_, err := d.Token()
		return err == nil
	}
	*all = append(*all, ledger.Field{Name: plain(name), Value: clip(plain(fmt.Sprint(token)), longestRaw)})
	return true
}

// plain is the bank's text made fit to show: one line, without controls and without marks
// that turn the direction of what follows.
func plain(s string) string {
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

// Package leak says in which forms a secret may be written, for tests that look for it in all that comes out.
// Nothing but tests imports it.
package leak

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// Shortest is the fewest bytes of a form: shorter ones turn up in sealed pages by chance.
const Shortest = 6

// Form is one way in which a text may be written.
type Form struct{ Name, Bytes string }

// Plain returns the ways to write text so that it can be read. Each is another.
func Plain(text string) []Form {
	var all []Form
	all = add(all, "text", text)
	var wide []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	all = add(all, "utf-16", string(wide))
	all = add(all, "lower case", strings.ToLower(text))
	if escaped, err := json.Marshal(text); err == nil {
		all = add(all, "json", strings.Trim(string(escaped), `"`))
	}
	return all
}

// Forms is Plain, and what can be turned back into text: hex, a query, and base64 wherever in it text stands.
func Forms(text string) []Form {
	all := Plain(text)
	all = add(all, "hex", hex.EncodeToString([]byte(text)))
	all = add(all, "hex", strings.ToUpper(hex.EncodeToString([]byte(text))))
	all = add(all, "query", url.QueryEscape(text))
	for before := range 3 {
		all = add(all, "base64", within(base64.RawStdEncoding, text, before))
		all = add(all, "base64", within(base64.RawURLEncoding, text, before))
	}
	return all
}

func add(all []Form, name, written string) []Form {
	if len(written) < Shortest || slices.ContainsFunc(all, func(f Form) bool { return f.Bytes == written }) {
		return all
	}
	return append(all, Form{name, written})
}

// within returns what is surely in the base64 of any text that holds text behind before bytes, modulo 3.
func within(e *base64.Encoding, text string, before int) string {
	whole := e.EncodeToString(append(make([]byte, before), text...))
	from, to := (before*8+5)/6, (before+len(text))*8/6
	return whole[min(from, to):to]
}

// Found returns the forms of secrets that stand in data.
func Found(data []byte, secrets ...string) (found []Form) {
	for _, s := range secrets {
		for _, f := range Forms(s) {
			if bytes.Contains(data, []byte(f.Bytes)) {
				found = append(found, f)
			}
		}
	}
	return found
}

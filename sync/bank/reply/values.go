package reply

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Values calls each with the name and the text of every value in raw that is no object and no list, in its own order: names
// are as in Fields, a number is its text, null is left out. Raw must be one valid JSON value, as json.RawMessage is after
// decoding: nothing else is checked again, which makes this ten times as fast as a decoder's tokens.
func Values(raw []byte, each func(name, value string) error) error {
	w := walker{text: string(raw), each: each}
	return w.value("", 0)
}

type walker struct {
	text string
	at   int
	each func(name, value string) error

	hollow func(name string) error // called for an object or a list with nothing in it; may be nil
}

// peek passes over white space and returns the byte after it, 0 at the end.
func (w *walker) peek() byte {
	for ; w.at < len(w.text); w.at++ {
		switch c := w.text[w.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (w *walker) value(name string, depth int) error {
	switch c := w.peek(); c {
	case '{', '[':
		if depth > deepest {
			return errDeep
		}
		w.at++
		if end := w.peek(); w.hollow != nil && (end == '}' || end == ']') {
			w.at++
			return w.hollow(name)
		}
		if c == '{' {
			return w.object(name, depth)
		}
		return w.list(name, depth)
	case '"':
		text, err := w.quoted()
		if err != nil {
			return err
		}
		return w.each(name, text)
	case 0:
		return errShort
	}
	if text := w.bare(); text != "null" {
		return w.each(name, text)
	}
	return nil
}

func (w *walker) object(name string, depth int) error {
	for {
		switch w.peek() {
		case '}':
			w.at++
			return nil
		case ',':
			w.at++
			continue
		case '"':
		default:
			return errSyntax
		}
		key, err := w.quoted()
		if err != nil {
			return err
		}
		if w.peek() != ':' {
			return errSyntax
		}
		w.at++
		if err := w.value(join(name, clip(key, 100)), depth+1); err != nil {
			return err
		}
	}
}

func (w *walker) list(name string, depth int) error {
	for i := 0; ; {
		switch w.peek() {
		case ']':
			w.at++
			return nil
		case ',':
			w.at++
			continue
		case 0:
			return errShort
		}
		if err := w.value(name+"["+strconv.Itoa(i)+"]", depth+1); err != nil {
			return err
		}
		i++
	}
}

// quoted reads a string. What is escaped or no UTF-8 is left to encoding/json.
func (w *walker) quoted() (string, error) {
	begin, plain := w.at, true
	for w.at++; w.at < len(w.text); w.at++ {
		switch c := w.text[w.at]; {
		case c == '"':
			w.at++
			inner := w.text[begin+1 : w.at-1]
			if plain || utf8.ValidString(inner) && !escaped(inner) {
				return inner, nil
			}
			var text string
			err := json.Unmarshal([]byte(w.text[begin:w.at]), &text)
			return text, syntax(err)
		case c == '\\':
			plain = false
			w.at++
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	return "", errShort
}

func escaped(s string) bool {
	for i := range len(s) {
		if s[i] == '\\' {
			return true
		}
	}
	return false
}

// bare reads a number, true, false or null.
func (w *walker) bare() string {
	begin := w.at
	for ; w.at < len(w.text); w.at++ {
		switch w.text[w.at] {
		case ',', '}', ']', ' ', '\t', '\n', '\r':
			return w.text[begin:w.at]
		}
	}
	return w.text[begin:]
}

package reply

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Values calls each with the name and the text of every value in raw that is no object and no list, in its own order: names
// are as in Fields, a number is its text, null is left out. It errs where raw is not one JSON value (RFC 8259); each may have
// been called by then. It is ten times as fast as a decoder's tokens.
func Values(raw []byte, each func(name, value string) error) error {
	w := walker{text: string(raw), each: each}
	return w.whole("", 0)
}

type walker struct {
	text string
	at   int
	each func(name, value string) error

	hollow func(name string) error // called for an object or a list with nothing in it; may be nil
}

// whole reads one value and nothing after it.
func (w *walker) whole(name string, depth int) error {
	if err := w.value(name, depth); err != nil {
		return err
	}
	if w.peek() != 0 || w.at < len(w.text) {
		return errSyntax
	}
	return nil
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
		return w.nested(c, name, depth)
	case '"':
		text, err := w.quoted()
		if err != nil {
			return err
		}
		return w.each(name, text)
	}
	switch text := w.bare(); {
	case text == "null":
		return nil
	case text == "true", text == "false", isNumber(text):
		return w.each(name, text)
	}
	return w.wrong()
}

// wrong is what is wrong with the next byte.
func (w *walker) wrong() error {
	if w.at >= len(w.text) {
		return errShort
	}
	return errSyntax
}

// nested reads an object or a list, which opens with c.
func (w *walker) nested(c byte, name string, depth int) error {
	if depth > deepest {
		return errDeep
	}
	w.at++
	if w.peek() == c+2 { // its bracket
		w.at++
		if w.hollow == nil {
			return nil
		}
		return w.hollow(name)
	}
	for i := 0; ; i++ {
		var err error
		if c == '{' {
			err = w.member(name, depth)
		} else {
			err = w.value(name+"["+strconv.Itoa(i)+"]", depth+1)
		}
		if err != nil {
			return err
		}
		switch w.peek() {
		case ',':
			w.at++
		case c + 2:
			w.at++
			return nil
		default:
			return w.wrong()
		}
	}
}

func (w *walker) member(name string, depth int) error {
	if w.peek() != '"' {
		return w.wrong()
	}
	key, err := w.quoted()
	if err != nil {
		return err
	}
	if w.peek() != ':' {
		return w.wrong()
	}
	w.at++
	return w.value(join(name, clip(key, 100)), depth+1)
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
		case c < ' ':
			return "", errSyntax
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

// bare reads what a number, true, false or null may be made of.
func (w *walker) bare() string {
	begin := w.at
	for ; w.at < len(w.text); w.at++ {
		switch c := w.text[w.at]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c == '-', c == '+', c == '.', c == 'E':
		default:
			return w.text[begin:w.at]
		}
	}
	return w.text[begin:]
}

// isNumber reports whether s is a number as JSON has it.
func isNumber(s string) bool {
	digits := func() bool {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n > 0
	}
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	if s != "" && s[0] == '0' {
		s = s[1:]
	} else if !digits() {
		return false
	}
	if s != "" && s[0] == '.' {
		if s = s[1:]; !digits() {
			return false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		if s = s[1:]; s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		return digits() && s == ""
	}
	return s == ""
}

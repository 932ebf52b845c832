package ofx

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lines counts lines up to places that only grow; an earlier place than the last one counts as that.
type lines struct {
	text, sep string
	last, n   int
}

func newLines(text string) lines {
	if strings.IndexByte(text, '\n') < 0 {
		return lines{text: text, sep: "\r"}
	}
	return lines{text: text, sep: "\n"}
}

func (l *lines) at(place int) int {
	if place > l.last {
		l.n += strings.Count(l.text[l.last:place], l.sep)
		l.last = place
	}
	return l.n + 1
}

// isPlain reports that text holds no entity and no control byte.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '&' || c == 0x7f {
			return false
		}
	}
	return true
}

// clean decodes entities, twice where a bank encoded twice, and takes control characters out.
func clean(text string) string {
	if strings.IndexByte(text, '&') >= 0 {
		once := decode(text)
		if once != text && strings.Contains(text, "&amp;") {
			once = decode(once)
		}
		text = once
	}
	return printable(text)
}

// printable makes control characters a space each: text of a file must not steer a terminal.
func printable(text string) string {
	if isPlain(text) && strings.IndexByte(text, 0xC2) < 0 && strings.IndexByte(text, 0xE2) < 0 { // where such marks begin in UTF-8
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069': // they turn what follows
			return -1
		}
		return r
	}, text)
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": " "}

// decode replaces the entities that OFX knows and character references; any other "&" stays.
func decode(text string) string {
	const longest = 10
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		text = text[i:]
		if semi := strings.IndexByte(text[:min(longest, len(text))], ';'); semi > 1 {
			if meant, ok := entity(text[1:semi]); ok {
				b.WriteString(meant)
				text = text[semi+1:]
				continue
			}
		}
		b.WriteByte('&')
		text = text[1:]
	}
}

func entity(word string) (string, bool) {
	digits, numeric := strings.CutPrefix(word, "#")
	if !numeric {
		meant, ok := entities[strings.ToLower(word)]
		return meant, ok
	}
	base := 10
	if hex := strings.TrimLeft(digits, "xX"); hex != digits {
		digits, base = hex, 16
	}
	r, err := strconv.ParseUint(digits, base, 32)
	if err != nil || r == 0 || r > unicode.MaxRune || !utf8.ValidRune(rune(r)) {
		return "", false
	}
	return string(rune(r)), true
}

package ofx

import (
	"errors"
	"strings"

	"coffer/app/statement"
)

const (
	longestName  = 64
	longestAttrs = 256
	longestValue = 64 << 10
	// peekBytes is how far ahead the end tag of an unknown name is looked for, and peekBudget how
	// much of that one file gets: an empty unknown tag costs little however many there are.
	peekBytes  = 4 << 10
	peekBudget = 32 << 20
)

// token is one start tag with the text up to the next tag, or one end tag.
type token struct {
	entry
	name  string // in capitals
	text  string // trimmed, entities and all
	at    int    // of "<"
	end   bool   // an end tag
	empty bool   // <TAG/>
	plain bool   // text needs no decoding
}

// mark is a tag as it stands in the text.
type mark struct {
	entry
	name       string
	at, after  int
	end, empty bool
}

// scanner cuts OFX 1 (SGML without most end tags) and OFX 2 (XML) into tokens by one set of rules.
type scanner struct {
	text   string
	pos    int
	ahead  mark // the tag at pos, if found is set
	found  bool
	budget int
	recent recent
	lines  lines
}

func newScanner(text string) *scanner {
	return &scanner{text: text, budget: peekBudget, lines: newLines(text)}
}

var (
	errComment = errors.New("a comment has no end")
	errStray   = errors.New("text where a tag must stand")
	errLong    = errors.New("a text is too long")
	errCut     = errors.New("the file ends in the middle")
)

// next makes t the next token; more is false at the end of the text. Outside of the root
// element any text goes, inside only space.
func (s *scanner) next(t *token, outside bool) (more bool, err error) {
	if !s.found {
		more, err = s.seek(outside)
		if err != nil || !more {
			return false, err
		}
	}
	m := &s.ahead
	t.entry, t.name, t.at, t.end, t.empty = m.entry, m.name, m.at, m.end, m.empty
	t.text, t.plain = "", true
	s.found, s.pos = false, m.after
	if m.end || m.empty {
		return true, nil
	}
	if t.text, t.plain, err = s.value(m.after, t); err != nil {
		return false, err
	}
	if t.rank == 0 {
		s.skipEnd(t.name)
	}
	return true, nil
}

// seek finds the next tag from pos on, over comments. Declarations stand outside of the root only.
func (s *scanner) seek(outside bool) (bool, error) {
	for {
		i := strings.IndexByte(s.text[s.pos:], '<')
		if i < 0 {
			i = len(s.text) - s.pos
		}
		if !outside {
			if stray := strings.TrimSpace(s.text[s.pos : s.pos+i]); stray != "" {
				return false, s.refuse(s.pos+strings.Index(s.text[s.pos:], stray), "ofx.text", errStray)
			}
		}
		s.pos += i
		if s.pos == len(s.text) {
			return false, nil
		}
		if s.found = s.tagAt(s.pos, &s.ahead); s.found {
			return true, nil
		}
		over, err := s.over(s.pos)
		switch {
		case err != nil:
			return false, err
		case over > 0:
			s.pos = over
		case outside:
			s.pos++
		default:
			return false, s.refuse(s.pos, "ofx.text", errStray)
		}
	}
}

// over returns where a comment that starts at i ends, 0 if none starts there.
func (s *scanner) over(i int) (int, error) {
	const open, shut = "<!--", "-->"
	rest, ok := strings.CutPrefix(s.text[i:], open)
	if !ok {
		return 0, nil
	}
	n := strings.Index(rest, shut)
	if n < 0 {
		return 0, s.refuse(i, "ofx.comment", errComment)
	}
	return i + len(open) + n + len(shut), nil
}

// tagAt reads the tag that starts at i. A "<" before anything else is text: banks write it raw.
func (s *scanner) tagAt(i int, m *mark) bool {
	p := i + 1
	m.at, m.empty, m.end = i, false, p < len(s.text) && s.text[p] == '/'
	if m.end {
		p++
	}
	from := p
	for p < len(s.text) && p-from <= longestName && nameByte(s.text[p], p > from) {
		p++
	}
	if p == from || p == len(s.text) || p-from > longestName {
		return false
	}
	to := p
	if s.text[p] != '>' {
		if p = s.attributes(p); p < 0 {
			return false
		}
		m.empty = s.text[p-1] == '/' && !m.end
	}
	m.after = p + 1
	var ok bool
	m.entry, m.name, ok = s.recent.lookUp(s.text[from:to])
	return ok
}

// attributes returns the place of the ">" behind attributes or a slash that start at p, -1 if there is none.
func (s *scanner) attributes(p int) int {
	if strings.HasPrefix(s.text[p:], "/>") {
		return p + 1
	}
	if c := s.text[p]; c != ' ' && c != '\t' && c != '\r' && c != '\n' {
		return -1
	}
	n := strings.IndexAny(s.text[p:min(p+longestAttrs, len(s.text))], "<>")
	if n < 0 || s.text[p+n] == '<' {
		return -1
	}
	inner := strings.TrimSpace(strings.TrimSuffix(s.text[p:p+n], "/"))
	if inner != "" && !strings.Contains(inner, "=") {
		return -1
	}
	return p + n
}

func nameByte(c byte, inside bool) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || inside && (c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')
}

// value returns t's text, from i to the next tag, and leaves the scanner before that tag, or
// behind it if it is t's own end tag and t a leaf.
func (s *scanner) value(i int, t *token) (text string, plain bool, err error) {
	from, whole := i, strings.Builder{}
	for plain = true; ; {
		n := strings.IndexByte(s.text[i:], '<')
		if n < 0 {
			s.pos = len(s.text)
			if strings.TrimSpace(s.text[from:]) != "" || whole.Len() > 0 {
				return "", false, s.refuse(len(s.text), "ofx.cut", errCut)
			}
			return "", true, nil
		}
		i += n
		if i-from+whole.Len() > longestValue {
			return "", false, s.refuse(from, "ofx.long", errLong)
		}
		if t.rank == 0 && s.closes(i, t.name) {
			s.pos = i + len(t.name) + len("</>")
			break
		}
		if s.found = s.tagAt(i, &s.ahead); s.found {
			s.pos = i
			break
		}
		over, err := s.interrupted(&whole, from, i)
		if err != nil {
			return "", false, err
		}
		if over > 0 {
			i, from, plain = over, over, false
			continue
		}
		i++
	}
	if plain {
		text = strings.TrimSpace(s.text[from:i])
		return text, isPlain(text), nil
	}
	whole.WriteString(clean(s.text[from:i]))
	return strings.TrimSpace(whole.String()), true, nil
}

// closes reports whether name's end tag, as it is nearly always spelled, stands at i.
func (s *scanner) closes(i int, name string) bool {
	rest := s.text[i:]
	end := len(name) + 2
	return len(rest) > end && rest[1] == '/' && rest[end] == '>' && rest[2:end] == name
}

// interrupted adds what stands before a comment or CDATA at i, and the CDATA's own text, to
// whole. It returns where to go on, 0 if i is but a raw "<".
func (s *scanner) interrupted(whole *strings.Builder, from, i int) (int, error) {
	const open, shut = "<![CDATA[", "]]>"
	if inner, ok := strings.CutPrefix(s.text[i:], open); ok {
		n := strings.Index(inner, shut)
		if n < 0 {
			return 0, s.refuse(i, "ofx.comment", errComment)
		}
		if n > longestValue {
			return 0, s.refuse(i, "ofx.long", errLong)
		}
		whole.WriteString(clean(s.text[from:i]))
		whole.WriteString(printable(inner[:n]))
		return i + len(open) + n + len(shut), nil
	}
	over, err := s.over(i)
	if over > 0 {
		whole.WriteString(clean(s.text[from:i]))
	}
	return over, err
}

// skipEnd steps over the end tag of the leaf that was just read.
func (s *scanner) skipEnd(name string) {
	if s.found && s.ahead.end && s.ahead.name == name {
		s.pos, s.found = s.ahead.after, false
	}
}

// ends reports whether an unknown name has an end tag ahead, before the row does: then it holds elements.
func (s *scanner) ends(name string) bool {
	if s.budget <= 0 {
		return false
	}
	rest := s.text[s.pos:min(s.pos+peekBytes, len(s.text))]
	if i := strings.Index(rest, "</STMTTRN"); i >= 0 {
		rest = rest[:i]
	}
	s.budget -= len(rest)
	return strings.Contains(rest, "</"+name+">")
}

func (s *scanner) refuse(at int, reason string, err error) error {
	return statement.Refuse(s.lines.at(at), reason, err)
}

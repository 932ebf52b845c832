package provider

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// MaxBytes is how large a file may be.
const MaxBytes = 16 << 10

// Parse reads the file of that name. Its error is Problems: everything that is wrong, each with its
// line. A syntax error hides what comes after it.
func Parse(name string, raw []byte) (Provider, error) {
	r := &reader{file: name, lines: map[string]int{}}
	if !r.readable(raw) {
		return Provider{}, r.problems.sorted()
	}
	var top map[string]toml.Primitive
	data, err := toml.Decode(string(raw), &top)
	if err != nil {
		r.syntax(err)
		return Provider{}, r.problems
	}
	r.data = data
	r.tables(top)
	r.missing()
	if len(r.problems) == 0 {
		r.together()
	}
	if len(r.problems) > 0 {
		return Provider{}, r.problems.sorted()
	}
	r.p.Hash = hashOf(raw)
	return r.p, nil
}

// hashOf is the hash of a file by which a change is seen. Line ends don't count: a copy through
// another system may have others.
func hashOf(raw []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// reader is one file being read.
type reader struct {
	file     string
	data     toml.MetaData
	p        Provider
	lines    map[string]int // where a table or key stands: "sign-in", "sign-in.issuer"
	problems Problems
}

func (r *reader) wrong(line int, format string, values ...any) {
	r.problems = append(r.problems, Problem{r.file, max(line, 1), plainly(fmt.Sprintf(format, values...))})
}

// plainly is text with what can't be seen written as Go writes it: a file must not steer the terminal that shows what is wrong
// with it.
func plainly(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// wrongAt is wrong at the line of the first of keys that the file has.
func (r *reader) wrongAt(keys []string, format string, values ...any) {
	for _, k := range keys {
		if line, ok := r.lines[k]; ok {
			r.wrong(line, format, values...)
			return
		}
	}
	r.wrong(1, format, values...)
}

// readable refuses what is no text file of a person.
func (r *reader) readable(raw []byte) bool {
	if len(raw) > MaxBytes {
		r.wrong(1, "the file has %d bytes; at most %d are read", len(raw), MaxBytes)
		return false
	}
	line := 0
	for text := range bytes.Lines(raw) {
		line++
		trimmed := bytes.TrimSpace(text)
		switch {
		case !utf8.Valid(text):
			r.wrong(line, "this is not UTF-8 text: save the file as UTF-8")
		case bytes.HasPrefix(trimmed, []byte("#")):
		case bytes.Contains(text, []byte(`"""`)) || bytes.Contains(text, []byte("'''")):
			r.wrong(line, "text in three quotes is not taken: write it in one line, in one pair of quotes")
		}
	}
	return len(r.problems) == 0
}

func (r *reader) syntax(err error) {
	var at toml.ParseError
	if !errors.As(err, &at) {
		r.wrong(1, "this is not TOML: %s", firstLine(err.Error()))
		return
	}
	r.wrong(at.Position.Line, "this is not TOML: %s", firstLine(at.Message))
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, ".")
}

// asked is a value whose line is wanted: only an error that decoding returns carries it.
type asked struct{}

func (*asked) UnmarshalTOML(any) error { return errors.New("where") }

func (r *reader) lineOf(v toml.Primitive) int {
	var at toml.ParseError
	if errors.As(r.data.PrimitiveDecode(v, new(asked)), &at) {
		return at.Position.Line
	}
	return 1
}

// mostKeys is how many keys a file or table may have: the format knows fewer.
const mostKeys = 100

func (r *reader) tables(top map[string]toml.Primitive) {
	known := fields(&r.p)
	if len(top) > mostKeys {
		r.wrong(1, "the file has %d keys and tables; the format knows fewer than %d", len(top), mostKeys)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(top)) {
		r.lines[name] = r.lineOf(top[name])
		if _, isTable := known[name]; name != "" && isTable {
			r.table(name, known[name], top[name])
			continue
		}
		if f, ok := known[""][name]; ok {
			r.take(name, f, top[name])
			continue
		}
		r.unknown(name, "", append(slices.Sorted(maps.Keys(known[""])), tableNames(known)...))
	}
}

func tableNames(known map[string]map[string]field) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(n string) bool { return n == "" })
}

func (r *reader) table(name string, known map[string]field, v toml.Primitive) {
	var whole any
	var inner map[string]toml.Primitive
	err := errors.Join(r.data.PrimitiveDecode(v, &whole), r.data.PrimitiveDecode(v, &inner))
	if _, isTable := whole.(map[string]any); err != nil || !isTable {
		r.wrong(r.lines[name], "%s is a table: write [%s] on a line of its own, and its keys below", name, name)
		return
	}
	if len(inner) > mostKeys {
		r.wrong(r.lines[name], "[%s] has %d keys; the format knows fewer than %d", name, len(inner), mostKeys)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(inner)) {
		at := name + "." + key
		r.lines[at] = r.lineOf(inner[key])
		if f, ok := known[key]; ok {
			r.take(at, f, inner[key])
		} else {
			r.unknown(at, name, slices.Sorted(maps.Keys(known)))
		}
	}
}

// take reads the value of a known key.
func (r *reader) take(at string, f field, v toml.Primitive) {
	var value any
	if err := r.data.PrimitiveDecode(v, &value); err != nil {
		r.wrong(r.lines[at], "%s can't be read: %s", keyOf(at), f.allows)
		return
	}
	if wrong := f.take(value); wrong != "" {
		r.wrong(r.lines[at], "%s %s", keyOf(at), wrong)
	}
}

// unknown refuses a key, and says what was meant if that can be guessed.
func (r *reader) unknown(at, table string, known []string) {
	key := keyOf(at)
	within := "the file"
	if table != "" {
		within = "[" + table + "]"
	}
	lower, home := strings.ToLower(key), homeOf(key, table, &r.p)
	switch near := nearest(key, known); {
	case home != "":
		r.wrong(r.lines[at], "there is no key %q in %s: it belongs %s", key, within, home)
	case near != "":
		r.wrong(r.lines[at], "there is no key %q in %s: did you mean %q?", key, within, near)
	case containsAny(lower, "secret", "password", "passphrase", "token", "cert", "key", "pem"):
		r.wrong(r.lines[at], "there is no key %q in %s: a provider file holds no secret and names no file to read; list it in needs, and Coffer asks for it and seals it", key, within)
	case containsAny(lower, "logo", "icon", "image", "picture", "colour", "color"):
		r.wrong(r.lines[at], "there is no key %q in %s: a provider file brings no logo", key, within)
	default:
		r.wrong(r.lines[at], "there is no key %q in %s; there are %s", key, within, strings.Join(known, ", "))
	}
}

// homeOf says where a key that stands in the wrong table belongs; "" if nowhere.
func homeOf(key, table string, p *Provider) string {
	known := fields(p)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if _, there := known[name][key]; !there || name == table {
			continue
		}
		if name == "" {
			return "at the top, before the first table"
		}
		return "in [" + name + "]"
	}
	return ""
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) })
}

// keyOf is the key in "table.key".
func keyOf(at string) string {
	_, key, found := strings.Cut(at, ".")
	if !found {
		return at
	}
	return key
}

func (r *reader) missing() {
	for table, keys := range fields(&r.p) {
		for key, f := range keys {
			at := key
			if table != "" {
				at = table + "." + key
			}
			if _, there := r.lines[at]; f.must && !there {
				in := ""
				if table != "" {
					in = " in [" + table + "]"
				}
				r.wrongAt([]string{table}, "%s is missing%s: %s", key, in, f.allows)
			}
		}
	}
	slices.SortFunc(r.problems, func(a, b Problem) int { return strings.Compare(a.What, b.What) }) // by line after this
}

// lineOf is the line of a key at the top of raw.
func lineOf(raw []byte, key string) int {
	var top map[string]toml.Primitive
	data, err := toml.Decode(string(raw), &top)
	if err != nil {
		return 1
	}
	return (&reader{data: data}).lineOf(top[key])
}

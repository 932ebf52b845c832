package say_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"coffer/ui/say"
)

var update = flag.Bool("update", false, "write the English of every sentence anew")

const (
	languages = "../../assets/lang"
	rooms     = ".."
)

// message is a sentence of a language file: a text, or one for each plural form.
type message struct {
	text  string
	forms map[string]string // nil for a text
}

func (m message) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	var err error
	if m.forms != nil {
		err = e.Encode(m.forms)
	} else {
		err = e.Encode(m.text)
	}
	return b.Bytes(), err
}

func (m *message) UnmarshalJSON(raw []byte) error {
	if raw[0] == '{' {
		return json.Unmarshal(raw, &m.forms)
	}
	return json.Unmarshal(raw, &m.text)
}

// texts returns every form of m.
func (m message) texts() []string {
	if m.forms == nil {
		return []string{m.text}
	}
	return slices.Collect(maps.Values(m.forms))
}

func (m message) equal(o message) bool {
	return m.text == o.text && maps.Equal(m.forms, o.forms)
}

// TestLanguages holds the language files against the sentences in the code: the same keys, and in
// English the same words. `make lang` writes the English.
func TestLanguages(t *testing.T) {
	spoken := spokenIn(t)
	path := filepath.Join(languages, "en.json")
	if *update {
		write(t, path, spoken)
	}
	files, err := filepath.Glob(filepath.Join(languages, "*.json"))
	if err != nil || !slices.Contains(files, path) {
		t.Fatalf("no %s: run make lang (%v)", path, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { compare(t, file, spoken) })
	}
}

func compare(t *testing.T, file string, spoken map[string]message) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var told map[string]message
	if err := json.Unmarshal(raw, &told); err != nil {
		t.Fatal(err)
	}
	english := filepath.Base(file) == "en.json"
	for key, want := range spoken {
		got, known := told[key]
		switch {
		case !known:
			t.Errorf("%s is missing: run make lang, and translate it in the other languages", key)
		case english && !got.equal(want):
			t.Errorf("%s is %q here and %q in the code: run make lang", key, got.texts(), want.texts())
		case !slices.Equal(placeholders(got), placeholders(want)):
			t.Errorf("%s has the places %v, the English %v", key, placeholders(got), placeholders(want))
		}
	}
	for key := range told {
		if _, known := spoken[key]; !known {
			t.Errorf("nobody says %s any more: run make lang, and take it out of the other languages", key)
		}
	}
}

var (
	action = regexp.MustCompile(`\{\{[^}]*\}\}`)
	field  = regexp.MustCompile(`\.[A-Za-z]\w*`)
)

// placeholders returns the values that m shows or asks for, each once. A plural form may leave its
// number out.
func placeholders(m message) []string {
	seen := map[string]bool{}
	for _, text := range m.texts() {
		for _, a := range action.FindAllString(text, -1) {
			for _, f := range field.FindAllString(a, -1) {
				seen[f] = true
			}
		}
	}
	if m.forms != nil {
		seen[".N"] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func write(t *testing.T, path string, spoken map[string]message) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(spoken); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// reader collects the sentences of the code.
type reader struct {
	*testing.T
	set   *token.FileSet
	found map[string]message
	where map[string]string
}

// spokenIn returns every sentence that the code has, by key.
func spokenIn(t *testing.T) map[string]message {
	t.Helper()
	r := &reader{T: t, set: token.NewFileSet(), found: map[string]message{}, where: map[string]string{}}
	for key, text := range say.Phrases() {
		r.add(key, message{text: text}, "the tables of ui/say")
	}
	err := filepath.WalkDir(rooms, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(r.set, file, nil, 0)
		if err == nil {
			r.file(parsed, filepath.Base(filepath.Dir(file)) == "say")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.found) < 100 {
		t.Fatalf("only %d sentences were found", len(r.found))
	}
	return r.found
}

// file reads the calls v.T("key", "English", …) and v.N("key", "one", "other", …).
func (r *reader) file(f *ast.File, own bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		called, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || called.Sel.Name != "T" && called.Sel.Name != "N" || len(call.Args) < 2 {
			return true
		}
		texts, where := literals(call.Args), r.set.Position(call.Pos()).String()
		switch {
		case called.Sel.Name == "T" && len(texts) >= 2:
			r.add(texts[0], message{text: texts[1]}, where)
		case called.Sel.Name == "N" && len(texts) >= 3:
			r.add(texts[0], message{forms: map[string]string{"one": texts[1], "other": texts[2]}}, where)
		case !own:
			r.Errorf("%s: the key and the English of a sentence stand there as they are, so that they can be translated", where)
		}
		return true
	})
}

var keyShape = regexp.MustCompile(`^[A-Za-z]+([.-][A-Za-z0-9_]+)*$`)

func (r *reader) add(key string, m message, where string) {
	r.Helper()
	if before, twice := r.found[key]; twice && !before.equal(m) {
		r.Errorf("%s says %q at %s and %q at %s: take another key", key, before.texts(), r.where[key], m.texts(), where)
	}
	if !keyShape.MatchString(key) {
		r.Errorf("%s: %q is no key", where, key)
	}
	for _, text := range m.texts() {
		if strings.TrimSpace(text) == "" {
			r.Errorf("%s: %s says nothing", where, key)
		}
	}
	r.found[key], r.where[key] = m, where
}

// literals returns the leading arguments that are plain text, pieces of it put together.
func literals(args []ast.Expr) (texts []string) {
	for _, a := range args {
		text, ok := literal(a)
		if !ok {
			return texts
		}
		texts = append(texts, text)
	}
	return texts
}

func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return literal(e.X)
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	}
	return "", false
}

// TestWordsArePlain wants no shouting, begging or praise in any sentence.
func TestWordsArePlain(t *testing.T) {
	never := regexp.MustCompile(`(?i)!|\bplease\b|\boops|\bfraud|successful|\bfailed\b|\bsorry\b|\berror occurred\b`)
	for key, m := range spokenIn(t) {
		for _, text := range m.texts() {
			if word := never.FindString(action.ReplaceAllString(text, "")); word != "" {
				t.Errorf("%s: %q does not belong in %q", key, word, text)
			}
		}
	}
}

package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPromisesNameTests: a promise is kept by a test that is there.
func TestPromisesNameTests(t *testing.T) {
	text, err := os.ReadFile("../SECURITY.md")
	must(t, err)
	there := map[string]bool{}
	must(t, filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if e.IsDir() && (e.Name() == "build" || e.Name() == ".git") {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil {
				there[d.Name.Name] = true
				if strings.HasPrefix(d.Name.Name, "Fuzz") && !calls(d, "Limit") {
					t.Errorf("%s: %s holds no input to its time (fuzzed.Limit)", path, d.Name.Name)
				}
			}
		}
		return nil
	}))
	named := regexp.MustCompile(`\b(Test|Fuzz|Benchmark)[A-Z]\w+`).FindAllString(string(text), -1)
	if len(named) < 100 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, name := range named {
		if !there[name] {
			t.Errorf("SECURITY.md names %s, which is no test", name)
		}
	}
}

// calls reports whether a function of that name of another package is called in d.
func calls(d *ast.FuncDecl, name string) (found bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == name {
			found = true
		}
		return !found
	})
	return found
}

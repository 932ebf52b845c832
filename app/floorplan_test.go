package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "coffer/"

// room is one row of the floor plan: what lives in it and which of our rooms it may import.
// ARCHITECTURE.md holds the same rows for people; TestPlanIsInArchitecture compares them.
type room struct {
	may   string // rooms, space separated; "x/..." is every room below x
	later bool   // planned, not built yet
}

var plan = map[string]room{
	".":                 {may: "app app/... sync/... ui ui/... assets"},
	"app":               {may: "app/money app/fault app/event app/secret app/ledger app/consent app/egress app/provider app/alert app/insight app/statement app/statement/... app/vault app/whole"},
	"app/fuzzed":        {},
	"app/money":         {},
	"app/fault":         {},
	"app/event":         {},
	"app/secret":        {},
	"app/secret/leak":   {},
	"app/ledger":        {may: "app/money"},
	"app/consent":       {may: "app/secret"},
	"app/egress":        {},
	"app/provider":      {},
	"app/alert":         {may: "app/alert/model app/ledger app/money"},
	"app/alert/model":   {},
	"app/alert/made":    {may: "app/alert/model app/ledger"},
	"app/alert/sheet":   {may: "app/alert/made app/alert/model app/ledger app/money"},
	"app/alert/train":   {may: "app/alert/made app/alert/model app/alert/sheet"},
	"app/insight":       {may: "app/ledger app/money", later: true},
	"app/statement":     {may: "app/ledger app/money app/fault app/statement/..."},
	"app/statement/all": {may: "app/statement app/statement/..."},
	"app/statement/ofx": {may: "app/ledger app/money app/fault app/statement"},
	"app/vault":         {may: "app/secret app/fault"},
	"app/whole":         {},
	"app/receipt":       {may: "app/consent app/fault"},
	"app/store":         {may: "app/ledger app/alert app/insight app/consent app/egress app/money app/secret app/fault app/vault"},

	"sync":                    {},
	"sync/wire":               {may: "app/egress app/fault app/secret"},
	"sync/wire/wiretest":      {may: "app/fault"},
	"sync/link":               {may: "sync/bank app/consent sync/wire app/secret app/fault app/egress"},
	"sync/bank":               {may: "app/ledger app/consent app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/fdx":           {may: "sync/bank sync/bank/reply app/ledger app/consent app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/reply":         {may: "sync/bank app/ledger app/money app/fault app/egress sync/wire"},
	"sync/bank/simplefin":     {may: "sync/bank app/ledger app/consent app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/up":            {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/starling":      {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/obie":          {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/berlingroup":   {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/cdr":           {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/akahu":         {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/investec":      {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/enablebanking": {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/plaid":         {may: "sync/bank sync/bank/reply app/ledger app/money app/fault app/egress sync/wire app/secret"},
	"sync/bank/all":           {may: "sync/bank sync/bank/..."},
	"sync/bank/banktest":      {may: "sync/bank sync/wire app/ledger app/money app/fault app/egress app/secret"},
	"sync/engine":             {may: "sync/bank sync/link app/ledger app/consent app/event app/fault app/money app/secret"},
	"sync/desk":               {may: "app app/provider app/consent app/event app/fault app/ledger sync/bank/all sync/engine sync/link sync/wire"},
	"sync/demobank":           {},
	"sync/demobank/walk":      {},
	"sync/bank/monzo":         {may: "sync/bank app/ledger app/consent app/money app/fault app/egress sync/wire app/secret"},

	"ui":              {may: "assets app app/fault app/secret app/ledger app/consent app/alert ui/... "},
	"ui/live":         {},
	"ui/look":         {may: "assets"},
	"ui/part":         {may: "ui/look"},
	"ui/session":      {},
	"ui/say":          {may: "app/money app/fault assets"},
	"ui/paper":        {may: "app/consent app/receipt assets ui/say"},
	"ui/holder":       {may: "ui/live app/whole"},
	"ui/terminal":     {may: "ui/holder app app/provider app/money app/fault app/secret app/ledger app/consent app/alert app/alert/model app/alert/sheet app/egress app/receipt ui/paper ui/say"},
	"ui/secrets":      {may: "app app/secret ui/part ui/look ui/say"},
	"ui/stage":        {may: "ui/live ui/part ui/look ui/say"},
	"ui/welcome":      {may: screen + " ui/secrets"},
	"ui/lock":         {may: screen},
	"ui/restore":      {may: screen},
	"ui/overview":     {may: screen},
	"ui/transactions": {may: screen},
	"ui/alerts":       {may: screen},
	"ui/banks":        {may: screen + " app/receipt app/whole ui/paper"},
	"ui/imports":      {may: screen},
	"ui/insights":     {may: screen, later: true},
	"ui/privacy":      {may: screen + " app/whole"},
	"ui/settings":     {may: screen + " ui/secrets"},

	"assets": {},
}

// screen is what every screen may import.
const screen = "app app/provider app/ledger app/money app/alert app/insight app/consent app/egress app/secret app/fault ui/live ui/part ui/look ui/say"

// home names the only rooms where an outside package may appear; "x/..." is every room below x.
var home = map[string]string{
	"fyne.io/fyne/v2":               "ui ui/...",
	"fyne.io/fyne/v2/app":           "ui",
	"modernc.org":                   "app/vault",
	"golang.org/x/crypto":           "app/vault",
	"github.com/zalando/go-keyring": "app/vault",
	"github.com/godbus/dbus":        "ui/session",
	"github.com/go-gl/glfw":         "ui",
	"database/sql":                  "app/store app/vault",
	"golang.org/x/oauth2":           "sync/link",
	"golang.org/x/net":              "sync/link",
	"github.com/coreos/go-oidc":     "sync/link",
	"codeberg.org/go-pdf/fpdf":      "app/receipt",
	"github.com/BurntSushi/toml":    "app/provider",
	"net/http":                      ". sync/wire sync/wire/wiretest sync/link sync/bank sync/bank/... sync/demobank sync/demobank/walk",
	"net":                           "sync/wire sync/wire/wiretest sync/link sync/demobank sync/demobank/walk app/vault ui/holder",
	"github.com/nicksnyder/go-i18n": "ui/say",
	"github.com/spf13/cobra":        "ui/terminal",
	"golang.org/x/term":             "ui/terminal",
	"math/rand":                     "",
	"unsafe":                        "app/vault",
}

// call names the only rooms where a call may be written.
var call = map[string]string{
	"context.Background":        ".",
	"context.TODO":              "",
	"Reveal":                    "app/secret app/vault app/store sync/wire sync/link sync/bank/simplefin", // which splits a setup token
	"http.Get":                  "",
	"http.Post":                 "",
	"http.NewRequest":           "",
	"http.Head":                 "",
	"http.PostForm":             "",
	"http.ProxyFromEnvironment": "",
	"net.DialTimeout":           "",
	"net.DialTCP":               "",
	"net.DialUDP":               "",
	"net.LookupHost":            "",
	"net.LookupIP":              "",
	"net.LookupAddr":            "",
	"tls.Dial":                  "",
	"ParseURI":                  "",
	"ParseURIReference":         "",
	"LoadResourceFromURL":       "",
	"AppendMarkdown":            "",
	"NewRequestWithContext":     "sync/wire sync/demobank/walk",
	"net.Dial":                  "",
	"net.ListenUnix":            "ui/holder",
	"net.DialUnix":              "ui/holder",
	"unix.Socket":               "",
	"unix.Connect":              "",
	"syscall.Socket":            "",
	"syscall.Connect":           "",
	"ParseMarkdown":             "",
	"LoadResourceFromURLString": "",
	"NewRichTextFromMarkdown":   "",
	"panic":                     "app/consent app/egress app/fuzzed app/vault sync/demobank ui/part ui/look assets",
}

// unixOnly is what a room that talks to processes of this computer alone may take of a package.
var unixOnly = map[string]map[string]string{
	"ui/holder": {"net": "ListenUnix DialUnix UnixAddr UnixConn UnixListener ErrClosed"},
}

// dialers are the rooms that may hold an HTTP client or a dialer: one door, and the demo's stand-in browser.
const dialers = "sync/wire sync/wire/wiretest sync/demobank/walk"

// dialing are the types that reach a network by themselves.
var dialing = []string{"http.Client", "http.Transport", "net.Dialer", "net.Resolver", "tls.Dialer", "http2.Transport"}

func TestFloorPlan(t *testing.T) {
	seen := map[string]bool{}
	eachFile(t, func(file, in string, set *token.FileSet, f *ast.File) {
		seen[in] = true
		row, known := plan[in]
		if !known {
			t.Errorf("%s: room %s is not on the floor plan", file, in)
			return
		}
		for _, spec := range f.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			checkImport(t, file, in, row, imported)
			if _, held := unixOnly[in][imported]; held && spec.Name != nil {
				t.Errorf("%s: import %s by its own name, so that what is taken of it can be read", file, imported)
			}
		}
		checkCalls(t, in, set, f)
	})
	for name, row := range plan {
		if !seen[name] && !row.later {
			t.Errorf("room %s is on the plan and nothing is in it: build it, or mark it later", name)
		}
		if seen[name] && row.later {
			t.Errorf("room %s is built: take its mark \"later\" away", name)
		}
	}
}

func checkImport(t *testing.T, file, in string, row room, imported string) {
	t.Helper()
	if own, ours := strings.CutPrefix(imported, module); ours && own != in && !listed(own, row.may) {
		t.Errorf("%s: %s may not import %s", file, in, own)
	}
	longest, rooms := "", ""
	for dep, where := range home {
		if (imported == dep || strings.HasPrefix(imported, dep+"/") && dep != "net") && len(dep) > len(longest) {
			longest, rooms = dep, where
		}
	}
	if longest != "" && !listed(in, rooms) {
		t.Errorf("%s: %s belongs only in [%s]", file, imported, rooms)
	}
}

func checkCalls(t *testing.T, in string, set *token.FileSet, f *ast.File) {
	t.Helper()
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if strings.HasPrefix(in, "ui") && in != "ui/live" {
				t.Errorf("%s: start goroutines through ui/live", set.Position(n.Pos()))
			}
		case *ast.CompositeLit:
			if name := nameOf(n.Type); (slices.Contains(dialing, name)) && !listed(in, dialers) {
				t.Errorf("%s: %s belongs only in [%s]", set.Position(n.Pos()), name, dialers)
			}
		case *ast.ValueSpec:
			if name := nameOf(n.Type); slices.Contains(dialing, name) && !listed(in, dialers) {
				t.Errorf("%s: %s belongs only in [%s]", set.Position(n.Pos()), name, dialers)
			}
		case *ast.SelectorExpr:
			checkUnixOnly(t, in, set, n)
			if name := nameOf(n); (name == "http.DefaultClient" || name == "http.DefaultTransport") && !listed(in, "sync/wire") {
				t.Errorf("%s: %s belongs only in [sync/wire]", set.Position(n.Pos()), name)
			}
		case *ast.CallExpr:
			name := nameOf(n.Fun)
			if name == "new" && len(n.Args) == 1 && slices.Contains(dialing, nameOf(n.Args[0])) && !listed(in, dialers) {
				t.Errorf("%s: %s belongs only in [%s]", set.Position(n.Pos()), nameOf(n.Args[0]), dialers)
			}
			for only, rooms := range call {
				if (name == only || strings.HasSuffix(name, "."+only)) && !listed(in, rooms) {
					t.Errorf("%s: %s belongs only in [%s]", set.Position(n.Pos()), only, rooms)
				}
			}
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				t.Errorf("%s: no init: hand things in", set.Position(n.Pos()))
			}
		}
		return true
	})
}

// checkUnixOnly holds a room to the few names of a package that it may take.
func checkUnixOnly(t *testing.T, in string, set *token.FileSet, n *ast.SelectorExpr) {
	t.Helper()
	from, ok := n.X.(*ast.Ident)
	if !ok {
		return
	}
	if few, held := unixOnly[in][from.Name]; held && !listed(n.Sel.Name, few) {
		t.Errorf("%s: %s may take only [%s] of %s", set.Position(n.Pos()), in, few, from.Name)
	}
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
		return "?." + e.Sel.Name
	}
	return ""
}

// eachFile calls see for every Go file of ours that is no test and no trainer's data.
func eachFile(t *testing.T, see func(file, in string, set *token.FileSet, f *ast.File)) {
	t.Helper()
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || name == "build" || strings.HasPrefix(name, ".") && name != ".." {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(set, file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		file, _ = filepath.Rel("..", file)
		see(filepath.ToSlash(file), path.Dir(filepath.ToSlash(file)), set, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func listed(name, rooms string) bool {
	for r := range strings.FieldsSeq(rooms) {
		below, tree := strings.CutSuffix(r, "...")
		if name == r || tree && strings.HasPrefix(name, below) {
			return true
		}
	}
	return false
}

// TestSizes stops files and functions that have grown past reading.
func TestSizes(t *testing.T) {
	const longestFile, longestFunc = 500, 80
	eachFile(t, func(file, _ string, set *token.FileSet, f *ast.File) {
		if lines := set.File(f.Pos()).LineCount(); lines > longestFile {
			t.Errorf("%s has %d lines: split it", file, lines)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if lines := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line; lines > longestFunc {
					t.Errorf("%s: %s has %d lines: split it", file, fn.Name.Name, lines)
				}
			}
		}
	})
}

// TestEveryRoomSaysWhatLivesThere wants a package comment in each room.
func TestEveryRoomSaysWhatLivesThere(t *testing.T) {
	said := map[string]bool{}
	eachFile(t, func(_, in string, _ *token.FileSet, f *ast.File) {
		said[in] = said[in] || f.Doc != nil
	})
	for in, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", in)
		}
	}
}

// TestPlanIsInArchitecture wants every room named in ARCHITECTURE.md, and no other.
func TestPlanIsInArchitecture(t *testing.T) {
	text, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	table, _, _ := strings.Cut(string(text), "## The ways of the data")
	for line := range strings.Lines(table) {
		if cell, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ := strings.Cut(cell, "`")
			told = append(told, name)
		}
	}
	for name, row := range plan {
		if !slices.Contains(told, name) {
			t.Errorf("ARCHITECTURE.md has no row for %s", name)
		}
		_ = row
	}
	for _, name := range told {
		if _, known := plan[name]; !known {
			t.Errorf("ARCHITECTURE.md has a row for %s, which is not on the plan", name)
		}
	}
}

// TestTopLevel wants nothing at the top but what the plan has a place for.
func TestTopLevel(t *testing.T) {
	allowed := strings.Fields("app ui sync assets FyneApp.toml main.go go.mod go.sum README.md Makefile LICENSE default.pgo CHANGELOG.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md build")
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("%s has no place at the top level", e.Name())
		}
	}
}

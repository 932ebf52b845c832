package provider_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"coffer/app/fuzzed"
	"coffer/app/provider"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// good is a file as CONTRIBUTING.md shows it.
const good = `format  = 1
id      = "harbour"
name    = "Harbour Bank"
dialect = "fdx"
tried   = "not tried against the real bank"

[person]
cost  = "Nothing"
needs = ["client-id"]

[sign-in]
way      = "oauth"
issuer   = "https://login.harbour.example"
client   = "none"
scopes   = ["openid", "fdx:accountdetailed:read"]
details  = true
redirect = "any-port"

[api]
base  = "https://api.harbour.example/fdx/v6"
hosts = ["https://pages.harbour.example:8443"]
reads = ["balances", "transactions"]

[revoke]
steps = ["consent", "rfc7009"]
`

func parse(t *testing.T, text string) provider.Provider {
	t.Helper()
	p, err := provider.Parse("harbour.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAGoodFileIsRead(t *testing.T) {
	p := parse(t, good)
	if p.ID != "harbour" || p.Name != "Harbour Bank" || p.Way != provider.OAuth || p.Client != provider.Public || !p.Details || !p.Asks(provider.ClientID) {
		t.Errorf("read %+v", p)
	}
	if got := strings.Join(p.Names(), " "); got != "login.harbour.example api.harbour.example pages.harbour.example:8443" {
		t.Errorf("hosts are %s", got)
	}
	can := provider.Can{Dialects: []string{"fdx"}, Ways: []provider.Way{provider.OAuth}, Clients: []provider.Client{provider.Public}, Redirects: []provider.Redirect{provider.AnyPort}}
	if lacks := p.Lacks(can); len(lacks) > 0 {
		t.Errorf("it lacks %v", lacks)
	}
	for name, less := range map[string]provider.Can{
		"dialect":  {Ways: can.Ways, Clients: can.Clients, Redirects: can.Redirects},
		"way":      {Dialects: can.Dialects, Clients: can.Clients, Redirects: can.Redirects},
		"client":   {Dialects: can.Dialects, Ways: can.Ways, Redirects: can.Redirects},
		"redirect": {Dialects: can.Dialects, Ways: can.Ways, Clients: can.Clients},
	} {
		if lacks := p.Lacks(less); len(lacks) != 1 || lacks[0].What != name {
			t.Errorf("without the %s it lacks %v", name, lacks)
		}
	}
}

func TestPinsAreRead(t *testing.T) {
	const pins = "\npins  = [\"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\", \"sha256/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=\"]\nreads"
	if p := parse(t, strings.Replace(good, "\nreads", pins, 1)); len(p.Pins) != 2 || !strings.HasPrefix(p.Pins[1], "sha256/BBB") {
		t.Errorf("read %v", p.Pins)
	}
	for name, text := range map[string]string{
		"too short":       strings.Replace(good, "\nreads", strings.Replace(pins, "AAAA", "", 1), 1),
		"another hash":    strings.Replace(good, "\nreads", strings.Replace(pins, "sha256/A", "sha1/A", 1), 1),
		"an empty list":   strings.Replace(good, "\nreads", "\npins = []\nreads", 1),
		"no keys to show": strings.NewReplacer("\nreads", pins, "https://", "http://127.0.0.1/", "\ntried ", "\nloopback = true\ntried ").Replace(strings.Replace(good, "hosts = [\"https://pages.harbour.example:8443\"]\n", "", 1)),
	} {
		_, err := provider.Parse("harbour.toml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), "pins") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheHashIsOfTheTextButItsLineEnds(t *testing.T) {
	p, dos := parse(t, good), parse(t, strings.ReplaceAll(good, "\n", "\r\n"))
	if p.Hash != dos.Hash || len(p.Hash) != 64 {
		t.Errorf("hashes are %s and %s", p.Hash, dos.Hash)
	}
	if other := parse(t, good+"# a word\n"); other.Hash == p.Hash {
		t.Error("a changed file has the same hash")
	}
}

// TestErrorsNameTheirLine reads broken files and compares everything that is said of them.
func TestErrorsNameTheirLine(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.toml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = provider.Parse(filepath.Base(file), raw)
		if err == nil {
			t.Errorf("%s is read without a word", file)
			continue
		}
		var all provider.Problems
		if !errors.As(err, &all) {
			t.Errorf("%s: %T", file, err)
		}
		for _, p := range all {
			if lines := strings.Count(string(raw), "\n") + 1; p.Line < 1 || p.Line > lines {
				t.Errorf("%s has %d lines: %s", file, lines, p)
			}
		}
		golden := strings.TrimSuffix(file, ".toml") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, readErr := os.ReadFile(golden)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if got := err.Error() + "\n"; got != string(want) {
			t.Errorf("%s says\n%swant\n%s", file, got, want)
		}
	}
}

func shipped(t *testing.T) []provider.Listed {
	t.Helper()
	all, err := provider.Shipped(os.DirFS("../../assets/providers"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnOwnFileTakesNoName(t *testing.T) {
	all := shipped(t)
	for name, text := range map[string]string{
		"the same id":             strings.Replace(good, `"harbour"`, `"monzo"`, 1),
		"an id that looks so":     strings.Replace(good, `"harbour"`, `"m0nzo"`, 1),
		"the same name":           strings.Replace(good, "Harbour Bank", "Monzo", 1),
		"another case":            strings.Replace(good, "Harbour Bank", "mONZO", 1),
		"a Cyrillic o":            strings.Replace(good, "Harbour Bank", "Mоnzo", 1),
		"fullwidth letters":       strings.Replace(good, "Harbour Bank", "Ｍｏｎｚｏ", 1),
		"mathematical letters":    strings.Replace(good, "Harbour Bank", "𝐌𝐨𝐧𝐳𝐨", 1),
		"an accent":               strings.Replace(good, "Harbour Bank", "Mónzo", 1),
		"a digit for a letter":    strings.Replace(good, "Harbour Bank", "M0nzo", 1),
		"spaces between":          strings.Replace(good, "Harbour Bank", "Mon zo", 1),
		"the word bank beside it": strings.Replace(good, "Harbour Bank", "Monzo Bank", 1),
		"rn for m":                strings.Replace(good, "Harbour Bank", "rnonzo", 1),
		"a Greek omicron":         strings.Replace(good, "Harbour Bank", "Mοnzο", 1),
		"a capital i for an l":    strings.Replace(good, "Harbour Bank", "PIaid", 1),
		"Coffer itself":           strings.Replace(good, "Harbour Bank", "Соffer", 1),
		"a demo's id":             strings.Replace(strings.ReplaceAll(strings.Replace(good, `"harbour"`, `"demo-harbour"`, 1), "https://", "http://"), "dialect =", "loopback = true\ndialect =", 1),
	} {
		files := fstest.MapFS{"x.toml": {Data: []byte(text)}}
		if name == "a demo's id" {
			for _, host := range []string{"login.harbour.example", "api.harbour.example", "pages.harbour.example:8443"} {
				text = strings.ReplaceAll(text, host, "127.0.0.1:4000")
			}
			files = fstest.MapFS{"x.toml": {Data: []byte(text)}}
		}
		got, broken := provider.Own(files, "/data/providers", all)
		if len(got) != 0 || len(broken) != 1 {
			t.Errorf("%s: %d taken, %v", name, len(got), broken)
			continue
		}
		if said := broken[0].Problems.Error(); !strings.Contains(said, "take another") {
			t.Errorf("%s: %s", name, said)
		}
	}
	for _, fine := range []string{"Harbour Bank", "Сбербанк", "三井住友銀行", "Mon Zoo Savings"} {
		got, broken := provider.Own(fstest.MapFS{"x.toml": {Data: []byte(strings.Replace(good, "Harbour Bank", fine, 1))}}, "/d", all)
		if len(got) != 1 || len(broken) != 0 {
			t.Errorf("%s: %v", fine, broken)
		}
	}
}

func TestAFolderIsReadAsFarAsItGoes(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.toml", good)
	write("b.toml", strings.Replace(good, "harbour\"", "harbor-2\"", 1)) // the same name
	write("c.toml", "format = 2\n")
	write("d.toml", strings.Repeat("#", provider.MaxBytes+1))
	write("notes.txt", "nothing")
	write(".hidden.toml", "nothing")
	elsewhere := filepath.Join(t.TempDir(), "good.toml") // a link to it names a file to read
	if err := os.WriteFile(elsewhere, []byte(strings.NewReplacer(`"harbour"`, `"quay"`, "Harbour Bank", "Quay").Replace(good)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, "e.toml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "f.toml"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, broken := provider.Own(os.DirFS(dir), dir, shipped(t))
	if len(got) != 1 || got[0].Own != filepath.Join(dir, "a.toml") {
		t.Errorf("taken: %+v", got)
	}
	var names []string
	for _, b := range broken {
		names = append(names, filepath.Base(b.Path))
		if len(b.Problems) == 0 {
			t.Errorf("%s: %v", b.Path, b.Problems)
		}
	}
	if want := []string{"b.toml", "c.toml", "d.toml", "e.toml", "f.toml"}; !slices.Equal(names, want) {
		t.Errorf("broken: %v, want %v", names, want)
	}
	if got, broken := provider.Own(os.DirFS(filepath.Join(dir, "none")), "none", nil); len(got)+len(broken) != 0 {
		t.Errorf("a folder that isn't there: %v, %v", got, broken)
	}
}

// TestShippedFilesClaimNoMore holds the shipped files to what is known.
func TestShippedFilesClaimNoMore(t *testing.T) {
	all := shipped(t)
	want := strings.Fields("akahu berlin-group demo-lantern demo-northlight demo-pocketwell enable-banking generic-fdx generic-oauth investec monzo plaid simplefin starling uk-open-banking up")
	var ids []string
	for i, p := range all {
		ids = append(ids, p.ID)
		if !p.Demo() && !strings.HasPrefix(p.Tried, "not tried against ") {
			t.Errorf("%s says that it was tried: %q", p.ID, p.Tried)
		}
		if p.Loopback != p.Demo() {
			t.Errorf("%s: loopback is %v", p.ID, p.Loopback)
		}
		if len(p.Needs) > 0 && p.Get == "" {
			t.Errorf("%s doesn't say where the person gets what it needs", p.ID)
		}
		if !p.Demo() && (p.ByHand == "" || len(p.Countries) == 0 && p.ID != "generic-oauth" || p.Cost == "") {
			t.Errorf("%s must say where it is, what it costs, and where the person ends it themselves: %v, %q, %q", p.ID, p.Countries, p.Cost, p.ByHand)
		}
		if p.Redirect == provider.FixedPort && !strings.Contains(p.Get, fmt.Sprintf("http://127.0.0.1:%d%s", p.Port, p.CallbackPath)) {
			t.Errorf("%s doesn't say which redirect address to register: %q", p.ID, p.Get)
		}
		for _, before := range all[:i] {
			if before.Name == p.Name {
				t.Errorf("%s and %s have one name", before.ID, p.ID)
			}
		}
		for _, host := range p.Names() {
			if !p.Demo() && (strings.HasSuffix(host, ".example") || strings.Contains(host, "127.0.0.1")) {
				t.Errorf("%s has host %s", p.ID, host)
			}
		}
	}
	if !slices.Equal(ids, want) {
		t.Errorf("shipped are %v, want %v", ids, want)
	}
	here := all[slices.Index(ids, "demo-northlight")].At("http://127.0.0.1:4711")
	if here.Issuer != "http://127.0.0.1:4711/northlight" || !slices.Equal(here.Names(), []string{"127.0.0.1:4711"}) {
		t.Errorf("the demo is at %s, %v", here.Issuer, here.Names())
	}
}

func TestWhatIsReadComesBackFromItsText(t *testing.T) {
	name := rapid.StringMatching(`[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?`)
	id := rapid.StringMatching(`[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?`).Filter(func(id string) bool { return !strings.HasPrefix(id, "demo-") })
	host := rapid.StringMatching(`[a-z][a-z0-9]{0,8}\.[a-z][a-z0-9]{0,8}\.example`)
	rapid.Check(t, func(t *rapid.T) {
		n, i, h := name.Draw(t, "name"), id.Draw(t, "id"), host.Draw(t, "host")
		text := strings.NewReplacer(`"Harbour Bank"`, `"`+n+`"`, `"harbour"`, `"`+i+`"`, "login.harbour.example", h).Replace(good)
		p, err := provider.Parse("x.toml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != n || p.ID != i || p.Issuer != "https://"+h || !slices.Contains(p.Names(), h) {
			t.Errorf("read %+v", p)
		}
	})
}

func TestALargeFileIsRefusedAtOnce(t *testing.T) {
	for name, text := range map[string]string{
		"too many keys":   strings.Repeat("KEY = 1\n", 1500),
		"in a table":      "[api]\n" + strings.Repeat("KEY = 1\n", 1500),
		"deep lists":      "a = " + strings.Repeat("[", 8000) + strings.Repeat("]", 8000),
		"deep tables":     "[" + strings.Repeat("a.", 8000) + "a]\n",
		"a long list":     "countries = [" + strings.Repeat(`"US",`, 3000) + "]\n",
		"too many tables": strings.Repeat("[KEY]\n", 2000),
	} {
		for i := range 2000 {
			text = strings.Replace(text, "KEY", "k"+strconv.Itoa(i), 1)
		}
		_, err := provider.Parse("x.toml", []byte(text))
		var all provider.Problems
		if !errors.As(err, &all) || len(all) > 100 {
			t.Errorf("%s: %d problems of %T", name, len(all), err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for address, loopback := range map[string]bool{
		"https://api.example.com": false, "https://api.example.com:8443/v1": false, "http://127.0.0.1:4711/x": true, "http://[::1]:1": true, "https://127.0.0.1:4711": true,
	} {
		if err := provider.Address(address, loopback); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if err := provider.Address(address, !loopback); err == nil {
			t.Errorf("%s is taken with loopback = %v", address, !loopback)
		}
	}
	for _, bad := range []string{
		"", "api.example.com", "https://", "https://u:p@api.example.com", "https://api.example.com?x=1", "https://api.example.com#f", "https://api.example.com#",
		"https://10.0.0.1", "https://0x7f.1", "https://[fe80::1]", "https://localhost", "http://api.example.com", "ftp://api.example.com", "file:///etc/passwd", "javascript:alert(1)",
		"https://api", "https://API.example.com", "https://ápi.example.com", "https://api.example.com:0", "https://api.example.com:70000", "https://api..example.com",
		"https://api.example.com/../x", "https://-a.example.com", "https://api.example.com.", "https://1.2.3.4", "https://example.com\n",
		"https://127.1", "https://2130706433", "https://0x7f000001", "https://localhost.", "https://[::ffff:127.0.0.1]", "https://api.example.com\\@evil.example", "https:api.example.com",
		"https://api.example.com/\u202egpj.knab", "https://api.example.com/\u200bv1", "https://api.example.com/vı", "https://api.example.com/a b", "https://api.example.com/%2e%2e/x",
	} {
		if err := provider.Address(bad, false); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	files, _ := filepath.Glob("testdata/broken/*.toml")
	more, _ := filepath.Glob("../../assets/providers/*.toml")
	for _, file := range append(files, more...) {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		p, err := provider.Parse("x.toml", raw)
		if err != nil {
			var all provider.Problems
			if !errors.As(err, &all) || len(all) == 0 {
				t.Fatalf("%T: %v", err, err)
			}
			lines := strings.Count(string(raw), "\n") + 1
			for _, one := range all {
				if one.Line < 1 || one.Line > lines || one.What == "" || strings.ContainsFunc(one.What, func(r rune) bool { return !unicode.IsPrint(r) }) {
					t.Errorf("of %d lines: %v", lines, one)
				}
			}
			return
		}
		if p.ID == "" || p.Name == "" || p.Hash == "" || p.Way == "" {
			t.Errorf("read %+v", p)
		}
		for _, origin := range p.Origins() {
			if strings.HasPrefix(origin, "{demo}") {
				continue
			}
			if err := provider.Address(origin, p.Loopback); err != nil {
				t.Errorf("it would talk to %q: %v", origin, err)
			}
		}
	})
}

func TestAClientThatIsRegisteredNeedsNothing(t *testing.T) {
	for _, client := range []string{"none", "private_key_jwt"} {
		text := strings.NewReplacer(`client   = "none"`, "client   = \""+client+"\"\nregister = true", `needs = ["client-id"]`, "").Replace(good)
		if !strings.Contains(text, "register") || strings.Contains(text, "client-id") {
			t.Fatalf("the good file reads otherwise:\n%s", text)
		}
		if p := parse(t, text); !p.Registers || len(p.Needs) != 0 {
			t.Errorf("read %+v", p)
		}
	}
}

package wire_test

import (
	"testing"
	"time"

	"coffer/app/fuzzed"
	"coffer/sync/wire"
)

func TestOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"https://Bank.Example/a?b#c":  "https://bank.example:443",
		"https://bank.example:8443/":  "https://bank.example:8443",
		"http://127.0.0.1:80":         "http://127.0.0.1:80",
		"http://[::1]/x":              "http://[::1]:80",
		"https://1.1.1.1":             "https://1.1.1.1:443",
		"http://bank.example":         "",
		"http://localhost:1":          "",
		"http://127.0.0.2":            "",
		"https://10.0.0.1":            "",
		"https://169.254.169.254":     "",
		"https://[fe80::1]":           "",
		"https://[fd00::1]":           "",
		"https://[::ffff:10.0.0.1]":   "",
		"https://[64:ff9b::a00:1]":    "",
		"https://[2002:a00:1::]":      "",
		"https://100.64.0.1":          "",
		"https://0.0.0.0":             "",
		"https://224.0.0.1":           "",
		"https://127.1":               "",
		"https://2130706433":          "",
		"https://0x7F000001":          "",
		"https://0x7f.1":              "",
		"https://010.0.0.1":           "",
		"https://1.1.1.0x":            "",
		"https://0x.bank.example":     "https://0x.bank.example:443",
		"https://bank.example.":       "",
		"https://bänk.example":        "",
		"https://user@bank.example":   "",
		"https://bank.example:0":      "",
		"https://bank.example:99999":  "",
		"ftp://bank.example":          "",
		"https:bank.example":          "",
		"//bank.example":              "",
		"":                            "",
		"https://bank.example\\@evil": "",
	} {
		got, err := wire.Origin(address)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Origin(%q) = %q, %v; want %q", address, got, err, want)
		}
	}
}

func TestAnAllowListHoldsOriginsOnly(t *testing.T) {
	door, err := wire.New(wire.Config{Ledger: &book{}, Now: time.Now, UserAgent: "Coffer/test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]string{nil, {""}, {"https://bank.example/path"}, {"https://*.bank.example"}, {"https://bank.example?x"}, {"http://bank.example"}} {
		if _, err := door.Line("l", bad); err == nil {
			t.Errorf("%q was allowed", bad)
		}
	}
	line, err := door.Line("l", []string{"https://bank.example", "https://api.bank.example:8443/"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://bank.example/any": true, "https://bank.example:443/": true, "https://bank.example:8443/": false,
		"https://api.bank.example:8443/x": true, "https://evil.bank.example/": false, "https://bank.example.evil.example/": false,
	} {
		if line.Allows(address) != want {
			t.Errorf("Allows(%q) = %v", address, !want)
		}
	}
}

func FuzzOriginIsStable(f *testing.F) {
	for _, seed := range []string{"https://bank.example", "http://[::1]:8080/x", "https://a@b", "https://[::ffff:7f00:1]", "http://127.0.0.1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		fuzzed.Limit(t)
		origin, err := wire.Origin(address)
		if err != nil {
			return
		}
		if again, err := wire.Origin(origin); err != nil || again != origin {
			t.Errorf("Origin(%q) = %q, then %q, %v", address, origin, again, err)
		}
	})
}

var _ wire.Ledger = (*book)(nil)

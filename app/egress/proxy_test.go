package egress_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fuzzed"
)

func TestProxyAddress(t *testing.T) {
	for text, want := range map[string]string{
		"proxy.example:3128":         "proxy.example:3128",
		" Proxy.Example:03128 ":      "proxy.example:3128",
		"http://192.168.1.2:8080/":   "192.168.1.2:8080",
		"127.0.0.1:9":                "127.0.0.1:9",
		"[::1]:3128":                 "[::1]:3128",
		"[2001:DB8:0:0::1]:3128":     "[2001:db8::1]:3128",
		"localhost:3128":             "localhost:3128",
		"proxy.example":              "",
		"proxy.example:":             "",
		"proxy.example:0":            "",
		"proxy.example:65536":        "",
		"proxy.example:-1":           "",
		"proxy.example:+80":          "",
		"proxy.example:http":         "",
		":3128":                      "",
		"":                           "",
		"::1:3128":                   "",
		"[127.0.0.1]:80":             "",
		"[fe80::1%eth0]:80":          "",
		"0.0.0.0:80":                 "",
		"[::]:80":                    "",
		"224.0.0.1:80":               "",
		"1.2.3:80":                   "",
		"999.1.1.1:80":               "",
		"a..b:80":                    "",
		"-a:80":                      "",
		"a b:80":                     "",
		"bänk.example:80":            "",
		"a\r\nX: y:80":               "",
		"https://proxy.example:3128": "",
		"socks5://127.0.0.1:1080":    "",
		"anna:pw@proxy.example:3128": "",
		"http://proxy.example:80/x":  "",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := egress.ProxyAddress(text)
			if got != want || (err == nil) != (want != "") {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
			if err != nil && text != "" && strings.Contains(err.Error(), text) {
				t.Errorf("the error repeats what was typed: %v", err)
			}
		})
	}
}

func FuzzProxyAddress(f *testing.F) {
	for _, seed := range []string{"proxy.example:3128", "http://[::1]:80/", "[::ffff:1.2.3.4]:1", "a:b:1", "\x00:1", "xn--bnk-qla.example:8"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fuzzed.Limit(t)
		got, err := egress.ProxyAddress(text)
		if err != nil {
			return
		}
		if again, err := egress.ProxyAddress(got); err != nil || again != got {
			t.Errorf("%q became %q and then %q, %v", text, got, again, err)
		}
		host, port, err := net.SplitHostPort(got)
		if err != nil || host == "" || port == "" || strings.ContainsAny(got, " \r\n\t/@%") {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// TestAnEntryThatWentByNoProxyHashesAsBefore holds the hash of rows that were written before there was Via.
func TestAnEntryThatWentByNoProxyHashesAsBefore(t *testing.T) {
	e := egress.Entry{
		Seq: 7, Link: "l", Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", Origin: "https://bank.example:443", Path: "/accounts",
		Started: time.Unix(1000, 0).UTC(), Previous: strings.Repeat("0", 64),
	}
	const before = "875cb0296195a9955f8459b111466e3f46eb9682d3d71f388466ac71045f32ff"
	if got := egress.HashEntry(e); got != before {
		t.Errorf("the hash is %s, and was %s", got, before)
	}
	direct := egress.HashEntry(e)
	e.Via = "proxy.example:3128"
	if egress.HashEntry(e) == direct {
		t.Error("the proxy is not in the hash")
	}
}

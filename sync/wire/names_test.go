package wire_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

func addrs(texts ...string) (all []netip.Addr) {
	for _, text := range texts {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

// TestANameThatIsReboundIsRefused has names lead to this computer, at once or at the second
// look-up. What was checked is what is dialled: nobody looks up in between.
func TestANameThatIsReboundIsRefused(t *testing.T) {
	server, count := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for name, answers := range map[string][][]netip.Addr{
		"to the loopback":               {addrs("127.0.0.1")},
		"to all of this computer":       {addrs("0.0.0.0")},
		"to the home network":           {addrs("192.168.1.1")},
		"to an office":                  {addrs("10.1.2.3")},
		"to a cloud's metadata":         {addrs("169.254.169.254")},
		"to a carrier's network":        {addrs("100.64.0.1")},
		"to many private ones":          {addrs("10.0.0.1", "127.0.0.1", "172.16.0.1")},
		"first to nobody, then to here": {addrs("203.0.113.1"), addrs("127.0.0.1")},
	} {
		t.Run(name, func(t *testing.T) {
			names := wiretest.NewNames(t, map[string][][]netip.Addr{"bank.example": answers})
			address := "https://bank.example" + port
			o := open(t, wire.Config{Resolver: names.Resolver()}, address)
			for n := range 2 {
				_, err := read(t, o.line, get(address))
				reason(t, err, fault.HostRefused, "wire.private")
				if asked := names.Asked(); len(asked) != n+1 {
					t.Errorf("%d requests looked up %v", n+1, asked)
				}
				clean(t, o, err)
			}
			if row := o.book.last(t); row.Sent != 0 || row.Problem != int(fault.HostRefused) {
				t.Errorf("row %+v", row)
			}
		})
	}
	if count.Conns.Load() != 0 {
		t.Errorf("%d connections arrived here", count.Conns.Load())
	}
}

func TestANameThatNobodyKnowsIsOffline(t *testing.T) {
	names := wiretest.NewNames(t, nil)
	o := open(t, wire.Config{Resolver: names.Resolver()}, "https://bank.example")
	_, err := read(t, o.line, get("https://bank.example"))
	kind(t, err, fault.Offline)
	clean(t, o, err)
}

// TestAHostThatIsNotListedGetsNothing: no byte, no look-up, no row, and the fault says who asked.
func TestAHostThatIsNotListedGetsNothing(t *testing.T) {
	elsewhere, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	names := wiretest.NewNames(t, map[string][][]netip.Addr{"evil.example": {addrs("203.0.113.9")}})
	o := open(t, wire.Config{Resolver: names.Resolver()}, "https://bank.example")
	line, err := o.door.LineWith(wire.LineOptions{Link: "l", Who: "Northlight", Origins: []string{"https://bank.example"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		"https://evil.example", "https://bank.example.evil.example", "https://evil.bank.example", "https://bank.example:444", elsewhere.URL,
		"http://bank.example", "https://bank.example@evil.example", "https://bank.example.", "https://bänk.example",
	} {
		_, err := read(t, line, get(address))
		kind(t, err, fault.HostRefused)
		f := fault.Of(err)
		if f == nil || f.Args["who"] != "Northlight" || f.Args["why"] != "accounts" {
			t.Errorf("%s: %v with %v", address, err, f)
		}
		if address == "https://evil.example" && f.Args["host"] != "evil.example" {
			t.Errorf("the host is %q", f.Args["host"])
		}
		if _, err := line.Client(egress.Purpose{ID: "token"}).Get(address); err == nil {
			t.Errorf("a client got to %s", address)
		}
		clean(t, o, err)
	}
	if asked := names.Asked(); len(asked) != 0 || count.Conns.Load() != 0 || len(o.book.all()) != 0 {
		t.Errorf("looked up %v, %d connections, %d rows", asked, count.Conns.Load(), len(o.book.all()))
	}
}

// TestProxyVariablesAreIgnored puts a proxy where every program would find it.
func TestProxyVariablesAreIgnored(t *testing.T) {
	proxy, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	plain, _ := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	secure, _ := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	roots := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	names := wiretest.NewNames(t, map[string][][]netip.Addr{"bank.example": {addrs("203.0.113.9")}})
	o := open(t, wire.Config{Roots: roots, Resolver: names.Resolver()}, plain.URL, secure.URL, "https://bank.example")
	for _, address := range []string{plain.URL, secure.URL} {
		if _, err := read(t, o.line, get(address)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		answer, err := o.line.Client(egress.Purpose{ID: "token"}).Get(address)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	// net/http never asks a proxy for the loopback, so a name that is not here must be tried too.
	_, err := read(t, o.line, get("https://bank.example"))
	kind(t, err, fault.HostRefused)
	if asked := names.Asked(); len(asked) != 1 || asked[0] != "bank.example" {
		t.Errorf("looked up %v", asked)
	}
	if count.Conns.Load() != 0 || count.In.Load() != 0 {
		t.Errorf("the proxy saw %d connections, %d bytes", count.Conns.Load(), count.In.Load())
	}
}

// TestWhatWasRefusedCanBeAskedAbout: the fault of a refused address says what a person needs to
// decide, and nothing of its path.
func TestWhatWasRefusedCanBeAskedAbout(t *testing.T) {
	names := wiretest.NewNames(t, nil)
	o := open(t, wire.Config{Resolver: names.Resolver()}, "https://bank.example")
	ask := get("https://api.bank.example")
	_, err := read(t, o.line, ask)
	reason(t, err, fault.HostRefused, wire.NotListed)
	if f := fault.Of(err); f.Args["origin"] != "https://api.bank.example:443" || f.Args["token"] != "yes" {
		t.Errorf("it says %v", f.Args)
	}
	ask.Bearer = secret.Text{}
	_, err = read(t, o.line, ask)
	if f := fault.Of(err); f == nil || f.Args["token"] != "no" {
		t.Errorf("it says %v", f)
	}
	clean(t, o, err)
	if asked := names.Asked(); len(asked) != 0 {
		t.Errorf("looked up %v", asked)
	}
}

// TestAMoveForGoodIsNamedAndNotFollowed: only the same path on another origin, by 301 or 308.
func TestAMoveForGoodIsNamedAndNotFollowed(t *testing.T) {
	elsewhere, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	for name, test := range map[string]struct {
		to     string
		status int
		want   string
	}{
		"308":                   {"/accounts/777-id?cursor=" + token, 308, wire.Moved},
		"301":                   {"/accounts/777-id?cursor=" + token, 301, wire.Moved},
		"302 is for now":        {"/accounts/777-id?cursor=" + token, 302, "wire.redirect"},
		"307 is for now":        {"/accounts/777-id?cursor=" + token, 307, "wire.redirect"},
		"to another path":       {"/accounts/778-id?cursor=" + token, 308, "wire.redirect"},
		"to another query":      {"/accounts/777-id?cursor=3", 308, "wire.redirect"},
		"to a path in disguise": {"/account%73/777-id?cursor=" + token, 308, "wire.redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			bank, _ := serve(t, false, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", elsewhere.URL+test.to)
				w.WriteHeader(test.status)
			})
			o := open(t, wire.Config{}, bank.URL)
			_, err := read(t, o.line, get(bank.URL))
			reason(t, err, fault.HostRefused, test.want)
			if f := fault.Of(err); test.want == wire.Moved && (f.Args["origin"] != elsewhere.URL || f.Args["from"] != bank.URL) {
				t.Errorf("it says %v", f.Args)
			}
		})
	}
	if count.Conns.Load() != 0 {
		t.Error("it was followed")
	}
}

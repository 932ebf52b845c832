package link_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// leading is a bridge whose API names a page.
type leading struct {
	hosting
	page string
}

func (l leading) Visit(context.Context, bank.Session, bank.Visit) (bank.Visited, error) {
	return bank.Visited{Address: l.page, Ticket: secret.New(canary + "-ticket"), Every: time.Millisecond}, nil
}

// TestAPageElsewhereIsAskedFirst: what a bridge's API names as its page opens in the browser by itself only if it is on
// the bridge's own domain, or listed. A page of another's is asked about, one on this computer or around it is refused.
func TestAPageElsewhereIsAskedFirst(t *testing.T) {
	banks := wiretest.NewAuthority(t)
	server, _ := wiretest.Serve(t, banks.Issue(t, wiretest.Leaf{Names: []string{"api.bridge.example"}}), http.NotFound)
	proxy := wiretest.NewProxy(t, map[string]string{"api.bridge.example:443": server.Listener.Addr().String()})
	const refused, asked, opened = "refused", "asked", "opened"
	for page, want := range map[string]string{
		"https://pages.bridge.example/s?id=1": opened, "https://listed.example/s": opened, "https://bank.example/s?id=1": asked,
		"https://bridge.example.evil.example/": asked, "https://xn--brdge-n4a.example/": asked,
		"http://127.0.0.1:631/admin?op=delete": refused, "https://localhost/": refused, "https://[::1]:8443/": refused, "http://pages.bridge.example/": refused,
		"https://192.168.1.1/reboot": refused, "https://2130706433/": refused, "javascript:alert(1)": refused, "file:///etc/passwd": refused, "": refused,
		"https://api.bridge.example@evil.example/": refused, "https://brіdge.example/": refused, "https://evil.example/\u202eelpmaxe": refused, "coffer://x": refused,
	} {
		for _, yes := range []bool{true, false} {
			s := newKeyScene(t, leading{page: page})
			door, err := wire.New(wire.Config{
				Ledger: s.ledger, Now: time.Now, UserAgent: "Coffer/test", Roots: banks.Pool(),
				Proxy: func(context.Context) (string, error) { return proxy.Addr, nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			defer door.Close()
			s.config.Door = door
			p := s.hosted()
			p.API, p.Origins = "https://api.bridge.example/v1", []string{"https://api.bridge.example", "https://listed.example"}
			var asks []consent.Ask
			p.Ask = func(_ context.Context, all []consent.Ask) (bool, error) { asks = append(asks, all...); return yes, nil }
			h, err := s.tokens().BeginWith(t.Context(), p, "")
			if want == opened || want == asked && yes {
				if err != nil || h.Address() != page {
					t.Errorf("%s: %v", page, err)
				}
			} else if k := fault.KindOf(err); k != fault.HostRefused && k != fault.BankUnexpected {
				t.Errorf("%s, the person says %v: %v", page, yes, err)
			}
			if (len(asks) == 1) != (want == asked) {
				t.Errorf("%s: asked %+v", page, asks)
			}
			for _, a := range asks {
				if a.Use != consent.SignInPage || a.Address != a.Origin || a.Own {
					t.Errorf("%s: asked %+v", page, a)
				}
			}
			if h != nil {
				h.Close()
			}
		}
	}
}

// TestAPageThatWasAllowedIsNotAskedAboutAgain: a yes counts for the link, and Coffer itself never goes there.
func TestAPageThatWasAllowedIsNotAskedAboutAgain(t *testing.T) {
	s := newKeyScene(t, leading{page: "https://pages.bridge.example/"})
	s.keys.polls = 1
	tokens := s.tokens()
	l := s.made(tokens, s.hosted(), "")
	if len(l.Hosts) != 1 || l.Hosts[0].Use != consent.SignInPage || len(l.Origins) != 1 || l.Endpoints.Authorization != "" {
		t.Fatalf("linked %+v", l)
	}
	p := s.hosted()
	p.Ask = nil
	if again := s.made(tokens, p, l.ID); again.ID != l.ID {
		t.Errorf("renewed %+v", again)
	}
}

package wire_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// TestASessionIsOfOneOriginAlone: what a host remembers of a session, the certificate in it too, is shown to that
// origin and no other port of its name, which may share its keys.
func TestASessionIsOfOneOriginAlone(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(fmt.Sprintf("TLS %x", version), func(t *testing.T) {
			banks, people := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
			config := banks.Issue(t, wiretest.Leaf{})
			config.ClientAuth, config.ClientCAs, config.MaxVersion = tls.VerifyClientCertIfGiven, people.Pool(), version
			config.SetSessionTicketKeys([][32]byte{{1}})
			type seen struct {
				names   int
				resumed bool
			}
			saw := map[string][]seen{}
			answer := func(name string) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					saw[name] = append(saw[name], seen{len(r.TLS.PeerCertificates), r.TLS.DidResume})
					w.Header().Set("Connection", "close")
					fmt.Fprint(w, "{}")
				}
			}
			own, _ := wiretest.Serve(t, config, answer("own"))
			plain, _ := wiretest.Serve(t, config, answer("plain"))
			door, err := wire.New(wire.Config{Ledger: &book{}, Now: time.Now, UserAgent: "Coffer/test", Roots: banks.Pool()})
			if err != nil {
				t.Fatal(err)
			}
			defer door.Close()
			line, err := door.LineWith(wire.LineOptions{
				Link: "link-1", Origins: []string{own.URL, plain.URL}, Tokenless: []string{plain.URL}, Identity: identity(t, people, wiretest.Leaf{}),
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []string{own.URL, own.URL, plain.URL, plain.URL} {
				answer, err := line.Do(t.Context(), wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: at + "/a", Path: "/a"})
				if err != nil {
					t.Fatal(err)
				}
				if err := answer.Body.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if own := saw["own"]; len(own) != 2 || own[0] != (seen{1, false}) || own[1] != (seen{1, true}) {
				t.Errorf("the link's own host saw %v", own)
			}
			if plain := saw["plain"]; len(plain) != 2 || plain[0] != (seen{0, false}) || plain[1].names != 0 {
				t.Errorf("the host without the token saw %v", plain)
			}
		})
	}
}

// TestACertificateIsNotShownBeforeTheHostHasProvedItsName: whoever stands in the way asks in vain.
func TestACertificateIsNotShownBeforeTheHostHasProvedItsName(t *testing.T) {
	banks, people, others := wiretest.NewAuthority(t), wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	for name, test := range map[string]struct {
		server *tls.Config
		pins   []string
		proxy  bool
	}{
		"another authority":               {others.Issue(t, wiretest.Leaf{}), nil, false},
		"another name":                    {banks.Issue(t, wiretest.Leaf{Names: []string{"other.example"}}), nil, false},
		"expired":                         {banks.Issue(t, wiretest.Leaf{NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour)}), nil, false},
		"signed by itself":                {banks.Issue(t, wiretest.Leaf{Alone: true}), nil, false},
		"a missed pin":                    {banks.Issue(t, wiretest.Leaf{}), []string{wiretest.Pin(others.Certificate)}, false},
		"a proxy that opens what it sees": {others.Issue(t, wiretest.Leaf{Names: []string{"bank.example"}}), nil, true},
		"a proxy that leads elsewhere":    {banks.Issue(t, wiretest.Leaf{Names: []string{"other.example"}}), nil, true},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(fmt.Sprintf("%s, TLS %x", name, version), func(t *testing.T) {
				shown := make(chan int, 1)
				config := test.server.Clone()
				config.ClientAuth, config.MaxVersion = tls.RequestClientCert, version
				config.VerifyPeerCertificate = func(raw [][]byte, _ [][]*x509.Certificate) error { shown <- len(raw); return nil }
				server, tally := wiretest.Serve(t, config, func(http.ResponseWriter, *http.Request) { t.Error("a request came") })
				origin, c := server.URL, wire.Config{Ledger: &book{}, Now: time.Now, UserAgent: "Coffer/test", Roots: banks.Pool()}
				if test.proxy {
					origin = "https://bank.example"
					proxy := wiretest.NewProxy(t, map[string]string{"bank.example:443": server.Listener.Addr().String()})
					c.Proxy = func(context.Context) (string, error) { return proxy.Addr, nil }
				}
				door, err := wire.New(c)
				if err != nil {
					t.Fatal(err)
				}
				defer door.Close()
				line, err := door.LineWith(wire.LineOptions{Link: "link-1", Origins: []string{origin}, Pins: test.pins, Identity: identity(t, people, wiretest.Leaf{})})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := line.Do(t.Context(), wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: origin + "/a", Path: "/a"}); err == nil {
					t.Error("it was taken for the bank")
				}
				if tally.Conns.Load() != 1 {
					t.Errorf("%d connections came", tally.Conns.Load())
				}
				tally.Wait()
				select {
				case n := <-shown:
					t.Errorf("it saw %d certificates", n)
				default:
				}
			})
		}
	}
}

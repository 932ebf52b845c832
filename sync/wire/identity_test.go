package wire_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// identity is a certificate of a for a client, as l says.
func identity(t *testing.T, a *wiretest.Authority, l wiretest.Leaf) *wire.Identity {
	t.Helper()
	l.Client = true
	made := a.Issue(t, l).Certificates[0]
	i, err := wire.NewIdentity([]*x509.Certificate{made.Leaf}, made.PrivateKey.(crypto.Signer))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestACertificateIsShownToTheLinksHostsAlone asks servers that want a certificate, over HTTP/1.1 and HTTP/2,
// under TLS 1.2 and 1.3: only the right one is answered, the others with a clear fault.
func TestACertificateIsShownToTheLinksHostsAlone(t *testing.T) {
	banks, people, others := wiretest.NewAuthority(t), wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	good := identity(t, people, wiretest.Leaf{})
	for name, test := range map[string]struct {
		shows     *wire.Identity
		tokenless bool
		reason    string // of the fault; empty: answered
	}{
		"the right one":               {good, false, ""},
		"none":                        {nil, false, "wire.identity-wanted"},
		"of another authority":        {identity(t, others, wiretest.Leaf{}), false, "wire.identity"},
		"expired":                     {identity(t, people, wiretest.Leaf{NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Minute)}), false, "wire.identity"},
		"to a host without the token": {good, true, "wire.identity-wanted"},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for two, serve := range map[bool]func(testing.TB, *tls.Config, http.HandlerFunc) (*httptest.Server, *wiretest.Tally){false: wiretest.Serve, true: wiretest.ServeTwo} {
				t.Run(fmt.Sprintf("%s, TLS %x, HTTP/2 %v", name, version, two), func(t *testing.T) {
					var named string
					config := banks.Issue(t, wiretest.Leaf{})
					config.ClientAuth, config.ClientCAs, config.MaxVersion = tls.RequireAndVerifyClientCert, people.Pool(), version
					server, _ := serve(t, config, func(w http.ResponseWriter, r *http.Request) {
						named = r.TLS.PeerCertificates[0].Subject.CommonName
						fmt.Fprint(w, "{}")
					})
					address := server.URL
					var log bytes.Buffer
					rows := &book{}
					door, err := wire.New(wire.Config{
						Ledger: rows, Now: time.Now, UserAgent: "Coffer/test", Roots: banks.Pool(), Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
					})
					if err != nil {
						t.Fatal(err)
					}
					defer door.Close()
					o := wire.LineOptions{Link: "link-1", Who: "Bank", Origins: []string{address}, Identity: test.shows}
					token := secret.New("token")
					if test.tokenless {
						o.Tokenless, token = o.Origins, secret.Text{}
					}
					line, err := door.LineWith(o)
					if err != nil {
						t.Fatal(err)
					}
					for range 2 { // the second on a connection that was kept, or a session that is resumed
						answer, err := line.Do(t.Context(), wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: address + "/a", Path: "/a", Bearer: token})
						if test.reason == "" {
							if err != nil {
								t.Fatal(err)
							}
							if err := answer.Body.Close(); err != nil || named != "Test bank" {
								t.Errorf("shown %q, %v", named, err)
							}
							continue
						}
						// What a server said may be lost with its connection: then it is told that it hung up.
						f := fault.Of(err)
						if f == nil || f.Reason != test.reason && !(f.Kind == fault.Offline && version == tls.VersionTLS13) {
							t.Errorf("got %v, %+v, want %s", err, f, test.reason)
						}
						if named != "" {
							t.Error("the request was answered")
						}
					}
					if text := log.String() + fmt.Sprintf("%+v %+v", rows, o); strings.Contains(text, "PRIVATE") || strings.Contains(text, "Test bank") {
						t.Errorf("printed: %s", text)
					}
				})
			}
		}
	}
}

// TestAnotherCertificateIsAnotherConnection: what a link left open under one certificate serves no other.
func TestAnotherCertificateIsAnotherConnection(t *testing.T) {
	banks, people := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	config := banks.Issue(t, wiretest.Leaf{})
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, people.Pool()
	var seen []string
	server, _ := wiretest.Serve(t, config, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.TLS.PeerCertificates[0].SerialNumber.String())
		fmt.Fprint(w, "{}")
	})
	door, err := wire.New(wire.Config{Ledger: &book{}, Now: time.Now, UserAgent: "Coffer/test", Roots: banks.Pool(), Limits: wire.Limits{Idle: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	first, second := identity(t, people, wiretest.Leaf{}), identity(t, people, wiretest.Leaf{})
	for _, shows := range []*wire.Identity{first, first, second, first} {
		line, err := door.LineWith(wire.LineOptions{Link: "link-1", Origins: []string{server.URL}, Identity: shows})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := line.Do(t.Context(), wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: server.URL + "/a", Path: "/a"})
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 4 || seen[0] != seen[1] || seen[1] == seen[2] || seen[3] != seen[0] {
		t.Errorf("shown were %v", seen)
	}
}

func TestAKeyOfAnotherCertificateIsNoIdentity(t *testing.T) {
	leaf := wiretest.NewAuthority(t).Issue(t, wiretest.Leaf{Client: true}).Certificates[0].Leaf
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wire.NewIdentity([]*x509.Certificate{leaf}, key); err == nil {
		t.Error("taken")
	}
	if _, err := wire.NewIdentity(nil, key); err == nil {
		t.Error("taken without a certificate")
	}
}

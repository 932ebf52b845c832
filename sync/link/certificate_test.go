package link_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/secret"
	"coffer/sync/link"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// brought is a certificate as a person has it.
type brought struct{ chain, key string }

// clientOf has a make a client's certificate.
func clientOf(t *testing.T, a *wiretest.Authority, l wiretest.Leaf) brought {
	t.Helper()
	l.Client = true
	made := a.Issue(t, l).Certificates[0]
	raw, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return brought{block("CERTIFICATE", made.Leaf.Raw), block("PRIVATE KEY", raw)}
}

func block(kind string, raw []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}))
}

// mutual is a scene whose bank has its endpoints and its API behind a host that wants a certificate.
type mutual struct {
	*scene
	people *wiretest.Authority
	behind string // that host
	mu     sync.Mutex
	bound  map[[32]byte]bool // certificates that got tokens
	wrong  int               // reads with another one
}

func newMutual(t *testing.T) *mutual {
	banks, people := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	m := &mutual{scene: newScene(t), people: people, bound: map[[32]byte]bool{}}
	m.bank = newSecureAuthority(t, banks.Issue(t, wiretest.Leaf{}))
	config := banks.Issue(t, wiretest.Leaf{})
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, people.Pool()
	server, _ := wiretest.Serve(t, config, m.bank.answer)
	m.behind = server.URL
	m.bank.metadata["mtls_endpoint_aliases"] = map[string]any{
		"token_endpoint": m.behind + "/as/token", "revocation_endpoint": m.behind + "/as/revoke", "pushed_authorization_request_endpoint": m.behind + "/as/par",
	}
	m.bank.trusts = func(r *http.Request) bool {
		if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 || r.PostForm.Get("client_id") != "coffer" {
			return false
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.bound[sha256.Sum256(r.TLS.PeerCertificates[0].Raw)] = true
		return true
	}
	m.bank.when("/api/probe", func(w http.ResponseWriter, r *http.Request) { // cnf x5t#S256 (RFC 8705 §3.1)
		m.mu.Lock()
		same := r.TLS != nil && len(r.TLS.PeerCertificates) == 1 && m.bound[sha256.Sum256(r.TLS.PeerCertificates[0].Raw)]
		if !same {
			m.wrong++
		}
		m.mu.Unlock()
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		m.bank.mu.Lock()
		defer m.bank.mu.Unlock()
		if !same || !m.bank.live[token] {
			w.WriteHeader(401)
		}
	})
	door, err := wire.New(wire.Config{
		Ledger: m.ledger, Now: time.Now, UserAgent: "Coffer/test", Roots: banks.Pool(), Resolver: m.names.Resolver(),
		Log: slog.New(slog.NewTextHandler(m.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Limits: wire.Limits{Headers: time.Second, Whole: 2 * time.Second, Idle: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	m.config.Door, m.config.Dialect = door, speaks(plain{})
	return m
}

func (m *mutual) provider(b brought) link.Provider {
	p := m.bank.provider()
	p.Shows, p.Chain, p.Secret = "tls_client_auth", secret.New(b.chain), secret.New(b.key)
	p.API, p.Origins = m.behind+"/api", []string{m.bank.server.URL}
	return p
}

// quiet fails if a line of a key is in the log, the ledger or err.
func (m *mutual) quiet(err error, all ...brought) {
	m.t.Helper()
	m.log.mu.Lock()
	defer m.log.mu.Unlock()
	text := m.log.text.String() + fmt.Sprintf("%+v %+v", m.ledger.all, err)
	for _, b := range all {
		for line := range strings.Lines(b.key) {
			if line = strings.TrimSpace(line); len(line) > 20 && strings.Contains(text, line) && !strings.HasPrefix(line, "-") {
				m.t.Errorf("a key got out: %s", text)
			}
		}
	}
}

// TestAClientWithACertificate links, renews, reads, signs in again and revokes with a certificate, at a host
// that metadata names for such clients and that the person was asked about.
func TestAClientWithACertificate(t *testing.T) {
	m := newMutual(t)
	first := clientOf(t, m.people, wiretest.Leaf{NotAfter: time.Now().Add(20 * 24 * time.Hour)})
	p := m.provider(first)
	_, err := m.tokens().Begin(t.Context(), p)
	m.kind(err, fault.HostRefused)
	var asked []consent.Ask
	p.Ask = func(_ context.Context, asks []consent.Ask) (bool, error) {
		asked = append(asked, asks...)
		return true, nil
	}
	tokens := m.tokens()
	l := m.approved(tokens.Begin(t.Context(), p))
	if len(asked) != 4 { // PAR, token, revocation, data
		t.Errorf("asked %+v", asked)
	}
	for _, a := range asked {
		if a.Origin != m.behind {
			t.Errorf("asked about %s", a.Origin)
		}
	}
	if l.Endpoints.Token != m.behind+"/as/token" || l.Endpoints.Authorization != m.bank.issuer()+"/authorize" || l.Shows != "tls_client_auth" {
		t.Errorf("linked: %+v", l)
	}
	if days := l.Expires.Sub(l.Granted).Hours() / 24; days < 19 || days > 20 { // the certificate ends before the consent
		t.Errorf("it ends after %v days", days)
	}
	read := func() {
		t.Helper()
		s, err := tokens.Session(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := (plain{}).Probe(t.Context(), s); err != nil || answer.Status != 200 {
			t.Errorf("a read: %d, %v", answer.Status, err)
		}
	}
	read()
	m.now = m.now.Add(time.Hour)
	read()              // renewed
	tokens = m.tokens() // as after a start of the program
	read()

	// Signing in again: nothing typed, then a new certificate with its key.
	p.Chain, p.Secret = secret.Text{}, secret.Text{}
	l = m.approved(tokens.Again(t.Context(), p, l.ID))
	second := clientOf(t, m.people, wiretest.Leaf{NotAfter: time.Now().Add(400 * 24 * time.Hour)})
	p = m.provider(second)
	m.bank.grant = "consent-2"
	l = m.approved(tokens.Again(t.Context(), p, l.ID))
	if len(m.vault.former) != 0 {
		t.Error("the former grant has not ended")
	}
	if days := l.Expires.Sub(l.Granted).Hours() / 24; days < 364 || days > 366 {
		t.Errorf("now it ends after %v days", days)
	}
	read()
	receipt, err := tokens.Revoke(t.Context(), l, plain{}, false, nil)
	if err != nil || !receipt.Proved {
		t.Errorf("revoked: %s, %v", steps(receipt.Steps), err)
	}
	if m.wrong != 0 || len(m.bound) != 2 {
		t.Errorf("%d reads with another certificate; %d got tokens", m.wrong, len(m.bound))
	}
	m.quiet(nil, first, second)
}

func TestACertificateThatCantBeUsed(t *testing.T) {
	m := newMutual(t)
	good, other := clientOf(t, m.people, wiretest.Leaf{}), clientOf(t, m.people, wiretest.Leaf{})
	past := clientOf(t, m.people, wiretest.Leaf{NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-24 * time.Hour)})
	next := clientOf(t, m.people, wiretest.Leaf{NotBefore: time.Now().Add(24 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour)})
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := func(key any) string {
		raw, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return block("PRIVATE KEY", raw)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		brought
		need, reason string
	}{
		"no certificate":        {brought{"", good.key}, "certificate", "answer.missing"},
		"no key":                {brought{good.chain, ""}, "key", "answer.missing"},
		"words":                 {brought{"my certificate", good.key}, "certificate", "answer.certificate"},
		"a request for one":     {brought{strings.ReplaceAll(good.chain, "CERTIFICATE", "CERTIFICATE REQUEST"), good.key}, "certificate", "answer.certificate"},
		"a broken certificate":  {brought{strings.Replace(good.chain, "M", "/", 1), good.key}, "certificate", "answer.certificate"},
		"cut":                   {brought{good.chain[:len(good.chain)-30], good.key}, "certificate", "answer.certificate"},
		"nine":                  {brought{strings.Repeat(good.chain, 9), good.key}, "certificate", "answer.certificate"},
		"too long":              {brought{good.chain + strings.Repeat("x", 200<<10), good.key}, "certificate", "answer.certificate"},
		"another's key":         {brought{good.chain, other.key}, "key", "answer.pair"},
		"an Ed25519 key":        {brought{good.chain, pkcs8(ed)}, "key", "answer.pair"},
		"the certificate twice": {brought{good.chain, good.chain}, "key", "answer.tls-key"},
		"two keys":              {brought{good.chain, good.key + other.key}, "key", "answer.tls-key"},
		"a broken key":          {brought{good.chain, strings.Replace(good.key, "M", "/", 1)}, "key", "answer.tls-key"},
		"a short RSA key":       {brought{good.chain, pkcs8(short)}, "key", "answer.tls-key"},
		"a long RSA key":        {brought{good.chain, longRSA(t, 8320)}, "key", "answer.tls-key"},
		"a small curve":         {brought{good.chain, pkcs8(small)}, "key", "answer.tls-key"},
		"an encrypted key":      {brought{good.chain, strings.ReplaceAll(good.key, "PRIVATE", "ENCRYPTED PRIVATE")}, "key", "answer.locked"},
		"an old encrypted key":  {brought{good.chain, strings.Replace(strings.ReplaceAll(good.key, "PRIVATE", "EC PRIVATE"), "-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", 1)}, "key", "answer.locked"},
		"expired":               {past, "certificate", "answer.expired"},
		"not yet":               {next, "certificate", "answer.early"},
	} {
		_, err := m.tokens().Begin(t.Context(), m.provider(test.brought))
		m.kind(err, fault.BadAnswer)
		if f := fault.Of(err); f == nil || f.Reason != test.reason || f.Args["need"] != test.need {
			t.Errorf("%s: %v %+v", name, err, f)
		}
		m.quiet(err, test.brought, good)
	}
	if len(m.ledger.all) != 0 {
		t.Errorf("%d connections were made", len(m.ledger.all))
	}
}

// TestACertificateComesInManyShapes: in one line, both in one, with its authority first.
func TestACertificateComesInManyShapes(t *testing.T) {
	m := newMutual(t)
	b := clientOf(t, m.people, wiretest.Leaf{})
	authority := block("CERTIFICATE", m.people.Certificate.Raw)
	for name, b := range map[string]brought{
		"as it is":              b,
		"in one line":           {strings.ReplaceAll(b.chain, "\n", " "), strings.ReplaceAll(b.key, "\n", " ")},
		"with Windows' ends":    {strings.ReplaceAll(b.chain, "\n", "\r\n"), strings.ReplaceAll(b.key, "\n", "\r\n")},
		"both in one":           {b.chain + b.key, ""},
		"key first":             {b.key + b.chain, ""},
		"its authority first":   {authority + b.chain, b.key},
		"with words around":     {"Bag Attributes: x\nsubject=CN = Test\n" + b.chain + "\n", "\n" + b.key + "\nend"},
		"its authority as well": {b.chain + authority, b.key},
	} {
		p := m.provider(b)
		p.Ask = func(_ context.Context, _ []consent.Ask) (bool, error) { return true, nil }
		a, err := m.tokens().Begin(t.Context(), p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		a.Close()
	}
}

// TestABankThatRefusesTheCertificate: it is said, and nothing is left.
func TestABankThatRefusesTheCertificate(t *testing.T) {
	m := newMutual(t)
	p := m.provider(clientOf(t, wiretest.NewAuthority(t), wiretest.Leaf{}))
	p.Ask = func(_ context.Context, _ []consent.Ask) (bool, error) { return true, nil }
	_, err := m.tokens().Begin(t.Context(), p)
	f := fault.Of(err)
	if f == nil || f.Reason != "wire.identity" && f.Reason != "wire.identity-ended" || !m.vault.empty() {
		t.Errorf("got %v, %+v", err, f)
	}

	// A link whose certificate the bank no longer takes keeps its tokens, and no revocation is proved by that.
	good := m.provider(clientOf(t, m.people, wiretest.Leaf{}))
	good.Ask = p.Ask
	tokens := m.tokens()
	l := m.approved(tokens.Begin(t.Context(), good))
	sealed := m.vault.credentials[l.ID]
	sealed.ClientSecret = secret.New(clientText(t, wiretest.NewAuthority(t)))
	m.vault.credentials[l.ID] = sealed
	receipt, err := m.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	if receipt.Proved || fault.KindOf(err) != fault.RevokePending || m.vault.credentials[l.ID].Refresh.Empty() {
		t.Errorf("revoked by a refused certificate: %s, %v", steps(receipt.Steps), err)
	}
}

func clientText(t *testing.T, a *wiretest.Authority) string {
	b := clientOf(t, a, wiretest.Leaf{})
	return b.chain + b.key
}

// FuzzCertificate: nothing that is pasted crashes, and what is taken is read again from how it is sealed.
func FuzzCertificate(f *testing.F) {
	a := wiretest.NewAuthority(f)
	made := a.Issue(f, wiretest.Leaf{Client: true}).Certificates[0]
	raw, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		f.Fatal(err)
	}
	chain, key := block("CERTIFICATE", made.Leaf.Raw), block("PRIVATE KEY", raw)
	f.Add(chain, key)
	f.Add(chain+key, "")
	f.Add(key, chain)
	f.Add("-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----")
	f.Add(chain, strings.Replace(key, "M", "N", 1))
	f.Fuzz(func(t *testing.T, chain, key string) {
		fuzzed.Limit(t)
		sealed, err := link.ReadCertificate(chain, key)
		if err != nil {
			if fault.KindOf(err) != fault.BadAnswer {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := link.ReadCertificate(sealed, sealed)
		if err != nil || again != sealed {
			t.Errorf("sealed as\n%s\nread as\n%s, %v", sealed, again, err)
		}
	})
}

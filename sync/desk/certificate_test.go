package desk_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/sync/wire/wiretest"
)

// TestACertificateIsAskedForAndSealed links the demo bank behind a door that wants a client's certificate: all
// that Coffer itself asks goes there. It is typed once, is in no file, serves after the vault was locked, and
// the link ends with it.
func TestACertificateIsAskedForAndSealed(t *testing.T) {
	banks, people := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	r := newRigTrusting(t, banks.Pool())
	to, err := url.Parse("http://" + r.bank.Addr())
	must(t, err)
	config := banks.Issue(t, wiretest.Leaf{})
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, people.Pool()
	seen := 0
	behind := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to) }, Transport: &http.Transport{}}
	door, _ := wiretest.Serve(t, config, func(w http.ResponseWriter, q *http.Request) { seen++; behind.ServeHTTP(w, q) })

	file := r.stated("par = \"" + r.bank.Issuer() + "/par\"\n")
	page := "authorization = \"" + r.bank.Issuer()
	file = strings.NewReplacer(page, page, "http://"+r.bank.Addr(), door.URL, `"none"`, `"tls_client_auth"`, `["client-id"]`, `["client-id", "certificate", "key"]`).Replace(file)
	r.write(file)
	if shelf := r.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		t.Fatal(shelf.Broken[0].Problems)
	}
	made := people.Issue(t, wiretest.Leaf{Client: true, NotAfter: time.Now().Add(10 * 24 * time.Hour)}).Certificates[0]
	raw, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	must(t, err)
	chain, key := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Leaf.Raw})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))

	terms := r.terms()
	_, err = r.link(terms)
	kind(t, err, fault.BadAnswer, "answer.missing")
	terms.Secrets = map[provider.Need]secret.Text{provider.Certificate: app.Secret(chain), provider.Key: app.Secret("not a key")}
	_, err = r.link(terms)
	kind(t, err, fault.BadAnswer, "answer.tls-key")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections were made without a certificate", n)
	}
	terms.Secrets[provider.Key] = app.Secret(key)
	id, err := r.link(terms)
	must(t, err)
	l := r.view(id)
	if days := time.Until(l.Expires).Hours() / 24; l.Shows != "tls_client_auth" || len(l.Accounts) != 3 || days < 9 || days > 10 {
		t.Errorf("linked: %+v", l)
	}
	if e := consent.EndingOf(l.Expires, time.Now()); e.At != 14 {
		t.Errorf("its end is told as %+v", e)
	}
	again := r.terms()
	again.Again = id // what was typed before stands
	_, err = r.link(again)
	must(t, err)

	must(t, r.coffer.Lock())
	body := strings.Split(key, "\n")[1]
	files := 0
	must(t, filepath.WalkDir(filepath.Dir(r.folder), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		found, err := os.ReadFile(path)
		if strings.Contains(string(found), body) {
			t.Errorf("%s holds the key", path)
		}
		return err
	}))
	must(t, r.coffer.UnlockWithRecovery(t.Context(), r.key))
	before := seen
	if _, err := r.coffer.Refresh(t.Context(), id); err != nil || seen == before || files < 4 {
		t.Errorf("read after the lock: %v, %d requests, %d files", err, seen-before, files)
	}
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("revoked: %+v, %v", receipt, err)
	}
	rows, err := r.coffer.Ledger(t.Context(), "", 0, 10000)
	must(t, err)
	for _, row := range rows {
		if !strings.HasPrefix(door.URL, row.Origin) {
			t.Errorf("Coffer asked %s", row.Origin)
		}
	}
}

package desk_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/sync/demobank"
	"coffer/sync/desk"
)

func TestABankAddedByContributingAlone(t *testing.T) {
	r := newRig(t)
	if _, err := r.coffer.Provider("harbour"); err == nil {
		t.Fatal("it is there before its file is")
	}
	r.write(r.here())
	shelf := r.coffer.ReadProviders() // the gallery opens
	if len(shelf.Broken) > 0 || shelf.Folder != r.folder {
		t.Fatalf("shelf says %+v", shelf.Broken)
	}
	p, err := r.coffer.Provider("harbour")
	must(t, err)
	if p.Own != filepath.Join(r.folder, "harbour.toml") || !p.File.Loopback || !slices.Equal(p.Hosts, []string{r.bank.Addr()}) || len(p.Lacks) > 0 {
		t.Errorf("it is shown as %+v", p)
	}

	for name, test := range map[string]struct {
		typed  string
		reason string
	}{"nothing": {" ", "answer.missing"}, "what no id is": {"two words", "answer.letters"}} {
		terms := r.terms()
		terms.Typed[provider.ClientID] = test.typed
		_, err := r.link(terms)
		kind(t, err, fault.BadAnswer, test.reason)
		if n := r.asked(); n != 0 {
			t.Errorf("%s was typed, and %d connections were made", name, n)
		}
	}
	terms := r.terms()
	terms.Hash = p.File.Hash
	id, err := r.link(terms)
	must(t, err)
	l := r.view(id)
	if l.State != consent.Active || len(l.Accounts) != 3 || l.File != p.Own || l.FileHash != p.File.Hash || l.ClientID != demobank.ClientID || l.Changed != nil || !slices.Equal(l.Origins, []string{"http://" + r.bank.Addr()}) {
		t.Errorf("linked: %+v", l)
	}
	if _, err := r.coffer.Refresh(t.Context(), id); err != nil {
		t.Errorf("refresh: %v", err)
	}
	again := r.terms()
	again.Again, again.Typed = id, nil // what was typed before stands
	if same, err := r.link(again); err != nil || same != id {
		t.Errorf("renewed %s: %v", same, err)
	}
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("revoked: %+v, %v", receipt, err)
	}
}

func TestAChangedFileStopsItsLinkUntilConfirmed(t *testing.T) {
	r := newRig(t)
	r.write(r.here())
	r.coffer.ReadProviders()
	id, err := r.link(r.terms())
	must(t, err)

	elsewhere := strings.Replace(r.here(), `base  = "`+r.bank.APIBase(), `base  = "http://127.0.0.1:9/fdx/v6`, 1)
	r.write(elsewhere)
	before := r.asked()
	_, err = r.coffer.Refresh(t.Context(), id)
	kind(t, err, fault.ProviderChanged, "provider.changed")
	again := r.terms()
	again.Again = id
	_, err = r.link(again)
	kind(t, err, fault.ProviderChanged, "provider.changed")
	if n := r.asked(); n != before {
		t.Errorf("%d connections were made by a changed file", n-before)
	}
	change := r.view(id).Changed
	if change == nil || change.Gone {
		t.Fatalf("the card says %+v", change)
	}
	var what []string
	for _, d := range change.Differs {
		what = append(what, d.What)
		if d.What == "api" && (d.Was != r.bank.APIBase() || d.Now != "http://127.0.0.1:9/fdx/v6") {
			t.Errorf("the data API: %+v", d)
		}
	}
	if !slices.Equal(what, []string{"api", "hosts"}) {
		t.Errorf("it is said to differ in %v", what)
	}

	r.write(elsewhere + "# once more\n") // while the person looks
	kind(t, r.coffer.ConfirmProvider(t.Context(), id, change.Hash), fault.ProviderChanged, "provider.since")
	must(t, r.coffer.ConfirmProvider(t.Context(), id, r.view(id).Changed.Hash))
	if _, err := r.coffer.Refresh(t.Context(), id); err != nil { // by the addresses that it was made with
		t.Errorf("after it was confirmed: %v", err)
	}
	if l := r.view(id); l.Changed != nil || l.Endpoints.API != r.bank.APIBase() {
		t.Errorf("after it was confirmed: %+v", l)
	}

	must(t, os.Remove(filepath.Join(r.folder, "harbour.toml")))
	_, err = r.coffer.Refresh(t.Context(), id)
	kind(t, err, fault.ProviderChanged, "provider.gone")
	change = r.view(id).Changed
	if change == nil || !change.Gone || change.File == "" {
		t.Fatalf("the card says %+v", change)
	}
	must(t, r.coffer.ConfirmProvider(t.Context(), id, change.Hash))
	if _, err := r.coffer.Refresh(t.Context(), id); err != nil {
		t.Errorf("without its file: %v", err)
	}

	r.write(elsewhere) // and it comes back
	_, err = r.coffer.Refresh(t.Context(), id)
	kind(t, err, fault.ProviderChanged, "provider.changed")
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("taking it back waits for nothing: %v", err)
	}
}

func TestWhatAFileSaysIsWhatIsAsked(t *testing.T) {
	shelf, err := desk.RealBanks(os.DirFS("../../assets/providers"), t.TempDir())
	must(t, err)
	typed := map[provider.Need]string{provider.Issuer: "https://login.bank.example/as", provider.API: "https://api.bank.example:8443/v6", provider.ClientID: "me", provider.Scopes: "openid read"}
	for _, p := range shelf().Providers {
		got, err := desk.Asked(p, app.Terms{HistoryDays: 30, ConsentDays: 60, Typed: typed})
		switch p.ID {
		case "generic-fdx", "generic-oauth":
			must(t, err)
			scopes := p.File.Scopes
			if p.ID == "generic-oauth" {
				scopes = []string{"openid", "read"}
			}
			if got.Plain != (p.ID == "generic-oauth") || got.Issuer != typed[provider.Issuer] || got.API != typed[provider.API] || got.ClientID != "me" || !slices.Equal(got.Scopes, scopes) ||
				!slices.Equal(got.Origins, []string{"https://login.bank.example:443", "https://api.bank.example:8443"}) || got.HistoryDays != 30 || got.ConsentDays != 60 || got.Hash != p.File.Hash || got.File != "" {
				t.Errorf("%s asks %+v", p.ID, got)
			}
		case "simplefin":
			must(t, err)
			if got.Brought.Way != "setup-token" || got.Issuer != "" || !slices.Equal(got.Origins, []string{"https://bridge.simplefin.org:443", "https://beta-bridge.simplefin.org:443"}) {
				t.Errorf("%s asks %+v", p.ID, got)
			}
		case "monzo": // without metadata
			must(t, err)
			if want := (consent.Endpoints{Authorization: p.File.Authorization, Token: p.File.Token}); got.Stated != want || got.Issuer != "" || !slices.Equal(got.Origins, []string{"https://auth.monzo.com:443", "https://api.monzo.com:443"}) {
				t.Errorf("%s asks %+v", p.ID, got)
			}
		default:
			if len(p.Lacks) > 0 {
				kind(t, err, fault.ProviderLacks, "")
			}
		}
	}
}

func TestAFixedPortIsTheFiles(t *testing.T) {
	r := newRig(t)
	var config net.ListenConfig
	taken, err := config.Listen(t.Context(), "tcp4", "127.0.0.1:0")
	must(t, err)
	defer taken.Close()
	_, port, err := net.SplitHostPort(taken.Addr().String())
	must(t, err)
	r.write(strings.Replace(r.here(), `"any-port"`, "\"fixed-port\"\nport = "+port, 1))
	r.coffer.ReadProviders()
	_, err = r.link(r.terms())
	kind(t, err, fault.PortTaken, "")
	if got := fault.Of(err).Args["port"]; got != port {
		t.Errorf("port %s is said to be taken, not %s", got, port)
	}
	must(t, taken.Close())
	_, err = r.link(r.terms())
	must(t, err)
}

// TestAnyPortMayHaveAPath: a server that keeps to RFC 8252 §7.3 leaves open the port and compares the rest.
func TestAnyPortMayHaveAPath(t *testing.T) {
	r := newRig(t)
	with := r.here()
	for path, file := range map[string]string{"/callback": with, "": strings.Replace(with, "callback_path", "# ", 1)} {
		r.write(file)
		r.coffer.ReadProviders()
		p, err := r.coffer.Provider("harbour")
		must(t, err)
		asked, err := desk.Asked(p, r.terms())
		if err != nil || asked.RedirectPath != path || asked.RedirectPort != 0 {
			t.Errorf("asked for %q at port %d, %v", asked.RedirectPath, asked.RedirectPort, err)
		}
	}
}

// TestASecretIsAskedForAndSealed links by a file whose client has a secret: it is typed, it is in no
// file, and a renewal needs no second typing.
func TestASecretIsAskedForAndSealed(t *testing.T) {
	r := newRig(t)
	r.write(strings.NewReplacer(`"none"`, `"client_secret_post"`, `["client-id"]`, `["client-id", "client-secret"]`).Replace(r.here()))
	if broken := r.coffer.ReadProviders().Broken; len(broken) != 0 {
		t.Errorf("%+v", broken)
	}
	_, err := r.link(r.terms())
	kind(t, err, fault.BadAnswer, "answer.missing")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections were made without the secret", n)
	}
	terms := r.terms()
	terms.Secrets = map[provider.Need]secret.Text{provider.ClientSecret: app.Secret(" canary-5f1e ")}
	id, err := r.link(terms)
	must(t, err)
	if l := r.view(id); l.Shows != "client_secret_post" || l.State != consent.Active {
		t.Errorf("linked: %+v", l)
	}
	again := r.terms()
	again.Again = id
	_, err = r.link(again)
	must(t, err)
	must(t, r.coffer.Lock())
	files := 0
	must(t, filepath.WalkDir(filepath.Dir(r.folder), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files++
		if strings.Contains(string(raw), "canary-5f1e") {
			t.Errorf("%s holds the secret", path)
		}
		return err
	}))
	if files < 4 {
		t.Errorf("only %d files were looked at", files)
	}
}

// TestAKeyIsAskedForAndSealed: the demo bank takes no assertion for wrong, and knows its client by the id.
func TestAKeyIsAskedForAndSealed(t *testing.T) {
	r := newRig(t)
	r.write(strings.NewReplacer(`"none"`, `"private_key_jwt"`, `["client-id"]`, `["client-id", "key"]`).Replace(r.here()))
	if broken := r.coffer.ReadProviders().Broken; len(broken) != 0 {
		t.Errorf("%+v", broken)
	}
	_, err := r.link(r.terms())
	kind(t, err, fault.BadAnswer, "answer.missing")
	terms := r.terms()
	terms.Secrets = map[provider.Need]secret.Text{provider.Key: app.Secret("canary-5f1e")}
	_, err = r.link(terms)
	kind(t, err, fault.BadAnswer, "answer.key")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections were made without a key", n)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
	terms.Secrets[provider.Key] = app.Secret(text)
	id, err := r.link(terms)
	must(t, err)
	if l := r.view(id); l.Shows != "private_key_jwt" || l.State != consent.Active {
		t.Errorf("linked: %+v", l)
	}
	must(t, r.coffer.Lock())
	line := strings.Split(text, "\n")[1]
	must(t, filepath.WalkDir(filepath.Dir(r.folder), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		found, err := os.ReadFile(path)
		if strings.Contains(string(found), line) {
			t.Errorf("%s holds the key", path)
		}
		return err
	}))
}

func TestWhatIsShownIsWhatIsLinked(t *testing.T) {
	r := newRig(t)
	r.write(r.here())
	p := r.coffer.ReadProviders().Providers[len(r.coffer.Providers())-1]
	terms := r.terms()
	terms.Hash = p.File.Hash
	r.write(r.here() + "# other\n")
	_, err := r.link(terms)
	kind(t, err, fault.ProviderChanged, "provider.since")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// TestWhatThisVersionCantDoIsNeverContacted: every bank that ships can be linked; one in a dialect that no version speaks yet is
// shown with what it lacks, and nobody is asked for anything.
func TestWhatThisVersionCantDoIsNeverContacted(t *testing.T) {
	r := newRig(t)
	for _, p := range r.coffer.Providers() {
		if p.Demo || p.Own != "" {
			t.Errorf("%s is on a real shelf", p.ID)
		}
		if len(p.Lacks) != 0 {
			t.Errorf("%s lacks %v", p.ID, p.Lacks)
		}
	}
	r.write(strings.NewReplacer(`"fdx"`, `"teller"`, "\ndetails  = true", "\n# ").Replace(r.here()))
	if broken := r.coffer.ReadProviders().Broken; len(broken) != 0 {
		t.Errorf("%+v", broken)
	}
	if p, err := r.coffer.Provider("harbour"); err != nil || len(p.Lacks) == 0 {
		t.Errorf("a bank in an unknown dialect lacks %v, %v", p.Lacks, err)
	}
	_, err := r.coffer.LinkBank(t.Context(), "harbour", r.terms(), func(app.LinkingProgress) {})
	kind(t, err, fault.ProviderLacks, "")
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

func TestAnAddressThatIsTypedIsChecked(t *testing.T) {
	r := newRig(t)
	for _, typed := range []string{"http://bank.example", "https://127.0.0.1:1", "https://nora@bank.example", "bank"} {
		_, err := r.coffer.LinkBank(t.Context(), "generic-fdx", app.Terms{Typed: map[provider.Need]string{
			provider.Issuer: typed, provider.API: "https://api.bank.example", provider.ClientID: "me",
		}}, func(app.LinkingProgress) {})
		kind(t, err, fault.BadAnswer, "answer.address")
	}
	if n := r.asked(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

func TestABrokenFileIsShownAndTheOthersWork(t *testing.T) {
	r := newRig(t)
	r.write(r.here())
	must(t, os.WriteFile(filepath.Join(r.folder, "broken.toml"), []byte("format = 1\nid = \"x\"\nissuer = 4\n"), 0o600))
	shelf := r.coffer.ReadProviders()
	if len(shelf.Broken) != 1 || filepath.Base(shelf.Broken[0].Path) != "broken.toml" || !strings.Contains(shelf.Broken[0].Problems.Error(), "broken.toml:3: ") {
		t.Errorf("broken: %+v", shelf.Broken)
	}
	_, err := r.link(r.terms())
	must(t, err)
}

func TestTheDemoSeesItsOwnBanksAlone(t *testing.T) {
	shelf, err := desk.DemoBanks(os.DirFS("../../assets/providers"), []desk.Demo{{ID: "demo-northlight", Origin: "http://127.0.0.1:4711", SignIn: app.SignIn{Name: "nora"}}})
	must(t, err)
	all := shelf().Providers
	if len(all) != 1 || !all[0].Demo || all[0].SignIn.Name != "nora" || all[0].File.API != "http://127.0.0.1:4711/northlight/fdx/v6" || len(all[0].Lacks) > 0 {
		t.Errorf("the demo sees %+v", all)
	}
}

// TestPinsOfTheFileGoWithTheLink: what a link does with them, link and wire test.
func TestPinsOfTheFileGoWithTheLink(t *testing.T) {
	const pin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	file, err := provider.Parse("harbour.toml", []byte(strings.Replace(documented(t), "\nreads ", "\npins = [\""+pin+"\"]\nreads ", 1)))
	must(t, err)
	asked, err := desk.Asked(app.FromFile(provider.Listed{Provider: file}, desk.Can()), app.Terms{})
	if err != nil || !slices.Equal(asked.Pins, []string{pin}) {
		t.Errorf("asked with %v, %v", asked.Pins, err)
	}
}

// TestWhatWasAllowedIsNoChangeOfTheFile: a host that the person allowed, and an API that they followed
// to it, don't stand among what a changed file says otherwise. They stay with the link.
func TestWhatWasAllowedIsNoChangeOfTheFile(t *testing.T) {
	r := newRig(t)
	r.write(r.here())
	r.coffer.ReadProviders()
	id, err := r.link(r.terms())
	must(t, err)
	l, err := r.store.Link(t.Context(), id)
	must(t, err)
	l.Allow(consent.Ask{Use: consent.PlainRead, Origin: "https://rates.example:443"}, time.Now())
	l.Allow(consent.Ask{Use: consent.DataAPI, Origin: "http://127.0.0.1:9", Address: "http://127.0.0.1:9/fdx"}, time.Now())
	must(t, r.store.SaveLink(t.Context(), l))
	r.write(r.here() + "# a word\n")
	if change := r.view(id).Changed; change == nil || len(change.Differs) != 0 {
		t.Errorf("the change is told as %+v", change)
	}
	r.write(strings.Replace(r.here(), "\nreads ", "\nhosts = [\"http://127.0.0.1:10\"]\nreads ", 1))
	if change := r.view(id).Changed; change == nil || len(change.Differs) != 1 || change.Differs[0].What != "hosts" ||
		strings.Contains(change.Differs[0].Was, "rates") || !strings.Contains(change.Differs[0].Now, "127.0.0.1:10") {
		t.Errorf("the change is told as %+v", change)
	}
	const pin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	r.write(strings.NewReplacer("http://127.0.0.1:", "https://127.0.0.1:", "\nreads ", "\npins = [\""+pin+"\"]\nreads ").Replace(r.here()))
	if change := r.view(id).Changed; change == nil || !slices.Contains(change.Differs, app.Difference{What: "pins", Now: pin}) {
		t.Errorf("the change is told as %+v", change)
	}
}

package link_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/secret"
	"coffer/sync/link"
)

const lastPage = "https://app.harbour.example/back"

// pastes is a provider whose bank sends the browser to a page elsewhere.
func (a *authority) pastes() link.Provider {
	p := a.provider()
	p.LastPage = lastPage
	return p
}

func TestALinkIsMadeByAPastedAddress(t *testing.T) {
	s := newScene(t)
	sockets := listening(t)
	a, err := s.tokens().Begin(t.Context(), s.bank.pastes())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if got := listening(t); got != sockets {
		t.Errorf("%d sockets listen, %d did before", got, sockets)
	}
	genuine := s.bank.approve(t, a.Address())
	if !strings.HasPrefix(genuine.String(), lastPage+"?") || a.LastPage() != lastPage {
		t.Fatalf("the bank sends the browser to %s", genuine)
	}
	with := func(edit func(url.Values)) string {
		u, q := *genuine, genuine.Query()
		edit(q)
		u.RawQuery = q.Encode()
		return u.String()
	}
	whole := genuine.String()
	for name, test := range map[string]struct{ pasted, why string }{
		"nothing":                  {" ", "address"},
		"a code alone":             {genuine.Query().Get("code"), "address"},
		"no address":               {"::%", "address"},
		"a script":                 {"javascript:alert(1)", "address"},
		"a user":                   {strings.Replace(whole, "https://", "https://nora@", 1), "address"},
		"too long":                 {whole + "&x=" + strings.Repeat("x", 9000), "address"},
		"a broken query":           {whole + "&%zz", "address"},
		"a semicolon":              {whole + ";a=b", "address"},
		"two states":               {with(func(q url.Values) { q.Add("state", "x") }), "address"},
		"two codes":                {with(func(q url.Values) { q.Add("code", "x") }), "address"},
		"another host":             {strings.Replace(whole, "app.harbour", "app.harb0ur", 1), "elsewhere"},
		"the bank's page":          {a.Address(), "elsewhere"},
		"another port":             {strings.Replace(whole, "example/", "example:8443/", 1), "elsewhere"},
		"plain http":               {strings.Replace(whole, "https:", "http:", 1), "elsewhere"},
		"another path":             {strings.Replace(whole, "/back", "/back/", 1), "elsewhere"},
		"an encoded path":          {strings.Replace(whole, "/back", "/bac%6b", 1), "elsewhere"},
		"only the page":            {lastPage, "short"},
		"all in the fragment":      {strings.Replace(whole, "?", "#", 1), "short"},
		"no state":                 {with(func(q url.Values) { q.Del("state") }), "state"},
		"another try's":            {with(func(q url.Values) { q.Set("state", strings.Repeat("A", 43)) }), "state"},
		"no issuer":                {with(func(q url.Values) { q.Del("iss") }), "issuer"},
		"another issuer":           {with(func(q url.Values) { q.Set("iss", "https://evil.example") }), "issuer"},
		"neither code nor error":   {with(func(q url.Values) { q.Del("code") }), "content"},
		"code and error":           {with(func(q url.Values) { q.Set("error", "access_denied") }), "content"},
		"an error, another issuer": {with(func(q url.Values) { q.Del("code"); q.Set("error", "access_denied"); q.Set("iss", "x") }), "issuer"},
	} {
		err := a.Paste(secret.New(test.pasted))
		s.kind(err, fault.BadAnswer)
		if f := fault.Of(err); f == nil || f.Reason != "paste."+test.why {
			t.Errorf("%s: %v, want %s", name, err, test.why)
		}
	}
	if s.bank.called("/as/token") != 0 || !s.vault.empty() {
		t.Fatal("a wrong paste did something")
	}
	// As it is copied: with a port that a browser leaves out, spaces around, and what a server never sees.
	if err := a.Paste(secret.New("  " + strings.Replace(whole, "app.harbour.example/", "App.harbour.example:443/", 1) + "#_=_\n")); err != nil {
		t.Fatal(err)
	}
	err = a.Paste(secret.New(whole))
	if f := fault.Of(err); f == nil || f.Reason != "paste.late" {
		t.Errorf("pasted twice: %v", err)
	}
	l, err := a.Wait(t.Context())
	if err != nil || l.State != consent.Active || l.LastPage != lastPage {
		t.Fatalf("the genuine one after them: %+v, %v", l, err)
	}
	s.kind(a.Paste(secret.New(whole)), fault.LinkTimedOut)
	for _, e := range s.ledger.all {
		if strings.Contains(e.Origin, "harbour") {
			t.Errorf("Coffer went to %s", e.Origin)
		}
	}
}

func TestWhatABankMaySayInAPastedAddress(t *testing.T) {
	for problem, want := range map[string]fault.Kind{"access_denied": fault.ConsentDenied, "server_error": fault.BankDown, canary: fault.BankUnexpected} {
		s := newScene(t)
		a, err := s.tokens().Begin(t.Context(), s.bank.pastes())
		if err != nil {
			t.Fatal(err)
		}
		back := s.bank.approve(t, a.Address())
		q := back.Query()
		q.Del("code")
		q.Set("error", problem)
		back.RawQuery = q.Encode()
		if err := a.Paste(secret.New(back.String())); err != nil {
			t.Errorf("%s: %v", problem, err)
		}
		_, err = a.Wait(t.Context())
		s.kind(err, want)
		if !s.vault.empty() || s.bank.called("/as/token") != 0 {
			t.Error("something was stored or sent")
		}
	}
}

func TestAPasteHasItsTimeAndCanBeGivenUp(t *testing.T) {
	s := newScene(t)
	s.config.Limit = 20 * time.Millisecond
	a, err := s.tokens().Begin(t.Context(), s.bank.pastes())
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Wait(t.Context())
	s.kind(err, fault.LinkTimedOut)
	s.kind(a.Paste(secret.New(lastPage)), fault.LinkTimedOut)
	a.Close()

	s.config.Limit = time.Minute
	if a, err = s.tokens().Begin(t.Context(), s.bank.pastes()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := a.Wait(t.Context())
		ended <- err
	}()
	a.Close()
	s.kind(<-ended, fault.Canceled)

	// An attempt whose answer comes by itself takes none.
	if a, err = s.tokens().Begin(t.Context(), s.bank.provider()); err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	s.kind(a.Paste(secret.New(s.bank.approve(t, a.Address()).String())), fault.Canceled)
}

// FuzzPaste: whatever is pasted, only the page of this attempt with its state and issuer is taken.
func FuzzPaste(f *testing.F) {
	for _, query := range []string{"", "?", "?state=STATE&iss=ISSUER&code=x", "?state=STATE&iss=ISSUER&error=access_denied", "?state=STATE&iss=ISSUER&code=x&code=y", "#state=STATE", "?state=STATE;iss=ISSUER"} {
		f.Add(lastPage + query)
	}
	f.Add("https://app.harbour.example:443/back?state=STATE&iss=ISSUER&code=x#y")
	f.Add("//app.harbour.example/back?state=STATE")
	f.Add("https://app.harbour.example\\@evil.example/back")
	f.Fuzz(func(t *testing.T, raw string) {
		fuzzed.Limit(t)
		typed := strings.NewReplacer("STATE", strings.Repeat("s", 43), "ISSUER", "https://login.harbour.example").Replace(raw)
		why := link.JudgePasted(typed, lastPage, strings.Repeat("s", 43), "https://login.harbour.example")
		if why != "" {
			return
		}
		r, err := http.NewRequest("GET", strings.TrimSpace(typed), nil)
		if err != nil || !strings.EqualFold(strings.TrimSuffix(r.URL.Host, ":443"), "app.harbour.example") || r.URL.Path != "/back" || r.URL.Scheme != "https" || r.URL.User != nil {
			t.Fatalf("%q is taken", typed)
		}
		q := r.URL.Query()
		if q.Get("state") != strings.Repeat("s", 43) || q.Get("iss") != "https://login.harbour.example" || q.Has("code") && q.Get("code") != "" && q.Get("error") != "" {
			t.Errorf("%q is taken", typed)
		}
	})
}

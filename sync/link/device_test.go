package link_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/sync/link"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// codeBank makes the test's authority give codes to type (RFC 8628).
type codeBank struct {
	*scene
	said   map[string]any
	asked  []url.Values
	polls  []http.HandlerFunc // what the tokens are asked with, before they are given; nil hangs up
	waited []time.Duration
}

func newCodeBank(t *testing.T) *codeBank {
	t.Helper()
	b := &codeBank{scene: newScene(t)}
	b.bank.metadata["device_authorization_endpoint"] = b.bank.issuer() + "/device"
	delete(b.bank.metadata, "authorization_endpoint")
	b.bank.metadata["require_pushed_authorization_requests"] = true
	b.said = map[string]any{
		"device_code": canary + "-device", "user_code": "WDJB-MJHT", "verification_uri": b.bank.server.URL + "/type",
		"verification_uri_complete": b.bank.server.URL + "/type?code=WDJB-MJHT", "expires_in": 600, "interval": 3,
	}
	b.bank.when("/as/device", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		b.asked = append(b.asked, r.PostForm)
		reply(w, 200, b.said)
	})
	b.bank.when("/as/token", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		if r.PostForm.Get("grant_type") != deviceGrant || r.PostForm.Get("device_code") != canary+"-device" || r.PostForm.Get("client_id") != "coffer" || len(r.PostForm) != 3 {
			reply(w, 400, map[string]any{"error": "invalid_request"})
			return
		}
		if len(b.polls) > 0 {
			next := b.polls[0]
			b.polls = b.polls[1:]
			next(w, r)
			return
		}
		b.bank.mu.Lock()
		defer b.bank.mu.Unlock()
		reply(w, 200, b.bank.mint())
	})
	b.config.After = func(d time.Duration) <-chan time.Time {
		b.waited = append(b.waited, d)
		now := make(chan time.Time, 1)
		now <- time.Time{}
		return now
	}
	return b
}

func (b *codeBank) provider() link.Provider {
	p := b.bank.provider()
	p.Device = true
	return p
}

func says(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		reply(w, status, map[string]any{"error": code, "error_description": canary})
	}
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// TestALinkIsMadeWithACode: the person sees the code and the page; Coffer asks as often as the bank says, slower when
// it is told so and when something on the way fails, and no callback is ever opened.
func TestALinkIsMadeWithACode(t *testing.T) {
	b := newCodeBank(t)
	b.polls = []http.HandlerFunc{says(400, "authorization_pending"), says(400, "slow_down"), says(400, "authorization_pending"), hangUp, says(503, ""), says(400, "authorization_pending")}
	a, err := b.tokens().Begin(t.Context(), b.provider())
	if err != nil {
		t.Fatal(err)
	}
	code, until := a.Device()
	if code != "WDJB-MJHT" || !until.Equal(b.now.Add(10*time.Minute)) || a.Address() != b.bank.server.URL+"/type?code=WDJB-MJHT" {
		t.Errorf("%q until %v at %s", code, until, a.Address())
	}
	if asked := b.asked[0]; asked.Get("scope") != "accounts" || asked.Get("authorization_details") == "" || asked.Has("redirect_uri") {
		t.Errorf("asked %v", asked)
	}
	l, err := a.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := time.Second
	if want := []time.Duration{3 * s, 3 * s, 8 * s, 8 * s, 16 * s, 32 * s, 32 * s}; !slices.Equal(b.waited, want) {
		t.Errorf("waited %v, want %v", b.waited, want)
	}
	c := b.vault.credentials[l.ID]
	if l.State != consent.Active || l.Endpoints.Authorization != b.bank.server.URL+"/type" || l.Endpoints.Device != b.bank.issuer()+"/device" ||
		!b.bank.live[c.Refresh.Reveal()] || c.AccessExpires.Sub(b.now) != 900*s {
		t.Errorf("linked %+v", l)
	}
	b.clean(nil)
}

// TestHowACodeEnds: each end of a device grant, after which nothing is left.
func TestHowACodeEnds(t *testing.T) {
	for name, test := range map[string]struct {
		poll   http.HandlerFunc
		kind   fault.Kind
		reason string
	}{
		"the person says no":                {says(400, "access_denied"), fault.ConsentDenied, ""},
		"the code has run out":              {says(400, "expired_token"), fault.LinkTimedOut, ""},
		"the code is refused":               {says(400, "invalid_grant"), fault.BankUnexpected, "oauth.invalid_grant"},
		"the client is refused":             {says(401, "invalid_client"), fault.BankUnexpected, "oauth.invalid_client"},
		"a code that nobody has registered": {says(400, canary), fault.BankUnexpected, ""},
		"a token of another kind": {func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 200, map[string]any{"access_token": canary, "token_type": "mac"})
		}, fault.BankUnexpected, "oauth.token_type"},
		"no token": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, map[string]any{}) }, fault.BankUnexpected, "oauth.token"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newCodeBank(t)
			b.polls = []http.HandlerFunc{says(400, "authorization_pending"), test.poll}
			a, err := b.tokens().Begin(t.Context(), b.provider())
			if err != nil {
				t.Fatal(err)
			}
			_, err = a.Wait(t.Context())
			b.kind(err, test.kind)
			if f := fault.Of(err); f == nil || f.Reason != test.reason {
				t.Errorf("got %v", err)
			}
			if !b.vault.empty() {
				t.Error("something was saved")
			}
		})
	}
}

// TestACodeThatNobodyTypes is asked for until it runs out, and no longer.
func TestACodeThatNobodyTypes(t *testing.T) {
	b := newCodeBank(t)
	for range 300 {
		b.polls = append(b.polls, says(400, "authorization_pending"))
	}
	a, err := b.tokens().Begin(t.Context(), b.provider())
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Wait(t.Context())
	b.kind(err, fault.LinkTimedOut)
	if len(b.waited) != 200 { // 600 s, every 3
		t.Errorf("asked %d times", len(b.waited))
	}
}

// TestACodeThatIsGivenUp: closing or cancelling ends the wait at once.
func TestACodeThatIsGivenUp(t *testing.T) {
	b := newCodeBank(t)
	b.config.After = func(time.Duration) <-chan time.Time { return nil } // never
	a, err := b.tokens().Begin(t.Context(), b.provider())
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	a.Close()
	_, err = a.Wait(t.Context())
	b.kind(err, fault.Canceled)
	if !b.vault.empty() || b.bank.called("/as/token") != 0 {
		t.Error("something was saved or asked")
	}
}

// TestWhatAnAnswerWithACodeMayHold: nothing strange reaches the person, the browser or the clock.
func TestWhatAnAnswerWithACodeMayHold(t *testing.T) {
	for name, test := range map[string]struct {
		key    string
		value  any
		kind   fault.Kind
		reason string
	}{
		"no code":                     {"user_code", nil, fault.BankUnexpected, "link.device_answer"},
		"an empty code":               {"user_code", "  ", fault.BankUnexpected, "link.device_answer"},
		"a code that reads backwards": {"user_code", "AB\u202eCD", fault.BankUnexpected, "link.device_answer"},
		"a code of two lines":         {"user_code", "AB\nCD", fault.BankUnexpected, "link.device_answer"},
		"a code without end":          {"user_code", strings.Repeat("A", 65), fault.BankUnexpected, "link.device_answer"},
		"no device_code":              {"device_code", nil, fault.BankUnexpected, "link.device_answer"},
		"no end":                      {"expires_in", nil, fault.BankUnexpected, "link.device_answer"},
		"over already":                {"expires_in", -5, fault.BankUnexpected, "link.device_answer"},
		"no page":                     {"verification_uri", nil, fault.BankUnexpected, "link.device_answer"},
		"a page in the clear":         {"verification_uri", "http://bank.example/type", fault.HostRefused, "link.endpoint"},
		"a page that is a file":       {"verification_uri", "file:///etc/passwd", fault.HostRefused, "link.endpoint"},
		"a page that is a script":     {"verification_uri", "javascript:alert(1)", fault.HostRefused, "link.endpoint"},
		"a page with a name":          {"verification_uri", "https://bank.example@evil.example/", fault.HostRefused, "link.endpoint"},
		"a page elsewhere, unasked":   {"verification_uri", "https://evil.example/type", fault.HostRefused, "link.endpoint"},
		"another shape":               {"interval", "soon", fault.BankUnexpected, "link.device_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newCodeBank(t)
			b.said[test.key] = test.value
			_, err := b.tokens().Begin(t.Context(), b.provider())
			b.kind(err, test.kind)
			if f := fault.Of(err); f == nil || f.Reason != test.reason || !b.vault.empty() || len(b.names.Asked()) != 0 {
				t.Errorf("got %v, looked up %v", err, b.names.Asked())
			}
		})
	}
	for name, test := range map[string]struct {
		key   string
		value any
		first time.Duration
		until time.Duration
		page  string
	}{
		"no interval":            {"interval", nil, 5 * time.Second, 10 * time.Minute, "?code=WDJB-MJHT"},
		"never":                  {"interval", -1, 5 * time.Second, 10 * time.Minute, "?code=WDJB-MJHT"},
		"all the time":           {"interval", 0, 5 * time.Second, 10 * time.Minute, "?code=WDJB-MJHT"},
		"every 1000 years":       {"interval", 3e10, time.Minute, 10 * time.Minute, "?code=WDJB-MJHT"},
		"good for ever":          {"expires_in", 1e18, 3 * time.Second, 30 * time.Minute, "?code=WDJB-MJHT"},
		"no page with the code":  {"verification_uri_complete", nil, 3 * time.Second, 10 * time.Minute, ""},
		"that one is elsewhere":  {"verification_uri_complete", "https://evil.example/type?code=WDJB-MJHT", 3 * time.Second, 10 * time.Minute, ""},
		"that one is unreadable": {"verification_uri_complete", "\u202e", 3 * time.Second, 10 * time.Minute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newCodeBank(t)
			b.said[test.key] = test.value
			a, err := b.tokens().Begin(t.Context(), b.provider())
			if err != nil {
				t.Fatal(err)
			}
			_, until := a.Device()
			if !until.Equal(b.now.Add(test.until)) || a.Address() != b.bank.server.URL+"/type"+test.page {
				t.Errorf("until %v at %s", until.Sub(b.now), a.Address())
			}
			if _, err := a.Wait(t.Context()); err != nil || b.waited[0] != test.first {
				t.Errorf("waited %v, %v", b.waited, err)
			}
		})
	}
}

// TestThePageOfACodeElsewhereIsAskedFirst: it is for the browser alone, and only after a yes.
func TestThePageOfACodeElsewhereIsAskedFirst(t *testing.T) {
	for name, yes := range map[string]bool{"allowed": true, "not allowed": false} {
		t.Run(name, func(t *testing.T) {
			b := newCodeBank(t)
			who := &person{T: t, scene: b.scene, yes: yes}
			b.said["verification_uri"], b.said["verification_uri_complete"] = "https://login.bank.example/type", "https://login.bank.example/type?c=1"
			p := b.provider()
			p.Ask = who.ask
			a, err := b.tokens().Begin(t.Context(), p)
			if len(who.asked) != 1 || who.asked[0][0].Use != consent.SignInPage || who.asked[0][0].Address != "https://login.bank.example/type" {
				t.Fatalf("asked %+v, then %v", who.asked, err)
			}
			if !yes {
				b.kind(err, fault.HostRefused)
				return
			}
			if err != nil || a.Address() != "https://login.bank.example/type?c=1" {
				t.Fatal(a, err)
			}
			l, err := a.Wait(t.Context())
			if err != nil || slices.Contains(l.Origins, "https://login.bank.example:443") {
				t.Errorf("Coffer itself may go to %v, %v", l.Origins, err)
			}
			p.Ask = nil
			if a, err = b.tokens().Again(t.Context(), p, l.ID); err != nil {
				t.Fatal(err)
			}
			before := fmt.Sprintf("%+v", b.vault.links)
			b.polls = []http.HandlerFunc{says(400, "access_denied")}
			_, err = a.Wait(t.Context())
			b.kind(err, fault.ConsentDenied)
			if fmt.Sprintf("%+v", b.vault.links) != before {
				t.Error("the link that worked has changed")
			}
		})
	}
}

// TestABankWithoutCodes is refused before anything is asked.
func TestABankWithoutCodes(t *testing.T) {
	b := newCodeBank(t)
	delete(b.bank.metadata, "device_authorization_endpoint")
	_, err := b.tokens().Begin(t.Context(), b.provider())
	b.kind(err, fault.BankUnexpected)
	if f := fault.Of(err); f == nil || f.Reason != "link.device" {
		t.Errorf("got %v", err)
	}
}

// FuzzDeviceAnswer: whatever a bank says, the person reads plain text, and the clock gets times that it can wait for.
func FuzzDeviceAnswer(f *testing.F) {
	f.Add([]byte(`{"device_code":"d","user_code":"WDJB-MJHT","verification_uri":"https://bank.example/type","expires_in":600,"interval":3}`))
	f.Add([]byte(`{"device_code":"d","user_code":"W","expires_in":1e308,"interval":1e308}`))
	f.Add([]byte(`{"device_code":"d","user_code":"\u202e","expires_in":0.5,"interval":-1}`))
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		code, pause, life, err := link.ReadDevice(raw, now)
		if err != nil {
			return
		}
		odd := func(r rune) bool { return r < ' ' || r > '~' }
		if code == "" || len(code) > 64 || strings.ContainsFunc(code, odd) || pause < time.Second || pause > time.Minute || life < time.Second || life > 30*time.Minute {
			t.Errorf("code %q, every %v, for %v", code, pause, life)
		}
	})
}

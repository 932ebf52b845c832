package demobank_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

// person reads the pages by hand, with a cookie jar.
type person struct {
	*app
	visit string
}

func visitor(t *testing.T, change url.Values) *person {
	t.Helper()
	a := newApp(t, start(t, demobank.Config{}))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	a.client.Jar = jar
	r := a.wants(a.do("GET", a.address(change), "", nil), http.StatusSeeOther)
	to, err := url.Parse(r.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return &person{app: a, visit: to.Query().Get("visit")}
}

func (p *person) look() reply {
	p.Helper()
	return p.do("GET", p.bank.Issuer()+"/consent?visit="+p.visit, "", nil)
}

func (p *person) press(act string, more url.Values, header ...string) reply {
	p.Helper()
	form := url.Values{"visit": {p.visit}, "act": {act}}
	for name, values := range more {
		form[name] = values
	}
	headers := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	for i := 0; i+1 < len(header); i += 2 {
		headers[header[i]] = header[i+1]
	}
	return p.do("POST", p.bank.Issuer()+"/consent", form.Encode(), headers)
}

func (p *person) signIn() {
	p.Helper()
	p.wants(p.press("sign-in", url.Values{"username": {p.bank.Username()}, "password": {p.bank.Password().Show()}}), http.StatusSeeOther)
}

var accountInput = regexp.MustCompile(`name="account" type="checkbox" value="(nla_[0-9a-f]+)"`)

func TestEachPageIsLockedDownAndSaysThatItIsADemo(t *testing.T) {
	p := visitor(t, nil)
	check := func(title string) {
		t.Helper()
		r := p.wants(p.look(), http.StatusOK)
		for name, want := range map[string]string{
			"X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", title, name, got)
			}
		}
		policy := r.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: policy %q", title, policy)
			}
		}
		for _, want := range []string{title, "An invented bank that runs on this computer", `<html lang="en">`} {
			if !strings.Contains(r.body, want) {
				t.Errorf("%s: the page doesn't say %q", title, want)
			}
		}
		if strings.Contains(r.body, "<script") || strings.Contains(r.body, "style=") {
			t.Errorf("%s: script or inline style", title)
		}
		labelled(t, title, r.body)
	}
	check("Sign in")
	if !strings.Contains(p.look().body, p.bank.Password().Show()) {
		t.Error("a person without the app's words would be stuck at the sign-in")
	}
	p.signIn()
	check("Choose accounts")
	p.press("choose", url.Values{"account": {accountInput.FindStringSubmatch(p.look().body)[1]}})
	check("Confirm the link")
}

// labelled checks that each visible input has a label of its own.
func labelled(t *testing.T, title, page string) {
	t.Helper()
	for _, input := range regexp.MustCompile(`<input[^>]*>`).FindAllString(page, -1) {
		if strings.Contains(input, `type="hidden"`) {
			continue
		}
		id := regexp.MustCompile(`\bid="([^"]+)"`).FindStringSubmatch(input)
		if id == nil || !strings.Contains(page, `for="`+id[1]+`"`) {
			t.Errorf("%s: no label for %s", title, input)
		}
	}
}

func TestNothingIsTickedBeforeThePersonTicksIt(t *testing.T) {
	p := visitor(t, nil)
	p.signIn()
	if page := p.look().body; strings.Contains(page, "checked") || len(accountInput.FindAllString(page, -1)) != 3 {
		t.Error("an account is ticked, or not all are offered")
	}
	p.press("choose", nil)
	if page := p.look().body; !strings.Contains(page, "Choose at least one account") {
		t.Error("no account was enough")
	}
}

func TestTheOrderOfThePagesCannotBeSkipped(t *testing.T) {
	p := visitor(t, nil)
	for _, act := range []string{"choose", "approve", "back", "", "anything"} {
		r := p.press(act, url.Values{"days": {"90"}, "account": {"nla_x"}})
		if r.status != http.StatusSeeOther || !strings.HasPrefix(r.header.Get("Location"), p.bank.Issuer()+"/consent") {
			t.Fatalf("%q before signing in: %d %s", act, r.status, r.header.Get("Location"))
		}
	}
	p.signIn()
	p.press("approve", url.Values{"days": {"90"}})
	if !strings.Contains(p.look().body, "Choose accounts") {
		t.Error("approved without an account")
	}
	p.press("choose", url.Values{"account": {accountInput.FindStringSubmatch(p.look().body)[1]}})
	for _, days := range []string{"", "0", "31", "9999", "-1", "x"} {
		p.press("approve", url.Values{"days": {days}})
		if !strings.Contains(p.look().body, "Choose how long") {
			t.Errorf("approved for %q days", days)
		}
	}
	r := p.press("approve", url.Values{"days": {"180"}})
	if !strings.HasPrefix(r.header.Get("Location"), p.callback+"?") {
		t.Fatalf("approve leads to %q", r.header.Get("Location"))
	}
	if again := p.press("approve", url.Values{"days": {"180"}}); again.status != http.StatusBadRequest {
		t.Errorf("approved twice: %d", again.status)
	}
}

func TestAFormFromElsewhereIsRefused(t *testing.T) {
	p := visitor(t, nil)
	good := url.Values{"username": {p.bank.Username()}, "password": {p.bank.Password().Show()}}
	p.wants(p.press("sign-in", good, "Origin", "http://evil.example"), http.StatusForbidden)
	p.wants(p.press("sign-in", good, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
	p.wants(p.press("sign-in", url.Values{"visit": {"guessed"}}), http.StatusBadRequest)
	jar := p.client.Jar
	p.client.Jar = nil
	p.wants(p.press("sign-in", good), http.StatusBadRequest)
	p.wants(p.look(), http.StatusBadRequest)
	name := "northlight_" + p.visit[:8]
	p.wants(p.press("sign-in", good, "Cookie", name+"=guessed"), http.StatusBadRequest)
	p.client.Jar = jar
	if !strings.Contains(p.look().body, "Sign in") {
		t.Error("a refused form moved the visit on")
	}
	p.wants(p.press("sign-in", url.Values{"username": {strings.Repeat("x", 20<<10)}}), http.StatusBadRequest)
}

func TestWrongPasswordsEndTheVisit(t *testing.T) {
	p := visitor(t, nil)
	wrong := url.Values{"username": {p.bank.Username()}, "password": {"wrong"}}
	p.press("sign-in", wrong)
	if page := p.look().body; !strings.Contains(page, "That is not the user name and password") {
		t.Error("a wrong password is not told")
	}
	for range 6 {
		p.press("sign-in", wrong)
	}
	r := p.press("sign-in", wrong)
	if to, _ := url.Parse(r.header.Get("Location")); to.Query().Get("error") != "access_denied" {
		t.Errorf("after 8 wrong passwords: %d %s", r.status, r.header.Get("Location"))
	}
	refused := slices.DeleteFunc(p.bank.Events(), func(e demobank.Event) bool { return e.Kind != demobank.SignInRefused })
	if len(refused) != 8 {
		t.Errorf("the bank saw %d refusals", len(refused))
	}
}

func TestAVisitEndsAfterTenMinutes(t *testing.T) {
	p := visitor(t, nil)
	advance(t, p.bank, 11*time.Minute)
	p.wants(p.look(), http.StatusBadRequest)
}

func TestThePageOffersNoMoreDaysThanWereAskedFor(t *testing.T) {
	details := `[{"type":"fdx_v1.0","consentRequest":{"durationType":"TIME_BOUND","durationPeriod":45}}]`
	p := visitor(t, url.Values{"authorization_details": {details}})
	p.signIn()
	p.press("choose", url.Values{"account": {accountInput.FindStringSubmatch(p.look().body)[1]}})
	var offered []string
	for _, m := range regexp.MustCompile(`type="radio" value="(\d+)"`).FindAllStringSubmatch(p.look().body, -1) {
		offered = append(offered, m[1])
	}
	if !slices.Equal(offered, []string{"30", "45"}) {
		t.Errorf("offered %v", offered)
	}
}

func TestWhatAnAppSendsIsShownAsText(t *testing.T) {
	p := visitor(t, url.Values{"state": {`"><script>x</script>`}})
	if strings.Contains(p.look().body, "<script>") {
		t.Error("state reaches the page")
	}
	r := p.press("deny", nil)
	if to, _ := url.Parse(r.header.Get("Location")); to.Query().Get("state") != `"><script>x</script>` {
		t.Errorf("state came back as %q", to.Query().Get("state"))
	}
}

func TestDenyingIsTold(t *testing.T) {
	b := start(t, demobank.Config{})
	a := newApp(t, b)
	if err := walk.Deny(t.Context(), a.address(nil), walk.Options{}); err != nil {
		t.Fatal(err)
	}
	q := a.callbackQuery()
	if q.Get("error") != "access_denied" || q.Get("state") != "state-123" || q.Get("iss") != b.Issuer() || q.Has("code") {
		t.Errorf("callback: %v", q)
	}
	if got := kinds(b, ""); !slices.Equal(got, []demobank.EventKind{demobank.GrantDenied}) {
		t.Errorf("the bank saw %v", got)
	}
}

func TestTheStyleIsServed(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	r := a.wants(a.do("GET", a.bank.Issuer()+"/style.css", "", nil), http.StatusOK)
	if !strings.HasPrefix(r.header.Get("Content-Type"), "text/css") || !strings.Contains(r.body, "prefers-color-scheme: dark") {
		t.Errorf("%v", r.header)
	}
}

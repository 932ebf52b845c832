package link_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/link"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"

	"pgregory.net/rapid"
)

// person answers a question about hosts, and looks at the network while they are asked.
type person struct {
	*testing.T
	scene  *scene
	others []*wiretest.Tally
	yes    bool
	err    error
	asked  [][]consent.Ask
}

func (p *person) ask(_ context.Context, asks []consent.Ask) (bool, error) {
	p.untouched()
	p.asked = append(p.asked, asks)
	return p.yes, p.err
}

// untouched fails if anything has gone to a host that was not allowed.
func (p *person) untouched() {
	p.Helper()
	for _, other := range p.others {
		if other.Conns.Load() != 0 || other.In.Load() != 0 {
			p.Errorf("another host saw %d connections, %d bytes", other.Conns.Load(), other.In.Load())
		}
	}
	if names := p.scene.names.Asked(); len(names) != 0 {
		p.Errorf("looked up %v", names)
	}
}

// beside is the bank's second door, on a port of its own.
func beside(t *testing.T, s *scene) (*httptest.Server, *wiretest.Tally, *person) {
	t.Helper()
	other, count := wiretest.Serve(t, nil, s.bank.answer)
	return other, count, &person{T: t, scene: s, others: []*wiretest.Tally{count}}
}

const signIn = "https://login.bank.example/authorize"

// TestAHostOutsideTheListIsAskedFirst has the metadata name a sign-in page elsewhere and a token
// endpoint on another port. Before the answer nothing is dialled or looked up; after a yes the link
// works there, and keeps who asked, for what and when; after a no nothing is left.
func TestAHostOutsideTheListIsAskedFirst(t *testing.T) {
	for name, yes := range map[string]bool{"allowed": true, "not allowed": false} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			other, count, who := beside(t, s)
			who.yes = yes
			s.bank.metadata["authorization_endpoint"], s.bank.metadata["token_endpoint"] = signIn, other.URL+"/as/token"
			p := s.bank.provider()
			p.Ask = who.ask
			a, err := s.tokens().Begin(t.Context(), p)
			if len(who.asked) != 1 || len(who.asked[0]) != 2 {
				t.Fatalf("asked %+v, then %v", who.asked, err)
			}
			page, token := who.asked[0][0], who.asked[0][1]
			if page.Use != consent.SignInPage || page.Origin != "https://login.bank.example:443" || page.Asker != s.bank.issuer() || page.At.IsZero() ||
				token.Use != consent.TokenPlace || token.Origin != other.URL || token.Address != other.URL+"/as/token" || token.Was != "" {
				t.Errorf("asked %+v", who.asked)
			}
			who.untouched()
			if !yes {
				s.kind(err, fault.HostRefused)
				if f := fault.Of(err); f.Reason != "link.declined" || f.Args["host"] != "login.bank.example" || f.Args["who"] != "127.0.0.1" {
					t.Errorf("the fault is %+v", f)
				}
				if len(s.vault.links)+len(s.vault.credentials) != 0 {
					t.Error("something is left")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(a.Address(), "https://login.bank.example/authorize?") {
				t.Errorf("the browser is sent to %s", a.Address())
			}
			l := s.finished(a)
			if len(l.Hosts) != 2 || l.Hosts[0].Use != consent.SignInPage || l.Hosts[1].Origin != other.URL || l.Hosts[1].Asker != s.bank.issuer() || l.Hosts[1].Allowed.IsZero() {
				t.Errorf("kept %+v", l.Hosts)
			}
			if slices.Contains(l.Origins, page.Origin) || !slices.Contains(l.Origins, other.URL) {
				t.Errorf("Coffer itself may go to %v: the browser's page is not for it", l.Origins)
			}
			if count.Conns.Load() == 0 || s.bank.called("/as/token") != 1 {
				t.Error("the allowed host was not used")
			}
		})
	}
}

// TestWhatIsRefusedOutright: no question is asked about these, and nothing goes there.
func TestWhatIsRefusedOutright(t *testing.T) {
	for name, test := range map[string]struct{ field, address, reason string }{
		"tokens on another domain":      {"token_endpoint", "https://auth.bank.example/token", "link.domain"},
		"a request on another domain":   {"pushed_authorization_request_endpoint", "https://auth.bank.example/par", "link.domain"},
		"revocation on another domain":  {"revocation_endpoint", "https://auth.bank.example/revoke", "link.domain"},
		"tokens on another address":     {"token_endpoint", "http://127.0.0.2:80/token", "link.endpoint"},
		"a sign-in page in the clear":   {"authorization_endpoint", "http://login.bank.example/authorize", "link.endpoint"},
		"a sign-in page at home":        {"authorization_endpoint", "https://192.168.1.1/authorize", "link.endpoint"},
		"a sign-in page with a name":    {"authorization_endpoint", "https://bank.example@evil.example/authorize", "link.endpoint"},
		"a sign-in page that is a file": {"authorization_endpoint", "file:///etc/passwd", "link.endpoint"},
		"a sign-in page with letters":   {"authorization_endpoint", "https://bänk.example/authorize", "link.endpoint"},
		"a path that reads backwards":   {"authorization_endpoint", "https://login.bank.example/\u202eezirohtua", "link.endpoint"},
		"a query that reads backwards":  {"authorization_endpoint", "https://login.bank.example/a?b=\u202ec", "link.endpoint"},
		"an address without an end":     {"authorization_endpoint", "https://login.bank.example/" + strings.Repeat("a", 2048), "link.endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			who := &person{T: t, scene: s, yes: true}
			s.bank.metadata[test.field] = test.address
			p := s.bank.provider()
			p.Ask = who.ask
			_, err := s.tokens().Begin(t.Context(), p)
			s.kind(err, fault.HostRefused)
			if f := fault.Of(err); f == nil || f.Reason != test.reason {
				t.Errorf("the fault is %+v", f)
			}
			if len(who.asked) != 0 {
				t.Errorf("asked %+v", who.asked)
			}
			who.untouched()
		})
	}
}

// TestOnlyTheIssuersOwnDomainMayGetASecret is the rule by examples; the public suffixes are Mozilla's.
func TestOnlyTheIssuersOwnDomainMayGetASecret(t *testing.T) {
	const issuer = "https://login.bank.co.uk/as"
	for address, want := range map[string]struct{ secret, plain bool }{
		"https://login.bank.co.uk:8443/token":  {true, true},
		"https://tokens.bank.co.uk/token":      {true, true},
		"https://BANK.co.uk/token":             {true, true},
		"https://bank.com/token":               {false, true},
		"https://other.co.uk/token":            {false, true}, // the same public suffix, another owner
		"https://bank.co.uk.evil.example/":     {false, true},
		"https://xn--bnk-qla.co.uk/token":      {false, true},
		"https://co.uk/token":                  {false, true},
		"https://203.0.114.7/token":            {false, true},
		"http://tokens.bank.co.uk/token":       {},
		"https://127.0.0.1/token":              {},
		"http://127.0.0.1:4711/token":          {}, // a bank elsewhere never leads to this computer
		"https://[::1]/token":                  {},
		"https://10.1.2.3/token":               {},
		"https://localhost/token":              {},
		"https://Tokens.LocalHost/token":       {},
		"https://tokens.bank.co.uk./token":     {},
		"https://me:pw@tokens.bank.co.uk/path": {},
		"javascript:alert(1)":                  {},
		"":                                     {},
	} {
		if got := link.Offered(issuer, consent.TokenPlace, address) == nil; got != want.secret {
			t.Errorf("%q for tokens: %v", address, got)
		}
		if got := link.Offered(issuer, consent.SignInPage, address) == nil; got != want.plain {
			t.Errorf("%q for the browser: %v", address, got)
		}
	}
	if link.Offered("https://a.github.io", consent.TokenPlace, "https://b.github.io/token") == nil {
		t.Error("two owners below one private suffix count as one")
	}
}

// TestNoQuestionLeadsAwayOrInward: whatever metadata names, what may be asked about is https on a
// public address, or the loopback of an issuer that is there itself.
func TestNoQuestionLeadsAwayOrInward(t *testing.T) {
	hosts := []string{"bank.example", "a.bank.example", "evil.example", "bank.co.uk", "co.uk", "127.0.0.1", "127.0.0.1:81", "[::1]", "10.0.0.1", "localhost", "a@bank.example", "", "8.8.8.8", "xn--bnk-qla.example"}
	rapid.Check(t, func(t *rapid.T) {
		address := func(name string) string {
			return rapid.SampledFrom([]string{"https", "http", "ftp", "HTTPS"}).Draw(t, name+" scheme") + "://" + rapid.SampledFrom(hosts).Draw(t, name+" host") + "/x"
		}
		issuer, to := address("issuer"), address("to")
		use := consent.Use(rapid.IntRange(int(consent.SignInPage), int(consent.PlainRead)).Draw(t, "use"))
		if link.Offered(issuer, use, to) != nil {
			return
		}
		here := func(a string) bool { return strings.Contains(a, "127.0.0.1") || strings.Contains(a, "[::1]") }
		origin, err := wire.Origin(to)
		if err != nil || here(to) && !here(issuer) || !here(to) && !strings.HasPrefix(origin, "https://") {
			t.Fatalf("%s may lead to %s", issuer, to)
		}
		if use.Secret() && here(to) != here(issuer) {
			t.Fatalf("a secret may go from %s to %s", issuer, to)
		}
	})
}

// TestLaterMetadataChangesNothingByItself reads metadata again that names other addresses: the link
// goes on with those that it has, keeps the questions, and follows only after a yes.
func TestLaterMetadataChangesNothingByItself(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	other, count, who := beside(t, s)
	s.bank.metadata["token_endpoint"], s.bank.metadata["authorization_endpoint"] = other.URL+"/as/token", s.bank.issuer()+"/authorize/v2"
	delete(s.bank.metadata, "pushed_authorization_request_endpoint")
	tokens := s.tokens()

	_, err := tokens.Again(t.Context(), s.bank.provider(), l.ID) // nobody to ask
	s.kind(err, fault.HostRefused)
	now := s.vault.links[l.ID]
	if now.Endpoints != l.Endpoints || !slices.Equal(now.Origins, l.Origins) || now.State != consent.Active {
		t.Errorf("changed to %+v", now)
	}
	waiting := now.Waiting()
	if len(waiting) != 3 || waiting[0].Use != consent.SignInPage || waiting[0].Was != l.Endpoints.Authorization || waiting[1].Use != consent.PushPlace ||
		waiting[1].Address != "" || waiting[2].Was != l.Endpoints.Token || waiting[2].Address != other.URL+"/as/token" || waiting[2].Asker != s.bank.issuer() {
		t.Fatalf("kept %+v", waiting)
	}
	if _, err := tokens.Again(t.Context(), s.bank.provider(), l.ID); err == nil || len(s.vault.links[l.ID].Asks) != 3 {
		t.Errorf("asked again: %v, %d kept", err, len(s.vault.links[l.ID].Asks))
	}
	who.untouched()
	if _, err := tokens.Renewed(t.Context(), l); err != nil { // the link works on, with the old address
		t.Fatal(err)
	}
	who.untouched()

	if err := tokens.Answer(t.Context(), l.ID, waiting[2], false); err != nil {
		t.Fatal(err)
	}
	if now = s.vault.links[l.ID]; now.Endpoints != l.Endpoints || len(now.Waiting()) != 2 || len(now.Asks) != 3 {
		t.Errorf("after a no it is %+v", now)
	}
	if err := tokens.Answer(t.Context(), l.ID, waiting[2], true); err != nil {
		t.Fatal(err)
	}
	if now = s.vault.links[l.ID]; now.Endpoints.Token != other.URL+"/as/token" || now.Endpoints.Authorization != l.Endpoints.Authorization || len(now.Hosts) != 1 {
		t.Errorf("after a yes it is %+v", now)
	}
	if _, err := tokens.Renewed(t.Context(), now); err != nil || count.Conns.Load() != 1 {
		t.Errorf("renewed there with %v, %d connections", err, count.Conns.Load())
	}
	s.kind(tokens.Answer(t.Context(), l.ID, waiting[2], true), fault.NotFound)

	p := s.bank.provider()
	who.others, who.yes, p.Ask = nil, true, who.ask
	a, err := tokens.Again(t.Context(), p, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(who.asked) != 1 || len(who.asked[0]) != 2 {
		t.Errorf("asked %+v", who.asked)
	}
	l = s.finished(a)
	if l.Endpoints.Authorization != s.bank.issuer()+"/authorize/v2" || l.Endpoints.PAR != "" || len(l.Asks) != 0 || !slices.Contains(l.Origins, other.URL) {
		t.Errorf("renewed as %+v", l)
	}
}

// TestLaterMetadataOnAnotherDomainIsRefusedOutright: the working link is not even told to change.
func TestLaterMetadataOnAnotherDomainIsRefusedOutright(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	who := &person{T: t, scene: s, yes: true}
	s.bank.metadata["token_endpoint"] = "https://tokens.evil.example/token"
	p := s.bank.provider()
	p.Ask = who.ask
	_, err := s.tokens().Again(t.Context(), p, l.ID)
	s.kind(err, fault.HostRefused)
	if f := fault.Of(err); f.Reason != "link.domain" || f.Args["host"] != "tokens.evil.example" || f.Args["who"] != "127.0.0.1" {
		t.Errorf("the fault is %+v", f)
	}
	if now := s.vault.links[l.ID]; now.Endpoints != l.Endpoints || len(now.Asks)+len(who.asked) != 0 {
		t.Errorf("changed to %+v, asked %+v", now, who.asked)
	}
	who.untouched()
	forged := consent.Ask{Use: consent.TokenPlace, Address: "https://tokens.evil.example/token", Origin: "https://tokens.evil.example:443", Was: l.Endpoints.Token}
	now := s.vault.links[l.ID]
	now.Keep(forged)
	s.vault.links[l.ID] = now
	s.kind(s.tokens().Answer(t.Context(), l.ID, forged, true), fault.HostRefused)
}

// TestAHostThatIsReadWithoutATokenNeverGetsOne: the yes was to plain reads. Metadata that names such a
// host of another domain for tokens is refused outright, as if it had never been allowed, and so is
// a question that is there already; a read with the token is refused at the door.
func TestAHostThatIsReadWithoutATokenNeverGetsOne(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	const rates = "https://rates.example:443"
	l.Allow(consent.Ask{Use: consent.PlainRead, Origin: rates, Address: rates, Asker: "127.0.0.1"}, s.now)
	s.vault.links[l.ID] = l
	who := &person{T: t, scene: s, yes: true}
	for field, use := range map[string]consent.Use{
		"token_endpoint": consent.TokenPlace, "revocation_endpoint": consent.RevokePlace, "pushed_authorization_request_endpoint": consent.PushPlace,
	} {
		was := s.bank.metadata[field]
		s.bank.metadata[field] = "https://rates.example/x"
		p := s.bank.provider()
		p.Ask = who.ask
		_, err := s.tokens().Again(t.Context(), p, l.ID)
		s.kind(err, fault.HostRefused)
		if f := fault.Of(err); f.Reason != "link.domain" {
			t.Errorf("%s: the fault is %+v", field, f)
		}
		s.bank.metadata[field] = was
		forged := consent.Ask{Use: use, Address: "https://rates.example/x", Origin: rates, Was: l.Endpoints.Of(use)}
		now := s.vault.links[l.ID]
		now.Keep(forged)
		s.vault.links[l.ID] = now
		s.kind(s.tokens().Answer(t.Context(), l.ID, forged, true), fault.HostRefused)
	}
	if len(who.asked) != 0 || s.vault.links[l.ID].Endpoints != l.Endpoints {
		t.Errorf("asked %+v", who.asked)
	}
	session, err := s.tokens().Session(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	session.Base = strings.TrimSuffix(rates, ":443")
	_, err = plain{}.Probe(t.Context(), session)
	s.kind(err, fault.HostRefused)
	if _, found := link.Sent(l, err, s.now); found {
		t.Error("it is a question whether a token may go to another domain")
	}
	who.untouched()
}

// TestALinkIsNotSignedInElsewhere: a provider file that names another bank's issuer gets neither the
// client's secret nor the tokens of the grant that it would take the place of.
func TestALinkIsNotSignedInElsewhere(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	another := newAuthority(t)
	p := another.provider()
	p.Ask = func(context.Context, []consent.Ask) (bool, error) { return true, nil }
	a, err := s.tokens().Again(t.Context(), p, l.ID)
	if err == nil {
		a.Close()
	}
	s.kind(err, fault.HostRefused)
	if f := fault.Of(err); f != nil && (f.Reason != "link.another" || f.Args["host"] != "127.0.0.1") {
		t.Errorf("the fault is %+v", f)
	}
	if now := s.vault.links[l.ID]; another.sockets.Conns.Load() != 0 || now.Issuer != l.Issuer || now.State != consent.Active {
		t.Errorf("%d connections to the other bank, the link is %+v", another.sockets.Conns.Load(), now)
	}
	for issuer, same := range map[string]bool{
		"https://auth.bank.example/as": true, "https://login.bank.example:8443": true, "https://bank.example.evil.example": false, "http://127.0.0.1:1": false,
	} {
		if got := link.SameOwner("https://login.bank.example/as", issuer); got != same {
			t.Errorf("%s is of the same owner: %v", issuer, got)
		}
	}
}

// TestPinsAreOfTheLink: they come with the provider file, are kept with the link, and hold for all that
// it asks, also by a session of later; a miss sends no request.
func TestPinsAreOfTheLink(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	config := authority.Issue(t, wiretest.Leaf{})
	for name, right := range map[string]bool{"one of its keys": true, "none of its keys": false} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.bank = newSecureAuthority(t, config)
			door, err := wire.New(wire.Config{Ledger: s.ledger, Now: time.Now, UserAgent: "Coffer/test", Roots: authority.Pool()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(door.Close)
			s.config.Door = door
			p := s.bank.provider()
			p.Pins = []string{"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
			if right {
				p.Pins = append(p.Pins, wiretest.Pin(config.Certificates[0].Leaf))
			}
			a, err := s.tokens().Begin(t.Context(), p)
			if !right {
				s.kind(err, fault.BankUnexpected)
				if f := fault.Of(err); f.Reason != "wire.pin" || len(s.bank.calls) != 0 {
					t.Errorf("%+v, the bank was asked %v", f, s.bank.calls)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			a.Close()
			l := consent.Link{ID: "l", State: consent.Active, Bank: "Test Bank", Origins: []string{s.bank.server.URL}, Pins: p.Pins[:1],
				Endpoints: consent.Endpoints{API: s.bank.server.URL + "/api"}}
			s.vault.links[l.ID], s.vault.credentials[l.ID] = l, consent.Credential{Access: secret.New("a")}
			session, err := s.tokens().Session(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			_, err = plain{}.Probe(t.Context(), session)
			s.kind(err, fault.BankUnexpected)
			if f := fault.Of(err); f.Reason != "wire.pin" || s.bank.called("/api/probe") != 0 {
				t.Errorf("a session of later: %+v", f)
			}
		})
	}
}

// TestSentIsAskedOnlyWhereAYesMayHelp is about connections that were refused later on.
func TestSentIsAskedOnlyWhereAYesMayHelp(t *testing.T) {
	s := newScene(t)
	l := s.linked()
	other, count, who := beside(t, s)
	session, err := s.tokens().Session(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	move := func(to string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(status)
		}
	}
	for name, test := range map[string]struct {
		to     string
		status int
		want   bool
	}{
		"moved for good":             {other.URL + "/api/probe", 308, true},
		"moved, as of old":           {other.URL + "/api/probe", 301, true},
		"moved for now":              {other.URL + "/api/probe", 307, false},
		"moved to another path":      {other.URL + "/api/elsewhere", 308, false},
		"moved to another domain":    {"https://api.evil.example/api/probe", 308, false},
		"moved to where it is clear": {"http://api.bank.example/api/probe", 308, false},
	} {
		s.bank.when("/api/probe", move(test.to, test.status))
		_, err := plain{}.Probe(t.Context(), session)
		s.kind(err, fault.HostRefused)
		ask, found := link.Sent(l, err, s.now)
		if found != test.want || found && (ask.Use != consent.DataAPI || ask.Address != other.URL+"/api" || ask.Was != l.Endpoints.API || ask.Asker != "127.0.0.1") {
			t.Errorf("%s: %v %+v", name, found, ask)
		}
	}
	for name, test := range map[string]struct {
		session bank.Session
		base    string
		want    consent.Use
	}{
		"a page with the token":                   {session, other.URL, consent.NextPage},
		"a page elsewhere with the token":         {session, "https://pages.bank.example", 0},
		"a list of currencies, without the token": {bank.Session{Line: session.Line}, "https://rates.example", consent.PlainRead},
		"in the clear":                            {bank.Session{Line: session.Line}, "http://rates.example", 0},
	} {
		test.session.Base = test.base
		_, err := plain{}.Probe(t.Context(), test.session)
		s.kind(err, fault.HostRefused)
		if ask, found := link.Sent(l, err, s.now); found != (test.want != 0) || found && ask.Use != test.want {
			t.Errorf("%s: %v %+v", name, found, ask)
		}
	}
	if _, found := link.Sent(l, errors.New("another error"), s.now); found {
		t.Error("any error is a question")
	}
	if count.Conns.Load() != 0 {
		t.Error("something went there")
	}
	who.untouched()
}

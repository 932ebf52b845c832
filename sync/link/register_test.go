package link_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/link"
)

// clerk makes the test's authority register clients (RFC 7591) and delete them (RFC 7592).
type clerk struct {
	*scene
	asked   []map[string]any
	clients map[string]string // id → what deletes it
	edit    func(map[string]any)
	deleted []string
}

func newClerk(t *testing.T) *clerk {
	t.Helper()
	c := &clerk{scene: newScene(t), clients: map[string]string{}}
	c.bank.metadata["registration_endpoint"] = c.bank.issuer() + "/register"
	c.bank.when("/as/register", func(w http.ResponseWriter, r *http.Request) {
		var asked map[string]any
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&asked) != nil || r.Header.Get("Authorization") != "" {
			reply(w, 400, map[string]any{"error": "invalid_client_metadata"})
			return
		}
		c.asked = append(c.asked, asked)
		id := "client-" + string(rune('0'+len(c.asked)))
		c.clients[id] = canary + "-registration-" + id
		said := map[string]any{"client_id": id, "registration_access_token": c.clients[id], "registration_client_uri": c.bank.issuer() + "/register/" + id}
		for name, value := range asked {
			said[name] = value
		}
		c.bank.when("/as/register/"+id, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodDelete || r.Header.Get("Authorization") != "Bearer "+c.clients[id] {
				w.WriteHeader(401)
				return
			}
			delete(c.clients, id)
			c.deleted = append(c.deleted, id)
			w.WriteHeader(204)
		})
		if c.edit != nil {
			c.edit(said)
		}
		reply(w, 201, said)
	})
	c.bank.trusts = func(r *http.Request) bool {
		return r.URL.Path == "/as/register" || c.clients[r.PostForm.Get("client_id")] != ""
	}
	return c
}

func (c *clerk) provider() link.Provider {
	p := c.bank.provider()
	p.ClientID, p.Registers = "", true
	return p
}

// link makes a link with a client of its own.
func (c *clerk) link() consent.Link {
	c.t.Helper()
	a, err := c.tokens().Begin(c.t.Context(), c.provider())
	if err != nil {
		c.t.Fatal(err)
	}
	return c.approved(a, nil)
}

// TestALinkRegistersAClientOfItsOwn, works with it, is signed in again with it, and deletes it once its end is proved.
func TestALinkRegistersAClientOfItsOwn(t *testing.T) {
	c := newClerk(t)
	l := c.link()
	asked := c.asked[0]
	redirects, _ := asked["redirect_uris"].([]any)
	if asked["application_type"] != "native" || asked["token_endpoint_auth_method"] != "none" || asked["client_name"] != "Coffer" || asked["scope"] != "accounts" ||
		len(redirects) != 1 || redirects[0] != "http://127.0.0.1"+l.Registration.Path || asked["jwks"] != nil || asked["client_secret"] != nil {
		t.Errorf("registered %v", asked)
	}
	if l.ClientID != "client-1" || l.Registration.Place != c.bank.issuer()+"/register/client-1" || l.Registration.At.IsZero() {
		t.Errorf("linked %+v, %+v", l, l.Registration)
	}
	tokens := c.tokens()
	session, err := tokens.Renewed(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if !session.App.Empty() {
		t.Error("what deletes the registration would go to the data API")
	}
	if held := c.vault.credentials[l.ID]; held.App.Reveal() != canary+"-registration-client-1" {
		t.Error("what deletes the registration is not sealed, or was lost with a renewal")
	}
	a, err := tokens.Again(t.Context(), c.provider(), l.ID)
	again := c.approved(a, err)
	if len(c.asked) != 1 || again.ClientID != "client-1" || again.Registration.Path != l.Registration.Path || len(c.deleted) != 0 {
		t.Errorf("signed in again as %q, %d registrations, %v deleted", again.ClientID, len(c.asked), c.deleted)
	}
	for _, asked := range c.bank.codes {
		t.Errorf("left %v", asked)
	}
	receipt, err := tokens.Revoke(t.Context(), l, plain{}, false, nil)
	if err != nil || !receipt.Proved || !slices.Equal(c.deleted, []string{"client-1"}) {
		t.Fatalf("%+v, %v, deleted %v", receipt, err, c.deleted)
	}
	last := receipt.Steps[len(receipt.Steps)-2:]
	if last[0].Kind != consent.RegistrationEnded || !last[0].OK || last[0].Answer != "204" || last[1].Kind != consent.TokensShredded {
		t.Errorf("steps %+v", receipt.Steps)
	}
	c.clean(nil)
}

// TestARegisteredClientWithAKey: the key is made here, its public half goes to the bank, and each request is signed.
func TestARegisteredClientWithAKey(t *testing.T) {
	c := newClerk(t)
	c.bank.trusts = func(r *http.Request) bool {
		return r.URL.Path == "/as/register" || strings.Count(r.PostForm.Get("client_assertion"), ".") == 2
	}
	p := c.provider()
	p.Shows = "private_key_jwt"
	a, err := c.tokens().Begin(t.Context(), p)
	l := c.approved(a, err)
	asked := c.asked[0]
	keys, _ := json.Marshal(asked["jwks"])
	if asked["token_endpoint_auth_method"] != "private_key_jwt" || asked["token_endpoint_auth_signing_alg"] != "ES256" || !strings.Contains(string(keys), `"crv":"P-256"`) || strings.Contains(string(keys), `"d"`) {
		t.Errorf("registered %v", asked)
	}
	if c.vault.credentials[l.ID].ClientSecret.Empty() {
		t.Error("the key is not sealed")
	}
	a, err = c.tokens().Again(t.Context(), p, l.ID)
	if again := c.approved(a, err); again.ClientID != l.ClientID || len(c.asked) != 1 {
		t.Errorf("signed in again as %q", again.ClientID)
	}
}

// TestALinkThatIsNotMadeIsNotRegistered: however it ends, the registration goes.
func TestALinkThatIsNotMadeIsNotRegistered(t *testing.T) {
	for name, try := range map[string]func(t *testing.T, c *clerk) error{
		"the request is refused": func(t *testing.T, c *clerk) error {
			c.bank.when("/as/par", says(400, "invalid_scope"))
			_, err := c.tokens().Begin(t.Context(), c.provider())
			return err
		},
		"it is closed": func(t *testing.T, c *clerk) error {
			a, err := c.tokens().Begin(t.Context(), c.provider())
			if err == nil {
				a.Close()
				a.Close()
				err = errors.New("closed")
			}
			return err
		},
		"it is cancelled": func(t *testing.T, c *clerk) error {
			a, err := c.tokens().Begin(t.Context(), c.provider())
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = a.Wait(ctx)
			return err
		},
		"the code is refused": func(t *testing.T, c *clerk) error {
			a, err := c.tokens().Begin(t.Context(), c.provider())
			if err != nil {
				t.Fatal(err)
			}
			c.bank.when("/as/token", says(400, "invalid_grant"))
			_, err = c.answered(a)
			return err
		},
		"the vault is full": func(t *testing.T, c *clerk) error {
			c.vault.set("link", errors.New("full"))
			a, err := c.tokens().Begin(t.Context(), c.provider())
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.answered(a)
			return err
		},
		"another way to show itself": func(t *testing.T, c *clerk) error {
			c.edit = set("token_endpoint_auth_method", "client_secret_basic")
			_, err := c.tokens().Begin(t.Context(), c.provider())
			return err
		},
		"another redirect address": func(t *testing.T, c *clerk) error {
			c.edit = set("redirect_uris", []string{"https://evil.example/"})
			_, err := c.tokens().Begin(t.Context(), c.provider())
			return err
		},
		"no client id": func(t *testing.T, c *clerk) error {
			c.edit = set("client_id", "")
			_, err := c.tokens().Begin(t.Context(), c.provider())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClerk(t)
			if err := try(t, c); err == nil {
				t.Fatal("it was made")
			} else {
				c.clean(err)
			}
			if len(c.asked) != 1 || len(c.clients) != 0 || !c.vault.empty() {
				t.Errorf("%d registered, left %v", len(c.asked), len(c.clients))
			}
		})
	}
}

// TestWhatARegistrationMayMeet: a refusal is told, and nothing goes where no token may.
func TestWhatARegistrationMayMeet(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   fault.Kind
		reason string
	}{
		"not for everybody": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, fault.BankUnexpected, "link.register"},
		"a bad redirect":    {says(400, "invalid_redirect_uri"), fault.BankUnexpected, "oauth.invalid_redirect_uri"},
		"no software":       {says(400, "invalid_software_statement"), fault.BankUnexpected, "oauth.invalid_software_statement"},
		"down":              {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, fault.BankDown, ""},
		"too often":         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, fault.BankPaused, ""},
		"no JSON":           {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201) }, fault.BankUnexpected, "link.register"},
		"silent":            {silence, fault.Offline, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClerk(t)
			c.bank.when("/as/register", test.answer)
			_, err := c.tokens().Begin(t.Context(), c.provider())
			c.kind(err, test.kind)
			if f := fault.Of(err); f == nil || f.Reason != test.reason || len(c.bank.pushed) != 0 {
				t.Errorf("got %v", err)
			}
		})
	}
	c := newClerk(t)
	delete(c.bank.metadata, "registration_endpoint")
	_, err := c.tokens().Begin(t.Context(), c.provider())
	if f := fault.Of(err); f == nil || f.Reason != "link.registration" {
		t.Errorf("got %v", err)
	}
}

// TestARegistrationThatStays: what a bank says to its deletion changes nothing about the proof, and is told; the token that
// deletes goes nowhere but to the bank.
func TestARegistrationThatStays(t *testing.T) {
	for name, test := range map[string]struct {
		edit   func(map[string]any)
		answer http.HandlerFunc
		ok     bool
		word   string
	}{
		"it is gone already":     {nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, true, "401"},
		"it is not found":        {nil, http.NotFound, true, "404"},
		"it can't be deleted":    {nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(405) }, false, "405"},
		"it is forbidden":        {nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, false, "403"},
		"the bank is down":       {nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, false, "503"},
		"the bank is silent":     {nil, silence, false, ""},
		"the place is elsewhere": {set("registration_client_uri", "https://evil.example/register/client-1"), nil, false, ""},
		"there is no place":      {func(m map[string]any) { delete(m, "registration_client_uri") }, nil, false, ""},
		"there is no token":      {func(m map[string]any) { delete(m, "registration_access_token") }, nil, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClerk(t)
			c.edit = test.edit
			l := c.link()
			if test.answer != nil {
				c.bank.when("/as/register/client-1", test.answer)
			}
			receipt, err := c.tokens().Revoke(t.Context(), l, plain{}, false, nil)
			if err != nil || !receipt.Proved {
				t.Fatalf("%+v, %v", receipt, err)
			}
			found := false
			for _, p := range receipt.Steps {
				if p.Kind == consent.RegistrationEnded {
					found = p.OK == test.ok && p.Answer == test.word
				}
			}
			if !found || len(c.names.Asked()) != 0 || !c.vault.credentials[l.ID].App.Empty() {
				t.Errorf("steps %+v, looked up %v", receipt.Steps, c.names.Asked())
			}
			c.clean(nil)
		})
	}
}

// TestARegistrationIsNoReasonToEndUnproved: while the proof is missing the client stays, for the next try needs it.
func TestARegistrationIsNoReasonToEndUnproved(t *testing.T) {
	c := newClerk(t)
	l := c.link()
	c.bank.when("/as/revoke", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	_, err := c.tokens().Revoke(t.Context(), l, plain{}, false, nil)
	c.kind(err, fault.RevokePending)
	if len(c.deleted) != 0 || c.vault.credentials[l.ID].App.Empty() {
		t.Errorf("deleted %v", c.deleted)
	}
	c.bank.when("/as/revoke", nil)
	if receipt, err := c.tokens().Revoke(t.Context(), l, plain{}, false, nil); err != nil || !receipt.Proved || len(c.deleted) != 1 {
		t.Errorf("%+v, %v, deleted %v", receipt, err, c.deleted)
	}
}

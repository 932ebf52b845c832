package wire_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// proving makes proofs that tell what they were asked for, each with a number.
type proving struct {
	mu     sync.Mutex
	count  int
	nonces []string
	fail   error
}

func (p *proving) Proof(method, address string, access secret.Text) (secret.Text, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	nonce := ""
	if len(p.nonces) > 0 {
		nonce = p.nonces[len(p.nonces)-1]
	}
	return secret.New(fmt.Sprintf("%d %s %s %t %s %s", p.count, method, address, access.Empty(), nonce, token)), p.fail
}

func (p *proving) Nonce(_ string, _ bool, nonce string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nonces = append(p.nonces, nonce)
}

func statuses(all []egress.Entry) (got []int) {
	for _, e := range all {
		got = append(got, e.Outcome.Status)
	}
	return got
}

func TestARequestProvesItsKey(t *testing.T) {
	var saw []string
	server, _ := serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		saw = append(saw, r.Header.Get("Authorization")+" | "+strings.Join(r.Header.Values("DPoP"), ","))
	})
	o := open(t, wire.Config{}, server.URL)
	p := &proving{}
	if _, err := read(t, o.line.Proving(p), get(server.URL)); err != nil {
		t.Fatal(err)
	}
	if want := "DPoP " + token + " | 1 GET " + server.URL + "/accounts/777-id false  " + token; len(saw) != 1 || saw[0] != want {
		t.Errorf("the server saw %q, want %q", saw, want)
	}
	if _, err := read(t, o.line, get(server.URL)); err != nil || saw[1] != "Bearer "+token+" | " {
		t.Errorf("the line without proofs: %v, %q", err, saw[1])
	}
	p.fail = errors.New("no key")
	if _, err := read(t, o.line.Proving(p), get(server.URL)); err == nil || len(saw) != 2 || len(o.book.all()) != 2 {
		t.Error("a request went out without its proof")
	}
	r := get(server.URL)
	r.Header = http.Header{"DPoP": {"x"}}
	if _, err := read(t, o.line, r); err == nil {
		t.Error("a caller may set the proof itself")
	}
	clean(t, o, nil)
}

// TestAServersNonceIsAnsweredOnce: what asks for a nonce gets one repeat with a row of its own,
// whatever it answers to that.
func TestAServersNonceIsAnsweredOnce(t *testing.T) {
	challenge := func(w http.ResponseWriter) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="a, b", DPoP error="use_dpop_nonce", error_description="DPoP error=\"no\"", algs="ES256"`)
		w.WriteHeader(401)
	}
	inJSON := func(w http.ResponseWriter) {
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"error":"use_dpop_nonce"}`)
	}
	form := func(address string) wire.Request {
		return wire.Request{
			Purpose: egress.Purpose{ID: "token"}, Method: "POST", URL: address, Path: "/", SecretForm: map[string]secret.Text{"code": secret.New(token)},
		}
	}
	for name, test := range map[string]struct {
		ask     func(address string) wire.Request
		refuse  func(http.ResponseWriter)
		nonces  []string // of the answers; "" for none
		good    int      // how many times it is refused
		rows    []int
		reason  string // of the fault; "" for none
		learned []string
	}{
		"by a data API":                 {get, challenge, []string{"n1", "n2"}, 1, []int{401, 200}, "", []string{"n1", "n2"}},
		"by an authorization server":    {form, inJSON, []string{"n1", ""}, 1, []int{400, 200}, "", []string{"n1"}},
		"a data API that goes on":       {get, challenge, []string{"n1", "n2"}, 9, []int{401, 401}, "oauth.use_dpop_nonce", []string{"n1", "n2"}},
		"a server that goes on":         {form, inJSON, []string{"n1", "n2"}, 9, []int{400, 400}, "", []string{"n1", "n2"}},
		"without a nonce":               {get, challenge, []string{""}, 9, []int{401}, "oauth.use_dpop_nonce", nil},
		"with a nonce that is none":     {get, challenge, []string{"a\"b"}, 9, []int{401}, "oauth.use_dpop_nonce", nil},
		"with a nonce that is too long": {get, challenge, []string{strings.Repeat("n", 1025)}, 9, []int{401}, "oauth.use_dpop_nonce", nil},
		"a nonce with a good answer":    {get, challenge, []string{"n1"}, 0, []int{200}, "", []string{"n1"}},
		"a 401 that only repeats a challenge": {get, func(w http.ResponseWriter) {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token", error_description="DPoP error=\"use_dpop_nonce\", DPoP error=use_dpop_nonce"`)
			w.WriteHeader(401)
		}, []string{"n1"}, 9, []int{401}, "", []string{"n1"}},
		"a proof that is refused": {get, func(w http.ResponseWriter) {
			w.Header().Set("WWW-Authenticate", `DPoP algs="ES256", error="invalid_dpop_proof"`)
			w.WriteHeader(401)
		}, []string{"n1"}, 9, []int{401}, "oauth.invalid_dpop_proof", []string{"n1"}},
	} {
		t.Run(name, func(t *testing.T) {
			var proofs, bodies []string
			server, _ := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				proofs, bodies = append(proofs, r.Header.Get("DPoP")), append(bodies, string(body))
				if nonce := test.nonces[min(len(proofs), len(test.nonces))-1]; nonce != "" {
					w.Header().Set("DPoP-Nonce", nonce)
				}
				if len(proofs) <= test.good {
					test.refuse(w)
				}
			})
			o, p := open(t, wire.Config{}, server.URL), &proving{}
			_, err := read(t, o.line.Proving(p), test.ask(server.URL))
			if test.reason == "" && err != nil {
				t.Fatal(err)
			}
			if test.reason != "" {
				reason(t, err, fault.BankUnexpected, test.reason)
			}
			if got := statuses(o.book.all()); !slices.Equal(got, test.rows) || len(proofs) != len(test.rows) {
				t.Errorf("rows %v, want %v; %d requests", got, test.rows, len(proofs))
			}
			if !slices.Equal(p.nonces, test.learned) {
				t.Errorf("learned %q, want %q", p.nonces, test.learned)
			}
			if len(proofs) == 2 && (proofs[0] == proofs[1] || bodies[0] != bodies[1] || !strings.Contains(proofs[1], " n1 ")) {
				t.Errorf("the repeat: %q, %q", proofs, bodies)
			}
			clean(t, o, err)
		})
	}
}

// TestALostConnectionGetsANewProof: what is sent again is no replay.
func TestALostConnectionGetsANewProof(t *testing.T) {
	var mu sync.Mutex
	var proofs []string
	server, _ := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		proofs = append(proofs, r.Header.Get("DPoP"))
		if len(proofs) == 2 { // on the connection that was kept
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		}
	})
	o := open(t, wire.Config{}, server.URL)
	line := o.line.Proving(&proving{})
	for range 2 {
		if _, err := read(t, line, get(server.URL)); err != nil {
			t.Fatal(err)
		}
	}
	if len(proofs) != 3 || proofs[1] == proofs[2] {
		t.Errorf("the server saw %q", proofs)
	}
}

func FuzzChallenge(f *testing.F) {
	for _, seed := range []string{
		`DPoP error="use_dpop_nonce"`, `Bearer, DPoP algs="ES256", error=use_dpop_nonce`, `DPoP`, `"`, `DPoP error="\`, `, ,=`, `Bearer error="a, DPoP error=b"`, `DPoP error="\"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		fuzzed.Limit(t)
		code := wire.Challenged(value)
		if code != "" && !strings.Contains(strings.ToLower(value), "dpop") {
			t.Errorf("%q of a header without DPoP: %q", code, value)
		}
		closed := strings.Count(value, `"`)%2 == 0 && !strings.Contains(value, `\`) // every quote that was opened; an escaped one closes none
		if again := wire.Challenged(value + `, Bearer error="other"`); closed && code != "" && again != code {
			t.Errorf("a challenge behind it made %q of %q", again, code)
		}
	})
}

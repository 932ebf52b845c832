//go:build interop

package desk_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
)

// life links, reads three times, signs in again, reads, and revokes with proof. It returns the link as it was, and every
// credential that it had.
func (v *visitor) life() (consent.Link, []consent.Credential) {
	v.t.Helper()
	id, err := v.link("")
	must(v.t, err)
	was := v.view(id)
	if was.State != consent.Active || len(was.Accounts) != 2 || v.rows() != 30 {
		v.t.Fatalf("linked: %+v with %d rows", was.Link, v.rows())
	}
	all := []consent.Credential{v.tokens(id)}
	for range 3 {
		must(v.t, v.later(id))
		all = append(all, v.tokens(id))
	}
	for i := range all[1:] {
		if all[i].Refresh.Equal(all[i+1].Refresh) || all[i].Access.Equal(all[i+1].Access) {
			v.t.Errorf("renewal %d was no rotation", i+1)
		}
	}
	same, err := v.link(id)
	if err != nil || same != id {
		v.t.Fatalf("renewed %q: %v", same, err)
	}
	all = append(all, v.tokens(id))
	must(v.t, v.later(id))
	all = append(all, v.tokens(id))
	if n := v.rows(); n != 30 || len(v.view(id).Accounts) != 2 {
		v.t.Errorf("the link renewed, there are %d rows", n)
	}
	if v.bank.honours(all) == 0 {
		v.t.Error("the server honours none of the tokens before the link is revoked")
	}
	receipt, err := v.coffer.Revoke(v.t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		v.t.Fatalf("revoked: %+v, %v", receipt.Steps, err)
	}
	if n := v.bank.honours(all); n != 0 {
		v.t.Errorf("the server honours %d tokens after", n)
	}
	return was.Link, all
}

// TestInteropBoundToAKey: the server binds each token to a key of the link, wants a proof with a nonce of its own at each
// request, and so does the data API. What is stolen opens nothing.
func TestInteropBoundToAKey(t *testing.T) {
	v := visitWith(t, setup{shows: "none", dpop: true})
	id, err := v.link("")
	must(t, err)
	stolen := v.tokens(id)
	if !stolen.Bound || stolen.Key.Empty() {
		t.Fatalf("the tokens are not bound: %+v", stolen)
	}
	confirmed, _ := v.bank.about(stolen.Access.Reveal())["cnf"].(map[string]any)
	if confirmed["jkt"] == nil {
		t.Error("the server has bound the access token to no key")
	}
	for _, scheme := range []string{"Bearer", "DPoP"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.bank.api+"/accounts", nil)
		must(t, err)
		r.Header.Set("Authorization", scheme+" "+stolen.Access.Reveal())
		answer, err := http.DefaultClient.Do(r)
		must(t, err)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("a stolen token as %s without a proof: %d", scheme, answer.StatusCode)
		}
	}
	status, said := v.bank.post("/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {foreignClient}, "refresh_token": {stolen.Refresh.Reveal()}}, "", "")
	if status/100 != 4 {
		t.Errorf("a stolen refresh token without a proof: %d %v", status, said["error"])
	}
	must(t, v.later(id)) // and the theft has cost nothing
	receipt, err := v.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Fatalf("revoked: %+v, %v", receipt.Steps, err)
	}
	_, all := v.life()
	keys := map[string]bool{}
	for _, c := range all {
		keys[c.Key.Reveal()] = true
	}
	p := &v.bank.proofs
	if p.bound == 0 || p.bearers != 0 || p.asked == 0 || len(keys) != 2 {
		t.Errorf("%d reads with a proof, %d without, %d refused for their nonce, %d keys", p.bound, p.bearers, p.asked, len(keys))
	}
	t.Logf("bound to a key: %d reads with a proof, 0 of ours without, %d nonces taken up; a stolen pair of tokens opens nothing; 2 links, 3 sign-ins, revoked with proof", p.bound, p.asked)
}

// TestInteropACodeThatIsTyped: the person confirms at the server's page the code that Coffer shows, or says no there.
func TestInteropACodeThatIsTyped(t *testing.T) {
	for _, how := range []setup{{shows: "none", codes: true}, {shows: "private_key_jwt", codes: true}, {shows: "none", codes: true, dpop: true}} {
		t.Run(fmt.Sprintf("%s, bound %v", how.shows, how.dpop), func(t *testing.T) {
			v := visitWith(t, how)
			seen := ""
			v.browse = func(ctx context.Context, address string) (err error) {
				seen, err = v.person.types(ctx, address, "Continue")
				return err
			}
			l, all := v.life()
			if seen == "" || seen != v.code || l.Endpoints.Device == "" || l.Endpoints.Authorization != v.bank.issuer+"/device" {
				t.Errorf("the page shows %q, Coffer %q; %+v", seen, v.code, l.Endpoints)
			}
			if how.dpop != all[0].Bound {
				t.Errorf("bound: %v", all[0].Bound)
			}
			v.browse = func(ctx context.Context, address string) error {
				_, err := v.person.types(ctx, address, "Abort")
				return err
			}
			_, err := v.link("")
			kind(t, err, fault.ConsentDenied, "")
			t.Logf("a code, %s, bound %v: shown alike, linked, 4 rotations, renewed, revoked with proof; a no is ConsentDenied", how.shows, how.dpop)
		})
	}
}

// TestInteropRegistersItself: nobody fetched a client id. The client works for its link, and is gone with it; one of a link
// that was not made is gone, too.
func TestInteropRegistersItself(t *testing.T) {
	for _, how := range []setup{{shows: "none", register: true}, {shows: "private_key_jwt", register: true}, {shows: "none", register: true, dpop: true}} {
		t.Run(fmt.Sprintf("%s, bound %v", how.shows, how.dpop), func(t *testing.T) {
			v := visitWith(t, how)
			var clients []string
			v.browse = func(ctx context.Context, address string) error {
				u, err := url.Parse(address)
				must(t, err)
				clients = append(clients, u.Query().Get("client_id"))
				return v.approve(ctx, address)
			}
			l, all := v.life()
			if len(clients) != 2 || clients[0] != clients[1] || l.ClientID != clients[0] || l.Registration == nil || !strings.HasPrefix(l.Registration.Place, v.bank.issuer) {
				t.Errorf("clients %v of link %+v", clients, l)
			}
			if v.known(clients[0]) {
				t.Error("the server still knows the client of a revoked link")
			}
			if all[0].App.Empty() || !all[0].App.Equal(all[len(all)-1].App) {
				t.Error("what deletes the registration was not kept")
			}
			v.browse = func(ctx context.Context, address string) error {
				u, err := url.Parse(address)
				must(t, err)
				clients = append(clients, u.Query().Get("client_id"))
				if !v.known(u.Query().Get("client_id")) {
					t.Error("the server doesn't know the client while the browser is open")
				}
				back, err := v.person.answer(ctx, address, "Cancel")
				if err != nil {
					return err
				}
				return v.person.bring(ctx, back, http.StatusOK)
			}
			_, err := v.link("")
			kind(t, err, fault.ConsentDenied, "")
			if len(clients) != 3 || clients[2] == clients[0] || v.known(clients[2]) {
				t.Errorf("clients %v: that of a link that was not made is left", clients)
			}
			t.Logf("registered, %s, bound %v: linked, renewed with the same client, revoked; the server knows 0 of 2 clients after", how.shows, how.dpop)
		})
	}
}

// known reports whether the server knows a client: it shows its own page about one that it doesn't.
func (v *visitor) known(client string) bool {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.bank.issuer+"/auth?client_id="+url.QueryEscape(client), nil)
	must(v.t, err)
	answer, err := v.person.client.Do(r)
	must(v.t, err)
	raw, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	must(v.t, err)
	unknown := strings.Contains(string(raw), "client is invalid")
	if !unknown && !strings.Contains(string(raw)+answer.Header.Get("Location"), "invalid_request") {
		v.t.Errorf("of client %s the server says %d %s", client, answer.StatusCode, raw)
	}
	return !unknown
}

// TestInteropWhatIDTokensAreSignedWith: by the server's key, or nothing is linked.
func TestInteropWhatIDTokensAreSignedWith(t *testing.T) {
	var words []string
	for alg, good := range map[string]bool{"RS256": true, "PS256": true, "ES256": true, "EdDSA": true, "HS256": false} {
		v := visitWith(t, setup{shows: "client_secret_basic", signs: alg})
		id, err := v.link("")
		links, listErr := v.coffer.Links(t.Context())
		must(t, listErr)
		if good {
			must(t, err)
			if len(links) != 1 || id == "" {
				t.Errorf("%s: %d links", alg, len(links))
			}
		} else {
			kind(t, err, fault.BankUnexpected, "oauth.id_token")
			if len(links) != 0 {
				t.Errorf("%s: %d links", alg, len(links))
			}
		}
		words = append(words, fmt.Sprintf("%s linked %v", alg, err == nil))
	}
	slices.Sort(words)
	t.Log("ID tokens: " + strings.Join(words, ", "))
}

// TestInteropTheConsentIsAskedInFDXsWords: what the person chose reaches the server, and its access token says so.
func TestInteropTheConsentIsAskedInFDXsWords(t *testing.T) {
	v := visitWith(t, setup{shows: "none", details: true})
	id, err := v.link("")
	must(t, err)
	for range 2 { // of the first access token, and of a renewed one
		all, _ := v.bank.about(v.tokens(id).Access.Reveal())["authorization_details"].([]any)
		if len(all) != 1 {
			t.Fatalf("the server says %v", all)
		}
		one := all[0].(map[string]any)
		asked, _ := one["consentRequest"].(map[string]any)
		if one["type"] != "fdx_v1.0" || asked["lookbackPeriod"] != 60.0 || asked["durationPeriod"] != 90.0 || asked["durationType"] != "TIME_BOUND" {
			t.Errorf("the server says %v", one)
		}
		must(t, v.later(id))
	}
	t.Log("FDX's details: 60 days back for 90 days, in the server's words for the first and the renewed access token")
}

var (
	pageHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	pageCode   = regexp.MustCompile(`<code>([^<]+)</code>`)
)

// types goes through the pages of a device grant, and returns the code that one of them shows. last is "Continue", or "Abort" at
// the page with the code.
func (p *person) types(ctx context.Context, address, last string) (code string, err error) {
	method, form := http.MethodGet, url.Values{}
	for range 9 {
		r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
		if err != nil {
			return code, err
		}
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer, err := p.client.Do(r)
		if err != nil {
			return code, err
		}
		raw, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			return code, err
		}
		page := string(raw)
		if strings.Contains(page, "Sign-in Success") || last == "Abort" && strings.Contains(page, "was interrupted") {
			return code, nil
		}
		action := pageAction.FindStringSubmatch(page)
		if action == nil {
			return code, fmt.Errorf("the server shows %d: %s", answer.StatusCode, page)
		}
		method, address, form = http.MethodPost, html.UnescapeString(action[1]), url.Values{}
		for _, field := range pageHidden.FindAllStringSubmatch(page, -1) {
			form.Set(field[1], html.UnescapeString(field[2]))
		}
		if shown := pageCode.FindStringSubmatch(page); shown != nil {
			code = shown[1]
			if last == "Abort" {
				form.Set("abort", "yes")
			}
		}
		if form.Get("prompt") == "login" {
			form.Set("login", "alex")
			form.Set("password", "any")
		}
	}
	return code, errors.New("the pages come to no end")
}

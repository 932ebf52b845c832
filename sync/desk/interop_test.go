//go:build interop

package desk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
)

// TestInteropFromLinkToProof links, reads, renews, renews the link and revokes at oidc-provider, with each client that a
// provider file can name today. The server takes no request that was not pushed, and rotates every refresh token.
func TestInteropFromLinkToProof(t *testing.T) {
	for _, shows := range []string{"none", "client_secret_basic", "client_secret_post", "private_key_jwt"} {
		t.Run(shows, func(t *testing.T) {
			v := visit(t, shows)
			id, err := v.link("")
			must(t, err)
			l := v.view(id)
			if l.State != consent.Active || len(l.Accounts) != 2 || v.rows() != 30 {
				t.Fatalf("linked: %+v with %d rows", l.Link, v.rows())
			}
			if l.Endpoints.PAR == "" || l.Endpoints.Revocation == "" || !strings.Contains(strings.Join(l.Scopes, " "), "fdx:transactions:read") {
				t.Errorf("linked by %+v with %v", l.Endpoints, l.Scopes)
			}
			all := []consent.Credential{v.tokens(id)}
			if all[0].Refresh.Empty() {
				t.Fatal("there is no refresh token: the link would die with its access token")
			}

			for range 3 {
				must(t, v.later(id))
				all = append(all, v.tokens(id))
			}
			for i := range all[1:] {
				if all[i].Refresh.Equal(all[i+1].Refresh) || all[i].Access.Equal(all[i+1].Access) {
					t.Errorf("renewal %d was no rotation", i+1)
				}
			}

			same, err := v.link(id) // the person renews the link in the browser where they are signed in already
			if err != nil || same != id {
				t.Fatalf("renewed %q: %v", same, err)
			}
			all = append(all, v.tokens(id))
			must(t, v.later(id))
			if n := v.rows(); n != 30 || len(v.view(id).Accounts) != 2 {
				t.Errorf("the link renewed, there are %d rows", n)
			}
			all = append(all, v.tokens(id))

			before := v.bank.honours(all)
			var seen []consent.Proof
			receipt, err := v.coffer.Revoke(t.Context(), id, func(p consent.Proof) { seen = append(seen, p) })
			if err != nil || !receipt.Proved {
				t.Fatalf("revoked: %+v, %v", receipt.Steps, err)
			}
			probed := map[consent.ProofKind]string{}
			for _, p := range seen {
				if p.OK {
					probed[p.Kind] = p.Answer
				}
			}
			if probed[consent.AccessRefused] != "401" || probed[consent.RefreshRefused] != "invalid_grant" {
				t.Errorf("the probes were answered %v", probed)
			}
			after := v.bank.honours(all)
			if before == 0 || after > 0 {
				t.Errorf("the server honours %d tokens before and %d after", before, after)
			}
			t.Logf("%s: linked, 4 rotations, 1 renewed link; revoked: access %s, refresh %s, %d of %d tokens honoured", shows,
				probed[consent.AccessRefused], probed[consent.RefreshRefused], after, 2*len(all))
		})
	}
}

// TestInteropARefreshTokenUsedTwiceEndsTheGrant: a copy of a refresh token was used, and the server ends the grant. Coffer
// says that the person must sign in again, keeps what it read, and works once they did.
func TestInteropARefreshTokenUsedTwiceEndsTheGrant(t *testing.T) {
	v := visit(t, "none")
	id, err := v.link("")
	must(t, err)
	stolen := v.tokens(id).Refresh
	must(t, v.later(id))
	status, said := v.bank.post("/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {foreignClient}, "refresh_token": {stolen.Reveal()}}, "", "")
	if status != http.StatusBadRequest || said["error"] != "invalid_grant" {
		t.Fatalf("the server takes a refresh token twice: %d %v", status, said["error"])
	}
	kind(t, v.later(id), fault.LoginNeeded, "oauth.invalid_grant")
	l := v.view(id)
	if l.State != consent.NeedsLogin || len(l.Accounts) != 2 || v.rows() != 30 {
		t.Errorf("it is shown as %+v with %d rows", l.Link, v.rows())
	}
	if _, err := v.link(id); err != nil {
		t.Fatal(err)
	}
	must(t, v.later(id))
	if l := v.view(id); l.State != consent.Active || v.rows() != 30 {
		t.Errorf("signed in again: %+v with %d rows", l.Link, v.rows())
	}
	receipt, err := v.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("revoked with a grant that had ended before: %+v, %v", receipt.Steps, err)
	}
	t.Log("a refresh token used twice: invalid_grant, NeedsLogin, 30 of 30 rows kept, signed in again, revoked")
}

// TestInteropPushedRequestsOnly: the server refuses in the browser what was not pushed, so a link that is made was pushed.
func TestInteropPushedRequestsOnly(t *testing.T) {
	v := visit(t, "none")
	plain := v.bank.issuer + "/auth?" + url.Values{
		"client_id": {foreignClient}, "response_type": {"code"}, "redirect_uri": {"http://127.0.0.1:4242/back"}, "scope": {"openid"}, "state": {"s"},
		"code_challenge": {strings.Repeat("A", 43)}, "code_challenge_method": {"S256"},
	}.Encode()
	back, err := v.person.answer(t.Context(), plain, "Continue")
	must(t, err)
	if u, err := url.Parse(back); err != nil || u.Query().Get("error") != "invalid_request" {
		t.Fatalf("a plain request leads to %s", back)
	}
	v.browse = func(ctx context.Context, address string) error {
		u, err := url.Parse(address)
		must(t, err)
		if q := u.Query(); len(q) != 2 || !strings.HasPrefix(q.Get("request_uri"), "urn:") || q.Get("client_id") != foreignClient {
			t.Errorf("the browser is sent with %v", u.RawQuery)
		}
		return v.approve(ctx, address)
	}
	_, err = v.link("")
	must(t, err)
	t.Log("a plain request: invalid_request; a pushed one: linked")
}

// TestInteropAnotherIssuerIsRefused: metadata, and a callback, that name another issuer than the file.
func TestInteropAnotherIssuerIsRefused(t *testing.T) {
	v := visit(t, "none")
	to, err := url.Parse(v.bank.issuer)
	must(t, err)
	posted := 0
	proxy := httputil.NewSingleHostReverseProxy(to)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posted++
		}
		r.Host = to.Host // it says its own issuer
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	v.file("none", front.URL)
	_, err = v.link("")
	kind(t, err, fault.BankUnexpected, "link.issuer")
	if links, err := v.coffer.Links(t.Context()); err != nil || len(links) != 0 || posted != 0 {
		t.Errorf("%d links, %d requests beside the metadata, %v", len(links), posted, err)
	}

	v.file("none", v.bank.issuer)
	v.browse = func(ctx context.Context, address string) error {
		back, err := v.person.answer(ctx, address, "Continue")
		if err != nil {
			return err
		}
		u, err := url.Parse(back)
		if err != nil {
			return err
		}
		genuine := u.Query()
		if genuine.Get("iss") != v.bank.issuer {
			t.Errorf("the server says that it is %q", genuine.Get("iss"))
		}
		for _, iss := range []string{front.URL, v.bank.issuer + "/", ""} {
			q := u.Query()
			if q.Set("iss", iss); iss == "" {
				q.Del("iss")
			}
			u.RawQuery = q.Encode()
			if err := v.person.bring(ctx, u.String(), http.StatusBadRequest); err != nil {
				return err
			}
		}
		return v.person.bring(ctx, back, http.StatusOK)
	}
	_, err = v.link("")
	must(t, err)
	t.Log("another issuer: metadata refused, 0 requests after it; 3 callbacks refused, the genuine one then linked")
}

// TestInteropNoMeansNothing: the person says no, with and without a link that works, or the client shows itself wrongly.
func TestInteropNoMeansNothing(t *testing.T) {
	v := visit(t, "none")
	no := func(ctx context.Context, address string) error {
		back, err := v.person.answer(ctx, address, "Cancel")
		if err != nil {
			return err
		}
		return v.person.bring(ctx, back, http.StatusOK)
	}
	v.browse = no
	_, err := v.link("")
	kind(t, err, fault.ConsentDenied, "")
	v.file("client_secret_post", v.bank.issuer) // the server knows a public client
	_, err = v.link("")
	kind(t, err, fault.BankUnexpected, "oauth.invalid_client")
	if links, err := v.coffer.Links(t.Context()); err != nil || len(links) != 0 {
		t.Errorf("%d links, %v", len(links), err)
	}
	v.file("none", v.bank.issuer)
	v.browse = v.approve
	id, err := v.link("")
	must(t, err)
	v.browse = no
	_, err = v.link(id)
	kind(t, err, fault.ConsentDenied, "")
	must(t, v.later(id))
	if l := v.view(id); l.State != consent.Active {
		t.Errorf("the link that worked: %+v", l.Link)
	}
	t.Log("a no: ConsentDenied; a client that shows itself wrongly: invalid_client; 0 links; a no to renewing leaves the link at work")
}

package demobank

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

const (
	requestURIPrefix = "urn:ietf:params:oauth:request_uri:"
	pushedLife       = time.Minute
	codeLife         = time.Minute
	longestBody      = 16 << 10
	mostPushed       = 256
)

// doors are the open ends of links being made. They live in memory alone: a restart closes
// them all.
type doors struct {
	pushed map[string]request
	visits map[string]*visit
	codes  map[string]*code // by hash

	bridgeKey   string // of who is signed in at Lantern Bridge; empty: nobody is
	bridgeUntil time.Time
}

type code struct {
	request  request
	accounts []string
	days     int
	expires  time.Time
	used     bool
	grant    string
}

func newDoors() doors {
	return doors{pushed: map[string]request{}, visits: map[string]*visit{}, codes: map[string]*code{}}
}

// sweep drops what is over, and some of the rest when a caller opens more than is sane.
func (d doors) sweep(now time.Time) {
	for id, r := range d.pushed {
		if !now.Before(r.expires) || len(d.pushed) > mostPushed {
			delete(d.pushed, id)
		}
	}
	for id, v := range d.visits {
		if !now.Before(v.expires) || len(d.visits) > mostPushed {
			delete(d.visits, id)
		}
	}
	for hash, c := range d.codes {
		if now.After(c.expires.Add(time.Hour)) { // kept for a while to notice a second use
			delete(d.codes, hash)
		}
	}
}

func (b *Bank) metadata(w http.ResponseWriter, _ *http.Request) {
	issuer := b.Issuer()
	m := map[string]any{
		"issuer":                                         issuer,
		"authorization_endpoint":                         b.placeOf(MovedSignIn, "/authorize"),
		"token_endpoint":                                 b.placeOf(MovedToken, "/token"),
		"revocation_endpoint":                            issuer + "/revoke",
		"pushed_authorization_request_endpoint":          issuer + "/par",
		"require_pushed_authorization_requests":          b.requirePAR,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":               []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"revocation_endpoint_auth_methods_supported":     []string{"none"},
		"authorization_response_iss_parameter_supported": true,
		"authorization_details_types_supported":          []string{"fdx_v1.0"},
		"scopes_supported":                               scopes(),
		"jwks_uri":                                       issuer + "/jwks",
		"id_token_signing_alg_values_supported":          []string{"ES256"},
		"subject_types_supported":                        []string{"public"},
	}
	if !b.noDPoP {
		m["dpop_signing_alg_values_supported"] = []string{"ES256"}
	}
	writeJSON(w, http.StatusOK, m)
}

// push is RFC 9126.
func (b *Bank) push(w http.ResponseWriter, r *http.Request) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	bad := checkClient(form)
	if bad == nil && form.Has("request_uri") {
		bad = refuse("invalid_request", "request_uri can't be pushed")
	}
	var asked request
	if bad == nil {
		asked, bad = readRequest(form)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if bad == nil {
		bad = b.pushedBy(w, r, &asked)
	}
	if bad != nil {
		writeOAuthError(w, bad)
		return
	}
	asked.expires = b.now().Add(pushedLife)
	b.doors.sweep(b.now())
	id := requestURIPrefix + randomText(32)
	b.doors.pushed[id] = asked
	writeJSON(w, http.StatusCreated, map[string]any{"request_uri": id, "expires_in": int(pushedLife.Seconds())})
}

// pushedBy binds a pushed request to the key of its proof (RFC 9449 §10.1).
func (b *Bank) pushedBy(w http.ResponseWriter, r *http.Request, asked *request) *oauthError {
	p, bad := b.prove(w, r, "")
	if bad == nil && p != nil && !heldBy(p, asked.thumbprint) {
		bad = refuse(badProof, "dpop_jkt is of another key")
	}
	if bad == nil && p != nil {
		asked.thumbprint = p.thumbprint
	}
	return bad
}

func (b *Bank) token(w http.ResponseWriter, r *http.Request) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	if form.Get("client_id") != ClientID {
		writeOAuthError(w, refuse("invalid_client", "client_id is not known here"))
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p, bad := b.prove(w, r, "")
	if bad != nil { // before anything is used up: RFC 9449 §8 has the client ask again
		writeOAuthError(w, bad)
		return
	}
	var m minted
	switch form.Get("grant_type") {
	case "authorization_code":
		m, bad = b.redeem(form, p)
	case "refresh_token":
		if m, ok = b.refresh(form.Get("refresh_token"), p); !ok {
			bad = refuse("invalid_grant", "the refresh token is not good any more")
		}
	default:
		bad = refuse("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")
	}
	if err := b.save(); err != nil {
		b.log.Error("demo bank not saved", "err", err)
		bad = refuse("server_error", "the bank could not save")
	}
	if bad != nil {
		writeOAuthError(w, bad)
		return
	}
	answer := map[string]any{
		"access_token": m.access, "token_type": m.kind, "expires_in": int(b.accessLife.Seconds()),
		"refresh_token": m.refresh, "scope": m.grant.Scope, "grant_id": m.grant.ID,
	}
	if m.asked != nil && hasOpenID(m.grant.Scope) {
		answer["id_token"] = b.signer.idToken(b.Issuer(), b.clock(), *m.asked, m.access)
	}
	writeJSON(w, http.StatusOK, answer)
}

// redeem exchanges a code. Any use, good or bad, is its last; a second use of a redeemed
// one revokes what it gave (RFC 6749 §4.1.2).
func (b *Bank) redeem(form url.Values, p *proof) (minted, *oauthError) {
	bad := refuse("invalid_grant", "the code is not good, or not for this client, redirect_uri or code_verifier")
	c := b.doors.codes[hashOf(form.Get("code"))]
	if c == nil {
		return minted{}, bad
	}
	if c.used {
		b.saw(CodeReused, c.grant)
		if g := b.state.grant(c.grant); g != nil {
			b.revokeGrant(g, "FRAUD", "DATA_PROVIDER", true)
		}
		return minted{}, bad
	}
	c.used = true
	if !b.now().Before(c.expires) || form.Get("redirect_uri") != c.request.redirect ||
		!verified(form.Get("code_verifier"), c.request.challenge) || !heldBy(p, c.request.thumbprint) {
		return minted{}, bad
	}
	g := b.openGrant(c)
	c.grant = g.ID
	m := b.mint(g, p.of())
	m.asked = &c.request
	b.saw(TokenIssued, g.ID)
	return m, nil
}

var verifierShape = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

func verified(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return verifierShape.MatchString(verifier) && subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}

// revoke is RFC 7009: 200 whether or not the token was known.
func (b *Bank) revoke(w http.ResponseWriter, r *http.Request) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, down := b.faults.take(RevokeUnavailable); down {
		w.Header().Set("Retry-After", "30")
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"error": "temporarily_unavailable"})
		return
	}
	switch {
	case form.Get("client_id") != ClientID:
		writeOAuthError(w, refuse("invalid_client", "client_id is not known here"))
		return
	case form.Get("token") == "":
		writeOAuthError(w, refuse("invalid_request", "token is missing"))
		return
	}
	p, bad := b.prove(w, r, "")
	if t := b.state.token(form.Get("token")); bad == nil && t != nil && !heldBy(p, t.Key) {
		b.saw(ProofRefused, t.Grant)
		bad = refuse(badProof, "the token is bound to another key")
	}
	if bad != nil {
		writeOAuthError(w, bad)
		return
	}
	b.revokeToken(form.Get("token"))
	if err := b.save(); err != nil {
		b.log.Error("demo bank not saved", "err", err)
		writeOAuthError(w, refuse("server_error", "the bank could not save"))
		return
	}
	w.WriteHeader(http.StatusOK)
}

// readForm reads a form body, never the query, where secrets would land in logs.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		writeOAuthError(w, refuse("invalid_request", "the body must be a form"))
		return nil, false
	}
	if err := r.ParseForm(); err != nil {
		writeOAuthError(w, refuse("invalid_request", "the form can't be read or is too large"))
		return nil, false
	}
	for _, values := range r.PostForm {
		if len(values) != 1 {
			writeOAuthError(w, refuse("invalid_request", "a parameter is there twice"))
			return nil, false
		}
	}
	return r.PostForm, true
}

func writeOAuthError(w http.ResponseWriter, bad *oauthError) {
	status := http.StatusBadRequest
	switch bad.code {
	case "invalid_client":
		status = http.StatusUnauthorized
	case "server_error":
		status = http.StatusInternalServerError
	}
	writeJSON(w, status, map[string]string{"error": bad.code, "error_description": bad.description})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "the answer can't be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw) // a caller that left needs no answer
}

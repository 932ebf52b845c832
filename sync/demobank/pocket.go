package demobank

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// PocketClient is the one public client that Pocketwell, the second invented bank, knows. Its redirect
// URI is as ClientID's.
const PocketClient = "coffer-pocket"

const (
	pocketPath    = "/pocketwell"
	pocketAPIPath = pocketPath + "/api"
	pocketAccess  = 6 * time.Hour
	pocketOpen    = 5 * time.Minute // after the sign-in all history is shown
	pocketDays    = 90              // later only so much
)

// pocket is Pocketwell at the same port: a plain OAuth bank without pushed requests, whose tokens open
// nothing until the person approves on their phone. It is guarded by Bank.mu.
type pocket struct {
	visits map[string]*pocketVisit
	codes  map[string]*pocketCode // by hash
	faults faults
	life   *pocketLife
}

// pocketState is what Pocketwell keeps between starts: one grant, for it knows one client and one person.
type pocketState struct {
	Grant    string    `json:"grant,omitempty"`
	Created  time.Time `json:"created,omitzero"`
	Approved bool      `json:"approved,omitempty"`
	Tokens   []*token  `json:"tokens,omitempty"` // of all grants; those of former ones are dead
}

type pocketVisit struct {
	id, key, problem           string
	redirect, state, challenge string
	tries                      int
	expires                    time.Time
}

type pocketCode struct {
	redirect, challenge string
	expires             time.Time
}

func newPocket() pocket {
	return pocket{visits: map[string]*pocketVisit{}, codes: map[string]*pocketCode{}}
}

// PocketIssuer is Pocketwell's OAuth issuer. Its metadata offers neither PAR nor RFC 7009: the API's own
// logout ends a grant.
func (b *Bank) PocketIssuer() string { return b.origin + pocketPath }

// PocketAPI is what Monzo's paths such as /accounts are appended to.
func (b *Bank) PocketAPI() string { return b.origin + pocketAPIPath }

// Phone is the page at which the person approves what asked at Pocketwell.
func (b *Bank) Phone() string { return b.origin + pocketPath + "/phone" }

func (b *Bank) pocketwell(mux *http.ServeMux) {
	for _, path := range []string{"/.well-known/oauth-authorization-server" + pocketPath, pocketPath + "/.well-known/openid-configuration"} {
		mux.HandleFunc("GET "+path, b.pocketMetadata)
	}
	own := http.NewCrossOriginProtection()
	mux.HandleFunc("GET "+pocketPath+"/authorize", b.pocketAuthorize)
	mux.HandleFunc("GET "+pocketPath+"/sign-in", b.pocketShow)
	mux.Handle("POST "+pocketPath+"/sign-in", own.Handler(http.HandlerFunc(b.pocketSignIn)))
	mux.HandleFunc("GET "+pocketPath+"/phone", b.showPhone)
	mux.Handle("POST "+pocketPath+"/phone", own.Handler(http.HandlerFunc(b.pressPhone)))
	mux.HandleFunc("POST "+pocketPath+"/token", b.pocketToken)
	mux.HandleFunc("GET "+pocketPath+"/style.css", pocketStyle)
	mux.HandleFunc("GET "+pocketPath+"/{$}", func(w http.ResponseWriter, _ *http.Request) {
		writePocketPage(w, http.StatusOK, pocketView{Step: "front", Title: "Pocketwell"})
	})
	b.pocketAPI(mux)
}

func (b *Bank) pocketMetadata(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": b.PocketIssuer(), "authorization_endpoint": b.PocketIssuer() + "/authorize", "token_endpoint": b.PocketIssuer() + "/token",
		"response_types_supported": []string{"code"}, "grant_types_supported": []string{"authorization_code", "refresh_token"},
		"token_endpoint_auth_methods_supported": []string{"none"},
	})
}

func (b *Bank) pocketAuthorize(w http.ResponseWriter, r *http.Request) {
	form := r.URL.Query()
	b.mu.Lock()
	defer b.mu.Unlock()
	if form.Get("client_id") != PocketClient || !loopback(form.Get("redirect_uri")) {
		b.pocketWrong(w, "The app that sent you here is not one that this bank knows.")
		return
	}
	for id, v := range b.pocket.visits {
		if !b.now().Before(v.expires) || len(b.pocket.visits) > mostPushed {
			delete(b.pocket.visits, id)
		}
	}
	v := &pocketVisit{
		id: randomText(32), key: randomText(32), redirect: form.Get("redirect_uri"), state: form.Get("state"), challenge: form.Get("code_challenge"),
		expires: b.now().Add(visitLife),
	}
	plain := v.challenge != "" && (form.Get("code_challenge_method") != "S256" || !s256Shape.MatchString(v.challenge))
	if form.Get("response_type") != "code" || len(v.state) > longestText || plain {
		redirect(w, v.back(b.PocketIssuer(), url.Values{"error": {"invalid_request"}}))
		return
	}
	b.pocket.visits[v.id] = v
	http.SetCookie(w, &http.Cookie{Name: "pocketwell_" + v.id[:8], Value: v.key, Path: pocketPath + "/sign-in",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(visitLife.Seconds())})
	redirect(w, b.PocketIssuer()+"/sign-in?visit="+v.id)
}

func (v *pocketVisit) back(issuer string, values url.Values) string {
	return request{redirect: v.redirect, state: v.state}.back(issuer, values)
}

func (b *Bank) pocketVisitOf(r *http.Request, id string) *pocketVisit {
	v := b.pocket.visits[id]
	if v == nil || !b.now().Before(v.expires) {
		return nil
	}
	if cookie, err := r.Cookie("pocketwell_" + v.id[:8]); err != nil || !same(cookie.Value, v.key) {
		return nil
	}
	return v
}

func (b *Bank) pocketShow(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := b.pocketVisitOf(r, r.URL.Query().Get("visit"))
	if v == nil {
		b.pocketWrong(w, visitOver)
		return
	}
	writePocketPage(w, http.StatusOK, pocketView{Step: "sign-in", Title: "Sign in", Visit: v.id, Problem: v.problem, Username: b.username, Password: b.password.Show()})
}

func (b *Bank) pocketSignIn(w http.ResponseWriter, r *http.Request) {
	form, ok := readPageForm(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	v := b.pocketVisitOf(r, form.Get("visit"))
	switch {
	case !ok || v == nil:
		b.pocketWrong(w, visitOver)
	case form.Get("act") == "deny":
		delete(b.pocket.visits, v.id)
		b.saw(GrantDenied, "")
		redirect(w, v.back(b.PocketIssuer(), url.Values{"error": {"access_denied"}}))
	case same(strings.TrimSpace(form.Get("username")), b.username) && same(form.Get("password"), b.password.Show()):
		delete(b.pocket.visits, v.id)
		secret := "pwc_" + randomText(32)
		b.pocket.codes[hashOf(secret)] = &pocketCode{redirect: v.redirect, challenge: v.challenge, expires: b.now().Add(codeLife)}
		redirect(w, v.back(b.PocketIssuer(), url.Values{"code": {secret}}))
	default:
		v.problem = "That is not the user name and password shown below."
		b.saw(SignInRefused, "")
		if v.tries++; v.tries >= mostTries {
			delete(b.pocket.visits, v.id)
			redirect(w, v.back(b.PocketIssuer(), url.Values{"error": {"access_denied"}}))
			return
		}
		redirect(w, b.PocketIssuer()+"/sign-in?visit="+v.id)
	}
}

func (b *Bank) showPhone(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.state.Pocket
	writePocketPage(w, http.StatusOK, pocketView{Step: "phone", Title: "Your phone", Visit: p.Grant, Waiting: b.pocketWaits()})
}

// pressPhone takes the person's word on the grant that waits.
func (b *Bank) pressPhone(w http.ResponseWriter, r *http.Request) {
	form, ok := readPageForm(r)
	if !ok {
		b.pocketWrong(w, visitOver)
		return
	}
	if err := b.answerPhone(form.Get("visit"), form.Get("act") == "allow"); err != nil {
		b.pocketWrong(w, "Nobody asks for that any more.")
		return
	}
	redirect(w, b.Phone())
}

// ApproveOnPhone presses Approve at the phone. It errs if nothing waits.
func (b *Bank) ApproveOnPhone() error {
	b.mu.Lock()
	grant := b.state.Pocket.Grant
	b.mu.Unlock()
	return b.answerPhone(grant, true)
}

func (b *Bank) answerPhone(grant string, yes bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.state.Pocket
	if grant != p.Grant || !b.pocketWaits() {
		return errors.New("approve on the phone: nothing waits")
	}
	if p.Approved = yes; yes {
		delete(b.pocket.faults, NeedsApproval)
		b.saw(GrantApproved, grant)
	} else {
		b.saw(GrantDenied, grant)
		b.endPocket()
	}
	return b.save()
}

// pocketWaits reports whether there is a grant that the person is to approve.
func (b *Bank) pocketWaits() bool {
	_, again := b.pocket.faults[NeedsApproval]
	return b.state.Pocket.Grant != "" && (again || !b.state.Pocket.Approved)
}

// pocketToken is the token endpoint. A refresh token is good once, and a new sign-in ends the grant before.
func (b *Bank) pocketToken(w http.ResponseWriter, r *http.Request) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	bad := refuse("invalid_grant", "it is not good any more")
	good := false
	switch {
	case form.Get("client_id") != PocketClient:
		bad = refuse("invalid_client", "client_id is not known here")
	case form.Get("grant_type") == "authorization_code":
		good = b.pocketRedeem(form)
	case form.Get("grant_type") == "refresh_token":
		good = b.pocketRotate(form.Get("refresh_token"))
	default:
		bad = refuse("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")
	}
	if !good {
		b.saw(RefreshRefused, "")
		writeOAuthError(w, bad)
		return
	}
	access, renewal, now, p := "pwa_"+randomText(32), "pwr_"+randomText(32), b.now(), b.state.Pocket
	p.Tokens = append(p.Tokens,
		&token{Hash: hashOf(access), Grant: p.Grant, Status: tokenLive, Expires: now.Add(pocketAccess)},
		&token{Hash: hashOf(renewal), Grant: p.Grant, Refresh: true, Status: tokenLive, Expires: now.Add(refreshLife)})
	if err := b.save(); err != nil {
		b.log.Error("demo bank not saved", "err", err)
		writeOAuthError(w, refuse("server_error", "the bank could not save"))
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(pocketAccess.Seconds()), "refresh_token": renewal,
		"client_id": PocketClient, "user_id": "user_" + b.life.tag("pocket", 0),
	})
}

func (b *Bank) pocketRedeem(form url.Values) bool {
	hash := hashOf(form.Get("code"))
	c := b.pocket.codes[hash]
	delete(b.pocket.codes, hash)
	if c == nil || !b.now().Before(c.expires) || form.Get("redirect_uri") != c.redirect || c.challenge != "" && !verified(form.Get("code_verifier"), c.challenge) {
		return false
	}
	b.endPocket()
	p := b.state.Pocket
	p.Grant, p.Created, p.Approved = "pwg_"+randomText(12), b.now(), false
	b.saw(TokenIssued, p.Grant)
	return true
}

func (b *Bank) pocketRotate(secret string) bool {
	t := b.state.Pocket.token(secret, true)
	if t == nil || t.Status != tokenLive || !b.now().Before(t.Expires) {
		return false
	}
	for _, t := range b.state.Pocket.Tokens { // the old access token dies, too
		if t.Status == tokenLive {
			t.Status = tokenRotated
		}
	}
	b.saw(TokenRefreshed, t.Grant)
	return true
}

// endPocket ends the grant that there is.
func (b *Bank) endPocket() {
	p := b.state.Pocket
	if p.Grant != "" {
		b.saw(GrantRevoked, p.Grant)
	}
	for _, t := range p.Tokens {
		if t.Status == tokenLive {
			t.Status = tokenRevoked
		}
	}
	p.Grant, p.Approved = "", false
}

// token finds a token by its secret.
func (p *pocketState) token(secret string, renewal bool) *token {
	hash := hashOf(secret)
	i := slices.IndexFunc(p.Tokens, func(t *token) bool { return t.Hash == hash && t.Refresh == renewal })
	if i < 0 {
		return nil
	}
	return p.Tokens[i]
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

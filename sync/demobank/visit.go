package demobank

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	visitLife  = 10 * time.Minute
	mostTries  = 8
	cookieName = "northlight_"
)

// visit is one person at the consent pages. Its id stands in each form and its key in a
// cookie: a form sent from elsewhere has neither.
type visit struct {
	id       string
	key      string
	request  request
	signedIn bool
	tries    int
	accounts []string
	problem  string
	expires  time.Time
}

func (b *Bank) pages(mux *http.ServeMux) {
	own := http.NewCrossOriginProtection()
	mux.HandleFunc("GET "+issuerPath+"/authorize", b.authorize)
	mux.HandleFunc("GET "+issuerPath+"/consent", b.showVisit)
	mux.Handle("POST "+issuerPath+"/consent", own.Handler(http.HandlerFunc(b.stepVisit)))
	mux.HandleFunc("GET "+issuerPath+"/style.css", style)
	mux.HandleFunc("GET "+issuerPath+"/{$}", b.front)
}

// authorize checks the request and goes on to a page that may be loaded again.
func (b *Bank) authorize(w http.ResponseWriter, r *http.Request) {
	form := r.URL.Query()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doors.sweep(b.now())
	asked, known := request{}, false
	if id := form.Get("request_uri"); id != "" {
		asked, known = b.doors.pushed[id]
		delete(b.doors.pushed, id)
		if !known || form.Get("client_id") != ClientID {
			b.wrong(w, "This link was used already, or is older than a minute. Go back to the app and start again.")
			return
		}
	} else if bad := checkClient(form); bad != nil {
		b.wrong(w, "The app that sent you here is not one that this bank knows: "+bad.description+".")
		return
	} else if asked, bad = readRequest(form); bad != nil {
		b.sendBack(w, asked, bad)
		return
	}
	if b.requirePAR && !known {
		b.sendBack(w, asked, refuse("invalid_request", "push the request first"))
		return
	}
	v := &visit{id: randomText(32), key: randomText(32), request: asked, expires: b.now().Add(visitLife)}
	b.doors.visits[v.id] = v
	http.SetCookie(w, &http.Cookie{Name: cookieFor(v.id), Value: v.key, Path: issuerPath + "/consent",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(visitLife.Seconds())})
	redirect(w, consentAt(r)+v.id)
}

// consentAt is the address of the page at the door that r came through, up to the visit's id.
func consentAt(r *http.Request) string { return "http://" + r.Host + issuerPath + "/consent?visit=" }

// cookieFor gives each visit a cookie of its own, so that two open tabs don't disturb
// each other.
func cookieFor(id string) string { return cookieName + id[:8] }

func (b *Bank) visitOf(r *http.Request, id string) *visit {
	v := b.doors.visits[id]
	if v == nil || !b.now().Before(v.expires) {
		return nil
	}
	cookie, err := r.Cookie(cookieFor(v.id))
	if err != nil || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(v.key)) != 1 {
		return nil
	}
	return v
}

const visitOver = "This page is no longer open. Go back to the app and start again."

func (b *Bank) showVisit(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := b.visitOf(r, r.URL.Query().Get("visit"))
	if v == nil {
		b.wrong(w, visitOver)
		return
	}
	b.render(w, http.StatusOK, v)
}

// stepVisit takes one form. What it does is the name of the button that was pressed.
func (b *Bank) stepVisit(w http.ResponseWriter, r *http.Request) {
	form, ok := readPageForm(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	v := b.visitOf(r, form.Get("visit"))
	if !ok || v == nil {
		b.wrong(w, visitOver)
		return
	}
	v.problem = ""
	switch act := form.Get("act"); {
	case act == "deny":
		b.leave(v)
		b.saw(GrantDenied, "")
		b.sendBack(w, v.request, refuse("access_denied", "the person said no"))
		return
	case act == "sign-in" && !v.signedIn:
		b.signIn(v, form)
	case act == "choose" && v.signedIn:
		b.choose(v, form["account"])
	case act == "back" && v.signedIn:
		v.accounts = nil
	case act == "approve" && len(v.accounts) > 0:
		if days, err := strconv.Atoi(form.Get("days")); err == nil && slices.Contains(v.request.choices(), days) {
			b.approve(w, v, days)
			return
		}
		v.problem = "Choose how long the link may last."
	}
	if v.tries >= mostTries {
		b.leave(v)
		b.sendBack(w, v.request, refuse("access_denied", "too many wrong passwords"))
		return
	}
	redirect(w, consentAt(r)+v.id)
}

func readPageForm(r *http.Request) (url.Values, bool) {
	if err := r.ParseForm(); err != nil {
		return url.Values{}, false
	}
	return r.PostForm, true
}

func (b *Bank) signIn(v *visit, form url.Values) {
	name := subtle.ConstantTimeCompare([]byte(strings.TrimSpace(form.Get("username"))), []byte(b.username))
	word := subtle.ConstantTimeCompare([]byte(form.Get("password")), []byte(b.password.Show()))
	v.signedIn = name&word == 1
	if !v.signedIn {
		v.tries++
		v.problem = "That is not the user name and password shown below."
		b.saw(SignInRefused, "")
	}
}

func (b *Bank) choose(v *visit, ids []string) {
	v.accounts = nil
	for _, id := range b.life.ids { // in the bank's order, each once, none unknown
		if slices.Contains(ids, id) {
			v.accounts = append(v.accounts, id)
		}
	}
	if len(v.accounts) == 0 {
		v.problem = "Choose at least one account, or cancel."
	}
}

func (b *Bank) approve(w http.ResponseWriter, v *visit, days int) {
	b.leave(v)
	secret := "nlac_" + randomText(32)
	b.doors.codes[hashOf(secret)] = &code{request: v.request, accounts: v.accounts, days: days, expires: b.now().Add(codeLife)}
	redirect(w, v.request.back(b.Issuer(), url.Values{"code": {secret}}))
}

func (b *Bank) leave(v *visit) { delete(b.doors.visits, v.id) }

func (b *Bank) sendBack(w http.ResponseWriter, asked request, bad *oauthError) {
	redirect(w, asked.back(b.Issuer(), url.Values{"error": {bad.code}, "error_description": {bad.description}}))
}

// redirect is 303, so that a browser never sends a form on to the app (RFC 9700 §4.12).
func redirect(w http.ResponseWriter, to string) {
	protect(w)
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

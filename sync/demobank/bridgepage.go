package demobank

import (
	"bytes"
	"crypto/subtle"
	"html/template"
	"net/http"
	"strings"
	"time"
)

// bridgeCookie holds the key of a session at the bridge's page.
const (
	bridgeCookie = "lantern"
	bridgeStays  = 10 * time.Minute
)

// bridgeView is all that the bridge's page may show.
type bridgeView struct {
	Title    string
	Step     string // sign-in, apps or token
	Problem  string
	Username string
	Password string
	Token    string
	Apps     []bridgeLine
}

type bridgeLine struct {
	ID, Made, State string
	Live            bool
}

func (b *Bank) bridgePages(mux *http.ServeMux) {
	own := http.NewCrossOriginProtection()
	mux.HandleFunc("GET "+bridgePath+"/{$}", b.bridgeFront)
	mux.HandleFunc("GET "+bridgePath+"/create", b.bridgeFront)
	for path, step := range map[string]func(http.ResponseWriter, *http.Request){"sign-in": b.bridgeSignIn, "setup-token": b.bridgeMake, "disable": b.bridgeDisable} {
		mux.Handle("POST "+bridgePath+"/"+path, own.Handler(http.HandlerFunc(step)))
	}
}

// atBridge reports whether r comes from somebody who signed in at the bridge.
func (b *Bank) atBridge(r *http.Request) bool {
	cookie, err := r.Cookie(bridgeCookie)
	if err != nil || b.doors.bridgeKey == "" || !b.now().Before(b.doors.bridgeUntil) {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(b.doors.bridgeKey)) == 1
}

func (b *Bank) bridgeFront(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.atBridge(r) {
		b.bridgeDoor(w, http.StatusOK, "")
		return
	}
	b.bridgeApps(w, "")
}

func (b *Bank) bridgeDoor(w http.ResponseWriter, status int, problem string) {
	writeBridge(w, status, bridgeView{Step: "sign-in", Title: "Sign in", Problem: problem, Username: b.username, Password: b.password.Show()})
}

func (b *Bank) bridgeApps(w http.ResponseWriter, token string) {
	v := bridgeView{Step: "apps", Title: "Apps and setup tokens", Token: token}
	if token != "" {
		v.Step, v.Title = "token", "Your setup token"
	}
	for _, a := range b.state.Apps {
		line := bridgeLine{ID: a.ID, Made: a.Made.Format("2 January 2006 15:04"), State: "not used yet", Live: a.Disabled.IsZero()}
		switch {
		case !a.Disabled.IsZero():
			line.State = "disabled"
		case !a.Claimed.IsZero():
			line.State = "reads your accounts"
		}
		v.Apps = append(v.Apps, line)
	}
	writeBridge(w, http.StatusOK, v)
}

func (b *Bank) bridgeSignIn(w http.ResponseWriter, r *http.Request) {
	form, ok := readPageForm(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	name := subtle.ConstantTimeCompare([]byte(strings.TrimSpace(form.Get("username"))), []byte(b.username))
	word := subtle.ConstantTimeCompare([]byte(form.Get("password")), []byte(b.password.Show()))
	if !ok || name&word != 1 {
		b.saw(SignInRefused, "")
		b.bridgeDoor(w, http.StatusForbidden, "That is not the user name and password shown below.")
		return
	}
	b.doors.bridgeKey, b.doors.bridgeUntil = randomText(32), b.now().Add(bridgeStays)
	http.SetCookie(w, &http.Cookie{Name: bridgeCookie, Value: b.doors.bridgeKey, Path: bridgePath, HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: int(bridgeStays.Seconds())})
	redirect(w, "http://"+r.Host+bridgePath+"/create")
}

func (b *Bank) bridgeMake(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.atBridge(r) {
		b.bridgeDoor(w, http.StatusForbidden, "Sign in first.")
		return
	}
	token, err := b.makeSetup()
	if err != nil {
		http.Error(w, "The bridge can't keep that now.", http.StatusInternalServerError)
		return
	}
	b.bridgeApps(w, token)
}

func (b *Bank) bridgeDisable(w http.ResponseWriter, r *http.Request) {
	form, ok := readPageForm(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	if !ok || !b.atBridge(r) {
		b.bridgeDoor(w, http.StatusForbidden, "Sign in first.")
		return
	}
	for _, a := range b.state.Apps {
		if a.ID == form.Get("app") {
			b.disable(a)
		}
	}
	if err := b.save(); err != nil {
		http.Error(w, "The bridge can't keep that now.", http.StatusInternalServerError)
		return
	}
	redirect(w, "http://"+r.Host+bridgePath+"/create")
}

func writeBridge(w http.ResponseWriter, status int, view bridgeView) {
	protect(w)
	var page bytes.Buffer
	pages, err := template.ParseFS(pageFiles, "pages/bridge.html")
	if err == nil {
		err = pages.Execute(&page, view)
	}
	if err != nil {
		http.Error(w, "the page can't be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

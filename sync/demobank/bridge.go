package demobank

import (
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Lantern Bridge is an invented bridge beside Northlight: it speaks SimpleFIN over accounts that the same
// person has elsewhere. A setup token is made at its page, claimed once, and taken back there by hand.
const (
	bridgePath    = "/lantern"
	bridgeAPIPath = bridgePath + "/simplefin"
	setupLife     = 24 * time.Hour
	bridgeHistory = 90 // days that the banks behind it give
)

// What the bridge writes down.
const (
	SetupMade     EventKind = "setup token made"
	SetupClaimed  EventKind = "setup token claimed"
	SetupRefused  EventKind = "setup token refused"
	AppDisabled   EventKind = "app disabled at the bridge"
	BridgeRefused EventKind = "app refused at the bridge"
)

// bridgeApp is one setup token and what came of it. Of both the bridge keeps hashes alone.
type bridgeApp struct {
	ID       string    `json:"id"`
	Setup    string    `json:"setup"`            // SHA-256 of the setup token
	Access   string    `json:"access,omitempty"` // SHA-256 of user:password; empty until it is claimed
	Made     time.Time `json:"made"`
	Claimed  time.Time `json:"claimed,omitzero"`
	Disabled time.Time `json:"disabled,omitzero"`
}

func (b *Bank) bridge(mux *http.ServeMux) {
	mux.HandleFunc("POST "+bridgeAPIPath+"/claim/{token}", b.claim)
	mux.HandleFunc("GET "+bridgeAPIPath+"/info", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"versions": []string{"1.0", "2.0"}})
	})
	mux.HandleFunc("GET "+bridgeAPIPath+"/accounts", b.accountSet)
	b.bridgePages(mux)
}

// BridgeAPI is the base of the bridge's API.
func (b *Bank) BridgeAPI() string { return b.origin + bridgeAPIPath }

// BridgePage is where the person makes setup tokens and disables apps.
func (b *Bank) BridgePage() string { return b.origin + bridgePath + "/create" }

// MakeSetupToken makes a setup token as the bridge's page does.
func (b *Bank) MakeSetupToken() (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.makeSetup()
}

func (b *Bank) makeSetup() (string, error) {
	token := randomText(24)
	b.state.Apps = append(b.state.Apps, &bridgeApp{ID: "app_" + randomText(9), Setup: hashOf(token), Made: b.now()})
	b.saw(SetupMade, b.state.Apps[len(b.state.Apps)-1].ID)
	return base64.StdEncoding.EncodeToString([]byte(b.BridgeAPI() + "/claim/" + token)), b.save()
}

// DisableApps ends, at the bridge, what every setup token gave, as a person does at its page.
func (b *Bank) DisableApps() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	ended := 0
	for _, a := range b.state.Apps {
		if b.disable(a) {
			ended++
		}
	}
	if ended == 0 {
		return errors.New("disable the apps at the bridge: there is none")
	}
	return b.save()
}

func (b *Bank) disable(a *bridgeApp) bool {
	if !a.Disabled.IsZero() {
		return false
	}
	a.Disabled = b.now()
	b.saw(AppDisabled, a.ID)
	return true
}

// claim trades a setup token for an access URL, once.
func (b *Bank) claim(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	hash, now := hashOf(r.PathValue("token")), b.now()
	i := slices.IndexFunc(b.state.Apps, func(a *bridgeApp) bool { return a.Setup == hash })
	if i < 0 || !b.state.Apps[i].Claimed.IsZero() || !b.state.Apps[i].Disabled.IsZero() || now.After(b.state.Apps[i].Made.Add(setupLife)) {
		b.saw(SetupRefused, "")
		http.Error(w, "This setup token is unknown, too old, or was used before.", http.StatusForbidden)
		return
	}
	a, user, password := b.state.Apps[i], "lb"+randomText(9), randomText(24)
	a.Access, a.Claimed = hashOf(user+":"+password), now
	if err := b.save(); err != nil {
		a.Access, a.Claimed = "", time.Time{}
		http.Error(w, "The bridge can't keep that now.", http.StatusInternalServerError)
		return
	}
	b.saw(SetupClaimed, a.ID)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("http://" + user + ":" + password + "@" + r.Host + bridgeAPIPath))
}

// accountSet is GET /accounts, in version 2 or as it was before.
func (b *Bank) accountSet(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	status, body, wait := b.tellSet(r)
	b.mu.Unlock()
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	}
	writeJSON(w, status, body)
}

func told(code, text string) map[string]any {
	return map[string]any{"errlist": []map[string]string{{"code": code, "msg": text}}, "errors": []string{text}, "accounts": []any{}}
}

func (b *Bank) tellSet(r *http.Request) (status int, body any, wait time.Duration) {
	user, password, _ := r.BasicAuth()
	hash := hashOf(user + ":" + password)
	i := slices.IndexFunc(b.state.Apps, func(a *bridgeApp) bool { return a.Access == hash })
	if i < 0 || !b.state.Apps[i].Disabled.IsZero() {
		id := ""
		if i >= 0 {
			id = b.state.Apps[i].ID
		}
		b.saw(BridgeRefused, id)
		return http.StatusForbidden, told("gen.auth", "Access is disabled"), 0
	}
	if _, on := b.faults.take(BridgeLapsed); on {
		return http.StatusPaymentRequired, told("gen.pay", "Payment required"), 0
	}
	if _, on := b.faults.take(APIUnavailable); on {
		return http.StatusServiceUnavailable, told("gen.", "Scheduled maintenance"), 0
	}
	if f, on := b.faults.take(APITooMany); on {
		return http.StatusTooManyRequests, told("gen.", "Too many requests"), f.RetryAfter
	}
	q := r.URL.Query()
	within := setAsk{until: b.now()}
	for name, into := range map[string]*time.Time{"start-date": &within.from, "end-date": &within.to} {
		if seconds, err := strconv.ParseInt(q.Get(name), 10, 64); err == nil {
			*into = time.Unix(seconds, 0).UTC()
		}
	}
	within.pending = q.Get("pending") != "" // "0" acts as "1", as at the real ones
	var accounts []any
	for _, a := range b.elsewhere() {
		if ids := q["account"]; len(ids) > 0 && !slices.Contains(ids, a.id) {
			continue
		}
		accounts = append(accounts, a.tell(within, q.Get("balances-only") == "1", q.Get("version") == "2"))
	}
	set := map[string]any{"errors": []string{}, "accounts": accounts}
	if q.Get("version") == "2" {
		set["errlist"] = []any{}
		set["connections"] = []map[string]string{{
			"conn_id": "con_harbour", "name": "Harbour Credit Union", "org_id": "org_harbour", "org_name": "Harbour Credit Union", "org_url": "https://harbour.example", "sfin_url": b.BridgeAPI(),
		}}
	}
	return http.StatusOK, set, 0
}

// cents is a decimal text as SimpleFIN has it.
func cents(n int64) string {
	raw, _ := amount(n).MarshalJSON() // never fails
	return strings.TrimSpace(string(raw))
}

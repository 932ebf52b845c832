package demobank

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// request is one checked authorization request.
type request struct {
	redirect  string
	state     string
	challenge string
	scope     string
	nonce     string // for the ID token
	period    int    // days asked for; 0 = any
	lookback  int    // days of history asked for; 0 = all
	expires   time.Time

	thumbprint string // of the key that the code is bound to (RFC 9449 §10); "" for none
}

// oauthError is an RFC 6749 error; description is ours, never the caller's text.
type oauthError struct{ code, description string }

func refuse(code, description string) *oauthError { return &oauthError{code, description} }

const (
	longestText = 2048
	longestDays = 365
)

func scopes() []string {
	return []string{"openid", "offline_access", "fdx:accountbasic:read", "fdx:accountdetailed:read",
		"fdx:transactions:read", "fdx:customercontact:read", "fdx:balances:read"}
}

// checkClient finds what must never be answered by a redirect: RFC 6749 §4.1.2.1.
func checkClient(form url.Values) *oauthError {
	if form.Get("client_id") != ClientID {
		return refuse("invalid_client", "this bank knows the client "+ClientID+" only")
	}
	if !loopback(form.Get("redirect_uri")) {
		return refuse("invalid_request", "redirect_uri must be http://127.0.0.1:PORT/PATH")
	}
	return nil
}

// loopback follows RFC 8252 §7.3: the literal address, any port, and no name that could
// point elsewhere.
func loopback(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > longestText || u.Scheme != "http" || u.User != nil || strings.Contains(raw, "#") {
		return false
	}
	at, err := netip.ParseAddrPort(u.Host)
	return err == nil && at.Addr() == netip.AddrFrom4([4]byte{127, 0, 0, 1}) && at.Port() != 0 && strings.HasPrefix(u.Path, "/")
}

// readRequest checks everything else of an authorization request.
func readRequest(form url.Values) (request, *oauthError) {
	r := request{
		redirect: form.Get("redirect_uri"), state: form.Get("state"), challenge: form.Get("code_challenge"), thumbprint: form.Get("dpop_jkt"),
		nonce: form.Get("nonce"),
	}
	for name, values := range form {
		if len(values) != 1 {
			return r, refuse("invalid_request", "a parameter is there twice")
		}
		if len(name) > longestText || len(values[0]) > longestText {
			return r, refuse("invalid_request", "a parameter is too long")
		}
	}
	switch {
	case form.Has("request"):
		return r, refuse("request_not_supported", "request objects are not supported")
	case form.Get("response_type") != "code":
		return r, refuse("unsupported_response_type", "response_type must be code")
	case form.Get("code_challenge_method") != "S256":
		return r, refuse("invalid_request", "code_challenge_method must be S256")
	case !s256Shape.MatchString(r.challenge):
		return r, refuse("invalid_request", "code_challenge must be 43 characters of base64url")
	case r.thumbprint != "" && !s256Shape.MatchString(r.thumbprint):
		return r, refuse("invalid_request", "dpop_jkt must be 43 characters of base64url")
	}
	var bad *oauthError
	if r.scope, bad = readScope(form.Get("scope")); bad != nil {
		return r, bad
	}
	if raw := form.Get("authorization_details"); raw != "" {
		return r, readDetails(raw, &r)
	}
	return r, nil
}

var s256Shape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

func readScope(raw string) (string, *oauthError) {
	if raw == "" {
		return strings.Join(scopes(), " "), nil
	}
	asked := strings.Fields(raw)
	for _, s := range asked {
		if !slices.Contains(scopes(), s) {
			return "", refuse("invalid_scope", "a scope is not known here")
		}
	}
	return strings.Join(asked, " "), nil
}

// readDetails reads FDX consentRequest objects (RFC 9396, type fdx_v1.0).
func readDetails(raw string, into *request) *oauthError {
	bad := refuse("invalid_authorization_details", "authorization_details must hold one fdx_v1.0 consentRequest")
	var details []struct {
		Type    string `json:"type"`
		Consent *struct {
			DurationType   string `json:"durationType"`
			DurationPeriod int    `json:"durationPeriod"`
			LookbackPeriod int    `json:"lookbackPeriod"`
		} `json:"consentRequest"`
	}
	if err := json.Unmarshal([]byte(raw), &details); err != nil {
		return bad
	}
	if len(details) != 1 || details[0].Type != "fdx_v1.0" || details[0].Consent == nil {
		return bad
	}
	c := details[0].Consent
	if c.DurationPeriod < 0 || c.LookbackPeriod < 0 {
		return bad
	}
	switch c.DurationType {
	case "ONE_TIME":
		into.period = 1
	case "TIME_BOUND":
		into.period = min(c.DurationPeriod, longestDays)
	case "PERSISTENT", "":
	default:
		return bad
	}
	into.lookback = c.LookbackPeriod
	return nil
}

// choices are the durations that the person may pick, in days, shortest first.
func (r request) choices() []int {
	var days []int
	for _, d := range []int{30, 90, 180, longestDays} {
		if r.period == 0 || d <= r.period {
			days = append(days, d)
		}
	}
	if r.period > 0 && !slices.Contains(days, r.period) {
		days = append(days, r.period)
	}
	return days
}

// back is the redirect to the client with the answer, state and iss (RFC 9207).
func (r request) back(issuer string, answer url.Values) string {
	u, err := url.Parse(r.redirect)
	if err != nil {
		return issuer // can't be: it was parsed when the request came
	}
	query := u.Query()
	for name := range answer {
		query.Set(name, answer.Get(name))
	}
	if r.state != "" {
		query.Set("state", r.state)
	}
	query.Set("iss", issuer)
	u.RawQuery = query.Encode()
	return u.String()
}

// Package provider holds the format of a provider file: what Coffer must know of a bank before it
// can be linked, and how such a file is read and checked. It knows no network.
package provider

import (
	"net/url"
	"slices"
	"strings"
)

// Provider is a bank, or a bridge to banks, as its file says it. CONTRIBUTING.md ("Add a bank")
// documents every key.
type Provider struct {
	ID        string   // stable key, stored with each link: "monzo"
	Name      string   // as the person knows it
	Countries []string // ISO 3166-1 alpha-2; "EU" for the euro area; empty: no country in particular
	Dialect   string   // name of the dialect that its API speaks: "fdx"
	Tried     string   // what of this file was seen to work
	Loopback  bool     // for testing: every address is on this computer

	Bridge string // name of who is between bank and computer; empty: nobody
	Sees   string // what the bridge sees, one sentence

	Cost    string // what the person pays, and to whom
	Needs   []Need // what the person brings
	Get     string // where they get that, one sentence
	GetAt   string // its page: Coffer opens it where the file ships, else it is text to copy; never dialled
	CanMore string // what the key could do beside reading; empty: nothing

	Way           Way
	Issuer        string // RFC 8414 issuer; empty where the person types it, or there is none
	Authorization string // endpoints of a server without metadata
	Token         string
	PAR           string
	Revocation    string
	Client        Client
	ClientID      string // of a public client that everybody uses; empty where the person has their own
	Scopes        []string
	Details       bool     // the request says in FDX's words what is asked for (RFC 9396)
	Approval      Approval // that follows the sign-in; empty: none does
	Registers     bool     // Coffer registers a client for each link by itself (RFC 7591)
	Proves        bool     // only tokens that are bound to a key of this computer's are taken (RFC 9449)
	Redirect      Redirect
	Port          int    // of a fixed callback on 127.0.0.1
	CallbackPath  string // of a fixed callback
	LastPage      string // where the bank sends the browser, and the person copies the address; empty where they type it, too

	API   string   // base of the data API; empty where the person types it
	Hosts []string // further origins that it talks to: "https://login.example.com"
	Pins  []string // SHA-256 of public keys, "sha256/BASE64" (RFC 7469 §2.4): its chains must hold one; empty: any good chain
	Reads []string // "balances", "transactions", "details"

	ConsentDays   int // longest consent; 0: until it is ended
	HistoryDays   int // furthest back; 0: all there is
	AccessMinutes int // life of an access token; 0: not told
	ReadsADay     int // most requests a day; 0: not told
	AloneADay     int // most reads a day while the person is away; 0: not told

	Revoke   []Step
	ByHand   string // where the person ends it themselves, one sentence
	ByHandAt string // its address: text to copy

	Hash string // hex SHA-256 of the file with its line ends made "\n"
}

// Way is how a link to a bank is opened.
type Way string

// The ways.
const (
	OAuth      Way = "oauth"              // authorization code with PKCE in the system's browser
	Device     Way = "device"             // RFC 8628
	OwnToken   Way = "token"              // a token that the person made at the bank
	SetupToken Way = "setup-token"        // a SimpleFIN setup token, claimed once
	Keys       Way = "client-credentials" // RFC 6749 §4.4 with the person's own client
	SignedJWT  Way = "signed-jwt"         // each call signed with the person's own key
	HostedLink Way = "hosted-link"        // a page that the bridge hosts, polled until it is done
	OwnConsent Way = "consent"            // the API's own consent call comes first; the person approves that consent, at its page or by OAuth
)

// Client is how a client shows at the token endpoint that it is the one.
type Client string

// The client authentications.
const (
	Public      Client = "none"
	SecretBasic Client = "client_secret_basic"
	SecretPost  Client = "client_secret_post"
	PrivateKey  Client = "private_key_jwt" // RFC 7523
	MutualTLS   Client = "tls_client_auth" // RFC 8705
)

// Redirect is how the bank's answer comes back from the browser.
type Redirect string

// The redirects.
const (
	AnyPort   Redirect = "any-port"   // http://127.0.0.1, any free port (RFC 8252 §7.3)
	FixedPort Redirect = "fixed-port" // http://127.0.0.1:port/path, as registered at the bank
	PasteBack Redirect = "paste-back" // the person copies the whole address of the last page
)

// Approval is what the person does after the sign-in, before the tokens open anything.
type Approval string

// InPhoneApp is an approval in the bank's app on the person's phone.
const InPhoneApp Approval = "phone"

// Step is one step of ending a link.
type Step string

// The steps.
const (
	EndConsent Step = "consent" // the API's own consent call
	RFC7009    Step = "rfc7009"
	EndByAPI   Step = "api"     // another call of the API
	ByHand     Step = "by-hand" // only the person can, at the provider's site or app
)

// Need is something that the person brings.
type Need string

// The needs.
const (
	Account      Need = "account" // at the bridge
	ClientID     Need = "client-id"
	ClientSecret Need = "client-secret"
	TokenOfOwn   Need = "token"
	AppToken     Need = "app-token"
	APIKey       Need = "api-key"
	Setup        Need = "setup-token"
	Key          Need = "key"         // a private key
	Certificate  Need = "certificate" // for mTLS
	Issuer       Need = "issuer"      // the address of the authorization server
	API          Need = "api"         // the address of the data API
	Scopes       Need = "scopes"
	LastPage     Need = "redirect-address" // where the bank sends the browser in the end, as registered there
	AtBank       Need = "bank"             // which of a bridge's banks, by the name that the bridge has for it
	AtCountry    Need = "country"          // of that bank, ISO 3166-1 alpha-2
)

// Typed reports whether Coffer asks for n before it links; an account at a bridge is the person's
// own affair.
func (n Need) Typed() bool { return n != Account }

// Secret reports whether what the person types for n is sealed, and never shown or logged.
func (n Need) Secret() bool {
	return slices.Contains([]Need{ClientSecret, TokenOfOwn, AppToken, APIKey, Setup, Key, Certificate}, n)
}

// Lines reports whether n is text of many lines: PEM.
func (n Need) Lines() bool { return n == Key || n == Certificate }

// Asks reports whether the person must bring n.
func (p Provider) Asks(n Need) bool { return slices.Contains(p.Needs, n) }

// Page reports whether linking p opens a page in the browser. Where it does not, what the person brings is
// tried at the bank, and that is all.
func (p Provider) Page() bool {
	return !slices.Contains([]Way{OwnToken, SetupToken, Keys}, p.Way)
}

// demoOrigin stands in the files of demo banks where the origin comes that the bank listens at.
const demoOrigin = "{demo}"

// demoPrefix begins the ids of demo banks. Only shipped files have it.
const demoPrefix = "demo-"

// Demo reports whether p is an invented bank on this computer.
func (p Provider) Demo() bool { return strings.HasPrefix(p.ID, demoPrefix) }

// At returns a demo bank's p with the origin at which it listens: "http://127.0.0.1:4711".
func (p Provider) At(origin string) Provider {
	for _, address := range []*string{&p.Issuer, &p.API, &p.GetAt, &p.ByHandAt} {
		*address = strings.Replace(*address, demoOrigin, origin, 1)
	}
	return p
}

// addresses are all that p may be asked at, as its file has them.
func (p Provider) addresses() []string {
	return append([]string{p.Issuer, p.Authorization, p.Token, p.PAR, p.Revocation, p.API}, p.Hosts...)
}

// Origins returns scheme://host of every address of p, with the port where one is written, each
// once, in the order of the file. What the person types is not in it.
func (p Provider) Origins() []string {
	var all []string
	for _, address := range p.addresses() {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			continue
		}
		if origin := u.Scheme + "://" + u.Host; !slices.Contains(all, origin) {
			all = append(all, origin)
		}
	}
	return all
}

// Names returns every host of p for a person to read, each once: "api.monzo.com", with its port
// where one is written.
func (p Provider) Names() []string {
	var all []string
	for _, origin := range p.Origins() {
		_, host, _ := strings.Cut(origin, "://")
		if !slices.Contains(all, host) {
			all = append(all, host)
		}
	}
	return all
}

// Can is what a version of Coffer can do. All empty is nothing.
type Can struct {
	Dialects  []string
	Ways      []Way
	Clients   []Client
	Redirects []Redirect
}

// Lack names what a Provider wants and a version of Coffer can't do.
type Lack struct {
	What  string // "dialect", "way", "client", "redirect"
	Value string
}

// Lacks returns what p wants beyond can. A Provider that lacks something is shown and never linked.
func (p Provider) Lacks(can Can) []Lack {
	var all []Lack
	if !slices.Contains(can.Dialects, p.Dialect) {
		all = append(all, Lack{"dialect", p.Dialect})
	}
	if !slices.Contains(can.Ways, p.Way) {
		return append(all, Lack{"way", string(p.Way)})
	}
	if p.Way != OAuth && p.Way != Device && p.Way != OwnConsent {
		return all
	}
	if !slices.Contains(can.Clients, p.Client) {
		all = append(all, Lack{"client", string(p.Client)})
	}
	if p.Way != Device && !slices.Contains(can.Redirects, p.Redirect) {
		all = append(all, Lack{"redirect", string(p.Redirect)})
	}
	return all
}

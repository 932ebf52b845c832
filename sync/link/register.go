package link

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// A client of a link's own is registered where the provider file says so (RFC 7591): nobody fetches a client id first. The
// bank's word by which it is deleted (RFC 7592) is sealed beside the tokens.

const registerPurpose = "register"

// clientRecord is what is registered, RFC 7591 §2.
type clientRecord struct {
	Kind      string   `json:"application_type"` // OpenID Connect Dynamic Client Registration: loopback redirects are for "native"
	Name      string   `json:"client_name"`
	Redirects []string `json:"redirect_uris"`
	Grants    []string `json:"grant_types"`
	Responses []string `json:"response_types"`
	Shows     string   `json:"token_endpoint_auth_method"`
	Scope     string   `json:"scope,omitempty"`
	Bound     bool     `json:"dpop_bound_access_tokens,omitempty"` // RFC 9449 §5.2
	SignsWith string   `json:"token_endpoint_auth_signing_alg,omitempty"`
	Keys      *keySet  `json:"jwks,omitempty"`
	Details   []string `json:"authorization_details_types,omitempty"` // RFC 9396 §10
}

type keySet struct {
	Keys []publicKey `json:"keys"`
}

// registered is RFC 7591 §3.2.1, as far as it is used.
type registered struct {
	Client    string   `json:"client_id"`
	Shows     *string  `json:"token_endpoint_auth_method"`
	Redirects []string `json:"redirect_uris"`
	Token     string   `json:"registration_access_token"`
	Place     string   `json:"registration_client_uri"`
	Error     string   `json:"error"`
}

// enrolment is the client of its own that an attempt has.
type enrolment struct {
	registers    bool        // it is yet to be registered
	registration secret.Text // deletes it; empty where there is none
	undo         func()      // deletes what was registered for this attempt; nil: nothing was
	kept         bool        // there is a link that needs it
	waits        atomic.Bool // Wait was called
	once         sync.Once
}

// unmade deletes what was registered for a link that was not made, after the consent that was made for it.
func (a *Attempt) unmade() {
	a.once.Do(func() {
		if a.kept {
			return
		}
		if a.takeBack != nil {
			a.left = a.takeBack()
		}
		if a.undo != nil {
			a.undo()
		}
	})
}

// clientOfOwn readies p for a client of the link's own: the one that l has, which is kept, or one to be registered.
func (a *Attempt) clientOfOwn(ctx context.Context, p *Provider, l consent.Link) error {
	if !p.Registers {
		return nil
	}
	if a.again && l.Registration != nil && l.Shows == p.Shows {
		sealed, err := a.config.Vault.Credential(ctx, l.ID)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return fmt.Errorf("open the registration: %w", err)
		}
		if err == nil {
			p.ClientID, p.Secret, p.RedirectPath, a.registration = l.ClientID, sealed.ClientSecret, l.Registration.Path, sealed.App
			return nil
		}
	}
	a.registers, a.link.Registration = true, nil
	if p.RedirectPath == "" {
		p.RedirectPath = "/" + randomText(16)
	}
	if p.Shows == privateKeyJWT {
		key, err := newClientKey()
		p.Secret = key
		return err
	}
	return nil
}

// newClientKey makes the key of a client that is registered: PEM, as a person would bring it.
func newClientKey() (secret.Text, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return secret.Text{}, fmt.Errorf("make the client's key: %w", err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return secret.Text{}, fmt.Errorf("write the client's key: %w", err)
	}
	return secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))), nil
}

// record is what is registered for a.
func (a *Attempt) record() (clientRecord, error) {
	r := clientRecord{
		Kind: "native", Name: "Coffer", Grants: []string{"authorization_code", "refresh_token"}, Responses: []string{"code"}, Shows: "none",
		Scope: strings.Join(a.provider.Scopes, " "), Bound: a.provider.Proves,
	}
	host := "127.0.0.1" // RFC 8252 §7.3: without a port it stands for each
	if a.provider.RedirectPort != 0 {
		host += ":" + strconv.Itoa(a.provider.RedirectPort)
	}
	r.Redirects = []string{"http://" + host + a.provider.RedirectPath}
	if a.provider.Device {
		r.Grants, r.Redirects, r.Responses = []string{deviceGrant, "refresh_token"}, []string{}, []string{}
	}
	if asks, err := details(a.provider); err == nil && asks != "" {
		r.Details = []string{detailsType}
	}
	if a.provider.Shows != privateKeyJWT {
		return r, nil
	}
	key, err := openClientKey(a.provider.Secret)
	if err != nil {
		return r, err
	}
	private, ok := key.private().(*ecdsa.PrivateKey)
	if !ok {
		return r, errKey
	}
	public, err := jwkOf(&private.PublicKey)
	r.Shows, r.SignsWith, r.Keys = privateKeyJWT, key.alg, &keySet{[]publicKey{public}}
	return r, err
}

// register registers the client of a, where it has none yet. From here on whatever ends a without a link deletes it again.
func (a *Attempt) register(ctx context.Context) error {
	const op = "register at the bank"
	if !a.registers {
		return nil
	}
	record, err := a.record()
	if err != nil {
		return err
	}
	raw, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	answer, err := a.line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: registerPurpose}, Method: http.MethodPost, URL: a.meta.Registration, Path: templateOf(a.meta.Registration),
		JSON: raw, MaxBytes: metadataBytes,
	})
	if err != nil {
		return err
	}
	raw, err = io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	var got registered
	readable := json.Unmarshal(raw, &got) == nil
	if answer.Status != http.StatusCreated && answer.Status != http.StatusOK {
		r := &refusal{status: answer.Status, code: knownCode(got.Error)}
		if kind := r.kind(); kind == fault.BankUnexpected && r.code == "" {
			return fault.Because(kind, "link.register", op, r)
		}
		return r.fault(op, answer.RetryAfter, a.config.Now())
	}
	if !readable {
		return fault.Because(fault.BankUnexpected, "link.register", op, errors.New("the answer is no JSON of the right shape"))
	}
	if err := a.enrol(ctx, got); err != nil {
		return err
	}
	if why := got.wrong(record); why != "" {
		return fault.Because(fault.BankUnexpected, "link.register", op, errors.New(why))
	}
	a.client.id, a.provider.ClientID, a.link.ClientID = got.Client, got.Client, got.Client
	a.config.Log.Info("registered", "provider", a.provider.ID, "link", a.link.ID)
	return nil
}

// wrong says what a bank made otherwise than asked for, if Coffer could not work with it.
func (g registered) wrong(asked clientRecord) string {
	strange := func(r rune) bool { return r <= ' ' || r > '~' }
	switch {
	case g.Client == "" || len(g.Client) > longestID || strings.ContainsFunc(g.Client, strange):
		return "it has no client_id that can be used"
	case g.Shows != nil && *g.Shows != asked.Shows:
		return "it wants the client to show itself otherwise"
	case g.Redirects != nil && len(asked.Redirects) > 0 && !slices.Contains(g.Redirects, asked.Redirects[0]):
		return "it has another redirect address"
	}
	return ""
}

// enrol takes what a registration is deleted with. An address that no token may go to is left out, and with it the way to
// delete.
func (a *Attempt) enrol(ctx context.Context, got registered) error {
	a.link.Registration = &consent.Registration{At: a.config.Now().UTC(), Path: a.provider.RedirectPath}
	a.registration = secret.New(got.Token)
	if readable(got.Place) == nil && got.Token != "" && a.line.AllowsSecret(got.Place) {
		a.link.Registration.Place = got.Place
	} else {
		a.config.Log.Warn("the registration can't be deleted: the bank names no address for that which it may", "link", a.link.ID)
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	a.undo = func() {
		if answer, ok := a.config.unregister(ctx, a.line, *a.link.Registration, a.registration); !ok {
			a.config.Log.Warn("the registration of a link that was not made is left", "link", a.link.ID, "answer", answer)
		}
	}
	return nil
}

// unregister is RFC 7592 §2.3. The answer is as the protocol says it; ok means that there is no registration any more.
func (c Config) unregister(ctx context.Context, line *wire.Line, r consent.Registration, token secret.Text) (answer string, ok bool) {
	if r.Place == "" || token.Empty() {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, c.Answer)
	defer cancel()
	said, err := line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: registerPurpose}, Method: http.MethodDelete, URL: r.Place, Path: registrationPath(r.Place), Bearer: token, MaxBytes: metadataBytes,
	})
	if err != nil {
		return "", false
	}
	_, _ = readAnswer(said)                                                                       // the status says it all
	return strconv.Itoa(said.Status), gone(said.Status) || said.Status == http.StatusUnauthorized // §2.3: a client that is gone has no token
}

// registrationPath is the path of a registration for the ledger: its last part is the client's id.
func registrationPath(place string) string {
	path := templateOf(place)
	if u, err := url.Parse(place); err == nil && u.RawQuery != "" {
		return path
	}
	return path[:strings.LastIndex(path, "/")+1] + "{client}"
}

// endRegistration deletes the registration of a link that is proved to be over. What a bank says to it changes nothing
// about the proof.
func (r *revocation) endRegistration(ctx context.Context) {
	if r.link.Registration == nil || len(r.grants) == 0 {
		return
	}
	answer, ok := r.tokens.config.unregister(context.WithoutCancel(ctx), r.grants[0].line, *r.link.Registration, r.grants[0].credential.App)
	r.tell(consent.RegistrationEnded, ok, answer)
}

// jwkOf is the public half of a client's key.
func jwkOf(key *ecdsa.PublicKey) (publicKey, error) {
	point, err := key.Bytes() // 4, X, Y
	if err != nil || len(point) != 65 {
		return publicKey{}, errKey
	}
	encode := base64.RawURLEncoding.EncodeToString
	return publicKey{Curve: "P-256", Kind: "EC", X: encode(point[1:33]), Y: encode(point[33:])}, nil
}

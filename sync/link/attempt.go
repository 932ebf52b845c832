package link

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// Attempt is one try to link a bank, while the person is in the browser.
type Attempt struct {
	tokens   *Tokens
	config   Config
	provider Provider
	meta     metadata
	line     *wire.Line
	link     consent.Link   // as it will be saved
	again    bool           // the link exists already
	works    consent.Former // the grant that it has until then
	asks     *wire.Line     // line, with proofs by key
	key      secret.Text    // that the tokens will be bound to; empty where the bank has no use for it
	nonces   *nonces
	oauth    *oauth2.Config
	client   client
	verifier secret.Text
	nonce    secret.Text // of the ID token; empty where none is asked for
	address  string

	enrolment
	making
	device   *device // nil: the answer comes through the browser
	callback *callback
	listener net.Listener  // nil where the person brings the answer
	server   *http.Server  // as listener
	served   chan struct{} // closed in the end
	timer    *time.Timer
	close    sync.Once
}

// Begin reads the bank's metadata, opens the callback on 127.0.0.1, and pushes the request
// ahead where the bank takes that. Nothing is saved. The caller owes Close.
// Faults: PortTaken with Args["port"], HostRefused, BankUnexpected, BankDown, Offline, Canceled.
func (t *Tokens) Begin(ctx context.Context, p Provider) (*Attempt, error) {
	return t.begin(ctx, p, consent.Link{ID: consent.LinkID(randomText(16))}, false)
}

// BeginOrAgain is Begin, or Again for the link called id where that is not empty.
func (t *Tokens) BeginOrAgain(ctx context.Context, p Provider, id consent.LinkID) (*Attempt, error) {
	if id == "" {
		return t.Begin(ctx, p)
	}
	return t.Again(ctx, p, id)
}

// Again is Begin for a link that exists and wants a new login. The link stays as it is
// unless Wait succeeds. It is HostRefused where p's issuer is on another domain than the link's: the
// client's secret, and the former grant on its way out, would go there.
func (t *Tokens) Again(ctx context.Context, p Provider, id consent.LinkID) (*Attempt, error) {
	old, err := t.reconnectable(ctx, id)
	if err != nil {
		return nil, err
	}
	return t.begin(ctx, p, old, true)
}

// reconnectable returns a link as it is stored, if it may get a new grant.
func (t *Tokens) reconnectable(ctx context.Context, id consent.LinkID) (consent.Link, error) {
	old, err := t.config.Vault.Link(ctx, id)
	if err != nil {
		return old, fmt.Errorf("read the link to reconnect: %w", err)
	}
	if _, err := old.State.After(consent.Granted); err != nil {
		return old, fault.New(fault.RevokePending, "reconnect", err)
	}
	return old, nil
}

func (t *Tokens) begin(ctx context.Context, p Provider, l consent.Link, again bool) (*Attempt, error) {
	c := t.config
	if again && !sameOwner(p.home(), home(l)) {
		return nil, fault.Because(fault.HostRefused, "link.another", "reconnect", errors.New("the issuer is on another domain than the link's"),
			"host", hostOf(p.home()), "who", l.Bank)
	}
	if again && l.Named(originOf(l.Endpoints.API), consent.DataAPI) {
		p.API = l.Endpoints.API // the person followed the bank there; the provider file is older
	}
	origins, err := p.origins()
	if err != nil {
		return nil, err
	}
	a := &Attempt{tokens: t, config: c, provider: p, link: l, again: again, nonces: &nonces{}, verifier: secret.New(oauth2.GenerateVerifier())}
	a.works = consent.Former{ConsentID: l.ConsentID, ClientID: l.ClientID}
	if err := a.clientOfOwn(ctx, &p, l); err != nil {
		return nil, err
	}
	a.provider = p
	if a.client, err = t.clientOf(ctx, p, l, again); err != nil {
		return nil, err
	}
	if err := a.consents(); err != nil {
		return nil, err
	}
	a.link.Provider, a.link.Bank, a.link.Dialect, a.link.Way = p.ID, p.Name, p.Dialect, p.way()
	a.link.File, a.link.FileHash, a.link.Shows, a.link.Pins = p.File, p.Hash, p.Shows, p.Pins
	a.link.Proves, a.link.LastPage, a.link.Limits = p.Proves, p.LastPage, p.Limits
	a.link.Limited = a.link.Limited || p.Limited && !again
	a.link.Issuer, a.link.ClientID, a.link.Origins = p.Issuer, a.client.id, withAllowed(origins, l.Hosts)
	a.link.Hosts = slices.DeleteFunc(slices.Clone(l.Hosts), func(h consent.Host) bool { // the file lists it now, for tokens too
		return h.Use.Tokenless() && slices.Contains(origins, h.Origin)
	})
	if err := a.openLine(); err != nil {
		return nil, err
	}
	if err := a.start(ctx); err != nil {
		a.Close()
		return nil, a.untaken(err)
	}
	c.Log.Info("link begun", "provider", p.ID, "link", l.ID)
	return a, nil
}

// start finds out where the bank is asked, and asks it for what the browser is to open.
func (a *Attempt) start(ctx context.Context) (err error) {
	if a.meta, err = discover(ctx, a.line, a.provider); err != nil {
		return err
	}
	if err := a.approve(ctx); err != nil {
		return err
	}
	if err := a.bind(); err != nil {
		return err
	}
	if err := a.register(ctx); err != nil {
		return err
	}
	was := a.link.Endpoints
	a.link.Endpoints, a.link.HistoryDays, a.link.Asks = a.meta.endpoints(a.provider.API), a.provider.HistoryDays, nil
	if a.provider.Device {
		a.link.Endpoints.Authorization, a.served = was.Authorization, make(chan struct{})
		return a.askDevice(ctx)
	}
	if err := a.listen(ctx); err != nil {
		return err
	}
	if err := a.makeConsent(ctx, was); err != nil {
		return err
	}
	if err := a.ask(ctx); err != nil {
		return err
	}
	if a.listener != nil {
		a.server, a.served = a.callback.serve(a.listener)
	}
	return nil
}

// openLine opens the way to the origins of the link in the making.
func (a *Attempt) openLine() (err error) {
	a.line, err = a.config.lineOf(a.link, consent.Credential{ClientSecret: a.client.secret})
	return err
}

// withAllowed is what the provider file lists, and what the person allowed beside it.
func withAllowed(listed []string, hosts []consent.Host) []string {
	all := slices.Clone(listed)
	for _, h := range hosts {
		if h.Use.Dialled() && !slices.Contains(all, h.Origin) {
			all = append(all, h.Origin)
		}
	}
	return all
}

// clientOf is the client that p is asked with. Signing in again, its secret is the sealed one unless
// the person typed another.
func (t *Tokens) clientOf(ctx context.Context, p Provider, l consent.Link, again bool) (client, error) {
	c := client{id: p.ClientID, shows: p.Shows, secret: p.Secret, issuer: p.home(), now: t.config.Now}
	var sealed consent.Credential
	if again && c.brings() != "" {
		var err error
		if sealed, err = t.config.Vault.Credential(ctx, l.ID); err != nil && fault.KindOf(err) != fault.NotFound {
			return c, fmt.Errorf("open the client's secret: %w", err)
		}
	}
	if was := (client{shows: l.Shows}); was.brings() != c.brings() { // a key is no secret to send, and neither is a certificate
		sealed.ClientSecret = secret.Text{}
	}
	if c.shows == mutualTLS {
		return c.certified(p, sealed.ClientSecret)
	}
	if c.secret.Empty() {
		c.secret = sealed.ClientSecret
	}
	if c.brings() != "" && c.secret.Empty() {
		return c, fault.Because(fault.BadAnswer, "answer.missing", "link a bank", errors.New("what the client shows is missing"), "need", c.brings())
	}
	if c.shows == privateKeyJWT { // before anybody is asked for anything
		if _, err := openClientKey(c.secret); err != nil {
			return c, err
		}
	}
	return c, nil
}

// listen opens the callback.
func (a *Attempt) listen(ctx context.Context) error {
	if a.provider.LastPage != "" {
		a.awaitPaste()
		return nil
	}
	page, policy, err := render(a.config.Page)
	if err != nil {
		return err
	}
	path := a.provider.RedirectPath
	if path == "" {
		path = "/" + randomText(16)
	}
	port := strconv.Itoa(a.provider.RedirectPort)
	var config net.ListenConfig
	a.listener, err = config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil && a.provider.RedirectPort != 0 && ctx.Err() == nil {
		return fault.With(fault.PortTaken, "open the callback", err, "port", port)
	}
	if err != nil {
		return fmt.Errorf("open the callback: %w", err)
	}
	a.callback = &callback{
		host: a.listener.Addr().String(), path: path, state: secret.New(randomText(32)), from: a.provider.from(a.link.Origins),
		must: a.meta.SendsIssuer, log: a.config.Log, page: page, policy: policy, arrived: make(chan result, 1),
	}
	a.timer = time.NewTimer(a.config.Limit)
	return nil
}

// ask makes the address for the browser.
func (a *Attempt) ask(ctx context.Context) error {
	if a.made.Page != "" {
		a.address = a.made.Page
		return nil
	}
	a.oauth = oauthConfig(a.client, a.link.Endpoints, a.redirect(), a.provider.Scopes)
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.verifier.Reveal())}
	rich, err := details(a.provider)
	if err != nil {
		return fmt.Errorf("write the consent request: %w", err)
	}
	if rich != "" {
		options = append(options, oauth2.SetAuthURLParam("authorization_details", rich))
	}
	if slices.Contains(a.provider.Scopes, openID) {
		a.nonce = secret.New(randomText(32))
		options = append(options, oauth2.SetAuthURLParam("nonce", a.nonce.Reveal()))
	}
	if slices.Contains(a.provider.Scopes, "offline_access") { // OpenID Connect §11: without it there is no refresh token
		options = append(options, oauth2.SetAuthURLParam("prompt", "consent"))
	}
	key, err := a.thumbprint()
	if err != nil {
		return fmt.Errorf("name the key: %w", err)
	}
	if key != "" {
		options = append(options, oauth2.SetAuthURLParam("dpop_jkt", key))
	}
	a.address = a.oauth.AuthCodeURL(a.callback.state.Reveal(), options...)
	if a.address, err = a.requestObject(a.address); err != nil {
		return err
	}
	if a.meta.PAR == "" {
		return nil
	}
	a.address, err = push(ctx, a.asks, a.meta, a.address, a.client, a.config.Now())
	return err
}

// Address is what the system's browser is to open. It is for that alone, never for a log.
func (a *Attempt) Address() string {
	if a.device != nil {
		return cmp.Or(a.device.whole, a.device.page)
	}
	return a.address
}

// Wait returns the link once the bank has answered through the browser, its tokens are sealed
// and it is saved as Active, or as Unapproved where the bank wants more of the person. In all other cases nothing is left behind, here or (as far as the
// bank can be told) there; Args["also"] is a reason beside the fault's own: what is left there. Wait may be called once, and
// closes the Attempt.
// Faults: ConsentDenied, LinkTimedOut, Canceled, BankUnexpected, BankDown, Offline, HostRefused,
// or what the vault said.
func (a *Attempt) Wait(ctx context.Context) (_ consent.Link, err error) {
	a.waits.Store(true)
	defer func() {
		a.Close()
		a.unmade()
		err = a.untaken(err)
	}()
	const op = "wait for the bank's answer"
	if a.device != nil {
		return a.waitDevice(ctx)
	}
	select {
	case <-ctx.Done():
		return consent.Link{}, fault.New(fault.Canceled, op, context.Canceled)
	case <-a.served:
		return consent.Link{}, fault.New(fault.Canceled, op, errors.New("the attempt was closed"))
	case <-a.timer.C:
		return consent.Link{}, fault.New(fault.LinkTimedOut, op, errors.New("nothing came back in time"))
	case got := <-a.callback.arrived:
		if a.listener != nil {
			_ = a.listener.Close() // one shot
		}
		if err := got.fault(op); err != nil {
			return consent.Link{}, err
		}
		return a.finish(ctx, got.code)
	}
}

func (r result) fault(op string) error {
	code := knownCode(r.problem)
	switch {
	case r.flooded:
		return fault.Because(fault.LinkTimedOut, "link.flooded", op, errors.New("too many requests that were not the bank's answer"))
	case r.problem == "":
		return nil
	case code == "access_denied":
		return fault.New(fault.ConsentDenied, op, errors.New("the person said no"))
	case code == "server_error" || code == "temporarily_unavailable":
		return fault.Because(fault.BankDown, "oauth."+code, op, errors.New("the bank could not answer"))
	case code == "":
		return fault.Because(fault.BankUnexpected, "oauth.unknown", op, errors.New("the bank refused without a known reason"))
	}
	return fault.Because(fault.BankUnexpected, "oauth."+code, op, errors.New("the bank refused"))
}

// finish turns the code into a saved link.
func (a *Attempt) finish(ctx context.Context, code secret.Text) (consent.Link, error) {
	if a.made.Page != "" { // nothing came but the word that the person was there
		return a.take(ctx, grant{})
	}
	got, err := exchange(ctx, a.asks, a.client, a.oauth, code, a.verifier, binding{a.key, a.provider.Proves}, a.config.Now())
	if err != nil {
		return consent.Link{}, err
	}
	return a.take(ctx, got)
}

// take turns tokens into a saved link.
func (a *Attempt) take(ctx context.Context, got grant) (consent.Link, error) {
	got.ClientSecret, got.Key, got.App = a.client.secret, a.key, a.registration
	l := a.granted(got)
	err := a.identify(ctx, got)
	if err == nil {
		err = a.confirm(ctx, &l)
	}
	if err != nil {
		a.abandon(ctx, l, got.Credential)
		return consent.Link{}, err
	}
	// From here on there is something to lose: the person's cancel comes too late.
	if err := a.save(context.WithoutCancel(ctx), l, got.Credential); err != nil {
		a.abandon(ctx, l, got.Credential)
		return consent.Link{}, err
	}
	a.kept = true
	a.config.Log.Info("linked", "provider", a.provider.ID, "link", l.ID)
	if a.again {
		a.tokens.endFormerOf(ctx, l)
	}
	return l, nil
}

// granted is the link with what the bank granted.
func (a *Attempt) granted(got grant) consent.Link {
	now := a.config.Now().UTC()
	l := a.link
	l.State, l.Since, l.Problem, l.PausedUntil, l.Unread, l.Refused = consent.Active, now, 0, time.Time{}, nil, time.Time{}
	l.Granted, l.LastUsed, l.Certified = now, now, a.client.ends.UTC()
	if a.provider.Phone {
		l.State, l.Problem = consent.Unapproved, int(fault.ApprovalNeeded)
	}
	l.ConsentID, l.Scopes = cmp.Or(a.made.ID, got.consentID), got.scopes
	l.Until(time.Time{})
	if a.provider.ConsentDays > 0 {
		l.Until(now.AddDate(0, 0, a.provider.ConsentDays))
	}
	if len(l.Scopes) == 0 { // RFC 6749 §5.1: left out where it is what was asked
		l.Scopes = a.provider.Scopes
	}
	l.Beyond, l.Without = differ(a.provider.Scopes, l.Scopes)
	return l
}

// save stores the link and its tokens.
func (a *Attempt) save(ctx context.Context, l consent.Link, c consent.Credential) error {
	return a.tokens.saveGrant(ctx, l, c, a.again, a.nonces)
}

// saveGrant stores a link and its tokens while nobody else works on it: a refresh would write the old
// grant over the new one, and a revocation may have come first.
func (t *Tokens) saveGrant(ctx context.Context, l consent.Link, c consent.Credential, again bool, n *nonces) error {
	release, err := t.config.Hold(ctx, l.ID)
	if err != nil {
		return err
	}
	defer release()
	k, _ := t.keeper(l.ID)
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.give()
	if again {
		if _, err := t.reconnectable(ctx, l.ID); err != nil {
			return err
		}
		if k.unsaved != nil { // the former grant is to be ended with its newest tokens
			if err := t.seal(ctx, k, l.ID, *k.unsaved); err != nil {
				return err
			}
		}
	}
	if err := t.config.Vault.SaveGrant(ctx, l, c); err != nil {
		return fmt.Errorf("save the link and its tokens: %w", err)
	}
	t.count(k)
	k.later, k.nonces = time.Time{}, n
	return nil
}

// abandon gives tokens back that can't be kept, as far as the bank takes them, unless that may
// end the grant that the link still works with.
func (a *Attempt) abandon(ctx context.Context, l consent.Link, c consent.Credential) {
	token, hint := c.Refresh, "refresh_token"
	if token.Empty() {
		token, hint = c.Access, "access_token"
	}
	if l.Endpoints.Revocation == "" || a.again && !apart(a.works, l) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.config.Answer)
	defer cancel()
	if said, err := giveBack(ctx, a.asks, l, a.client, token, hint); err != nil || said.status/100 != 2 {
		a.config.Log.Warn("unsaved tokens not given back", "link", l.ID, "status", said.status, "err", err)
	}
}

// Close ends the attempt and frees its port. It may be called at any time and more than once.
func (a *Attempt) Close() {
	a.close.Do(func() {
		if !a.waits.Load() { // else Wait knows how it ends
			defer a.unmade()
		}
		if a.timer != nil {
			a.timer.Stop()
		}
		if a.closed != nil {
			close(a.closed)
		}
		if a.served == nil { // nothing was waited for
			if a.listener != nil {
				_ = a.listener.Close()
			}
			return
		}
		if a.server == nil { // a code is typed, or the answer is pasted
			close(a.served)
			return
		}
		_ = a.server.Close() // what is still open is not the bank's answer: that one is written by now
		<-a.served
	})
}

package link

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// The ways of a link that are not OAuth's, as a provider file names them.
const (
	wayToken  = "token"
	waySetup  = "setup-token"
	wayKeys   = "client-credentials"
	waySigned = "signed-jwt"
	wayHosted = "hosted-link"
	wayOwn    = "consent"
)

// Brought is what the person brings to a bank that isn't linked by OAuth. Its client's secret, or the key
// that signs, is Provider.Secret.
type Brought struct {
	Way   string      // as in consent.Link; empty: OAuth
	Token secret.Text // made by the person at the bank
	Setup secret.Text // claimed once
	App   secret.Text // an app token or API key beside it

	TokenPlace string // of client credentials (RFC 6749 §4.4)
	LastPage   string // https address that the page of a Visitor sends the person to; empty: the page is polled
	Bank       string // which of a bridge's banks; empty: the page asks
	Country    string // of Bank
}

// Handover is one try to link a bank that isn't OAuth's: what the person brought is tried by a first cheap
// read, and where the bank's own API names a page for it, approved there. Nothing is saved before.
type Handover struct {
	tokens   *Tokens
	config   Config
	provider Provider
	dialect  bank.Dialect
	link     consent.Link // as it will be saved
	with     consent.Credential
	again    bool
	line     *wire.Line
	page     page

	closed chan struct{}
	close  sync.Once
}

// BeginWith is Begin for a bank whose way is not OAuth's, or for the link called id where that is not
// empty: what is left out is as it is sealed. Faults: BadAnswer with Args["need"], KeyRefused, HostRefused,
// and what the network says.
func (t *Tokens) BeginWith(ctx context.Context, p Provider, id consent.LinkID) (*Handover, error) {
	h := &Handover{tokens: t, config: t.config, provider: p, again: id != "", closed: make(chan struct{})}
	h.link.ID = consent.LinkID(randomText(16))
	if h.again {
		var err error
		if h.link, err = t.reconnectable(ctx, id); err != nil {
			return nil, err
		}
	}
	if err := h.prepare(ctx); err != nil {
		return nil, err
	}
	if err := h.askPage(ctx); err != nil {
		return nil, err
	}
	h.config.Log.Info("link begun", "provider", p.ID, "link", h.link.ID)
	return h, nil
}

// prepare fills in the link and what opens it, and asks the person about a host that is not on the list.
func (h *Handover) prepare(ctx context.Context) error {
	p, old := h.provider, h.link
	if h.again {
		if err := p.renews(old); err != nil {
			return err
		}
	}
	known := false
	if h.config.Dialect != nil {
		h.dialect, known = h.config.Dialect(p.Dialect)
	}
	if !known {
		return fault.New(fault.BankUnexpected, "link a bank", fmt.Errorf("no dialect %q", p.Dialect))
	}
	origins, err := p.origins()
	if err != nil {
		return err
	}
	l := &h.link
	l.Provider, l.Bank, l.Dialect, l.Way = p.ID, p.Name, p.Dialect, p.Brought.Way
	l.File, l.FileHash, l.Pins, l.Limits = p.File, p.Hash, p.Pins, p.Limits
	l.Limited = l.Limited || p.Limited && !h.again
	l.Issuer, l.ClientID, l.Scopes, l.HistoryDays, l.Asks = p.Issuer, p.ClientID, p.Scopes, p.HistoryDays, nil
	l.LastPage, l.AtBank, l.AtCountry = p.Brought.LastPage, p.Brought.Bank, p.Brought.Country
	l.Origins = withAllowed(origins, l.Hosts)
	api := p.API
	if h.again && (l.Way == waySetup || l.Named(originOf(old.Endpoints.API), consent.DataAPI)) {
		api = old.Endpoints.API // the bridge named it, or the person followed the bank there
	}
	l.Endpoints = consent.Endpoints{API: strings.TrimSuffix(api, "/"), Token: p.Brought.TokenPlace}
	if err := h.bring(ctx); err != nil {
		return err
	}
	if h.line, err = h.config.lineOf(h.link, consent.Credential{}); err != nil {
		return err
	}
	return h.askHost(ctx)
}

// renews errs where p is another bank than old's, or opened by another way: what is sealed is for neither.
func (p Provider) renews(old consent.Link) error {
	if old.Way != p.Brought.Way {
		return fault.Because(fault.ProviderChanged, "provider.way", "reconnect", fmt.Errorf("the way was %q and is %q", old.Way, p.Brought.Way), "file", p.File)
	}
	for now, was := range map[string]string{p.API: home(old), p.Brought.TokenPlace: old.Endpoints.Token} {
		if now != "" && was != "" && !sameOwner(now, was) {
			return fault.Because(fault.HostRefused, "link.another", "reconnect", errors.New("it is on another domain than the link's"), "host", hostOf(now), "who", old.Bank)
		}
	}
	return nil
}

// bring takes what the person gave, and what is sealed where they left it out of a renewal.
func (h *Handover) bring(ctx context.Context) error {
	b := h.provider.Brought
	given := consent.Credential{Access: b.Token, App: b.App, ClientSecret: h.provider.Secret}
	if h.again {
		sealed, err := h.config.Vault.Credential(ctx, h.link.ID)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return fmt.Errorf("open what is sealed: %w", err)
		}
		for _, one := range []struct{ given, sealed *secret.Text }{
			{&given.Access, &sealed.Access}, {&given.App, &sealed.App}, {&given.ClientSecret, &sealed.ClientSecret},
		} {
			if one.given.Empty() {
				*one.given = *one.sealed
			}
		}
	}
	h.with = given
	return h.complete()
}

// complete errs for what is missing to begin with.
func (h *Handover) complete() error {
	lacks := func(need string) error {
		return fault.Because(fault.BadAnswer, "answer.missing", "link a bank", errors.New("what opens the link is missing"), "need", need)
	}
	b, second := h.provider.Brought, "app-token"
	if h.link.Way == wayKeys {
		second = "api-key"
	}
	for need, one := range map[string]secret.Text{"token": b.Token, second: b.App} {
		if strings.ContainsFunc(one.Reveal(), func(r rune) bool { return r <= ' ' || r > '~' }) { // none that a header could hold
			return fault.Because(fault.BadAnswer, "answer.letters", "link a bank", errors.New("it holds letters that none has"), "need", need)
		}
	}
	switch way := h.link.Way; {
	case way == wayToken && h.with.Access.Empty():
		return lacks("token")
	case way == waySetup && h.provider.Brought.Setup.Empty() && h.with.Access.Empty():
		return lacks("setup-token")
	case (way == wayKeys || way == wayHosted) && h.with.ClientSecret.Empty():
		return lacks("client-secret")
	case way == waySigned:
		if h.with.ClientSecret.Empty() {
			return lacks("key")
		}
		_, err := h.config.opened(bank.Session{}, h.link, h.with) // before anybody is asked for anything
		return err
	}
	return nil
}

// Address is the bank's page for the browser; empty where there is none to open.
func (h *Handover) Address() string { return h.page.Address }

// Wait returns the link once the bank took what the person brought, it is sealed, and the link is saved as
// Active. In all other cases nothing is left behind here. Wait may be called once, and closes the Handover.
// Faults: KeyRefused, LinkTimedOut, Canceled, and what the network and the vault say.
func (h *Handover) Wait(ctx context.Context) (consent.Link, error) {
	defer h.Close()
	ctx, stop := h.until(ctx)
	defer stop()
	var err error
	claimed := false
	switch {
	case h.link.Way == waySetup && !h.provider.Brought.Setup.Empty():
		claimed = true
		err = h.claim(ctx)
	case h.page.Address != "":
		err = h.visit(ctx)
	case h.link.Way == wayKeys:
		err = h.fetch(ctx)
	}
	if err == nil && !claimed { // what was claimed is sealed before its first use
		err = h.try(ctx)
	}
	if err == nil {
		err = h.save(ctx, claimed)
	}
	if err != nil {
		return consent.Link{}, err
	}
	h.config.Log.Info("linked", "provider", h.provider.ID, "link", h.link.ID)
	if h.again {
		h.tokens.endFormerOf(ctx, h.link)
	}
	return h.link, nil
}

// until is ctx that ends with the attempt, too.
func (h *Handover) until(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() { // ends with cancel, which Wait calls
		select {
		case <-h.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Close ends the attempt. It may be called at any time and more than once.
func (h *Handover) Close() { h.close.Do(func() { close(h.closed) }) }

// try makes the first cheap read.
func (h *Handover) try(ctx context.Context) error {
	const op = "try what the person brought"
	s, err := h.session()
	if err != nil {
		return err
	}
	answer, err := h.dialect.Probe(ctx, s)
	switch {
	case err != nil && answer.Status != http.StatusUnauthorized && answer.Status != http.StatusForbidden:
		return fmt.Errorf("%s: %w", op, err)
	case answer.Status == http.StatusUnauthorized:
		return fault.Because(fault.KeyRefused, "token.refused", op, &refusal{status: answer.Status}, "need", h.opens())
	case answer.Status == http.StatusForbidden:
		return fault.Because(fault.KeyRefused, "token.rights", op, &refusal{status: answer.Status}, "need", h.opens())
	case answer.Status/100 != 2:
		return statusFault(op, answer.Status)
	}
	return nil
}

// opens names what the person brings to open the link, as a provider file does.
func (h *Handover) opens() string {
	switch h.link.Way {
	case wayKeys, wayHosted:
		return "client-secret"
	case waySigned:
		return "key"
	case waySetup:
		return "setup-token"
	}
	return "token"
}

// save seals what opens the link, and the link. From here on the person's cancel comes too late.
func (h *Handover) save(ctx context.Context, claimed bool) error {
	ctx = context.WithoutCancel(ctx)
	now := h.config.Now().UTC()
	l := &h.link
	l.State, l.Since, l.Problem, l.PausedUntil, l.Unread = consent.Active, now, 0, time.Time{}, nil
	l.Granted, l.LastUsed = now, now
	err := h.tokens.saveGrant(ctx, h.link, h.with, h.again, &nonces{})
	switch {
	case err == nil:
		return nil
	case claimed:
		return fault.Because(fault.KindOf(err), "setup.unsaved", "seal what was claimed", err)
	}
	h.abandon(ctx)
	return err
}

// abandon ends at the bank what it gave and what can't be kept. What the person made there themselves stays.
func (h *Handover) abandon(ctx context.Context) {
	ender, ok := h.dialect.(bank.ConsentEnder)
	if !ok || h.page.Address == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, h.config.Answer)
	defer cancel()
	s, err := h.session()
	var answer bank.Answer
	if err == nil {
		answer, err = ender.EndConsent(ctx, s, h.link.ConsentID)
	}
	if err != nil || !gone(answer.Status) {
		h.config.Log.Warn("an unsaved grant is not ended", "link", h.link.ID, "status", answer.Status, "err", err)
	}
}

// opened fills in what a dialect opens l with.
func (c Config) opened(s bank.Session, l consent.Link, with consent.Credential) (bank.Session, error) {
	s.Token, s.Client, s.Consent, s.Memo = with.Access, l.ClientID, l.ConsentID, &bank.Memo{}
	if byOwn(l) { // else it is what deletes a registration
		s.App = with.App
	}
	switch l.Way {
	case wayHosted:
		if s.App.Empty() {
			s.App = with.ClientSecret
		}
	case waySigned:
		var err error
		s.Token, err = c.signed(l, with)
		return s, err
	}
	return s, nil
}

// home is the address that says whose l is: the issuer, or where there is none the token endpoint or the data API.
func home(l consent.Link) string {
	if l.Issuer != "" {
		return l.Issuer
	}
	if !byOwn(l) && l.Endpoints.Token != "" { // OAuth by the endpoints of the provider file
		return l.Endpoints.Token
	}
	return l.Endpoints.API
}

// byOwn reports whether l is opened otherwise than by OAuth.
func byOwn(l consent.Link) bool {
	return slices.Contains([]string{wayToken, waySetup, wayKeys, waySigned, wayHosted, wayOwn}, l.Way)
}

// handed reports whether only the person can end l at the bank: nothing that Coffer can call does.
func handed(l consent.Link, d bank.Dialect) bool {
	_, ends := d.(bank.ConsentEnder)
	return byOwn(l) && !ends && l.Endpoints.Revocation == ""
}

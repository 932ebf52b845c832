package link

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// The way "consent" (UK Open Banking, Berlin Group): the API makes the consent first, and the person approves that
// one, at a page that the API names or by OAuth. The callback is never believed: the bank is asked how the consent stands.

const consentPurpose = "consent"

// way is as consent.Link has it.
func (p Provider) way() string {
	if p.Consents {
		return wayOwn
	}
	return p.Brought.Way
}

// untold reports whether nobody knows where the person signs in to p until its API has made a consent.
func (p Provider) untold() bool { return p.Consents && p.Issuer == "" && p.Stated.Token == "" }

// tokenless reports whether l is opened by its consent and the client's certificate alone.
func tokenless(l consent.Link) bool { return l.Way == wayOwn && l.Endpoints.Token == "" }

// making is the consent that an attempt had the bank make. The zero making is none.
type making struct {
	maker    bank.ConsentMaker // nil: the consent is not made ahead
	made     bank.ConsentMade
	takeBack func() error // ends it at the bank; nil: none was made
	left     error        // the bank still has it; nil: it is over
	token    secret.Text
	until    time.Time     // of token
	closed   chan struct{} // with the attempt
}

// consents readies a for a consent that is made ahead, where its provider wants that.
func (a *Attempt) consents() error {
	const op = "link a bank"
	if !a.provider.Consents {
		return nil
	}
	if a.config.Dialect != nil {
		d, _ := a.config.Dialect(a.provider.Dialect)
		a.maker, _ = d.(bank.ConsentMaker)
	}
	a.closed = make(chan struct{})
	if a.maker == nil {
		return fault.New(fault.BankUnexpected, op, fmt.Errorf("dialect %q makes no consents", a.provider.Dialect))
	}
	if !a.provider.untold() && a.client.shows == mutualTLS { // before anybody is asked for anything
		_, err := a.client.requestKey()
		return err
	}
	return nil
}

// makeConsent has the bank make the consent that the person is to approve. was are the addresses of the link so far.
// From here on whatever ends a without a link ends that consent, too.
func (a *Attempt) makeConsent(ctx context.Context, was consent.Endpoints) error {
	const op = "ask the bank for a consent"
	if a.maker == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fault.New(fault.Canceled, op, err)
	}
	steady := context.WithoutCancel(ctx) // a consent whose id is lost can't be ended
	limited, cancel := context.WithTimeout(steady, a.config.Answer)
	defer cancel()
	s, err := a.clientSession(limited)
	if err == nil {
		a.made, err = a.maker.MakeConsent(limited, s, a.consentAsk())
	}
	if a.made.ID != "" {
		a.takeBack = func() error { return a.endConsent(steady) }
	}
	if fault.KindOf(err) == fault.LoginNeeded {
		return fault.Because(fault.KeyRefused, "token.refused", op, err, "need", a.client.brings())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if id := a.made.ID; id == "" || len(id) > longestID || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fault.Because(fault.BankUnexpected, "link.consent", op, errors.New("the consent has no id that can be used"))
	}
	a.config.Log.Info("consent made", "provider", a.provider.ID, "link", a.link.ID)
	if a.made.Scopes != nil {
		a.provider.Scopes = a.made.Scopes
	}
	was.API = a.link.Endpoints.API
	switch {
	case a.made.Page != "":
		return a.openPage(ctx, was)
	case a.made.Metadata != "":
		return a.goElsewhere(ctx, was)
	case a.meta.Token == "":
		return fault.Because(fault.BankUnexpected, "link.consent", op, errors.New("it doesn't say where the person approves"))
	}
	return nil
}

// consentAsk is what the consent is asked for. The page leads back with our own state, and after a no with OAuth's word for it.
func (a *Attempt) consentAsk() bank.ConsentAsk {
	now, p := a.config.Now(), a.provider
	var ask bank.ConsentAsk
	if p.ConsentDays > 0 {
		ask.Until = now.UTC().AddDate(0, 0, p.ConsentDays)
	}
	if p.HistoryDays > 0 {
		ask.From = bank.DaysBefore(now, p.HistoryDays)
	}
	state := a.callback.state.Reveal()
	ask.Redirect = a.redirect() + "?" + url.Values{"state": {state}}.Encode()
	ask.Refused = a.redirect() + "?" + url.Values{"state": {state}, "error": {"access_denied"}}.Encode()
	return ask
}

// openPage puts the page that the API named before the person. Its host is asked about where no list has it; the rest
// of its address is of this one consent, and stored nowhere.
func (a *Attempt) openPage(ctx context.Context, was consent.Endpoints) error {
	const op = "ask the bank for its page"
	origin := originOf(a.made.Page)
	if readable(a.made.Page) != nil || origin == "" {
		return fault.Because(fault.BankUnexpected, "link.metadata", op, errors.New("the page's address is none that a browser may open"))
	}
	if originOf(was.Authorization) == origin {
		was.Authorization = origin
	}
	a.link.Endpoints = was
	if err := a.inquire(ctx, []named{{consent.SignInPage, origin, a.provider.API}}); err != nil {
		return err
	}
	a.link.Endpoints = consent.Endpoints{API: a.link.Endpoints.API, Authorization: origin}
	a.callback.bare = true
	return nil
}

// goElsewhere reads the metadata that the API named, and goes on with OAuth there. Each of its addresses is asked about as
// an issuer's are; whose they must be is told by the API, for nobody named an issuer before.
func (a *Attempt) goElsewhere(ctx context.Context, was consent.Endpoints) error {
	const op = "read the bank's metadata"
	place := a.made.Metadata
	if readable(place) != nil || originOf(place) == "" {
		return fault.Because(fault.BankUnexpected, "link.metadata", op, errors.New("its address is none that may be asked"))
	}
	a.link.Endpoints = was
	if err := a.inquire(ctx, []named{{consent.PlainRead, originOf(place), a.provider.API}}); err != nil {
		return err
	}
	var m metadata
	status, err := readJSON(ctx, a.line, place, &m)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return statusFault(op, status)
	}
	places, err := wellKnown(m.Issuer)
	behind := strings.TrimSuffix(m.Issuer, "/") + "/.well-known/oauth-authorization-server" // as the Berlin Group's own examples have it
	if err != nil || place != behind && !slices.Contains(places, place) {                   // RFC 8414 §3.3
		return fault.Because(fault.BankUnexpected, "link.issuer", op, errors.New("it is of another issuer"))
	}
	told := a.provider
	told.Issuer = m.Issuer
	if err := m.check(told); err != nil {
		return err
	}
	a.meta = m.aliased(a.provider)
	if err := a.approve(ctx); err != nil {
		return err
	}
	a.link.Endpoints = a.meta.endpoints(a.link.Endpoints.API)
	a.callback.from, a.callback.must = told.from(nil), m.SendsIssuer
	return a.bind()
}

// inquire asks the person about those of all that the link may not use yet.
func (a *Attempt) inquire(ctx context.Context, all []named) error {
	asks, err := questions(all, a.line, a.provider, a.link, a.again, a.config.Now())
	if err != nil {
		return err
	}
	return a.consult(ctx, asks)
}

// clientSession opens the consent's own calls, for the client: no person has approved anything.
func (a *Attempt) clientSession(ctx context.Context) (bank.Session, error) {
	with := consent.Credential{ClientSecret: a.client.secret, Access: a.token, AccessExpires: a.until}
	s, err := a.config.clientSession(ctx, a.line, a.link, with, a.maker.ConsentScope(), consentPurpose)
	s.Present = true
	a.token, a.until = s.Token, s.TokenEnds
	return s.Session, err
}

// ofClient is a session whose token is the client's.
type ofClient struct {
	bank.Session
	TokenEnds time.Time
}

// clientSession opens the consent's own calls of l (RFC 6749 §4.4): with.Access while it is a client's token that lives,
// else a new one; without a scope by no token.
func (c Config) clientSession(ctx context.Context, line *wire.Line, l consent.Link, with consent.Credential, scope, purpose string) (ofClient, error) {
	s := ofClient{Session: bank.Session{Line: line, Base: l.Endpoints.API, Client: l.ClientID, Consent: l.ConsentID, Memo: &bank.Memo{}}}
	if scope == "" {
		return s, nil
	}
	s.Token, s.TokenEnds = with.Access, with.AccessExpires
	if !s.Token.Empty() && c.Now().Add(early).Before(s.TokenEnds) {
		return s, nil
	}
	var err error
	s.Token, s.TokenEnds, err = c.askClientToken(ctx, line, c.clientIn(l, with).shown(wire.Request{
		Purpose: egress.Purpose{ID: purpose}, Method: http.MethodPost, URL: l.Endpoints.Token, Path: templateOf(l.Endpoints.Token),
		Form:     url.Values{"grant_type": {"client_credentials"}, "scope": {scope}, "client_id": {l.ClientID}},
		MaxBytes: metadataBytes, Header: http.Header{"Accept": {"application/json"}},
	}))
	return s, err
}

// confirm asks the bank how the consent stands, whatever the browser brought, and has l end with it. A consent that is not
// yet approved, and trouble on the way, is asked about again until the attempt's time is over.
func (a *Attempt) confirm(ctx context.Context, l *consent.Link) error {
	const op = "ask how the consent stands"
	if a.maker == nil {
		return nil
	}
	for pause := a.config.Poll; ; pause = min(2*pause, longestPoll) {
		stands, err := a.stands(ctx)
		switch {
		case fault.KindOf(err) == fault.LoginNeeded: // there is no login yet to renew
			return fault.Because(fault.BankUnexpected, "link.consent_state", op, err)
		case err != nil && !passing(err):
			return fmt.Errorf("%s: %w", op, err)
		case err != nil:
			a.config.Log.Warn("a consent could not be asked for", "link", l.ID, "err", err)
		case stands.State == bank.ConsentValid:
			if !stands.Ends.IsZero() {
				l.Until(stands.Ends.UTC())
			}
			return nil
		case stands.State == bank.ConsentRejected:
			return fault.New(fault.ConsentDenied, op, errors.New("the person said no"))
		case stands.State != bank.ConsentWaiting:
			return fault.Because(fault.BankUnexpected, "link.consent_state", op, errors.New("it is not valid"))
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Canceled, op, context.Canceled)
		case <-a.closed:
			return fault.New(fault.Canceled, op, errors.New("the attempt was closed"))
		case <-a.timer.C:
			return fault.New(fault.LinkTimedOut, op, errors.New("it was not approved in time"))
		case <-a.config.After(pause):
		}
	}
}

func (a *Attempt) stands(ctx context.Context) (bank.ConsentStanding, error) {
	ctx, cancel := context.WithTimeout(ctx, a.config.Answer)
	defer cancel()
	s, err := a.clientSession(ctx)
	if err != nil {
		return bank.ConsentStanding{}, err
	}
	return a.maker.ConsentStands(ctx, s, a.made.ID)
}

// longestForeignID bounds an id that is too odd to be kept, and is still good to end the consent by.
const longestForeignID = 4096 // bytes

// endConsent ends the consent of a link that was not made. The fault says that the bank still has it.
func (a *Attempt) endConsent(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, a.config.Answer)
	defer cancel()
	err := errors.New("its id can't be sent")
	var answer bank.Answer
	if len(a.made.ID) <= longestForeignID && !strings.ContainsFunc(a.made.ID, unicode.IsControl) {
		var s bank.Session
		if s, err = a.clientSession(ctx); err == nil {
			answer, err = a.maker.EndConsent(ctx, s, a.made.ID)
		}
	}
	if gone(answer.Status) {
		return nil
	}
	a.config.Log.Warn("the consent of a link that was not made is left", "link", a.link.ID, "status", answer.Status, "err", err)
	kind := fault.BankUnexpected
	if passing(err) {
		kind = fault.KindOf(err)
	}
	return fault.Because(kind, "link.consent_left", "end the consent of a link that was not made", cause(err, answer.Status))
}

// untaken is err, which ended a, with word of the consent that the bank still has.
func (a *Attempt) untaken(err error) error {
	f, left := fault.Of(err), fault.Of(a.left)
	switch {
	case err == nil || left == nil:
		return err
	case f == nil || fault.KindOf(err) == fault.Canceled: // what the person stopped needs no word, and this does
		return left
	}
	told := *f
	told.Args = map[string]string{"also": left.Reason}
	maps.Copy(told.Args, f.Args)
	told.Err = errors.Join(err, left)
	return &told
}

// Standing returns how the consent of l stands at the bank, by the client's own call. ok is false where l's consent is
// not one of those. Each request asks spend before it is sent, unless that is nil. Faults: as Session, what the bank says, and
// what spend does.
func (t *Tokens) Standing(ctx context.Context, l consent.Link, spend func(context.Context) error) (stands bank.ConsentStanding, ok bool, err error) {
	var maker bank.ConsentMaker
	if t.config.Dialect != nil {
		d, _ := t.config.Dialect(l.Dialect)
		maker, _ = d.(bank.ConsentMaker)
	}
	if maker == nil || l.Way != wayOwn {
		return stands, false, nil
	}
	k, _ := t.keeper(l.ID)
	if err := k.take(ctx); err != nil {
		return stands, true, err
	}
	defer k.give()
	if l, err = t.readable(ctx, l.ID); err != nil {
		return stands, true, err
	}
	c, err := t.stored(ctx, k, l.ID)
	if err != nil {
		return stands, true, err
	}
	line, err := t.config.lineOf(l, c)
	if err != nil {
		return stands, true, err
	}
	s, err := t.config.clientSession(ctx, line.Counted(spend), l, consent.Credential{ClientSecret: c.ClientSecret}, maker.ConsentScope(), consentPurpose)
	if err != nil {
		return stands, true, err
	}
	stands, err = maker.ConsentStands(ctx, s.Session, l.ConsentID)
	return stands, true, err
}

// endOwn ends a consent that the API made, by the client's own call. Where the bank takes no such call any more it is
// asked how the consent stands: it may have been ended there. One that goes on is proved by no token: only where that
// can't be asked do RFC 7009 and a refused refresh token have the last word.
func (e *ending) endOwn(ctx context.Context, maker bank.ConsentMaker) error {
	ctx, cancel := e.limited(ctx)
	defer cancel()
	s, err := e.ownSession(ctx, maker)
	var answer bank.Answer
	if err == nil {
		answer, err = maker.EndConsent(ctx, s, e.link.ConsentID)
	}
	done, said := gone(answer.Status), cmp.Or(statusOf(answer), answerOf(err))
	refused := func(err error) bool {
		return slices.Contains([]fault.Kind{fault.LoginNeeded, fault.BankUnexpected}, fault.KindOf(err))
	}
	later := transient(answer.Status, err) && !refused(err)
	if !done && !later {
		var unasked error
		if done, unasked = e.over(ctx, maker); unasked == nil {
			e.goesOn = !done
		} else if !refused(unasked) {
			later, err = true, unasked
		}
	}
	e.answered, e.asked = e.answered || done, e.asked || done
	e.tell(consent.ConsentEnded, done, said)
	if !done && later {
		return pending("revoke.consent", "end the consent", cause(err, answer.Status))
	}
	return nil
}

func (e *ending) ownSession(ctx context.Context, maker bank.ConsentMaker) (bank.Session, error) {
	s, err := e.tokens.config.clientSession(ctx, e.line, e.link, consent.Credential{ClientSecret: e.credential.ClientSecret}, maker.ConsentScope(), "revoke")
	return s.Session, err
}

// over asks the bank whether the consent is over. An error: it doesn't say.
func (e *ending) over(ctx context.Context, maker bank.ConsentMaker) (bool, error) {
	ctx, cancel := e.limited(ctx)
	defer cancel()
	s, err := e.ownSession(ctx, maker)
	if err != nil {
		return false, err
	}
	stands, err := maker.ConsentStands(ctx, s, e.link.ConsentID)
	return err == nil && slices.Contains([]bank.ConsentState{bank.ConsentRevoked, bank.ConsentRejected, bank.ConsentExpired}, stands.State), err
}

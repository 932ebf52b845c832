package link

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// ending is one grant of a link on its way out.
type ending struct {
	*revocation
	link  consent.Link                                    // with the ids of this grant
	line  *wire.Line                                      // with the certificate of its client, if any
	grant string                                          // which of the link's grants this is, as consent.Said names it
	keep  func(context.Context, consent.Credential) error // seals what the bank gives instead of the credential

	credential consent.Credential
	access     []consent.Credential // whose access tokens must still be seen refused
	asked      bool                 // there is a call that may end it
	answered   bool                 // the bank said that the grant or its refresh token is over
	uncalled   bool                 // the API's consent call is for grants with an id, and this one has none
	goesOn     bool                 // the bank says that the consent is not over, whatever the tokens do
}

// hold makes c the credential to end.
func (e *ending) hold(c consent.Credential) {
	e.credential = c
	if !c.Access.Empty() || e.link.Way == waySigned || tokenless(e.link) {
		e.access = append(e.access, c)
	}
}

// limited bounds one call by the time that a bank has to answer.
func (e *ending) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, e.tokens.config.Answer)
}

// run asks and probes. nil means proved.
func (e *ending) run(ctx context.Context) (err error) {
	if e.line, err = e.tokens.config.lineOf(e.link, e.credential); err != nil {
		return pending("revoke.tokens", "open the line to the bank", err)
	}
	if err := e.endConsent(ctx); err != nil {
		return err
	}
	if err := e.returnTokens(ctx); err != nil {
		return err
	}
	for range mostRounds {
		lives, err := e.probeAccess(ctx)
		switch {
		case e.goesOn:
			return pending(byHand, "revoke", errors.New("the bank says that the consent goes on"))
		case err != nil:
			return err
		case lives && !e.asked && e.link.Way != wayKeys: // nobody but the person can end it: no token is used up for nothing
			return pending(byHand, "revoke", errors.New("the bank has no call for it"))
		}
		again, err := e.probeRefresh(ctx)
		switch {
		case err != nil:
			return err
		case again && !e.asked:
			e.revocation.link.Pending.Alive = true
			return pending(byHand, "revoke", errors.New("the bank has no call for it"))
		case again: // the probe was answered with new tokens
			if err := e.returnTokens(ctx); err != nil {
				return err
			}
		case lives && !e.answered:
			return pending(byHand, "revoke", errors.New("the bank refuses it for good, and the token works"))
		case lives:
			return pending("revoke.access", "probe the access token", errors.New("it still works"),
				"until", stamp(expiry(e.access[0])))
		case !e.answered && (e.link.Way == wayOwn || !e.trusts && !byOwn(e.link)): // of a token that is all there is, the refusal is the proof
			return pending(byHand, "revoke", errors.New("the bank has not confirmed it"))
		default:
			return nil
		}
	}
	return pending("revoke.refresh", "probe the refresh token", errors.New("the bank goes on renewing it"))
}

// endConsent makes the bank's own call, with an access token that is renewed if it must be.
func (e *ending) endConsent(ctx context.Context) error {
	if maker, ok := e.dialect.(bank.ConsentMaker); ok && e.link.Way == wayOwn {
		return e.endOwn(ctx, maker)
	}
	ender, ok := e.dialect.(bank.ConsentEnder)
	if _, needless := ender.(bank.TokenEnder); !ok || e.link.ConsentID == "" && !needless && !byOwn(e.link) {
		return nil
	}
	if e.saidBefore() {
		return nil
	}
	fresh := byOwn(e.link) && e.link.Way != wayKeys // there is nothing to renew it with
	if !fresh && e.tokens.over(e.credential) {
		if over, err := e.freshen(ctx); over || err != nil {
			return err
		}
		fresh = true
	}
	ask := func() (bank.Answer, error) {
		ctx, cancel := e.limited(ctx)
		defer cancel()
		s, err := e.session(e.credential)
		if err != nil {
			return bank.Answer{}, err
		}
		return ender.EndConsent(ctx, s, e.link.ConsentID)
	}
	answer, err := ask()
	if answer.Status == http.StatusUnauthorized && !fresh {
		if over, err := e.freshen(ctx); over || err != nil {
			return err
		}
		answer, err = ask()
	}
	if e.link.ConsentID == "" && answer.Status == 0 && fault.KindOf(err) == fault.NotFound {
		e.uncalled = true
		return nil
	}
	done := gone(answer.Status)
	e.answered, e.asked = e.answered || done, e.asked || done
	e.tell(consent.ConsentEnded, done, statusOf(answer))
	if done {
		e.noteSaid(ctx)
	}
	if !done && transient(answer.Status, err) {
		return pending("revoke.consent", "end the consent", cause(err, answer.Status))
	}
	return nil // a lasting refusal: RFC 7009 and the probes have the last word
}

// saidBefore takes the bank's word of an earlier try, unless a token was seen to work since.
func (e *ending) saidBefore() bool {
	for _, s := range e.revocation.link.Pending.Said {
		if s.Grant == e.grant && !e.revocation.link.Pending.Alive {
			e.answered, e.asked = true, true
			e.add(s.Proof)
			return true
		}
	}
	return false
}

// noteSaid keeps the bank's word for the next try: this one may be cut off.
func (e *ending) noteSaid(ctx context.Context) {
	l := &e.revocation.link
	if l.State != consent.RevokePending { // a former grant of a link that goes on
		return
	}
	l.Pending.Said = append(slices.Clone(l.Pending.Said), consent.Said{Grant: e.grant, Proof: e.receipt.Steps[len(e.receipt.Steps)-1]})
	if err := e.tokens.config.Vault.SaveLink(context.WithoutCancel(ctx), *l); err != nil {
		e.tokens.config.Log.Warn("the bank's word on a revocation is not saved", "link", l.ID, "err", err)
	}
}

// freshen renews the access token for the consent call. over means that the bank refused the
// refresh token, which is its word that the grant has ended.
func (e *ending) freshen(ctx context.Context) (over bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, pending("revoke.consent", "renew for the consent call", err)
	}
	got, err := e.tokens.ask(ctx, e.keeper, e.line, e.link, e.credential, "renew")
	if err == nil {
		e.hold(got.Credential)
		return false, e.keep(context.WithoutCancel(ctx), got.Credential)
	}
	if e.refused(err) {
		e.tell(consent.ConsentEnded, true, "invalid_grant")
		return true, nil
	}
	if e.credential.Refresh.Empty() || fault.KindOf(err) == fault.BankUnexpected {
		e.tell(consent.ConsentEnded, false, answerOf(err))
		return true, nil
	}
	e.tell(consent.ConsentEnded, false, answerOf(err))
	return false, pending("revoke.consent", "renew for the consent call", err)
}

// returnTokens is RFC 7009: the refresh token first, which should take the access tokens along.
func (e *ending) returnTokens(ctx context.Context) error {
	if e.link.Endpoints.Revocation == "" {
		return nil
	}
	e.asked = true
	type held struct {
		token secret.Text
		hint  string
	}
	all := []held{{e.credential.Refresh, "refresh_token"}}
	for _, c := range e.access {
		all = append(all, held{c.Access, "access_token"})
	}
	var words []string
	ok := true
	for _, one := range all {
		if one.token.Empty() {
			continue
		}
		said, err := e.giveBack(ctx, one.token, one.hint)
		words = append(words, word(said.status, said.code))
		done := gone(said.status)
		first := len(words) == 1
		e.answered = e.answered || first && done
		// RFC 7009 §2.2.1 lets a server not take access tokens; the probe tells.
		ok = ok && (done || !first && said.code == "unsupported_token_type")
		if first && !done && transient(said.status, err) {
			e.tell(consent.TokensReturned, false, strings.Join(words, ", "))
			return pending("revoke.tokens", "return the tokens", cause(err, said.status))
		}
	}
	e.tell(consent.TokensReturned, ok, strings.Join(words, ", "))
	return nil
}

func (e *ending) giveBack(ctx context.Context, token secret.Text, hint string) (refusal, error) {
	ctx, cancel := e.limited(ctx)
	defer cancel()
	line, err := e.tokens.config.asking(e.line, e.credential.Key, e.keeper.nonces)
	if err != nil {
		return refusal{}, err
	}
	return giveBack(ctx, line, e.link, e.tokens.config.clientIn(e.link, e.credential), token, hint)
}

func (e *ending) session(c consent.Credential) (bank.Session, error) {
	return e.tokens.config.sessionOf(e.line, e.link, c, e.keeper.nonces)
}

func (e *ending) read(ctx context.Context, c consent.Credential) (bank.Answer, error) {
	ctx, cancel := e.limited(ctx)
	defer cancel()
	s, err := e.session(c)
	if err != nil {
		return bank.Answer{}, err
	}
	return e.dialect.Probe(ctx, s)
}

// probeAccess reads with every access token not yet seen refused. lives means that a read
// was answered.
func (e *ending) probeAccess(ctx context.Context) (lives bool, err error) {
	for len(e.access) > 0 {
		answer, err := e.read(ctx, e.access[0])
		ok := err == nil && (answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden)
		if maker, can := e.dialect.(bank.ConsentMaker); can && !ok && tokenless(e.link) && answer.Status/100 == 4 && answer.Status != http.StatusTooManyRequests {
			ok, _ = e.over(ctx, maker) // a 404 or 400 that the bank explains itself
		}
		e.tell(consent.AccessRefused, ok, statusOf(answer))
		switch {
		case ok:
			e.access = e.access[1:]
		case err == nil && answer.Status/100 == 2:
			e.revocation.link.Pending.Alive = true
			return true, nil
		default:
			return false, pending("revoke.probe", "probe the access token", cause(err, answer.Status))
		}
	}
	return false, nil
}

// probeRefresh renews with the old refresh token. again means that the bank gave new tokens,
// which are sealed and want returning too.
func (e *ending) probeRefresh(ctx context.Context) (again bool, err error) {
	if e.credential.Refresh.Empty() && e.link.Way != wayKeys || tokenless(e.link) {
		return false, nil
	}
	if err := ctx.Err(); err != nil {
		return false, pending("revoke.probe", "probe the refresh token", err)
	}
	got, err := e.tokens.ask(ctx, e.keeper, e.line, e.link, e.credential, "probe")
	if err == nil {
		e.tell(consent.RefreshRefused, false, "200")
		e.hold(got.Credential)
		return true, e.keep(context.WithoutCancel(ctx), got.Credential)
	}
	ok := e.refused(err)
	e.answered = e.answered || ok && (e.link.Way == wayKeys || e.link.Way == wayOwn) // what was to end is the client itself, or what the bank now calls no grant
	e.tell(consent.RefreshRefused, ok, answerOf(err))
	if !ok {
		return false, pending("revoke.probe", "probe the refresh token", err)
	}
	return false, nil
}

func pending(reason, op string, err error, pairs ...string) error {
	return fault.Because(fault.RevokePending, reason, op, err, pairs...)
}

// gone reports whether status says that the thing to end has ended, now or before.
func gone(status int) bool {
	return status/100 == 2 || slices.Contains([]int{http.StatusNotFound, http.StatusConflict, http.StatusGone}, status)
}

// transient reports whether asking again later can help.
func transient(status int, err error) bool {
	return status >= 500 || status == http.StatusTooManyRequests || status == 0 && err != nil
}

// refused reports whether the bank said that a refresh token is no good.
func refused(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.status < 500 && (r.code == "invalid_grant" || r.code == "invalid_token")
}

// refused is about what e is renewed with: a refresh token, or the client itself.
func (e *ending) refused(err error) bool {
	return refused(err) || e.link.Way == wayKeys && fault.KindOf(err) == fault.LoginNeeded
}

func answerOf(err error) string {
	var r *refusal
	if errors.As(err, &r) {
		return word(r.status, r.code)
	}
	return ""
}

// statusOf is the HTTP status of a bank's answer: its own codes ("603") tell a person nothing.
func statusOf(a bank.Answer) string {
	if a.Status == 0 {
		return a.Code
	}
	return strconv.Itoa(a.Status)
}

// word is an answer as the protocol says it.
func word(status int, code string) string {
	if code != "" {
		return code
	}
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}

func cause(err error, status int) error {
	if err != nil {
		return err
	}
	return &refusal{status: status}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// expiry is when an access token ends by itself: as the bank said, else as a JWT says of itself (RFC 7519
// §4.1.4), which nobody checks here, for nothing but the next try goes by it. Zero: nobody says.
func expiry(c consent.Credential) time.Time {
	if !c.AccessExpires.IsZero() {
		return c.AccessExpires
	}
	parts := strings.Split(c.Access.Reveal(), ".")
	if len(parts) != 3 {
		return time.Time{}
	}
	var claims struct{ Exp int64 }
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(raw, &claims) != nil || claims.Exp <= 0 || claims.Exp > 1<<40 {
		return time.Time{}
	}
	return time.Unix(claims.Exp, 0).UTC()
}

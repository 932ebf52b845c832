package link

import (
	"context"
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
)

// ending is one grant of a link on its way out.
type ending struct {
	*revocation
	link consent.Link                                    // with the ids of this grant
	keep func(context.Context, consent.Credential) error // seals what the bank gives instead of the credential

	credential consent.Credential
	access     []consent.Credential // whose access tokens must still be seen refused
	answered   bool                 // the bank said that the grant or its refresh token is over
	uncalled   bool                 // the API's consent call is for grants with an id, and this one has none
}

// hold makes c the credential to end.
func (e *ending) hold(c consent.Credential) {
	e.credential = c
	if !c.Access.Empty() || e.link.Way == waySigned {
		e.access = append(e.access, c)
	}
}

// limited bounds one call by the time that a bank has to answer.
func (e *ending) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, e.tokens.config.Answer)
}

// run asks and probes. nil means proved.
func (e *ending) run(ctx context.Context) error {
	if err := e.endConsent(ctx); err != nil {
		return err
	}
	if err := e.returnTokens(ctx); err != nil {
		return err
	}
	for range mostRounds {
		lives, err := e.probeAccess(ctx)
		if err != nil {
			return err
		}
		again, err := e.probeRefresh(ctx)
		switch {
		case err != nil:
			return err
		case again && e.handed():
			return pending("revoke.byhand", "revoke", errors.New("only the person can end it, and it still gives tokens"))
		case again: // the probe was answered with new tokens
			if err := e.returnTokens(ctx); err != nil {
				return err
			}
		case lives && e.handed() && e.link.Way != wayKeys: // whose client is refused by now
			return pending("revoke.byhand", "revoke", errors.New("only the person can end it, and it still works"))
		case lives:
			return pending("revoke.access", "probe the access token", errors.New("it still works"),
				"until", stamp(e.credential.AccessExpires))
		case !e.answered && !byOwn(e.link): // of a token that is all there is, the refusal is the proof
			return pending("revoke.byhand", "revoke", errors.New("the bank has not confirmed it"))
		default:
			return nil
		}
	}
	return pending("revoke.refresh", "probe the refresh token", errors.New("the bank goes on renewing it"))
}

// endConsent makes the bank's own call, with an access token that is renewed if it must be.
func (e *ending) endConsent(ctx context.Context) error {
	ender, ok := e.dialect.(bank.ConsentEnder)
	if _, needless := ender.(bank.TokenEnder); !ok || e.link.ConsentID == "" && !needless && !byOwn(e.link) {
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
	e.answered = e.answered || done
	e.tell(consent.ConsentEnded, done, statusOf(answer))
	if !done && transient(answer.Status, err) {
		return pending("revoke.consent", "end the consent", cause(err, answer.Status))
	}
	return nil // a lasting refusal: RFC 7009 and the probes have the last word
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
		ok := answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden
		e.tell(consent.AccessRefused, ok, statusOf(answer))
		switch {
		case ok:
			e.access = e.access[1:]
		case err == nil && answer.Status/100 == 2:
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
	if e.credential.Refresh.Empty() && e.link.Way != wayKeys {
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

// handed reports whether only the person can end e.
func (e *ending) handed() bool {
	return handed(e.link, e.dialect) || byOwn(e.link) && e.uncalled && e.link.Endpoints.Revocation == ""
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

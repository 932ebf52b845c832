package link

import (
	"context"
	"errors"
	"fmt"
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

// mostRounds bounds how often a bank may answer a probe with new tokens.
const mostRounds = 3

// Revoke ends l at the bank and proves it: the bank's own consent call if d has one, RFC 7009,
// then a read with the old access token and a renewal with the old refresh token, both of which
// must be refused. Each Proof is told as it happens, none before. Then the tokens are shredded,
// the link is Revoked and its receipt saved.
//
// From its start the link is RevokePending and nobody reads. If the proof fails it stays that:
// the error is RevokePending with Reason (why) and, where an access token lives on, Args["until"]
// (RFC 3339); the tokens stay sealed for the next call, which begins again; the receipt says
// what was reached and is not saved.
func (t *Tokens) Revoke(ctx context.Context, l consent.Link, d bank.Dialect, told func(consent.Proof)) (consent.Receipt, error) {
	k, _ := t.keeper(l.ID)
	if err := k.take(ctx); err != nil {
		return consent.Receipt{}, err
	}
	defer k.give()
	r, err := t.stop(ctx, k, l.ID, d, told)
	if err != nil {
		return consent.Receipt{}, err
	}
	why := r.run(ctx)
	r.receipt.Ended = t.config.Now().UTC()
	if why == nil {
		return t.settle(ctx, r)
	}
	r.link.Problem = int(fault.KindOf(why))
	if err := t.config.Vault.SaveLink(context.WithoutCancel(ctx), r.link); err != nil {
		t.config.Log.Error("state of a revocation not saved", "link", l.ID, "err", err)
	}
	return r.receipt, why
}

// revocation is one run of Revoke.
type revocation struct {
	tokens  *Tokens
	keeper  *keeper
	link    consent.Link
	line    *wire.Line
	dialect bank.Dialect
	told    func(consent.Proof)
	now     func() time.Time

	credential consent.Credential
	access     []secret.Text // what must still be seen refused
	answered   bool          // the bank said that the grant or its refresh token is over
	receipt    consent.Receipt
}

// stop ends reading, durably, before the bank is asked for anything.
func (t *Tokens) stop(ctx context.Context, k *keeper, id consent.LinkID, d bank.Dialect, told func(consent.Proof)) (*revocation, error) {
	l, err := t.config.Vault.Link(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read the link to revoke: %w", err)
	}
	next, err := l.State.After(consent.AskedToRevoke)
	if err != nil {
		return nil, fault.New(fault.NotFound, "revoke", err)
	}
	if l.State != next {
		l.State, l.Since = next, t.config.Now().UTC()
		if err := t.config.Vault.SaveLink(ctx, l); err != nil {
			return nil, fmt.Errorf("end reading: %w", err)
		}
	}
	r := &revocation{tokens: t, keeper: k, link: l, dialect: d, told: told, now: t.config.Now}
	r.receipt = consent.Receipt{Link: l.ID, Bank: l.Bank, Granted: l.Granted, Started: t.config.Now().UTC(), History: "kept"}
	if t.config.Accounts != nil {
		if r.receipt.Accounts, err = t.config.Accounts(ctx, l.ID); err != nil {
			return nil, fmt.Errorf("list the accounts of the receipt: %w", err)
		}
	}
	if r.line, err = t.config.lineOf(l); err != nil {
		return nil, err
	}
	if r.credential, err = t.stored(ctx, k, l.ID); err != nil {
		return nil, pending("revoke.tokens", "open the tokens", err)
	}
	r.hold(r.credential)
	return r, nil
}

// hold makes c the credential to end.
func (r *revocation) hold(c consent.Credential) {
	r.credential = c
	if !c.Access.Empty() {
		r.access = append(r.access, c.Access)
	}
}

// settle shreds the tokens and keeps the receipt of a proved revocation.
func (t *Tokens) settle(ctx context.Context, r *revocation) (consent.Receipt, error) {
	ctx = context.WithoutCancel(ctx)
	if err := t.config.Vault.DropCredential(ctx, r.link.ID); err != nil {
		return r.receipt, pending("revoke.shred", "shred the tokens", err)
	}
	r.keeper.unsaved = nil
	r.tell(consent.TokensShredded, true, "")
	r.receipt.Ended, r.receipt.Proved = t.config.Now().UTC(), true
	l := r.link
	l.State, l.Since, l.Problem = consent.Revoked, t.config.Now().UTC(), 0
	if err := t.config.Vault.SaveLink(ctx, l); err != nil {
		return r.receipt, fmt.Errorf("save the revoked link: %w", err)
	}
	saved, err := t.config.Vault.SaveReceipt(ctx, r.receipt)
	if err != nil {
		return r.receipt, fmt.Errorf("save the receipt: %w", err)
	}
	t.config.Log.Info("revoked", "link", l.ID)
	return saved, nil
}

// run asks and probes. nil means proved.
func (r *revocation) run(ctx context.Context) error {
	if err := r.endConsent(ctx); err != nil {
		return err
	}
	if err := r.returnTokens(ctx); err != nil {
		return err
	}
	for range mostRounds {
		lives, err := r.probeAccess(ctx)
		if err != nil {
			return err
		}
		again, err := r.probeRefresh(ctx)
		switch {
		case err != nil:
			return err
		case again: // the probe was answered with new tokens
			if err := r.returnTokens(ctx); err != nil {
				return err
			}
		case lives:
			return pending("revoke.access", "probe the access token", errors.New("it still works"),
				"until", stamp(r.credential.AccessExpires))
		case !r.answered:
			return pending("revoke.byhand", "revoke", errors.New("the bank has not confirmed it"))
		default:
			return nil
		}
	}
	return pending("revoke.refresh", "probe the refresh token", errors.New("the bank goes on renewing it"))
}

// endConsent makes the bank's own call, with an access token that is renewed if it must be.
func (r *revocation) endConsent(ctx context.Context) error {
	ender, ok := r.dialect.(bank.ConsentEnder)
	if !ok || r.link.ConsentID == "" {
		return nil
	}
	fresh := false
	if r.tokens.over(r.credential) {
		if over, err := r.freshen(ctx); over || err != nil {
			return err
		}
		fresh = true
	}
	answer, err := ender.EndConsent(ctx, sessionOf(r.line, r.link, r.credential), r.link.ConsentID)
	if answer.Status == http.StatusUnauthorized && !fresh {
		if over, err := r.freshen(ctx); over || err != nil {
			return err
		}
		answer, err = ender.EndConsent(ctx, sessionOf(r.line, r.link, r.credential), r.link.ConsentID)
	}
	done := gone(answer.Status)
	r.answered = r.answered || done
	r.tell(consent.ConsentEnded, done, statusOf(answer))
	if !done && transient(answer.Status, err) {
		return pending("revoke.consent", "end the consent", cause(err, answer.Status))
	}
	return nil // a lasting refusal: RFC 7009 and the probes have the last word
}

// freshen renews the access token for the consent call. over means that the bank refused the
// refresh token, which is its word that the grant has ended.
func (r *revocation) freshen(ctx context.Context) (over bool, err error) {
	got, err := r.tokens.renew(ctx, r.keeper, r.line, r.link, r.credential)
	if err == nil {
		r.hold(got)
		return false, nil
	}
	if refused(err) {
		r.tell(consent.ConsentEnded, true, "invalid_grant")
		return true, nil
	}
	if r.credential.Refresh.Empty() || fault.KindOf(err) == fault.BankUnexpected {
		r.tell(consent.ConsentEnded, false, answerOf(err))
		return true, nil
	}
	r.tell(consent.ConsentEnded, false, answerOf(err))
	return false, pending("revoke.consent", "renew for the consent call", err)
}

// returnTokens is RFC 7009: the refresh token first, which should take the access tokens along.
func (r *revocation) returnTokens(ctx context.Context) error {
	if r.link.Endpoints.Revocation == "" {
		return nil
	}
	type held struct {
		token secret.Text
		hint  string
	}
	all := []held{{r.credential.Refresh, "refresh_token"}}
	for _, token := range r.access {
		all = append(all, held{token, "access_token"})
	}
	var words []string
	ok := true
	for _, one := range all {
		if one.token.Empty() {
			continue
		}
		said, err := giveBack(ctx, r.line, r.link, one.token, one.hint)
		words = append(words, word(said.status, said.code))
		done := gone(said.status)
		first := len(words) == 1
		r.answered = r.answered || first && done
		// RFC 7009 §2.2.1 lets a server not take access tokens; the probe tells.
		ok = ok && (done || !first && said.code == "unsupported_token_type")
		if first && !done && transient(said.status, err) {
			r.tell(consent.TokensReturned, false, strings.Join(words, ", "))
			return pending("revoke.tokens", "return the tokens", cause(err, said.status))
		}
	}
	r.tell(consent.TokensReturned, ok, strings.Join(words, ", "))
	return nil
}

// probeAccess reads with every access token not yet seen refused. lives means that a read
// was answered.
func (r *revocation) probeAccess(ctx context.Context) (lives bool, err error) {
	for len(r.access) > 0 {
		s := sessionOf(r.line, r.link, r.credential)
		s.Token = r.access[0]
		answer, err := r.dialect.Probe(ctx, s)
		ok := answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden
		r.tell(consent.AccessRefused, ok, statusOf(answer))
		switch {
		case ok:
			r.access = r.access[1:]
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
func (r *revocation) probeRefresh(ctx context.Context) (again bool, err error) {
	if r.credential.Refresh.Empty() {
		return false, nil
	}
	got, err := renew(context.WithoutCancel(ctx), r.line, r.link, r.credential.Refresh, "probe", r.now())
	if err == nil {
		r.tell(consent.RefreshRefused, false, "200")
		if err := r.tokens.seal(context.WithoutCancel(ctx), r.keeper, r.link.ID, got.Credential); err != nil {
			return false, err
		}
		r.hold(got.Credential)
		return true, nil
	}
	ok := refused(err)
	r.tell(consent.RefreshRefused, ok, answerOf(err))
	if !ok {
		return false, pending("revoke.probe", "probe the refresh token", err)
	}
	return false, nil
}

func (r *revocation) tell(kind consent.ProofKind, ok bool, answer string) {
	p := consent.Proof{Kind: kind, OK: ok, Answer: answer, At: r.now().UTC()}
	r.receipt.Steps = append(r.receipt.Steps, p)
	if r.told != nil {
		r.told(p)
	}
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

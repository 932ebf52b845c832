package link

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
)

// mostRounds bounds how often a bank may answer a probe with new tokens.
const mostRounds = 3

// Revoke ends l at the bank and proves it: the bank's own consent call if d has one, RFC 7009,
// then a read with the old access token and a renewal with the old refresh token, both of which
// must be refused. So it goes with each former grant of l that has not ended. Each Proof is told
// as it happens, none before. Then, in one step, the tokens are shredded, the link is Revoked and
// its receipt saved.
//
// From its start the link is RevokePending and nobody reads. If the proof fails it stays that:
// the error is RevokePending with Reason (why) and, where an access token lives on, Args["until"]
// (RFC 3339); the tokens stay sealed for the next call, which begins again; the receipt says
// what was reached and is not saved. Without tokens here nothing can be proved any more: Reason is
// revoke.byhand.
//
// A bank that has no call for it, or refuses it for good, is for the person to ask: revoke.byhand, too.
// A later call proves by the refused tokens alone (Receipt.How is consent.ByCheck) if they were seen to work
// before, or if ended says that the person has ended it there. Neither counts for a consent that the API made: the bank
// can be asked about that.
func (t *Tokens) Revoke(ctx context.Context, l consent.Link, d bank.Dialect, ended bool, told func(consent.Proof)) (consent.Receipt, error) {
	k, _ := t.keeper(l.ID)
	if err := k.take(ctx); err != nil {
		return consent.Receipt{}, err
	}
	defer k.give()
	defer t.config.Door.Forget(string(l.ID)) // reading has ended: nothing stays open
	r, err := t.stop(ctx, k, l.ID, d, told)
	if err != nil {
		if r != nil {
			t.keepPending(ctx, r, err)
		}
		return consent.Receipt{}, err
	}
	r.trusts = ended || r.link.Pending.Alive
	var why error
	for _, one := range r.grants { // all, even if one will not end
		if err := one.run(ctx); why == nil {
			why = err
		}
	}
	r.receipt.Ended = t.config.Now().UTC()
	if why == nil {
		r.endRegistration(ctx)
		return t.settle(ctx, r)
	}
	t.keepPending(ctx, r, why)
	return r.receipt, why
}

// keepPending saves what a try found that proved nothing.
func (t *Tokens) keepPending(ctx context.Context, r *revocation, why error) {
	f := fault.Of(why)
	if f == nil || fault.KindOf(why) == fault.Canceled {
		return
	}
	until, _ := time.Parse(time.RFC3339, f.Args["until"])
	r.link.Problem = int(fault.KindOf(why))
	r.link.Pending = r.link.Pending.Tried(t.config.Now().UTC(), f.Reason, until, f.Reason == byHand, offline(why))
	if err := t.config.Vault.SaveLink(context.WithoutCancel(ctx), r.link); err != nil {
		t.config.Log.Error("state of a revocation not saved", "link", r.link.ID, "err", err)
	}
}

// byHand is the reason where only the person can end a link, at the bank's own page.
const byHand = "revoke.byhand"

// offline reports whether a revocation failed for want of a network: the fault is RevokePending, and what
// it wraps says why.
func offline(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if f, ok := err.(*fault.Fault); ok && f.Kind == fault.Offline {
			return true
		}
	}
	return false
}

// Drop shreds the tokens of a revocation that nothing proves, because the person wants it so: the receipt
// says that it was never proved. Nothing is to be called with them any more, so the bank is handed them back before
// (RFC 7009), and asked to end a consent that its API made, whatever comes of that.
func (t *Tokens) Drop(ctx context.Context, id consent.LinkID) (consent.Receipt, error) {
	k, _ := t.keeper(id)
	if err := k.take(ctx); err != nil {
		return consent.Receipt{}, err
	}
	defer k.give()
	l, err := t.config.Vault.Link(ctx, id)
	if err != nil {
		return consent.Receipt{}, fmt.Errorf("read the link to drop: %w", err)
	}
	if l.State, err = l.State.After(consent.LetGo); err != nil {
		return consent.Receipt{}, fault.New(fault.NotFound, "drop the tokens", err)
	}
	steps := t.handBack(ctx, k, l)
	now := t.config.Now().UTC()
	r := consent.Receipt{Link: l.ID, Bank: l.Bank, Granted: l.Granted, Started: l.Since, Ended: now, History: "kept", How: consent.ByDrop}
	r.Steps = append(steps, consent.Proof{Kind: consent.TokensShredded, OK: true, At: now})
	if t.config.Accounts != nil {
		if r.Accounts, err = t.config.Accounts(ctx, id); err != nil {
			return r, fmt.Errorf("list the accounts of the receipt: %w", err)
		}
	}
	l.Since, l.Problem, l.Pending = now, 0, consent.Pending{}
	saved, err := t.config.Vault.Settle(context.WithoutCancel(ctx), l, r)
	if err == nil {
		k.unsaved = nil
		t.config.Log.Info("dropped without proof", "link", id)
	}
	return saved, err
}

// handBack ends the consents of l that the bank's API made, and gives the bank the tokens of every grant back, as far as it
// takes them. It returns what the bank answered.
func (t *Tokens) handBack(ctx context.Context, k *keeper, l consent.Link) []consent.Proof {
	r := &revocation{tokens: t, keeper: k, link: l, now: t.config.Now}
	if t.config.Dialect != nil {
		r.dialect, _ = t.config.Dialect(l.Dialect)
	}
	maker, makes := r.dialect.(bank.ConsentMaker)
	err := r.collect(ctx)
	for _, one := range r.grants {
		var failed error
		if one.line, failed = t.config.lineOf(one.link, one.credential); failed == nil {
			if makes && l.Way == wayOwn { // nobody can once the client's key and the id are shredded
				failed = one.endOwn(ctx, maker)
			}
			failed = errors.Join(failed, one.returnTokens(ctx))
		}
		err = errors.Join(err, failed)
	}
	if err != nil {
		t.config.Log.Warn("a grant is dropped that the bank did not take back", "link", l.ID, "err", err)
	}
	return r.receipt.Steps
}

// revocation is one run of Revoke.
type revocation struct {
	tokens  *Tokens
	keeper  *keeper
	link    consent.Link
	dialect bank.Dialect
	told    func(consent.Proof)
	now     func() time.Time
	trusts  bool // refused tokens are proof enough where the bank has no word for it

	grants  []*ending // the link's own, then its former ones
	receipt consent.Receipt
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
		now := t.config.Now().UTC()
		l.State, l.Since, l.Pending = next, now, consent.Begun(now)
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
	return r, r.collect(ctx)
}

// collect opens the tokens of every grant that the bank may still honour.
func (r *revocation) collect(ctx context.Context) error {
	t, id := r.tokens, r.link.ID
	c, err := t.stored(ctx, r.keeper, id)
	if fault.KindOf(err) == fault.NotFound { // nothing is left to end it with, or to prove it
		return pending(byHand, "open the tokens", err)
	}
	if err != nil {
		return pending("revoke.tokens", "open the tokens", err)
	}
	own := &ending{revocation: r, link: r.link, grant: "own"}
	own.keep = func(ctx context.Context, c consent.Credential) error { return t.seal(ctx, r.keeper, id, c) }
	own.hold(c)
	r.grants = append(r.grants, own)
	former, err := t.config.Vault.FormerGrants(ctx, id)
	if err != nil {
		return pending("revoke.tokens", "open the tokens of former grants", err)
	}
	for _, f := range former {
		r.grants = append(r.grants, r.former(f))
	}
	return nil
}

// settle shreds the tokens and keeps the receipt of a proved revocation, both or neither.
func (t *Tokens) settle(ctx context.Context, r *revocation) (consent.Receipt, error) {
	now := t.config.Now().UTC()
	shredded := consent.Proof{Kind: consent.TokensShredded, OK: true, At: now}
	l, receipt := r.link, r.receipt
	l.State, l.Since, l.Problem, l.Pending = consent.Revoked, now, 0, consent.Pending{}
	if slices.ContainsFunc(r.grants, func(e *ending) bool { return !e.answered }) {
		receipt.How = consent.ByCheck
	}
	receipt.Ended, receipt.Proved = now, true
	receipt.Steps = append(slices.Clone(receipt.Steps), shredded)
	saved, err := t.config.Vault.Settle(context.WithoutCancel(ctx), l, receipt)
	if err != nil {
		return r.receipt, pending("revoke.shred", "shred the tokens", err)
	}
	r.keeper.unsaved = nil
	if r.told != nil {
		r.told(shredded)
	}
	t.config.Log.Info("revoked", "link", l.ID)
	return saved, nil
}

func (r *revocation) tell(kind consent.ProofKind, ok bool, answer string) {
	r.add(consent.Proof{Kind: kind, OK: ok, Answer: answer, At: r.now().UTC()})
}

func (r *revocation) add(p consent.Proof) {
	r.receipt.Steps = append(r.receipt.Steps, p)
	if r.told != nil {
		r.told(p)
	}
}

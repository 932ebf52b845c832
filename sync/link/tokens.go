package link

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// early is how long before its end an access token counts as over.
const early = time.Minute

// Tokens opens links with fresh access tokens, and ends them. One Tokens serves all links;
// its methods may be called from any goroutine.
type Tokens struct {
	config Config

	mu      sync.Mutex
	keepers map[consent.LinkID]*keeper
}

// keeper lets one renewal of a link happen at a time.
type keeper struct {
	turn     chan struct{}       // holds one token: take it to renew
	renewals int                 // how many there were; read under Tokens.mu
	unsaved  *consent.Credential // renewed, but the vault did not take it yet; owner: the turn
	later    time.Time           // former grants are not ended before; owner: the turn
	nonces   *nonces             // for the proofs of the link; owner: the turn
}

// New returns the Tokens of a vault.
func New(c Config) (*Tokens, error) {
	c, err := c.filled()
	if err != nil {
		return nil, err
	}
	return &Tokens{config: c, keepers: map[consent.LinkID]*keeper{}}, nil
}

// Session opens l with an access token that lives for another minute at least, if the bank
// says how long it lives. A renewed token is sealed before it is used.
// Faults: LoginNeeded (the bank refused the grant: it is over), BankDown, BankPaused, Offline,
// BankUnexpected, RevokePending (the person ended it), NotFound, or what the vault said. Only
// LoginNeeded says something about the tokens; they are kept in every case.
func (t *Tokens) Session(ctx context.Context, l consent.Link) (bank.Session, error) {
	return t.session(ctx, l.ID, false)
}

// Renewed is Session with a renewal even if the token looks good: the bank answered 401. A
// 401 to the renewed token means LoginNeeded, and that is for the caller to say. Callers that
// ask while another renews share its renewal. It is bank.ErrUnrenewable where nothing renews it.
func (t *Tokens) Renewed(ctx context.Context, l consent.Link) (bank.Session, error) {
	return t.session(ctx, l.ID, true)
}

func (t *Tokens) session(ctx context.Context, id consent.LinkID, force bool) (bank.Session, error) {
	k, seen := t.keeper(id)
	if _, err := t.readable(ctx, id); err != nil { // at once, while a revocation has the turn
		return bank.Session{}, err
	}
	if err := k.take(ctx); err != nil {
		return bank.Session{}, err
	}
	defer k.give()
	l, err := t.readable(ctx, id)
	if err != nil {
		return bank.Session{}, err
	}
	if force && tokenless(l) {
		return bank.Session{}, fault.New(fault.LoginNeeded, "renew the access token", bank.ErrUnrenewable)
	}
	c, err := t.stored(ctx, k, id)
	if err != nil {
		return bank.Session{}, err
	}
	line, err := t.config.lineOf(l, c)
	if err != nil {
		return bank.Session{}, err
	}
	if _, now := t.keeper(id); l.Way != waySigned && !tokenless(l) && (force && now == seen || t.over(c)) { // what is signed is new each time
		if c, err = t.renew(ctx, k, line, l, c); err != nil {
			return bank.Session{}, err
		}
	}
	t.endFormer(ctx, k, l)
	return t.config.sessionOf(line, l, c, k.nonces)
}

// readable returns a link as it is stored, if it may be read.
func (t *Tokens) readable(ctx context.Context, id consent.LinkID) (consent.Link, error) {
	const op = "open a session"
	l, err := t.config.Vault.Link(ctx, id)
	switch {
	case err != nil:
		return l, fmt.Errorf("%s: %w", op, err)
	case l.State.Reads():
		return l, nil
	case l.State == consent.RevokePending:
		return l, fault.New(fault.RevokePending, op, errors.New("reading has ended"))
	case l.State == consent.Revoked:
		return l, fault.New(fault.NotFound, op, errors.New("the link is revoked"))
	}
	return l, fault.New(fault.LoginNeeded, op, errors.New("the link waits for the person"))
}

func (t *Tokens) over(c consent.Credential) bool {
	return c.Access.Empty() || !c.AccessExpires.IsZero() && t.config.Now().Add(early).After(c.AccessExpires)
}

// stored returns the credential as the vault has it, after saving what it did not take before.
func (t *Tokens) stored(ctx context.Context, k *keeper, id consent.LinkID) (consent.Credential, error) {
	if k.unsaved != nil {
		if err := t.seal(ctx, k, id, *k.unsaved); err != nil {
			return consent.Credential{}, err
		}
	}
	c, err := t.config.Vault.Credential(ctx, id)
	if err != nil {
		return consent.Credential{}, fmt.Errorf("open the tokens: %w", err)
	}
	return c, nil
}

// renew asks for new tokens and seals them. Once begun it does not stop for ctx: a rotated
// refresh token that is lost on the way ends the grant.
func (t *Tokens) renew(ctx context.Context, k *keeper, line *wire.Line, l consent.Link, c consent.Credential) (consent.Credential, error) {
	if err := ctx.Err(); err != nil {
		return consent.Credential{}, fault.New(fault.Canceled, "renew the access token", err)
	}
	ctx = context.WithoutCancel(ctx)
	got, err := t.ask(ctx, k, line, l, c, "renew")
	if err != nil {
		return consent.Credential{}, err
	}
	if err := t.seal(ctx, k, l.ID, got.Credential); err != nil {
		return consent.Credential{}, err
	}
	t.count(k)
	if c.Bound && !got.Bound {
		t.config.Log.Warn("the renewed token is no longer bound to the key", "link", l.ID)
	}
	t.config.Log.Debug("access token renewed", "link", l.ID)
	return got.Credential, nil
}

// ask renews within the time that a bank has to answer, whatever becomes of ctx: the answer may
// be a rotation.
func (t *Tokens) ask(ctx context.Context, k *keeper, line *wire.Line, l consent.Link, c consent.Credential, purpose string) (grant, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.config.Answer)
	defer cancel()
	line, err := t.config.asking(line, c.Key, k.nonces)
	if err != nil {
		return grant{}, err
	}
	if l.Way == wayKeys {
		return t.config.clientToken(ctx, line, l, c, purpose)
	}
	got, err := renew(ctx, line, t.config.clientIn(l, c), l, c, purpose)
	got.App, got.Certificate = c.App, c.Certificate
	return got, err
}

// count tells those who wait to renew that there are new tokens.
func (t *Tokens) count(k *keeper) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k.renewals++
}

func (t *Tokens) seal(ctx context.Context, k *keeper, id consent.LinkID, c consent.Credential) error {
	k.unsaved = &c
	if err := t.config.Vault.SaveCredential(ctx, id, c); err != nil {
		return fmt.Errorf("seal the renewed tokens: %w", err)
	}
	k.unsaved = nil
	return nil
}

// keeper returns the keeper of a link and how many renewals it has seen.
func (t *Tokens) keeper(id consent.LinkID) (*keeper, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.keepers[id]
	if k == nil {
		k = &keeper{turn: make(chan struct{}, 1), nonces: &nonces{}}
		t.keepers[id] = k
	}
	return k, k.renewals
}

func (k *keeper) take(ctx context.Context) error {
	select {
	case k.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fault.New(fault.Canceled, "wait for another renewal", ctx.Err())
	}
}

func (k *keeper) give() { <-k.turn }

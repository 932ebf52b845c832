package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

// Refresh reads a link: its accounts, then the transactions of each, saved slice by slice. It
// is over when all is saved or the first error that is not about one account alone comes; what
// was saved before that stays, and the next Refresh goes on from there. The link's state is
// saved too. told may be nil.
//
// What the bank lets Coffer ask in a day is kept (consent.Limits): where nothing is left, nothing is
// sent. present is false while the person is away, which banks count apart.
//
// Faults: LoginNeeded, ApprovalNeeded, BankPaused and QuotaSpent with Args["until"], BankDown, Offline, BankUnexpected,
// NotFound for a link that is over, Canceled, or what the store said.
func (e *Engine) Refresh(ctx context.Context, link consent.LinkID, present bool, told func(Progress)) (Result, error) {
	return e.refresh(ctx, link, present, told, false)
}

func (e *Engine) refresh(ctx context.Context, link consent.LinkID, present bool, told func(Progress), listOnly bool) (Result, error) {
	ctx, leave, err := e.enter(ctx, link)
	if err != nil {
		return Result{Link: link, Err: err}, err
	}
	defer leave()
	r := &refresh{Engine: e, result: Result{Link: link}, told: told, present: present, listOnly: listOnly}
	err = r.run(ctx, link)
	if saved := errors.Join(r.conclude(ctx, err), r.keepAsks(ctx, err)); saved != nil && err == nil {
		err = saved
	}
	r.result.Err = err
	e.log(r.result)
	return r.result, err
}

func (e *Engine) log(r Result) {
	if r.Err != nil {
		e.config.Log.Warn("refresh ended", "link", r.Link, "state", int(r.State), "kind", int(fault.KindOf(r.Err)), "err", r.Err)
		return
	}
	w := r.Written
	e.config.Log.Info("refreshed", "link", r.Link, "accounts", len(r.Accounts), "added", w.Added, "updated", w.Updated,
		"booked", w.Booked, "dropped", w.Dropped)
}

// refresh is one Refresh at work.
type refresh struct {
	*Engine
	link    consent.Link
	dialect bank.Dialect
	session bank.Session
	renewed bool // since the last answer
	asked   bool // the link may be judged by how this ended
	present bool

	listOnly bool              // it is over once the accounts are listed
	listed   []consent.Account // by the bank, now; nil while they are not
	doubt    []string          // identities that the person is to be asked about again
	skipped  []string          // the bank's ids of those that it listed and that were left alone
	only     []string          // the bank's ids of those that are read, where the person left others out

	known    []ledger.AccountView // as they were stored before the list
	unlisted []consent.Unlisted

	circuit *circuit // of the host that is read

	number, of int // the account that is read, from 1, of so many

	unopened bool // the error came with the tokens, not from what was read
	told     func(Progress)
	ends     time.Time // of the consent, as the bank says; zero if it does not
	result   Result
}

func (r *refresh) run(ctx context.Context, id consent.LinkID) error {
	if err := r.open(ctx, id); err != nil {
		return r.why(ctx, err)
	}
	r.tell(Progress{Step: Listing})
	found, err := r.accounts(ctx)
	if err != nil {
		return r.why(ctx, err)
	}
	if err := r.terms(ctx); errors.Is(err, bank.ErrRevoked) {
		return err
	}
	if r.listOnly {
		return nil
	}
	for i, f := range found {
		r.number, r.of = i+1, len(found)
		if err := r.refreshAccount(ctx, f); err != nil {
			return err
		}
	}
	if err := r.verdict(); err != nil {
		return r.why(ctx, err)
	}
	return nil
}

// open reads the link and opens a session, if it may be read.
func (r *refresh) open(ctx context.Context, id consent.LinkID) error {
	link, err := r.config.Store.Link(ctx, id)
	if err != nil {
		return fmt.Errorf("read the link: %w", err)
	}
	r.link, r.result.State = link, link.State
	now := r.config.Now()
	if err := readable(link, now); err != nil {
		return err
	}
	d, known := r.dialects[link.Dialect]
	if !known {
		return fault.Because(fault.NotFound, "link.dialect", "read the link", fmt.Errorf("dialect %q is not known", link.Dialect))
	}
	r.dialect = d
	if err := r.mayAsk(ctx); err != nil {
		return err
	}
	if r.circuit, err = r.circuits.enter(hostOf(link), r.present, now); err != nil {
		return err
	}
	r.asked = true
	r.tell(Progress{Step: Opening})
	session, err := r.config.Sessions.Session(ctx, link)
	if err != nil {
		r.unopened = true
		return fmt.Errorf("open the link: %w", err)
	}
	r.use(session)
	r.lend()
	return nil
}

// why asks a bank that refuses the grant whether it was revoked: some still show the consent itself.
func (r *refresh) why(ctx context.Context, refused error) error {
	if !r.asked || fault.KindOf(refused) != fault.LoginNeeded {
		return refused
	}
	answered, err := r.standing(ctx)
	if answered || r.unopened {
		return cmp.Or(err, refused)
	}
	if err := r.terms(ctx); errors.Is(err, bank.ErrRevoked) {
		return err
	}
	return refused
}

// standing is an ErrRevoked where the bank says, asked without the person's tokens, that the consent was taken back.
// answered tells that it said how the consent stands.
func (r *refresh) standing(ctx context.Context) (answered bool, err error) {
	asker, can := r.config.Sessions.(Standings)
	if _, makes := r.dialect.(bank.ConsentMaker); !can || !makes {
		return false, nil
	}
	var spend func(context.Context) error
	if r.link.Limits.Reads > 0 {
		spend = r.spend
	}
	stands, ok, err := asker.Standing(ctx, r.link, spend)
	switch {
	case ok && err != nil:
		r.config.Log.Warn("how the consent stands could not be asked", "link", r.link.ID, "err", err)
		return false, nil
	case stands.State == bank.ConsentRevoked:
		err = fault.Because(fault.LoginNeeded, "grant.revoked", "ask how the consent stands", bank.ErrRevoked)
	}
	return ok, err
}

// terms reads when the consent ends: the person may have given less at the bank than was asked for.
// A bank that does not tell is no trouble of the refresh; one that says that it was revoked is.
func (r *refresh) terms(ctx context.Context) error {
	reader, ok := r.dialect.(bank.ConsentReader)
	if !ok {
		return nil
	}
	ends, err := reader.ConsentEnds(ctx, r.session, r.link.ConsentID)
	if err != nil {
		r.config.Log.Warn("the terms of the consent could not be read", "link", r.link.ID, "err", err)
		return err
	}
	r.ends = ends
	return nil
}

// readable says why a link is not asked at all, if so.
func readable(link consent.Link, now time.Time) error {
	const op = "refresh the link"
	switch {
	case link.State == consent.NeedsLogin || link.State == consent.RevokedAtBank:
		return fault.New(fault.LoginNeeded, op, errors.New("the bank wants a new sign-in"))
	case link.State == consent.RevokePending:
		return fault.New(fault.RevokePending, op, errors.New("reading has ended here"))
	case !link.State.Reads():
		return fault.New(fault.NotFound, op, errors.New("the link is not active"))
	case link.Waits(now): // in whatever state: a pause says nothing of the payment or the approval
		return fault.With(fault.BankPaused, op, errors.New("the bank said to wait"), "until", link.PausedUntil.Format(time.RFC3339))
	}
	return nil
}

// verdict turns the failures of all accounts into one of the link: a grant that opens none of
// them is a grant to renew.
func (r *refresh) verdict() error {
	for _, a := range r.result.Accounts {
		if a.Err == nil || fault.KindOf(a.Err) != fault.LoginNeeded {
			return nil
		}
	}
	if len(r.result.Accounts) == 0 {
		return nil
	}
	return fmt.Errorf("every account is refused: %w", r.result.Accounts[0].Err)
}

func (r *refresh) tell(p Progress) {
	p.Link, p.AccountNo, p.Accounts = r.result.Link, r.number, r.of
	tell(r.told, p)
}

// renew gets a new access token after a 401. A second one without an answer in between says
// that the grant itself is refused, and so does the first where there is nothing to renew with: refused
// comes back then.
func (r *refresh) renew(ctx context.Context, refused error) error {
	if r.renewed {
		return refused
	}
	session, err := r.config.Sessions.Renewed(ctx, r.link)
	if errors.Is(err, bank.ErrUnrenewable) {
		return refused
	}
	if err != nil {
		r.unopened = true
		return fmt.Errorf("renew the token: %w", err)
	}
	r.renewed = true
	session.Memo = r.session.Memo // what the bank told holds for the new token, too
	r.use(session)
	r.lend()
	return nil
}

// tokenRefused reports a 401 that is about the token, not about one account, and that a new one may help.
func tokenRefused(err error) bool {
	return fault.KindOf(err) == fault.LoginNeeded && !errors.Is(err, bank.ErrAccountGone) && !errors.Is(err, bank.ErrRevoked)
}

// ofAccount makes a 401 that no new token helps one of the account alone: the others tell whether it is the grant.
func ofAccount(err error) error {
	if !tokenRefused(err) {
		return err
	}
	return fault.Because(fault.LoginNeeded, "account.refused", "read an account", errors.Join(bank.ErrAccountGone, err))
}

// conclude saves what the end of the refresh means for the link. It reads the link again first:
// the person may have ended it meanwhile, and then nothing is changed.
func (r *refresh) conclude(ctx context.Context, ended error) error {
	kind := fault.KindOf(ended)
	event, judged := eventOf(kind, ended)
	if !r.asked || !judged {
		return nil
	}
	link, err := r.config.Store.Link(ctx, r.result.Link)
	if err != nil {
		return fmt.Errorf("read the link: %w", err)
	}
	r.result.State = link.State
	next, err := link.State.After(event)
	if err != nil {
		return nil // ended in between: the new state stands
	}
	now := r.config.Now().UTC()
	if next != link.State {
		link.State, link.Since = next, now
	}
	link.Problem, link.PausedUntil = int(kind), time.Time{}
	if !r.ends.IsZero() && link.ConsentID == r.link.ConsentID {
		link.Until(r.ends)
	}
	if r.listed != nil {
		link.Offer(r.listed)
		link.AskAgain(r.doubt)
	}
	switch event {
	case consent.ReadOK:
		link.LastUsed, link.Problem, link.Unread, link.Unlisted = now, int(r.worst()), r.unread(), r.unlisted
		link.Refused = time.Time{}
	case consent.ToldToWait:
		link.PausedUntil = pausedUntil(ended, now)
	case consent.GrantRefused:
		if f := fault.Of(ended); r.unopened && f != nil && f.Reason == "oauth.invalid_grant" && now.Before(link.Expires) {
			link.Refused = now
		}
	}
	if err := r.config.Store.SaveLink(ctx, link); err != nil {
		return fmt.Errorf("save the link: %w", err)
	}
	r.result.State = next
	return nil
}

// eventOf says what happened to a link whose refresh ended with err, unless it says nothing of
// the bank (the person stopped it, the disk is full).
func eventOf(kind fault.Kind, err error) (consent.Event, bool) {
	if err == nil {
		return consent.ReadOK, true
	}
	if errors.Is(err, bank.ErrRevoked) {
		return consent.GrantGone, true
	}
	if errors.Is(err, errCircuit) { // nothing was asked
		return 0, false
	}
	switch kind {
	case fault.LoginNeeded:
		return consent.GrantRefused, true
	case fault.BankPaused:
		return consent.ToldToWait, true
	case fault.SubscriptionLapsed:
		return consent.PaymentDue, true
	case fault.ApprovalNeeded:
		return consent.ApprovalMissing, true
	case fault.BankDown, fault.Offline, fault.BankUnexpected:
		return consent.BankFailed, true
	}
	return 0, false
}

// worst is the kind of what went wrong with a single account, a gone one aside: that is its end,
// not a problem of the link.
func (r *refresh) worst() fault.Kind {
	for _, a := range r.result.Accounts {
		if kind := fault.KindOf(a.Err); a.Err != nil && kind != fault.NotFound && kind != fault.QuotaSpent {
			return kind
		}
	}
	return fault.Unknown
}

// unread names the accounts that could not be read although the link works.
func (r *refresh) unread() []consent.Unread {
	var all []consent.Unread
	for _, a := range r.result.Accounts {
		kind := fault.KindOf(a.Err)
		if a.Err == nil || kind == fault.NotFound || kind == fault.QuotaSpent {
			continue
		}
		u := consent.Unread{Account: string(a.Account.ID), Name: a.Account.Name, Problem: int(kind)}
		if f := fault.Of(a.Err); f != nil {
			u.Reason = f.Reason
		}
		all = append(all, u)
	}
	return all
}

const pauseIfUntold = 15 * time.Minute

func pausedUntil(err error, now time.Time) time.Time {
	if f := fault.Of(err); f != nil {
		if until, err := time.Parse(time.RFC3339, f.Args["until"]); err == nil {
			return until.UTC()
		}
	}
	return now.Add(pauseIfUntold)
}

// add counts w into total.
func add(total *ledger.Written, w ledger.Written) {
	total.Added += w.Added
	total.Updated += w.Updated
	total.Booked += w.Booked
	total.Dropped += w.Dropped
	total.Same += w.Same
}

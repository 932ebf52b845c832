package app_test

import (
	"context"
	"net/http"
	"net/netip"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// wantNothingAt fails if anything was sent to the bank's second port, by its own count or ours.
func wantNothingAt(t *testing.T, r *rig) {
	t.Helper()
	origin, calls := r.bank.Annex()
	if calls != 0 {
		t.Errorf("%d requests came to %s", calls, origin)
	}
	if rows := rowsTo(t, r, origin); rows != 0 {
		t.Errorf("%d rows of the ledger are of %s", rows, origin)
	}
}

func rowsTo(t *testing.T, r *rig, origin string) (n int) {
	t.Helper()
	for _, e := range value(r.coffer.Entries(t.Context(), app.LedgerFilter{}, 0, 10_000))(t) {
		if e.Origin == origin {
			n++
		}
	}
	return n
}

// TestAHostIsAllowedBeforeTheBrowserOpens links a bank whose metadata names its page and its tokens
// on another port: the person is asked, and nothing is there before they answer.
func TestAHostIsAllowedBeforeTheBrowserOpens(t *testing.T) {
	r := fresh(t)
	must(t, r.bank.Move(t.Context(), demobank.MovedSignIn, demobank.MovedToken))
	origin, _ := r.bank.Annex()
	var asked []consent.Ask
	answer, browsed := false, false
	terms := app.Terms{HistoryDays: 30, ConsentDays: 90, Ask: func(_ context.Context, asks []consent.Ask) (bool, error) {
		wantNothingAt(t, r)
		asked = asks
		return answer, nil
	}}
	r.browse = func(ctx context.Context, address string) error {
		browsed = true
		return r.approve(ctx, address)
	}
	link := func() (consent.LinkID, error) {
		return r.coffer.LinkBank(t.Context(), northlight, terms, func(app.LinkingProgress) {})
	}
	_, err := link()
	wantKind(t, err, fault.HostRefused)
	if browsed || len(value(r.coffer.Links(t.Context()))(t)) != 0 {
		t.Error("after a no something went on")
	}
	wantNothingAt(t, r)
	if len(asked) != 2 || asked[0].Use != consent.SignInPage || asked[1].Use != consent.TokenPlace || asked[0].Origin != origin || asked[0].Asker != r.bank.Issuer() {
		t.Errorf("asked %+v", asked)
	}

	answer = true
	r.id = value(link())(t)
	if _, calls := r.bank.Annex(); calls < 2 || rowsTo(t, r, origin) != 1 { // the page is the browser's
		t.Errorf("%d requests came there, %d are in the ledger", calls, rowsTo(t, r, origin))
	}
	must(t, r.coffer.Lock())
	must(t, r.unlock())
	l := value(r.coffer.Link(t.Context(), r.id))(t)
	if len(l.Hosts) != 2 || l.Hosts[1].Origin != origin || l.Hosts[1].Use != consent.TokenPlace || l.Hosts[1].Asker != r.bank.Issuer() || l.Hosts[1].Allowed.IsZero() || len(l.Asks) != 0 {
		t.Errorf("kept %+v, %+v", l.Hosts, l.Asks)
	}
	must(t, r.refresh(t))
}

// TestABankThatMovesIsFollowedOnlyAfterAYes has the bank answer that its API is elsewhere for good.
func TestABankThatMovesIsFollowedOnlyAfterAYes(t *testing.T) {
	r := linked(t)
	must(t, r.refresh(t))
	before := r.read(t)
	must(t, r.bank.Move(t.Context(), demobank.MovedAPI))
	origin, _ := r.bank.Annex()
	for range 2 {
		wantKind(t, r.refresh(t), fault.HostRefused)
	}
	wantNothingAt(t, r)
	l := value(r.coffer.Link(t.Context(), r.id))(t)
	if l.State != consent.Active || len(l.Asks) != 1 || len(l.Waiting()) != 1 || l.Asks[0].Origin != origin || l.Asks[0].Was != r.bank.APIBase() ||
		l.Asks[0].Asker != "127.0.0.1" || l.Asks[0].At.IsZero() {
		t.Fatalf("in state %d it keeps %+v", l.State, l.Asks)
	}
	must(t, r.coffer.AnswerHost(t.Context(), r.id, l.Asks[0], false))
	wantKind(t, r.refresh(t), fault.HostRefused)
	wantNothingAt(t, r)
	if l = value(r.coffer.Link(t.Context(), r.id))(t); len(l.Asks) != 1 || len(l.Waiting()) != 0 {
		t.Errorf("after a no it keeps %+v", l.Asks)
	}

	must(t, r.coffer.AnswerHost(t.Context(), r.id, l.Asks[0], true))
	must(t, r.refresh(t))
	if _, calls := r.bank.Annex(); calls == 0 || rowsTo(t, r, origin) != int(calls) {
		t.Errorf("%d requests came there, %d are in the ledger", calls, rowsTo(t, r, origin))
	}
	sameBooks(t, r.read(t), before)
	if v := value(r.coffer.Privacy(t.Context()))(t); len(v.Allowed) != 1 || v.Allowed[0].Link != r.id || v.Allowed[0].Origin != origin {
		t.Errorf("the privacy screen has %+v", v.Allowed)
	}
	wantKind(t, r.coffer.AnswerHost(t.Context(), r.id, l.Asks[0], true), fault.NotFound)

	terms := app.Terms{HistoryDays: history, ConsentDays: 90, Again: r.id, Ask: func(_ context.Context, asks []consent.Ask) (bool, error) {
		t.Errorf("asked again: %+v", asks)
		return false, nil
	}}
	value(r.coffer.LinkBank(t.Context(), northlight, terms, func(app.LinkingProgress) {}))(t)
	if l = value(r.coffer.Link(t.Context(), r.id))(t); l.Endpoints.API == r.bank.APIBase() || len(l.Hosts) != 1 {
		t.Errorf("renewed with %+v", l.Link)
	}
}

// TestLaterMetadataLeavesAWorkingLinkAlone renews a link whose bank names another token endpoint
// now: after a no the link reads on with what it has, and its card has the question.
func TestLaterMetadataLeavesAWorkingLinkAlone(t *testing.T) {
	r := linked(t)
	l := value(r.coffer.Link(t.Context(), r.id))(t)
	must(t, r.bank.Move(t.Context(), demobank.MovedToken))
	terms := app.Terms{HistoryDays: history, ConsentDays: 90, Again: r.id, Ask: func(context.Context, []consent.Ask) (bool, error) { return false, nil }}
	_, err := r.coffer.LinkBank(t.Context(), northlight, terms, func(app.LinkingProgress) {})
	wantKind(t, err, fault.HostRefused)
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized}) // which makes Coffer renew its token
	must(t, r.refresh(t))
	wantNothingAt(t, r)
	now := value(r.coffer.Link(t.Context(), r.id))(t)
	if now.Endpoints != l.Endpoints || len(now.Asks) != 1 || now.Asks[0].Was != l.Endpoints.Token || now.Asks[0].Refused.IsZero() {
		t.Errorf("it is %+v and keeps %+v", now.Endpoints, now.Asks)
	}
	must(t, r.coffer.AnswerHost(t.Context(), r.id, now.Asks[0], true))
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized})
	must(t, r.refresh(t))
	if origin, calls := r.bank.Annex(); calls != 1 || rowsTo(t, r, origin) != 1 {
		t.Errorf("after a yes %d requests came there, %d are in the ledger", calls, rowsTo(t, r, origin))
	}
}

// follower speaks FDX, and reads an address that the bank named before it lists the accounts.
type follower struct {
	fdx.Bank
	address string
	token   bool
}

func (f *follower) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	r := wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: f.address, Path: "/more"}
	if f.token {
		r.Bearer = s.Token
	}
	answer, err := s.Line.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := answer.Body.Close(); err != nil {
		return nil, err
	}
	return f.Bank.Accounts(ctx, s)
}

// TestAnAddressInAnAnswerIsReadOnlyAfterAYes is about what banks put into their answers: a next page
// on another port, and a list on another host. 0 bytes and 0 look-ups before the yes.
func TestAnAddressInAnAnswerIsReadOnlyAfterAYes(t *testing.T) {
	for name, test := range map[string]struct {
		token bool
		use   consent.Use
	}{"a next page": {true, consent.NextPage}, "a list for everybody": {false, consent.PlainRead}} {
		t.Run(name, func(t *testing.T) {
			r := linked(t)
			other, count := wiretest.Serve(t, nil, func(http.ResponseWriter, *http.Request) {})
			r.speaks = &follower{fdx.Bank{Now: r.clock.now}, other.URL + "/more?account=4417", test.token}
			must(t, r.reopen())
			must(t, r.unlock())
			for range 2 {
				wantKind(t, r.refresh(t), fault.HostRefused)
			}
			l := value(r.coffer.Link(t.Context(), r.id))(t)
			if count.Conns.Load() != 0 || rowsTo(t, r, other.URL) != 0 || len(l.Waiting()) != 1 {
				t.Fatalf("%d connections, %d rows, waiting %+v", count.Conns.Load(), rowsTo(t, r, other.URL), l.Waiting())
			}
			if a := l.Asks[0]; a.Use != test.use || a.Origin != other.URL || a.Address != other.URL {
				t.Errorf("asked %+v: what follows the host may hold ids", a)
			}
			must(t, r.coffer.AnswerHost(t.Context(), r.id, l.Asks[0], true))
			must(t, r.refresh(t))
			if count.Conns.Load() != 1 || rowsTo(t, r, other.URL) != 1 {
				t.Errorf("after a yes %d connections, %d rows", count.Conns.Load(), rowsTo(t, r, other.URL))
			}
		})
	}
}

// TestAnAddressElsewhereIsNoQuestion: a token goes to no other domain, and nothing goes to a private
// network, whatever the person says. No name is looked up.
func TestAnAddressElsewhereIsNoQuestion(t *testing.T) {
	r := linked(t)
	names := wiretest.NewNames(t, map[string][][]netip.Addr{"evil.example": {{netip.MustParseAddr("203.0.114.9")}}})
	r.names = names
	for address, token := range map[string]bool{"https://evil.example/next": true, "https://10.0.0.1/rates": false, "http://evil.example/rates": false} {
		r.speaks = &follower{fdx.Bank{Now: r.clock.now}, address, token}
		must(t, r.reopen())
		must(t, r.unlock())
		wantKind(t, r.refresh(t), fault.HostRefused)
		if l := value(r.coffer.Link(t.Context(), r.id))(t); len(l.Asks) != 0 {
			t.Errorf("%s is asked about: %+v", address, l.Asks)
		}
	}
	r.speaks = &follower{fdx.Bank{Now: r.clock.now}, "https://evil.example/rates", false}
	must(t, r.reopen())
	must(t, r.unlock())
	wantKind(t, r.refresh(t), fault.HostRefused)
	if l := value(r.coffer.Link(t.Context(), r.id))(t); len(l.Waiting()) != 1 || l.Asks[0].Site != "evil.example" || l.Asks[0].Own {
		t.Errorf("asked %+v", l.Asks)
	}
	if asked := names.Asked(); len(asked) != 0 {
		t.Errorf("looked up %v", asked)
	}
}

// TestALockEndsTheQuestionAboutAHost: locking waits for no answer, and the question is no yes.
func TestALockEndsTheQuestionAboutAHost(t *testing.T) {
	r := fresh(t)
	must(t, r.bank.Move(t.Context(), demobank.MovedToken))
	asked := make(chan struct{})
	terms := app.Terms{HistoryDays: 30, ConsentDays: 90, Ask: func(ctx context.Context, _ []consent.Ask) (bool, error) {
		close(asked)
		<-ctx.Done()
		return true, ctx.Err()
	}}
	ended := make(chan error, 1)
	go func() {
		_, err := r.coffer.LinkBank(t.Context(), northlight, terms, func(app.LinkingProgress) {})
		ended <- err
	}()
	<-asked
	must(t, r.coffer.Lock())
	wantKind(t, <-ended, fault.Canceled)
	if _, calls := r.bank.Annex(); calls != 0 {
		t.Errorf("%d requests came there", calls)
	}
	must(t, r.unlock())
	if len(value(r.coffer.Links(t.Context()))(t)) != 0 {
		t.Error("a link was made")
	}
}

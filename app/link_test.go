package app_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

func TestTheFirstReadBringsWhatTheBankHas(t *testing.T) {
	r := linked(t)
	want := r.truth(t)
	if n := want.count(); n < 1000 {
		t.Fatalf("the bank has only %d rows", n)
	}
	sameBooks(t, r.read(t), want)
	if links := value(r.coffer.Links(t.Context()))(t); len(links) != 1 || links[0].State != consent.Active || len(links[0].Accounts) != 3 {
		t.Errorf("links are %+v", links)
	}

	must(t, r.stopBank())
	must(t, r.reopen())
	must(t, r.unlock())
	sameBooks(t, r.read(t), want)
}

func TestALinkThatIsNotApprovedLeavesNothing(t *testing.T) {
	r := fresh(t)
	for name, test := range map[string]struct {
		browse func(ctx context.Context, stop context.CancelFunc, address string) error
		kind   fault.Kind
	}{
		"the person says no": {func(ctx context.Context, _ context.CancelFunc, address string) error {
			return walk.Deny(ctx, address, r.person())
		}, fault.ConsentDenied},
		"the browser is closed and the person cancels": {func(ctx context.Context, stop context.CancelFunc, address string) error {
			defer stop()
			return walk.Abandon(ctx, address, r.person(), walk.Confirm)
		}, fault.Canceled},
		"the browser can't be told": {func(context.Context, context.CancelFunc, string) error {
			return fault.New(fault.DiskFailed, "open the browser", errors.New("odd"))
		}, fault.DiskFailed},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			r.browse = func(ctx context.Context, address string) error { return test.browse(ctx, stop, address) }
			_, err := r.coffer.LinkBank(ctx, northlight, app.Terms{HistoryDays: 30, ConsentDays: 90}, func(app.LinkingProgress) {})
			wantKind(t, err, test.kind)
			links, accounts := value(r.coffer.Links(t.Context()))(t), value(r.coffer.Accounts(t.Context()))(t)
			if len(links)+len(accounts) != 0 {
				t.Errorf("left behind: %d links, %d accounts", len(links), len(accounts))
			}
			for _, e := range r.bank.Events() {
				if e.Kind == demobank.TokenIssued {
					t.Errorf("the bank issued a token")
				}
			}
		})
	}
}

func TestWithoutABrowserTheAddressIsTold(t *testing.T) {
	r := fresh(t)
	r.browse = func(_ context.Context, address string) error {
		return fault.With(fault.NoBrowser, "open the browser", errors.New("none"), "address", address)
	}
	var steps []app.LinkStep
	told := func(p app.LinkingProgress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
		if p.Step != app.InBrowser {
			return
		}
		if !p.NoBrowse || p.Address == "" {
			t.Errorf("told %+v", p)
		}
		must(t, r.approve(t.Context(), p.Address)) // the person copies it
	}
	_, err := r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: 10, ConsentDays: 90}, told)
	must(t, err)
	if want := []app.LinkStep{app.AskingBank, app.InBrowser, app.Opening, app.Reading}; !slices.Equal(steps, want) {
		t.Errorf("steps were %v, want %v", steps, want)
	}
	_, err = r.coffer.LinkBank(t.Context(), "no-such-bank", app.Terms{}, func(app.LinkingProgress) {})
	wantKind(t, err, fault.NotFound)
}

func TestABankThatIsDownCostsNothing(t *testing.T) {
	r := linked(t)
	before := r.read(t)
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnavailable, Times: 50})
	wantKind(t, r.refresh(t), fault.BankDown)
	if s := r.state(t); s != consent.Outage {
		t.Errorf("state is %d, want an outage", s)
	}
	sameBooks(t, r.read(t), before)
	if s := value(r.coffer.Status(t.Context()))(t); len(s.Failed) != 1 {
		t.Errorf("the foot of the window says %+v", s)
	}
	r.bank.Heal()

	must(t, r.stopBank())
	wantKind(t, r.refresh(t), fault.Offline)
	sameBooks(t, r.read(t), before)

	must(t, r.startBank())
	r.clock.move(3 * 24 * time.Hour)
	must(t, r.coffer.RefreshAll(t.Context()))
	if s := r.state(t); s != consent.Active {
		t.Errorf("state is %d, want active", s)
	}
	sameBooks(t, r.read(t), r.truth(t))
}

func TestABankThatSaysWaitIsNotAskedAgain(t *testing.T) {
	r := linked(t)
	r.bank.Fail(demobank.Fault{Kind: demobank.APITooMany, RetryAfter: time.Hour})
	wantKind(t, r.refresh(t), fault.BankPaused)
	asked := len(value(r.coffer.Ledger(t.Context(), string(r.id), 0, 1000))(t))
	err := r.refresh(t)
	wantKind(t, err, fault.BankPaused)
	if fault.Of(err).Args["until"] == "" {
		t.Errorf("it is not said until when: %v", err)
	}
	if again := len(value(r.coffer.Ledger(t.Context(), string(r.id), 0, 1000))(t)); again != asked {
		t.Errorf("%d connections were made while the bank said to wait", again-asked)
	}
	r.clock.move(61 * time.Minute)
	must(t, r.refresh(t))
}

func TestSigningInAgainDoublesNothing(t *testing.T) {
	r := linked(t)
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized, Times: 100})
	wantKind(t, r.refresh(t), fault.LoginNeeded)
	if s := r.state(t); s != consent.NeedsLogin {
		t.Fatalf("state is %d, want one that asks for a sign-in", s)
	}
	wantKind(t, r.refresh(t), fault.LoginNeeded)
	r.bank.Heal()
	before := r.read(t)

	id, err := r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: history, ConsentDays: 90, Again: r.id}, func(app.LinkingProgress) {})
	must(t, err)
	if id != r.id || r.state(t) != consent.Active {
		t.Errorf("link %s is in state %d", id, r.state(t))
	}
	if links := value(r.coffer.Links(t.Context()))(t); len(links) != 1 || len(links[0].Accounts) != 3 {
		t.Errorf("links are %+v", links)
	}
	sameBooks(t, r.read(t), before)
}

func TestA401OnceIsRenewedInSilence(t *testing.T) {
	r := linked(t)
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized})
	must(t, r.refresh(t))
	if s := r.state(t); s != consent.Active {
		t.Errorf("state is %d", s)
	}
}

func TestARefreshCutInTheMiddleGoesOnFromThere(t *testing.T) {
	r := fresh(t)
	r.bank.Fail(demobank.Fault{Kind: demobank.CutPage, Page: 3})
	id, err := r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: history, ConsentDays: 90}, func(app.LinkingProgress) {})
	if err == nil || id == "" {
		t.Fatalf("got %q, %v: the link must be there and its first read failed", id, err)
	}
	r.id = id
	half, whole := r.read(t), r.truth(t)
	for row, n := range half.Rows {
		if whole.Rows[row] < n {
			t.Errorf("row %q came %d times, the bank has %d", row, n, whole.Rows[row])
		}
	}
	if half.count() == 0 || half.count() >= whole.count() {
		t.Errorf("%d of %d rows were read before the cut", half.count(), whole.count())
	}
	must(t, r.reopen())
	must(t, r.unlock())
	must(t, r.refresh(t))
	sameBooks(t, r.read(t), whole)
}

func TestTheEndOfAConsentIsTheBanksWord(t *testing.T) {
	r := fresh(t)
	r.browse = func(ctx context.Context, address string) error { // 90 days were asked for, the person gives 30
		person := r.person()
		person.Days = 30
		return walk.Approve(ctx, address, person)
	}
	id := value(r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: 10, ConsentDays: 90}, func(app.LinkingProgress) {}))(t)
	l := value(r.coffer.Link(t.Context(), id))(t)
	if days := l.Expires.Sub(l.Granted).Hours() / 24; days < 29 || days > 31 {
		t.Errorf("the consent is said to last %.0f days", days)
	}
}

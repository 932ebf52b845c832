package app_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/demobank"
)

// TestWhatWasMarkedForShreddingOutlivesNoNewSignIn: shredding was pressed, and then the link was signed in to again.
// What was pressed is over: it must not strike when the link ends one day and its history is to be kept.
func TestWhatWasMarkedForShreddingOutlivesNoNewSignIn(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	value(r.store.ChangeLink(ctx, r.id, func(l *consent.Link) error {
		l.State = consent.RevokedAtBank
		return nil
	}))(t)
	must(t, c.EraseSoon(ctx, r.id))
	value(c.LinkBank(ctx, northlight, app.Terms{HistoryDays: history, ConsentDays: 90, Again: r.id}, func(app.LinkingProgress) {}))(t)
	before := r.read(t)
	must(t, c.Lock())
	must(t, r.unlock())
	value(c.Revoke(ctx, r.id, nil))(t)
	must(t, c.Lock())
	must(t, r.unlock())
	sameBooks(t, r.read(t), before)
}

// TestNothingIsReadByItselfBeforeTheChoice: after a lock in the midst of the choice the unattended read finds the
// link, and what a backup, the search, the export and the receipts hold names no account.
func TestNothingIsReadByItselfBeforeTheChoice(t *testing.T) {
	r := fresh(t)
	c, ctx := r.coffer, t.Context()
	must(t, c.SetLockAfter(ctx, 0))
	locked := make(chan error, 1)
	id, err := r.linkBy(ctx, func(ctx context.Context, _ []consent.Account) ([]string, error) {
		go func() { locked <- c.Lock() }()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	must(t, <-locked)
	wantKind(t, err, fault.Canceled)
	must(t, r.reopen())
	must(t, r.unlock())
	c, r.id = r.coffer, id
	for range 3 {
		r.clock.move(7 * time.Hour)
		value(c.ReadDue(ctx))(t)
		must(t, c.RefreshAll(ctx))
	}
	if n, got := r.asked(t, "transactions"), r.digits(t); n != 0 || len(got) != 0 || len(r.present.take()) < 6 {
		t.Errorf("%d requests for transactions, accounts %v", n, got)
	}
	receipt := value(c.Revoke(ctx, id, nil))(t)
	if len(receipt.Accounts) != 0 || !receipt.Proved {
		t.Errorf("receipt %+v", receipt)
	}
}

// TestAChoiceThatIsChangedWhileARefreshRunsHolds: in the midst of a read the person leaves an account out.
func TestAChoiceThatIsChangedWhileARefreshRunsHolds(t *testing.T) {
	r := fresh(t)
	c, ctx := r.coffer, t.Context()
	var all []consent.Account
	r.id = value(r.linkBy(ctx, func(_ context.Context, listed []consent.Account) ([]string, error) {
		all = listed
		return picks(listed, "2290", "4417", "8036"), nil
	}))(t)
	var once sync.Once
	var changed sync.WaitGroup
	r.clock.move(time.Hour)
	hearing, stop := context.WithCancel(ctx)
	defer stop()
	c.Changed.Jobs.Listen(hearing, func(app.Progress) {
		once.Do(func() {
			changed.Go(func() {
				if _, err := c.ChooseAccounts(ctx, r.id, picks(all, "2290"), true); err != nil {
					t.Error(err)
				}
			})
		})
	})
	_ = r.refresh(t) // stopped, or just done
	changed.Wait()
	stop()
	must(t, r.refresh(t))
	if got := r.digits(t); !slices.Equal(got, []string{"2290"}) {
		t.Errorf("accounts %v", got)
	}
	if l := value(c.Link(ctx, r.id))(t); len(l.LeftOut()) != 2 {
		t.Errorf("left out %+v", l.LeftOut())
	}
}

// TestARevocationInTheMidstOfOtherWork: twice at once, while the link is read and while it is signed in to again.
// It is proved once, with one receipt, and the bank honours nothing.
func TestARevocationInTheMidstOfOtherWork(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	began, goOn := make(chan struct{}), make(chan struct{})
	r.browse = func(ctx context.Context, address string) error {
		close(began)
		<-goOn
		return r.approve(ctx, address)
	}
	var others, revoking sync.WaitGroup
	var again error
	others.Go(func() {
		_, again = c.LinkBank(ctx, northlight, app.Terms{HistoryDays: 40, ConsentDays: 90, Again: r.id}, func(app.LinkingProgress) {})
	})
	<-began
	others.Go(func() { _, _ = c.Refresh(ctx, r.id) }) // stopped by the revocation, or done before
	var errs [2]error
	for i := range errs {
		revoking.Go(func() { _, errs[i] = c.Revoke(ctx, r.id, nil) })
	}
	revoking.Wait()
	close(goOn)
	others.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || again == nil {
		t.Errorf("revoked %v, %v; signed in again %v", errs[0], errs[1], again)
	}
	receipts := value(c.Receipts(ctx))(t)
	if len(receipts) != 1 || !receipts[0].Proved || r.state(t) != consent.Revoked {
		t.Errorf("state %d, receipts %+v", r.state(t), receipts)
	}
	ended, granted := 0, 1 // the first was granted before this bank was started
	for _, e := range r.bank.Events() {
		switch e.Kind {
		case demobank.GrantRevoked:
			ended++
		case demobank.GrantCreated:
			granted++
		}
	}
	if ended != granted {
		t.Errorf("%d grants, %d ended", granted, ended)
	}
}

// TestARevocationThatIsCutOffGoesOnByItself: its caller ended right after the bank's first answer, then the vault was
// locked. Once it is open again the rest follows, and is proved.
func TestARevocationThatIsCutOffGoesOnByItself(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	cut, stop := context.WithCancel(ctx)
	_, err := c.Revoke(cut, r.id, func(consent.Proof) { stop() })
	wantKind(t, err, fault.Canceled)
	must(t, c.Lock())
	must(t, r.unlock())
	r.clock.move(16 * time.Minute)
	must(t, c.RevokeDue(ctx))
	if s := r.state(t); s != consent.Revoked {
		t.Errorf("state %d", s)
	}
	if all := value(c.Receipts(ctx))(t); len(all) != 1 || !all[0].Proved {
		t.Errorf("receipts %+v", all)
	}
}

// TestWhatALinkInRevocationBroughtNamesNothing once it is shredded: the bank has not confirmed yet.
func TestWhatALinkInRevocationBroughtNamesNothing(t *testing.T) {
	r := fresh(t)
	c, ctx := r.coffer, t.Context()
	r.id = value(r.linkBy(ctx, func(_ context.Context, listed []consent.Account) ([]string, error) { return picks(listed, "2290"), nil }))(t)
	r.bank.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 50})
	_, err := c.Revoke(ctx, r.id, nil)
	wantKind(t, err, fault.RevokePending)
	value(c.Erase(ctx, r.id, nil))(t)
	l := value(r.store.Link(ctx, r.id))(t)
	if len(l.Choice) != 0 || len(l.Unread) != 0 {
		t.Errorf("the link still names %+v", l.Choice)
	}
	r.bank.Heal()
	receipt := value(c.Revoke(ctx, r.id, nil))(t)
	if strings.Contains(strings.Join(receipt.Accounts, " "), "8036") || !receipt.Proved {
		t.Errorf("receipt %+v", receipt)
	}
}

package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank/banktest"
)

// TestOneAccountsRefusalIsNotTheTokens: a bank without OAuth refuses one account. The other is read, the link
// works, and what is wrong stands with it; nothing of it is there once the bank answers again. A bank that refuses
// every account that it lists has taken the key back.
func TestOneAccountsRefusalIsNotTheTokens(t *testing.T) {
	for id := range tokenBanks() {
		t.Run(id, func(t *testing.T) {
			r := newTokenBank(t, id)
			link, err := r.paste(r.good, "")
			must(t, err)
			for status, want := range map[int]fault.Kind{401: fault.LoginNeeded, 403: fault.LoginNeeded, 404: fault.NotFound} {
				r.refuse("id-empty", status)
				got, err := r.coffer.Refresh(t.Context(), link)
				if err != nil || len(got.Failed) != 1 || got.Failed[0].Account.Name != "empty" || fault.KindOf(got.Failed[0].Err) != want {
					t.Errorf("%d: got %+v, %v", status, got, err)
				}
				v := r.view(link)
				named := len(v.Unread) == 1 && v.Unread[0].Name == "empty"
				if v.State != consent.Active || named != (want == fault.LoginNeeded) {
					t.Errorf("%d: the link is %+v", status, v.Link)
				}
				r.holds(r.currency, 90)
				r.shelf(r.booked, r.available)
				r.bank.Instead(nil)
				if got, err := r.coffer.Refresh(t.Context(), link); err != nil || len(got.Failed) != 0 || len(r.view(link).Unread) != 0 {
					t.Errorf("once it answers again: %+v, %v", got, err)
				}
			}
			r.refuse("id-", 401)
			_, err = r.coffer.Refresh(t.Context(), link)
			if fault.KindOf(err) != fault.LoginNeeded || r.view(link).State != consent.NeedsLogin {
				t.Errorf("every account is refused: %v, state %d", err, r.view(link).State)
			}
			r.holds(r.currency, 90)
		})
	}
}

// TestAnAccessTokenThatEndsEarlyIsFetchedAgain: a 401 for one account may mean the token. Where a client gets another,
// the account is asked for once more with that.
func TestAnAccessTokenThatEndsEarlyIsFetchedAgain(t *testing.T) {
	r := newTokenBank(t, "investec")
	link, err := r.paste(r.good, "")
	must(t, err)
	for _, path := range []string{"/balance", "/transactions"} {
		before, ended := len(r.bank.Issued()), false
		r.bank.Instead(func(q banktest.Question) (int, any) {
			if !ended && strings.HasSuffix(q.URL.Path, path) {
				ended = true
				return 401, nil
			}
			return 0, nil
		})
		got, err := r.coffer.Refresh(t.Context(), link)
		if v := r.view(link); err != nil || len(got.Failed) != 0 || v.State != consent.Active || len(v.Unread) != 0 || len(r.bank.Issued()) != before+1 || !ended {
			t.Errorf("%s: got %+v, %v; %d tokens were given, the link is %+v", path, got, err, len(r.bank.Issued())-before, v.Link)
		}
	}
	r.holds(r.currency, 90)
}

// refuse makes the bank answer so to whatever names an account, but its savings goals.
func (r *atTokenBank) refuse(account string, status int) {
	r.bank.Instead(func(q banktest.Question) (int, any) {
		if strings.Contains(q.URL.Path, account) && !strings.Contains(q.URL.Path, "savings-goals") {
			return status, nil
		}
		return 0, nil
	})
}

// TestATokenBanksLimitsAreKept: the requests of a day and the reads of an account while the person is away, as
// the file says them. Trying the token, renewing it and the proof of revoking are not counted.
func TestATokenBanksLimitsAreKept(t *testing.T) {
	const limit, alone = 20, 2
	r := newTokenBank(t, "up", "\n[revoke]", fmt.Sprintf("\n[limits]\nreads_a_day = %d\nalone_a_day = %d\n\n[revoke]", limit, alone))
	link, err := r.paste(r.good, "")
	must(t, err)
	reads := func() (n int) {
		for _, q := range r.bank.Asked() {
			if q.URL.Path != "/util/ping" {
				n++
			}
		}
		return n
	}
	if l := r.view(link); l.Limits != (consent.Limits{Reads: limit, Alone: alone}) || l.Left.Reads != limit-reads() || l.Left.Alone != alone {
		t.Errorf("limits %+v, %+v is left after %d requests", l.Limits, l.Left, reads())
	}
	for range limit {
		if _, err = r.coffer.Refresh(t.Context(), link); err != nil {
			break
		}
	}
	r.fails(err, fault.QuotaSpent, "")
	l := r.view(link)
	wait := l.Left.Until.Sub(r.now())
	if reads() != limit || l.State != consent.Active || l.Left.Reads != 0 || wait < 24*time.Hour || wait > 25*time.Hour {
		t.Errorf("%d requests, %v to wait, and the link is %+v", reads(), wait, l)
	}
	r.bank.Accept(r.other, "")
	asked := r.asked()
	_, err = r.paste(r.other, link) // the token is tried, which is not counted; the read after it is
	r.fails(err, fault.QuotaSpent, "")
	if reads() != limit || r.asked() != asked+1 || r.view(link).State != consent.Active {
		t.Errorf("renewed with nothing left: %d requests, %d connections, %+v", reads(), r.asked()-asked, r.view(link))
	}

	r.move(wait)
	must(t, r.coffer.SetLockAfter(t.Context(), 0))
	for i := range alone + 2 { // six hours apart
		before := reads()
		r.move(app.DefaultReadEvery)
		_, err := r.coffer.ReadDue(t.Context())
		must(t, err)
		if l := r.view(link); (reads() > before) != (i < alone) || l.Left.Alone != max(alone-i-1, 0) || l.State != consent.Active {
			t.Errorf("%d requests of read %d alone, and the link is %+v", reads()-before, i+1, l)
		}
	}
	before := reads()
	if _, err := r.coffer.Refresh(t.Context(), link); err != nil || reads() == before { // the person is there
		t.Errorf("with the person there: %v", err)
	}
	r.bank.Accept("", "")
	if receipt, err := r.coffer.Revoke(t.Context(), link, func(consent.Proof) {}); err != nil || !receipt.Proved {
		t.Errorf("revoked: %+v, %v", receipt, err)
	}
}

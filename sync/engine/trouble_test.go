package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/engine"
)

func TestATokenThatEndsInTheMiddleIsRenewedAndThePageAskedForAgain(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	pages := 0
	r.grants.renew = func(int) (string, error) {
		r.bank.Accept("second-token")
		return "second-token", nil
	}
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page == 0 {
			return nil
		}
		if pages++; pages == 3 { // the third page of the first slice
			return &banktest.Reply{Status: 401}
		}
		return nil
	})
	r.must()
	r.holds(rows)
	if r.grants.renewed != 1 {
		t.Errorf("renewed %d times", r.grants.renewed)
	}
	var asked []int
	for _, c := range r.bank.Calls() {
		if c.Page > 0 {
			asked = append(asked, c.Page)
		}
	}
	if !slices.Equal(asked[:4], []int{1, 2, 3, 3}) {
		t.Errorf("asked for pages %v", asked[:4])
	}
}

func TestTransactionsThatStayRefusedAreALogin(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 {
			return &banktest.Reply{Status: 401}
		}
		return nil
	})
	if _, err := r.refresh(); fault.KindOf(err) != fault.LoginNeeded || r.grants.renewed != 1 || r.store.link(linkID).State != consent.NeedsLogin {
		t.Errorf("got %v after %d renewals, %+v", err, r.grants.renewed, r.store.link(linkID))
	}
}

func TestAPageKeyThatARenewalKillsStartsTheSliceAgain(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	pages := 0
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 {
			pages++
		}
		switch pages {
		case 3:
			return &banktest.Reply{Status: 401}
		case 4:
			return &banktest.Reply{Status: 400, Body: `{"code":401}`}
		}
		return nil
	})
	r.must()
	r.holds(rows)
}

func TestTroubleOfTheLinkIsItsState(t *testing.T) {
	cases := map[string]struct {
		status  int
		kind    fault.Kind
		state   consent.State
		renewed int
	}{
		"401 after a renewal is a login": {401, fault.LoginNeeded, consent.NeedsLogin, 1},
		"403 is a login":                 {403, fault.LoginNeeded, consent.NeedsLogin, 1},
		"429 is a pause":                 {429, fault.BankPaused, consent.Paused, 0},
		"402 is a lapsed subscription":   {402, fault.SubscriptionLapsed, consent.Lapsed, 0},
		"503 is an outage":               {503, fault.BankDown, consent.Outage, 0},
		"nonsense is an outage":          {200, fault.BankUnexpected, consent.Outage, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			rows := r.year("a")
			r.must()
			r.bank.Script(func(banktest.Call) *banktest.Reply {
				return &banktest.Reply{Status: c.status, Header: map[string]string{"Retry-After": "30"}, Body: `{}`}
			})
			result, err := r.refresh()
			link := r.store.link(linkID)
			if fault.KindOf(err) != c.kind || result.State != c.state || link.State != c.state || link.Problem != int(c.kind) || r.grants.renewed != c.renewed {
				t.Errorf("got %v; state %d; renewed %d times; link %+v", err, result.State, r.grants.renewed, link)
			}
			if c.kind == fault.BankPaused && !link.PausedUntil.Equal(noon.Add(30*time.Second)) {
				t.Errorf("paused until %v", link.PausedUntil)
			}
			r.holds(rows) // the data stays
		})
	}
}

func TestAnOfflineComputerIsAnOutageAndKeepsTheData(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.must()
	r.grants.refuse = fault.New(fault.Offline, "renew", errors.New("no network"))
	if _, err := r.refresh(); fault.KindOf(err) != fault.Offline || r.store.link(linkID).State != consent.Outage {
		t.Errorf("got %v, %+v", err, r.store.link(linkID))
	}
	r.grants.refuse = nil
	r.must()
	r.holds(rows)
	if link := r.store.link(linkID); link.State != consent.Active || !link.Since.Equal(noon) {
		t.Errorf("link is %+v", link)
	}
}

func TestARefusedGrantIsALoginAndIsNotAskedAgain(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.grants.refuse = fault.New(fault.LoginNeeded, "renew", errors.New("invalid_grant"))
	for range 2 {
		if _, err := r.refresh(); fault.KindOf(err) != fault.LoginNeeded {
			t.Errorf("got %v", err)
		}
	}
	if r.grants.opened != 1 || len(r.bank.Calls()) != 0 || r.store.link(linkID).State != consent.NeedsLogin {
		t.Errorf("opened %d times, link %+v", r.grants.opened, r.store.link(linkID))
	}
}

func TestLinksThatMayNotBeReadAreNotAsked(t *testing.T) {
	cases := map[string]struct {
		change func(*consent.Link)
		kind   fault.Kind
	}{
		"paused":         {func(l *consent.Link) { l.State, l.PausedUntil = consent.Paused, noon.Add(time.Minute) }, fault.BankPaused},
		"revoke pending": {func(l *consent.Link) { l.State = consent.RevokePending }, fault.RevokePending},
		"revoked":        {func(l *consent.Link) { l.State = consent.Revoked }, fault.NotFound},
		"ended there":    {func(l *consent.Link) { l.State = consent.RevokedAtBank }, fault.LoginNeeded},
		"being linked":   {func(l *consent.Link) { l.State = consent.Linking }, fault.NotFound},
		"unknown tongue": {func(l *consent.Link) { l.Dialect = "klingon" }, fault.NotFound},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			link := aLink()
			c.change(&link)
			r.store.links[linkID] = link
			_, err := r.refresh()
			if fault.KindOf(err) != c.kind || r.grants.opened != 0 || r.store.link(linkID).State != link.State {
				t.Errorf("got %v; opened %d times; state %d", err, r.grants.opened, r.store.link(linkID).State)
			}
		})
	}
	r := newRig(t)
	r.store.links[linkID] = func() consent.Link {
		l := aLink()
		l.State, l.PausedUntil = consent.Paused, noon
		return l
	}()
	r.must() // the pause is over
	if link := r.store.link(linkID); link.State != consent.Active || !link.PausedUntil.IsZero() {
		t.Errorf("link is %+v", link)
	}
}

func TestOneAccountThatCanNotBeReadLeavesTheOthers(t *testing.T) {
	for name, c := range map[string]struct {
		reply  banktest.Reply
		kind   fault.Kind
		closed bool
	}{
		"gone":              {banktest.Reply{Status: 404, Body: `{"code":701}`}, fault.NotFound, false},
		"closed":            {banktest.Reply{Status: 409, Body: `{"code":705}`}, fault.NotFound, true},
		"401 after renewal": {banktest.Reply{Status: 401}, fault.LoginNeeded, false}, // the token is good: the other account opens
		"not in consent":    {banktest.Reply{Status: 403}, fault.LoginNeeded, false},
		"nonsense":          {banktest.Reply{Status: 200, Body: `{"transactions":[{"amount":1e3}]}`}, fault.BankUnexpected, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.bank.Open("odd", "DEPOSIT_ACCOUNT", "1111", 0)
			rows := r.year("a")
			r.bank.Script(func(call banktest.Call) *banktest.Reply {
				if call.Account == "odd" {
					return &c.reply
				}
				return nil
			})
			result, err := r.refresh()
			if err != nil || fault.KindOf(result.Accounts[0].Err) != c.kind || result.Accounts[0].Account.ID != "account-1" || result.Accounts[1].Err != nil {
				t.Errorf("got %v, %+v", err, result.Accounts)
			}
			r.holds(rows)
			problem := c.kind
			if c.kind == fault.NotFound {
				problem = 0
			}
			if link := r.store.link(linkID); link.State != consent.Active || link.Problem != int(problem) {
				t.Errorf("link is %+v", link)
			}
			if accounts, _ := r.store.Accounts(t.Context()); accounts[0].Closed != c.closed {
				t.Errorf("account is %+v", accounts[0])
			}
		})
	}
}

func TestAGrantThatOpensNoAccountIsALogin(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 {
			return &banktest.Reply{Status: 403}
		}
		return nil
	})
	if _, err := r.refresh(); fault.KindOf(err) != fault.LoginNeeded || r.store.link(linkID).State != consent.NeedsLogin {
		t.Errorf("got %v, %+v", err, r.store.link(linkID))
	}
}

func TestAPartialAnswerDropsNothing(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "LOC_ACCOUNT", "4417", 0)
	r.bank.Put("a", banktest.Row{ID: "h1", Day: today() - 1, Cents: -4600, Payee: "Olive", Pending: true})
	r.must()
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 {
			return &banktest.Reply{Status: 206, Body: `{"transactions":[]}`}
		}
		return nil
	})
	for range 5 {
		if result := r.must(); !result.Accounts[0].Partial {
			t.Errorf("got %+v", result)
		}
	}
	if all := r.store.all(); all["h1"].Status != ledger.Pending || all["h1"].Missing != 0 {
		t.Errorf("got %+v", all)
	}
}

func TestTheBanksHistoryMayBeShorterThanAskedFor(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 && c.From < today()-200 {
			return &banktest.Reply{Status: 400, Body: `{"code":702}`}
		}
		return nil
	})
	r.must()
	if at := r.store.readings["account-1"]; !at.Done {
		t.Errorf("reading is %+v", at)
	}
	if got := len(r.store.all()); got < 30 || got >= len(rows) {
		t.Errorf("%d rows", got)
	}
}

// TestAHistoryThatClosesBehindAStoppedReadIsGivenUp: some banks show all of it for minutes after the
// sign-in, and later only the newest days. What is left then is no error that stays.
func TestAHistoryThatClosesBehindAStoppedReadIsGivenUp(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	saved := 0
	r.store.refuse = func(ledger.Write) error {
		if saved++; saved == 4 {
			return errors.New("the disk is full")
		}
		return nil
	}
	if _, err := r.refresh(); err == nil {
		t.Fatal("the read was not stopped")
	}
	r.store.refuse = func(ledger.Write) error { return nil }
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 && c.From < today()-60 {
			return &banktest.Reply{Status: 400, Body: `{"code":702}`}
		}
		return nil
	})
	r.must()
	if at := r.store.readings["account-1"]; !at.Done {
		t.Errorf("reading is %+v", at)
	}
	if got := len(r.store.all()); got < 30 || got >= len(rows) {
		t.Errorf("%d rows", got)
	}
}

func TestALinkThatIsEndedMeanwhileIsReadNoFurther(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	n := 0
	r.store.refuse = func(ledger.Write) error { // runs under the store's lock
		if n++; n == 2 {
			link := r.store.links[linkID]
			link.State = consent.RevokePending
			r.store.links[linkID] = link
		}
		return nil
	}
	result, err := r.refresh()
	if err == nil || result.State != consent.RevokePending || r.store.link(linkID).State != consent.RevokePending {
		t.Errorf("got %v, %+v", err, result)
	}
	if n != 2 || len(r.store.all()) == len(rows) {
		t.Errorf("%d slices were saved", n)
	}
}

func TestANewGrantWithNewIDsFindsTheSameAccounts(t *testing.T) {
	r := newRig(t)
	r.bank.Open("x-1", "DEPOSIT_ACCOUNT", "2290", 0)
	r.bank.Open("x-2", "DEPOSIT_ACCOUNT", "2290", 0) // the same last digits
	r.bank.Open("x-3", "LOC_ACCOUNT", "2290", 0)
	r.must()
	first, _ := r.store.Accounts(t.Context())
	if len(first) != 3 {
		t.Fatalf("%d accounts of 3", len(first))
	}
	for i := range 50 {
		id := consent.LinkID("again-" + strings.Repeat("i", i))
		link := aLink()
		link.ID = id
		r.store.links = map[consent.LinkID]consent.Link{id: link}
		fresh := banktest.NewFake(t, 10)
		for _, a := range []struct{ id, category, name string }{{"n-2", "DEPOSIT_ACCOUNT", "x-2"}, {"n-3", "LOC_ACCOUNT", "x-3"}, {"n-9", "DEPOSIT_ACCOUNT", "x-1"}} {
			fresh.Open(a.id+string(id), a.category, "2290", 0)
			fresh.Rename(a.id+string(id), "Account "+a.name)
		}
		r.grants.bank = fresh
		if _, err := r.engine.Refresh(t.Context(), id, true, nil); err != nil {
			t.Fatal(err)
		}
	}
	accounts, _ := r.store.Accounts(t.Context())
	if len(accounts) != 3 {
		t.Fatalf("%d accounts after 50 grants", len(accounts))
	}
	for i, a := range accounts {
		if a.Name != first[i].Name || a.BankID == first[i].BankID {
			t.Errorf("%q became %q", first[i].Name, a.Name)
		}
	}
}

func TestAnEngineNeedsItsParts(t *testing.T) {
	r := newRig(t)
	whole := engine.Config{Store: r.store, Sessions: r.grants, Dialects: []bank.Dialect{nil}, Now: time.Now}
	for name, change := range map[string]func(*engine.Config){
		"store":    func(c *engine.Config) { c.Store = nil },
		"sessions": func(c *engine.Config) { c.Sessions = nil },
		"dialects": func(c *engine.Config) { c.Dialects = nil },
		"clock":    func(c *engine.Config) { c.Now = nil },
	} {
		c := whole
		change(&c)
		if _, err := engine.New(c); err == nil {
			t.Errorf("an engine without %s", name)
		}
	}
}

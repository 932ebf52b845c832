package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/desk"
)

// demoRig is the demo's Coffer as main puts it together, beside its banks.
type demoRig struct {
	*testing.T
	bank   *demobank.Bank
	store  *store.Store
	coffer *app.Coffer
}

func newDemo(t *testing.T, change func(*app.Config)) *demoRig {
	t.Helper()
	dir := t.TempDir()
	r := &demoRig{T: t}
	var err error
	r.bank, err = demobank.Start(t.Context(), demobank.Config{State: filepath.Join(dir, "bank.json")})
	must(t, err)
	origin := "http://" + r.bank.Addr()
	demos := []desk.Demo{{ID: "demo-northlight", Origin: origin}, {ID: "demo-pocketwell", Origin: origin}}
	shelf, err := desk.DemoBanks(os.DirFS("../../assets/providers"), demos)
	must(t, err)
	config := app.Config{
		Dir: filepath.Join(dir, "vault"), Demo: true, Now: time.Now, ReadShelf: shelf, ApprovalEvery: time.Millisecond,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) { return store.Open(ctx, v) },
		OpenBanks: func(ctx context.Context, s app.Store) (app.Banks, error) {
			r.store = s.(*store.Store)
			return desk.New(ctx, desk.Config{Store: r.store, Now: time.Now, UserAgent: "Coffer/test", Changed: &r.coffer.Changed.Accounts, Demo: demos})
		},
		OpenBrowser: func(ctx context.Context, address string) error { return walk.Approve(ctx, address, walk.Options{}) },
	}
	change(&config)
	r.coffer, err = app.New(config)
	must(t, err)
	v, key, err := vault.Create(filepath.Join(dir, "vault"), secret.New("four quiet words together"), vault.Options{})
	must(t, err)
	must(t, v.Close())
	must(t, r.coffer.UnlockWithRecovery(t.Context(), key.Text()))
	t.Cleanup(func() {
		must(t, r.coffer.Lock())
		must(t, r.bank.Close())
	})
	return r
}

func plain(*app.Config) {}

// press approves on the phone once it is waited for.
func (r *demoRig) press(p app.LinkingProgress) {
	if p.Step == app.Approving {
		must(r.T, walk.Phone(r.Context(), r.bank.Phone()))
	}
}

func (r *demoRig) link(bank string) consent.LinkID {
	r.Helper()
	id, err := r.coffer.LinkBank(r.Context(), bank, app.Terms{HistoryDays: 731}, r.press)
	must(r.T, err)
	return id
}

func (r *demoRig) state(id consent.LinkID) consent.State {
	r.Helper()
	l, err := r.store.Link(r.Context(), id)
	must(r.T, err)
	return l.State
}

// sealed is what the link is opened with, to be compared.
func (r *demoRig) sealed(id consent.LinkID) consent.Credential {
	r.Helper()
	c, err := r.store.Credential(r.Context(), id)
	must(r.T, err)
	return c
}

func (r *demoRig) rows() int {
	r.Helper()
	totals, err := r.coffer.Totals(r.Context(), ledger.Filter{})
	must(r.T, err)
	return totals.Count()
}

// TestABankThatWaitsForThePhone is the whole life of a link to Pocketwell: it is not read before the
// approval, then all history in the same session, renewed once the token is over, ended, and proved.
func TestABankThatWaitsForThePhone(t *testing.T) {
	r := newDemo(t, plain)
	var steps []app.LinkStep
	id, err := r.coffer.LinkBank(t.Context(), "demo-pocketwell", app.Terms{HistoryDays: 731}, func(p app.LinkingProgress) {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
		if p.Step == app.Approving {
			links, err := r.store.Links(t.Context())
			must(t, err)
			if len(links) != 1 || links[0].State != consent.Unapproved || r.sealed(links[0].ID).Refresh.Empty() || r.rows() != 0 {
				t.Errorf("while it waits: %+v", links)
			}
		}
		r.press(p)
	})
	must(t, err)
	if want := []app.LinkStep{app.AskingBank, app.InBrowser, app.Opening, app.Approving, app.Reading}; !slices.Equal(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	accounts, err := r.coffer.Accounts(t.Context())
	must(t, err)
	if len(accounts) != 2 || r.state(id) != consent.Active {
		t.Fatalf("%d accounts, state %d", len(accounts), r.state(id))
	}
	rows := r.rows()
	oldest, err := r.coffer.Rows(t.Context(), ledger.Filter{}, ledger.NewestFirst, rows-1, 1)
	must(t, err)
	if rows < 700 || len(oldest) != 1 || ledger.DateOf(time.Now())-oldest[0].Date < 700 {
		t.Errorf("%d rows, the oldest is %+v", rows, oldest)
	}
	for _, a := range accounts { // what was declined never counts, and the pot is what was put into it
		if a.Balance.Booked.Minor <= 0 || a.Kind == ledger.Savings && a.Balance.Booked.Minor%50_00 != 0 {
			t.Errorf("%s has %v", a.Name, a.Balance.Booked)
		}
	}
	t.Logf("%d rows of %d accounts in the session of the sign-in", rows, len(accounts))
	before := r.sealed(id)
	must(t, r.bank.Advance(7*time.Hour)) // the access token is over
	_, err = r.coffer.Refresh(t.Context(), id)
	must(t, err)
	if after := r.sealed(id); after.Refresh.Equal(before.Refresh) || after.Access.Equal(before.Access) {
		t.Error("the tokens were not rotated")
	}
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved || !slices.ContainsFunc(receipt.Steps, func(p consent.Proof) bool { return p.Kind == consent.ConsentEnded && p.OK }) {
		t.Errorf("revoked: %+v, %v", receipt, err)
	}
}

// TestALinkThatIsLeftWaiting: cancelled, timed out or denied on the phone, nothing is lost but what the
// bank itself ended; and what waits is opened by the next look.
func TestALinkThatIsLeftWaiting(t *testing.T) {
	t.Run("cancelled", func(t *testing.T) {
		r := newDemo(t, plain)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		id, err := r.coffer.LinkBank(ctx, "demo-pocketwell", app.Terms{HistoryDays: 731}, func(p app.LinkingProgress) {
			if p.Step == app.Approving {
				cancel()
			}
		})
		if id == "" || fault.KindOf(err) != fault.Canceled || r.state(id) != consent.Unapproved {
			t.Fatalf("got %q, %v", id, err)
		}
		sealed := r.sealed(id)
		if _, err := r.coffer.Refresh(t.Context(), id); fault.KindOf(err) != fault.ApprovalNeeded || r.state(id) != consent.Unapproved {
			t.Errorf("before the approval: %v, state %d", err, r.state(id))
		}
		r.bank.Fail(demobank.Fault{Bank: demobank.Pocketwell, Kind: demobank.APIUnavailable, Times: 3}) // it is asked again twice
		if _, err := r.coffer.Refresh(t.Context(), id); fault.KindOf(err) != fault.BankDown || r.state(id) != consent.Unapproved {
			t.Errorf("while the bank is down: %v, state %d", err, r.state(id))
		}
		if !r.sealed(id).Access.Equal(sealed.Access) || !r.sealed(id).Refresh.Equal(sealed.Refresh) {
			t.Error("waiting cost a token")
		}
		must(t, r.bank.ApproveOnPhone())
		if _, err := r.coffer.Refresh(t.Context(), id); err != nil || r.state(id) != consent.Active || r.rows() < 700 {
			t.Errorf("after it: %v, state %d, %d rows", err, r.state(id), r.rows())
		}
	})
	t.Run("nobody approves in time", func(t *testing.T) {
		r := newDemo(t, func(c *app.Config) { c.ApprovalFor = 20 * time.Millisecond })
		id, err := r.coffer.LinkBank(t.Context(), "demo-pocketwell", app.Terms{HistoryDays: 731}, func(app.LinkingProgress) {})
		if id == "" || fault.KindOf(err) != fault.ApprovalNeeded || r.state(id) != consent.Unapproved {
			t.Errorf("got %q, %v", id, err)
		}
	})
	t.Run("the bank fails while it is waited for", func(t *testing.T) {
		r := newDemo(t, plain)
		r.bank.Fail(demobank.Fault{Bank: demobank.Pocketwell, Kind: demobank.APIUnavailable, Times: 3})
		if id := r.link("demo-pocketwell"); r.state(id) != consent.Active {
			t.Errorf("state %d", r.state(id))
		}
	})
	t.Run("after five minutes the bank shows 90 days", func(t *testing.T) {
		r := newDemo(t, plain)
		id, err := r.coffer.LinkBank(t.Context(), "demo-pocketwell", app.Terms{HistoryDays: 731}, func(p app.LinkingProgress) {
			if p.Step == app.Approving {
				must(t, r.bank.Advance(6*time.Minute))
			}
			r.press(p)
		})
		must(t, err)
		if rows := r.rows(); rows < 50 || rows > 200 || r.state(id) != consent.Active {
			t.Errorf("%d rows, state %d", rows, r.state(id))
		}
	})
}

// TestEverySwitchOfTheDemo flips each switch of each bank: what the person is told, where the link then
// is, that no token is lost, that nothing goes to another host, and that all is well once it is off.
func TestEverySwitchOfTheDemo(t *testing.T) {
	type after struct {
		kind  fault.Kind // of the refresh; Unknown: it goes well
		state consent.State
		part  bool // it is about an account, not the link
	}
	want := map[string]after{
		"401": {fault.LoginNeeded, consent.NeedsLogin, false}, "403": {fault.LoginNeeded, consent.NeedsLogin, false},
		"429": {fault.BankPaused, consent.Paused, false}, "503": {fault.BankDown, consent.Outage, false},
		"slow": {fault.Canceled, consent.Active, false}, "cut": {fault.Offline, consent.Outage, false},
		"loop": {fault.BankUnexpected, consent.Active, true}, "next": {fault.Unknown, consent.Active, false}, "revoke": {fault.Unknown, consent.Active, false},
	}
	for bank, at := range map[string]string{"demo-northlight": demobank.Northlight, "demo-pocketwell": demobank.Pocketwell} {
		for _, s := range demobank.Switches() {
			t.Run(bank+" "+s.Name, func(t *testing.T) {
				t.Parallel()
				r := newDemo(t, plain)
				id := r.link(bank)
				sealed, rows := r.sealed(id), r.rows()
				expect, known := want[s.Name]
				if !known {
					t.Fatal("nothing is expected of it: add a line")
				}
				if bank == "demo-pocketwell" && s.Name == "403" {
					expect = after{fault.ApprovalNeeded, consent.Unapproved, false}
				}
				must(t, r.bank.Flip(at, s.Name))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if s.Name == "slow" { // nothing comes: the person stops it
					time.AfterFunc(50*time.Millisecond, cancel)
				}
				got, err := r.coffer.Refresh(ctx, id)
				kind := fault.KindOf(err)
				if expect.part && err == nil && len(got.Failed) > 0 {
					kind = fault.KindOf(got.Failed[0].Err)
				}
				if kind != expect.kind || r.state(id) != expect.state {
					t.Fatalf("told kind %d (%v, %+v), state %d; want %d, %d", kind, err, got.Failed, r.state(id), expect.kind, expect.state)
				}
				renewed := expect.state == consent.NeedsLogin // once, before the bank's refusal was believed
				if now := r.sealed(id); now.Refresh.Empty() || now.Refresh.Equal(sealed.Refresh) == renewed {
					t.Error("the refresh token is lost")
				}
				if r.rows() < rows {
					t.Errorf("%d rows of %d are left", r.rows(), rows)
				}
				if s.Name == "revoke" {
					_, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
					if fault.KindOf(err) != fault.RevokePending || r.state(id) != consent.RevokePending || r.sealed(id).Refresh.Empty() {
						t.Errorf("revoking: %v, state %d", err, r.state(id))
					}
				}
				r.nowhereElse()
				r.healed(id, bank, s.Name)
			})
		}
	}
}

// nowhereElse checks that every connection went to the banks of the demo.
func (r *demoRig) nowhereElse() {
	r.Helper()
	rows, err := r.coffer.Ledger(r.Context(), "", 0, 10_000)
	must(r.T, err)
	for _, row := range rows {
		if row.Origin != "http://"+r.bank.Addr() {
			r.Errorf("something went to %s", row.Origin)
		}
	}
}

// healed turns the switch off, and checks that the link works again, or ends.
func (r *demoRig) healed(id consent.LinkID, bank, name string) {
	r.Helper()
	r.bank.Heal()
	switch r.state(id) {
	case consent.RevokePending:
		receipt, err := r.coffer.Revoke(r.Context(), id, func(consent.Proof) {})
		if err != nil || !receipt.Proved {
			r.Errorf("revoking again: %v", err)
		}
		return
	case consent.NeedsLogin:
		_, err := r.coffer.LinkBank(r.Context(), bank, app.Terms{HistoryDays: 731, Again: id}, r.press)
		must(r.T, err)
	case consent.Paused: // until the time that the bank named
		l, err := r.store.Link(r.Context(), id)
		must(r.T, err)
		if wait := time.Until(l.PausedUntil); wait <= 0 || wait > 31*time.Second {
			r.Errorf("it waits for %v", wait)
		}
		return
	default:
		_, err := r.coffer.Refresh(r.Context(), id)
		must(r.T, err)
	}
	if r.state(id) != consent.Active {
		r.Errorf("%s: state %d once it is off", name, r.state(id))
	}
}

// TestTheDemoBankKeepsNoTokenOfPocketwell: its file has sums alone.
func TestTheDemoBankKeepsNoTokenOfPocketwell(t *testing.T) {
	dir := t.TempDir()
	b, err := demobank.Start(t.Context(), demobank.Config{State: filepath.Join(dir, "bank.json")})
	must(t, err)
	defer func() { must(t, b.Close()) }()
	if err := b.ApproveOnPhone(); err == nil {
		t.Error("something was approved that nobody asked for")
	}
	if err := walk.Phone(t.Context(), b.Phone()); !errors.Is(err, walk.ErrRefused) {
		t.Errorf("the phone says %v", err)
	}
	must(t, b.Advance(time.Hour))
	raw, err := os.ReadFile(filepath.Join(dir, "bank.json"))
	must(t, err)
	var kept map[string]any
	must(t, json.Unmarshal(raw, &kept))
	if strings.Contains(string(raw), "pwr_") || kept["pocketwell"] == nil {
		t.Errorf("kept: %s", raw)
	}
}

// TestAccountsAreChosenAfterThePhone: a person who chooses accounts does so once the bank shows them, and a
// link that was left waiting asks for the choice when it is looked at again.
func TestAccountsAreChosenAfterThePhone(t *testing.T) {
	r := newDemo(t, plain)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := 0
	terms := app.Terms{HistoryDays: 731, Choose: func(_ context.Context, listed []consent.Account) ([]string, error) {
		asked++
		return []string{listed[0].Identity}, nil
	}}
	id, err := r.coffer.LinkBank(ctx, "demo-pocketwell", terms, func(p app.LinkingProgress) {
		if p.Step == app.Approving {
			cancel()
		}
	})
	if id == "" || fault.KindOf(err) != fault.Canceled || asked != 0 {
		t.Fatalf("got %q, %v, asked %d times", id, err, asked)
	}
	must(t, r.bank.ApproveOnPhone())
	_, err = r.coffer.Refresh(t.Context(), id)
	must(t, err)
	l, err := r.store.Link(t.Context(), id)
	must(t, err)
	if l.State != consent.Active || len(l.Unasked()) != 2 || r.rows() != 0 {
		t.Fatalf("state %d, %d accounts to choose from, %d rows", l.State, len(l.Unasked()), r.rows())
	}
	_, err = r.coffer.ChooseAccounts(t.Context(), id, []string{l.Unasked()[0].Identity}, false)
	must(t, err)
	_, err = r.coffer.Refresh(t.Context(), id)
	must(t, err)
	if r.rows() < 700 {
		t.Errorf("%d rows of what was chosen", r.rows())
	}
	other, err := r.coffer.LinkBank(t.Context(), "demo-pocketwell", terms, r.press)
	if err != nil || asked != 1 || r.state(other) != consent.Active {
		t.Errorf("in one session: %v, asked %d times", err, asked)
	}
}

//go:build conformance

package engine_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/sync/bank"
	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/simplefin"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/engine"
)

// through is what comes of a fault: the kind that is told, and the state of the link.
type through struct {
	kind  fault.Kind
	state consent.State
	note  string
}

var update = flag.Bool("update", false, "write the golden files anew")

// What comes of a switch that a read doesn't fail for.
var (
	well     = through{fault.Unknown, consent.Active, ""}
	stays    = through{fault.Unknown, consent.Active, " (the address elsewhere is not asked)"}
	reads    = through{fault.Unknown, consent.Active, " (the reads go on)"}
	switched = through{fault.Unknown, consent.Active, " (the bridge has no such switch)"}
)

// faulty are the demo's three banks, and what comes of each switch. The bridge stands behind no switch of its own: those of
// Northlight that it knows are the ones that any bridge has.
var faulty = map[string]struct {
	dialect string
	at      string // whose switches
	open    func(*testing.T, *demobank.Bank) bank.Session
	want    map[string]through
}{
	"Northlight": {"fdx", demobank.Northlight, openNorthlight, map[string]through{
		"401": {kind: fault.LoginNeeded, state: consent.NeedsLogin}, "403": {kind: fault.LoginNeeded, state: consent.NeedsLogin}, "429": {kind: fault.BankPaused, state: consent.Paused},
		"503": {kind: fault.BankDown, state: consent.Outage}, "slow": {kind: fault.Canceled, state: consent.Active}, "cut": {kind: fault.Offline, state: consent.Outage},
		"loop": {kind: fault.BankUnexpected, state: consent.Active}, "next": stays, "revoke": reads,
	}},
	"Pocketwell": {"monzo", demobank.Pocketwell, openPocketwell, map[string]through{
		"401": {kind: fault.LoginNeeded, state: consent.NeedsLogin}, "403": {kind: fault.ApprovalNeeded, state: consent.Unapproved}, "429": {kind: fault.BankPaused, state: consent.Paused},
		"503": {kind: fault.BankDown, state: consent.Outage}, "slow": {kind: fault.Canceled, state: consent.Active}, "cut": {kind: fault.Offline, state: consent.Outage},
		"loop": {kind: fault.BankUnexpected, state: consent.Active}, "next": stays, "revoke": reads,
	}},
	"Lantern Bridge": {"simplefin", demobank.Northlight, openBridge, map[string]through{
		"401": switched, "403": switched, "429": {kind: fault.BankPaused, state: consent.Paused}, "503": {kind: fault.BankDown, state: consent.Outage},
		"slow": switched, "cut": switched, "loop": switched, "next": switched, "revoke": switched,
		"lapsed": {kind: fault.SubscriptionLapsed, state: consent.Lapsed},
	}},
}

func openNorthlight(t *testing.T, b *demobank.Bank) bank.Session {
	token := banktest.Approve(t, b.Issuer(), demobank.ClientID, func(ctx context.Context, address string) error {
		return walk.Approve(ctx, address, walk.Options{})
	})
	return bank.Session{Line: banktest.Line(t, new(banktest.Book), b.APIBase()), Base: b.APIBase(), Token: secret.New(token)}
}

func openPocketwell(t *testing.T, b *demobank.Bank) bank.Session {
	token := banktest.Approve(t, b.PocketIssuer(), demobank.PocketClient, func(ctx context.Context, address string) error {
		return walk.Approve(ctx, address, walk.Options{})
	})
	if err := walk.Phone(t.Context(), b.Phone()); err != nil {
		t.Fatal(err)
	}
	return bank.Session{Line: banktest.Line(t, new(banktest.Book), b.PocketAPI()), Base: b.PocketAPI(), Token: secret.New(token)}
}

func openBridge(t *testing.T, b *demobank.Bank) bank.Session {
	setup, err := b.MakeSetupToken()
	if err != nil {
		t.Fatal(err)
	}
	line := banktest.Line(t, new(banktest.Book), b.BridgeAPI())
	got, err := simplefin.Bank{}.Claim(t.Context(), line, secret.New(setup))
	if err != nil {
		t.Fatal(err)
	}
	return bank.Session{Line: line, Base: got.Base, Token: got.Token}
}

// weather is one of the demo's banks, read into a sealed store while faults come and go. Its days go by between two reads.
type weather struct {
	*testing.T
	bank    *demobank.Bank
	store   *store.Store
	engine  *engine.Engine
	dialect bank.Dialect
	open    func(*testing.T, *demobank.Bank) bank.Session
	session bank.Session
	on      bool // a fault is: a token renewed at the same bank is the same
}

func (w *weather) Session(context.Context, consent.Link) (bank.Session, error) { return w.session, nil }

func (w *weather) Renewed(context.Context, consent.Link) (bank.Session, error) {
	if !w.on {
		w.session = w.open(w.T, w.bank)
	}
	return w.session, nil
}

// TestCorpusOfFaultsAtTheDemosBanks reads each of the demo's three banks through each of its switches, some days after the
// last read: what is told is the right kind, nothing that was stored goes, and once the switch is off the rows are those that
// the bank tells, each once.
func TestCorpusOfFaultsAtTheDemosBanks(t *testing.T) {
	for name, f := range faulty {
		t.Run(name, func(t *testing.T) {
			w, told := newWeather(t, f.dialect, f.open), ""
			for _, s := range append(demobank.Switches(), demobank.Switch{Name: "lapsed", Kind: demobank.BridgeLapsed}) {
				want, known := f.want[s.Name]
				if !known && s.Name == "lapsed" {
					continue // a bank's reads cost nothing
				}
				if !known {
					t.Fatalf("nothing is expected of the switch %s: add a line", s.Name)
				}
				w.through(s, f.at, want)
				told += fmt.Sprintf("%s: kind %d, state %d%s, then the bank's rows, each once\n", s.Name, want.kind, want.state, want.note)
			}
			banktest.Golden(t, *update, "conformance/"+f.dialect, told)
			t.Logf("%s (%s): %d faults, and after each the rows are the bank's", name, f.dialect, len(f.want))
		})
	}
}

func newWeather(t *testing.T, dialect string, open func(*testing.T, *demobank.Bank) bank.Session) *weather {
	w := &weather{T: t, store: sealed(t), open: open}
	w.dialect, _ = all.Named(dialect)
	var err error
	if w.bank, err = demobank.Start(t.Context(), demobank.Config{Now: func() time.Time { return noon }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.bank.Close(); err != nil {
			t.Error(err)
		}
	})
	w.engine, err = engine.New(engine.Config{Store: w.store, Sessions: w, Dialects: all.Dialects(), Now: w.bank.Now})
	if err != nil {
		t.Fatal(err)
	}
	link := aLink()
	link.Dialect, link.HistoryDays = dialect, 200
	if err := w.store.SaveLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	w.session = open(t, w.bank)
	w.read("at first", well, time.Minute)
	w.equal("at first", nil)
	return w
}

// read reads the link, and checks what is told.
func (w *weather) read(when string, want through, patience time.Duration) {
	w.Helper()
	ctx, cancel := context.WithCancel(w.Context())
	defer cancel()
	defer time.AfterFunc(patience, cancel).Stop()
	got, err := w.engine.Refresh(ctx, linkID, true, nil)
	kind := fault.KindOf(err)
	for _, a := range got.Accounts {
		if err == nil && a.Err != nil {
			kind = fault.KindOf(a.Err)
		}
	}
	if kind != want.kind || got.State != want.state {
		w.Fatalf("%s: kind %d, state %d, want %d, %d: %v, %+v", when, kind, got.State, want.kind, want.state, err, got)
	}
}

// through lets six days go by, reads with the switch on, turns it off and reads again.
func (w *weather) through(s demobank.Switch, at string, want through) {
	w.Helper()
	before := w.stored(s.Name)
	if err := w.bank.Advance(6 * 24 * time.Hour); err != nil {
		w.Fatal(err)
	}
	w.session = w.open(w.T, w.bank)
	w.bank.Fail(demobank.Fault{Bank: at, Kind: s.Kind, Times: demobank.Always})
	w.on = true
	patience := time.Minute
	if want.kind == fault.Canceled { // nothing comes: the person stops it
		patience = 50 * time.Millisecond
	}
	w.read(s.Name, want, patience)
	if s.Name == "revoke" {
		w.ends()
	}
	w.kept(s.Name+", while it is on", before)
	w.bank.Heal()
	w.on = false
	if at == demobank.Pocketwell && want.kind == fault.ApprovalNeeded {
		w.session = w.open(w.T, w.bank)
	}
	w.again()
	w.read(s.Name+", once it is off", well, time.Minute)
	w.equal(s.Name, before)
}

// again does what the person does of a link that waits for her, and lets the bank's pause go by.
func (w *weather) again() {
	w.Helper()
	link, err := w.store.Link(w.Context(), linkID)
	if err != nil {
		w.Fatal(err)
	}
	switch link.State {
	case consent.NeedsLogin, consent.Unapproved:
		link.State, link.Refused = consent.Active, time.Time{}
		err = w.store.SaveLink(w.Context(), link)
	case consent.Paused:
		err = w.bank.Advance(time.Minute)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// ends asks for the end of the grant of a session of its own, which the bank doesn't take now.
func (w *weather) ends() {
	w.Helper()
	ender, ends := w.dialect.(bank.TokenEnder)
	if !ends {
		return // it ends by an id of the grant, or at the bridge
	}
	if _, err := ender.EndConsent(w.Context(), w.session, ""); fault.KindOf(err) != fault.BankDown {
		w.Errorf("revoking: %v", err)
	}
}

package desk_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/app/secret/leak"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/desk"
)

// rig is a Coffer on a folder of its own, put together as main does it, and a bank on loopback that
// no shipped file knows.
type rig struct {
	t      *testing.T
	bank   *demobank.Bank
	dir    string // of all that it writes
	folder string // the person's provider files
	coffer *app.Coffer
	store  *store.Store // of the vault that is open
	key    secret.Text  // that opens it
	out    said         // the log, and every error that a test looked at

	mu    sync.Mutex
	clock time.Time // zero: the computer's
}

// said is what comes out of a Coffer.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (r *rig) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clock.IsZero() {
		return time.Now()
	}
	return r.clock
}

// move lets time pass, from the day after a banktest.Counter's latest row on.
func (r *rig) move(by time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = r.clock.Add(by)
}

func newRig(t *testing.T) *rig { return newRigTrusting(t, nil) }

// newRigTrusting is newRig with the authorities that count; nil: the system's.
func newRigTrusting(t *testing.T, roots *x509.CertPool) *rig {
	t.Helper()
	return newRigWith(t, roots, nil)
}

// newRigWith is newRigTrusting with what opens a page; nil: the demo bank's person approves there.
func newRigWith(t *testing.T, roots *x509.CertPool, open func(context.Context, string) error) *rig {
	t.Helper()
	return newRigAt(t, time.Time{}, roots, open)
}

// newRigAt is newRigWith at a time; zero: the computer's, which goes on.
func newRigAt(t *testing.T, at time.Time, roots *x509.CertPool, open func(context.Context, string) error) *rig {
	t.Helper()
	dir := t.TempDir()
	r := &rig{t: t, dir: dir, folder: filepath.Join(dir, "providers"), clock: at}
	log := slog.New(slog.NewTextHandler(&r.out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	r.bank, err = demobank.Start(t.Context(), demobank.Config{State: filepath.Join(dir, "bank.json"), RequirePAR: true})
	must(t, err)
	shelf, err := desk.RealBanks(os.DirFS("../../assets/providers"), r.folder)
	must(t, err)
	r.coffer, err = app.New(app.Config{
		Dir: filepath.Join(dir, "vault"), Now: r.now, ReadShelf: shelf, Log: log,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) { return store.Open(ctx, v) },
		OpenBanks: func(ctx context.Context, s app.Store) (app.Banks, error) {
			r.store = s.(*store.Store)
			return desk.New(ctx, desk.Config{Store: r.store, Now: r.now, UserAgent: "Coffer/test", Roots: roots, Log: log, Changed: &r.coffer.Changed.Accounts})
		},
		OpenBrowser: func(ctx context.Context, address string) error {
			if open != nil {
				return open(ctx, address)
			}
			return walk.Approve(ctx, address, walk.Options{Username: r.bank.Username(), Password: r.bank.Password().Show()})
		},
	})
	must(t, err)
	v, key, err := vault.Create(filepath.Join(dir, "vault"), secret.New("four quiet words together"), vault.Options{})
	must(t, err)
	must(t, v.Close())
	r.key = key.Text()
	must(t, r.coffer.UnlockWithRecovery(t.Context(), r.key))
	t.Cleanup(func() {
		must(t, r.coffer.Lock())
		must(t, r.bank.Close())
	})
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func kind(t *testing.T, err error, want fault.Kind, reason string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != want || f.Reason != reason {
		t.Errorf("got %v, want kind %d because of %q", err, want, reason)
	}
}

// documented is the file that CONTRIBUTING.md shows.
func documented(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../CONTRIBUTING.md")
	must(t, err)
	_, rest, found := strings.Cut(string(text), "```toml\n")
	file, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("CONTRIBUTING.md shows no provider file")
	}
	return file
}

// here is the documented file with the addresses of the bank on loopback.
func (r *rig) here() string {
	return strings.NewReplacer("https://login.harbour.example", r.bank.Issuer(), "https://api.harbour.example/fdx/v6", r.bank.APIBase(),
		"\ntried ", "\nloopback  = true\ntried ").Replace(documented(r.t))
}

func (r *rig) write(text string) {
	r.t.Helper()
	must(r.t, os.MkdirAll(r.folder, 0o700))
	must(r.t, os.WriteFile(filepath.Join(r.folder, "harbour.toml"), []byte(text), 0o600))
}

func (r *rig) terms() app.Terms {
	return app.Terms{HistoryDays: 60, ConsentDays: 90, Typed: map[provider.Need]string{provider.ClientID: " " + demobank.ClientID + " "}}
}

func (r *rig) link(terms app.Terms) (consent.LinkID, error) {
	return r.coffer.LinkBank(r.t.Context(), "harbour", terms, func(app.LinkingProgress) {})
}

func (r *rig) view(id consent.LinkID) app.LinkView {
	r.t.Helper()
	l, err := r.coffer.Link(r.t.Context(), id)
	must(r.t, err)
	return l
}

// fails keeps what err says, in each way to print it, and fails unless it is of that kind for that reason.
func (r *rig) fails(err error, want fault.Kind, reason string) {
	r.t.Helper()
	kind(r.t, err, want, reason)
	fmt.Fprintf(&r.out, "%v | %+v | %#v\n", err, err, err)
	if f := fault.Of(err); f != nil {
		fmt.Fprintf(&r.out, "%+v %v\n", f.Args, f.Err)
	}
}

// unseen fails if one of secrets stands, in whatever form, in the log, an error that fails saw, the ledger of
// connections, what the terminal prints of links, receipts and records, or, once it is locked, in any file. It
// unlocks again.
func (r *rig) unseen(secrets ...string) {
	r.t.Helper()
	ctx := r.t.Context()
	entries, err := r.coffer.Ledger(ctx, "", 0, 10000)
	must(r.t, err)
	links, err := r.coffer.Links(ctx)
	must(r.t, err)
	receipts, err := r.coffer.Receipts(ctx)
	must(r.t, err)
	records, intact, err := r.coffer.Records(ctx)
	must(r.t, errors.Join(intact, err))
	text := fmt.Sprintf("%+v %+v %+v %+v %s %s", entries, links, receipts, records, r.banks(), r.banks("--json"))
	if log := r.out.String(); len(entries) == 0 || len(links) == 0 || !strings.Contains(log, "linked") {
		r.t.Errorf("there is nothing to look at: %d connections, %d links, a log of\n%s", len(entries), len(links), log)
	}
	for name, data := range map[string]string{"the log or an error": r.out.String(), "what is told": text} {
		for _, f := range leak.Found([]byte(data), secrets...) {
			r.t.Errorf("a secret stands as %s in %s", f.Name, name)
		}
	}
	must(r.t, r.coffer.Lock())
	files := 0
	must(r.t, filepath.WalkDir(r.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(path)
		for _, f := range leak.Found(raw, secrets...) {
			r.t.Errorf("a secret stands as %s in %s", f.Name, path)
		}
		return err
	}))
	if files < 4 {
		r.t.Errorf("only %d files were looked at", files)
	}
	must(r.t, r.coffer.UnlockWithRecovery(ctx, r.key))
}

// asked is how often the bank was asked for anything.
func (r *rig) asked() int {
	r.t.Helper()
	rows, err := r.coffer.Ledger(r.t.Context(), "", 0, 10000)
	must(r.t, err)
	return len(rows)
}

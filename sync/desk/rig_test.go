package desk_test

// rig is a Coffer on a folder of its own, put together as main does it, and a bank on loopback that
// no shipped file knows.
type rig struct {
	t      *testing.T
	bank   *demobank.Bank
	folder string // the person's provider files
	coffer *app.Coffer
	store  *store.Store // of the vault that is open
	key    secret.Text  // that opens it
}

func newRig(t *testing.T) *rig { return newRigTrusting(t, nil) }

// newRigTrusting is newRig with the authorities that count; nil: the system's.
func newRigTrusting(t *testing.T, roots *x509.CertPool) *rig {
	t.Helper()
	return newRigWith(t, roots, nil)
}

// newRigOpening is newRig where pages open, and nobody does anything there.
func newRigOpening(t *testing.T) *rig {
	t.Helper()
	return newRigWith(t, nil, func(context.Context, string) error { return nil })
}

// newRigWith is newRigTrusting with what opens a page; nil: the demo bank's person approves there.
func newRigWith(t *testing.T, roots *x509.CertPool, open func(context.Context, string) error) *rig {
	t.Helper()
	dir := t.TempDir()
	r := &rig{t: t, folder: filepath.Join(dir, "providers")}
	var err error
	r.bank, err = demobank.Start(t.Context(), demobank.Config{State: filepath.Join(dir, "bank.json"), RequirePAR: true})
	must(t, err)
	shelf, err := desk.RealBanks(os.DirFS("../../assets/providers"), r.folder)
	must(t, err)
	r.coffer, err = app.New(app.Config{
		Dir: filepath.Join(dir, "vault"), Now: time.Now, ReadShelf: shelf,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) { return store.Open(ctx, v) },
		OpenBanks: func(ctx context.Context, s app.Store) (app.Banks, error) {
			r.store = s.(*store.Store)
			return desk.New(ctx, desk.Config{Store: r.store, Now: time.Now, UserAgent: "Coffer/test", Roots: roots, Changed: &r.coffer.Changed.Accounts})
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

// asked is how often the bank was asked for anything.
func (r *rig) asked() int {
	r.t.Helper()
	rows, err := r.coffer.Ledger(r.t.Context(), "", 0, 10000)
	must(r.t, err)
	return len(rows)
}


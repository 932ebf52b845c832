package terminal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"coffer/app/vault"
	"coffer/ui/terminal"

	"github.com/zalando/go-keyring"
)

// ring is a keyring in memory; while err is set it refuses.
type ring struct {
	mu   sync.Mutex
	kept map[string]string
	err  error
}

func (r *ring) Get(_, user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text, there := r.kept[user]; there || r.err != nil {
		return text, r.err
	}
	return "", keyring.ErrNotFound
}

func (r *ring) Set(_, user, text string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.kept[user] = text
	}
	return r.err
}

func (r *ring) Delete(_, user string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, user)
	return r.err
}

// typingBack is a person who types the recovery key back that stands on the screen.
func typingBack(key *string) *answers {
	return &answers{lines: []func(string) string{func(screen string) string {
		*key = keyOn(screen)
		return *key
	}}}
}

func lines(typed ...string) *answers {
	a := &answers{}
	for _, line := range typed {
		a.lines = append(a.lines, func(string) string { return line })
	}
	return a
}

func wantShape(t *testing.T, text, want string) {
	t.Helper()
	if got := strings.Join(shape(t, text), ", "); got != want {
		t.Errorf("the shape is\n%s\nwant\n%s", got, want)
	}
}

func TestBackUpListVerifyRestore(t *testing.T) {
	r := linked(t)
	contains(t, r.ok(t, "backup", "--list").err, "No backups here yet")
	made := r.ok(t, "backup", "--json")
	wantShape(t, made.out, ".before_migration bool, .bytes float64, .file string, .made string, .opens[].created string, .opens[].kind string, .still_todays[] string")
	var b struct{ File string }
	decode(t, made.out, &b)
	contains(t, r.ok(t, "backup", "--list").out, "Opens with", "passphrase, recovery key", b.File)
	wantShape(t, r.ok(t, "verify", "--json").out, ".checks[].check string, .checks[].count float64, .checks[].ok bool, .checks[].sum string, .ok bool")
	checked := r.ok(t, "verify", b.File)
	contains(t, checked.out, "✓", "Key files", "Every page", "Rows and their sums")
	contains(t, checked.err, "as it was written", "The head of its ledger: ")
	_, head, _ := strings.Cut(checked.err, "The head of its ledger: ")
	head, _, _ = strings.Cut(head, ".")
	contains(t, r.ok(t, "ledger", "--verify", "--head", head).err, "The ledger is whole")

	before := r.ok(t, "balances", "--json").out // says when, not how long ago
	restored := r.ok(t, "restore", "--latest")
	contains(t, restored.err, "is kept as “Before restore ", "sign in again")
	if after := r.ok(t, "balances", "--json").out; after != before {
		t.Errorf("the balances are\n%s\nwere\n%s", after, before)
	}
	contains(t, r.ok(t, "vaults").out, "* (the first)", "Before restore ", "kept when a backup was restored")
	wantShape(t, r.ok(t, "vaults", "--json").out, "[].current bool, [].kept_at_restore bool, [].name string")

	// A damaged backup, a damaged vault, and none at all.
	raw, err := os.ReadFile(b.File)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-100] ^= 1
	bad := filepath.Join(r.dir, "bad.backup")
	if err := os.WriteFile(bad, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	contains(t, r.ends(t, terminal.ExitDamaged, "verify", bad).err, "backup was changed or is damaged")
	r.ends(t, terminal.ExitDamaged, "restore", bad)
	contains(t, r.ends(t, terminal.ExitUsage, "restore").err, "which backup?")
	contains(t, r.ends(t, terminal.ExitNoVault, "restore", bad+"x").err, "no such file")
	for _, name := range []string{"vault.key", "vault.key2"} {
		_ = os.Remove(filepath.Join(r.dir, "demo", name))
	}
	if err := os.RemoveAll(filepath.Join(r.dir, "demo")); err != nil {
		t.Fatal(err)
	}
	contains(t, r.ok(t, "backup", "--list").out, b.File)
	if restored := r.ok(t, "restore", b.File, "--json"); strings.Contains(restored.out, "kept_as") {
		t.Errorf("kept where nothing was: %s", restored.out)
	}
	if after := r.ok(t, "balances", "--json").out; after != before {
		t.Errorf("the balances are\n%s\nwere\n%s", after, before)
	}
}

func TestAVaultWithAFlippedByteFailsItsCheck(t *testing.T) {
	r := linked(t)
	data, err := filepath.Glob(filepath.Join(r.dir, "demo", "*"))
	if err != nil {
		t.Fatal(err)
	}
	biggest, size := "", int64(0)
	for _, path := range data {
		if info, err := os.Stat(path); err == nil && info.Size() > size {
			biggest, size = path, info.Size()
		}
	}
	raw, err := os.ReadFile(biggest)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-5000] ^= 1
	if err := os.WriteFile(biggest, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	got := r.ends(t, terminal.ExitDamaged, "verify", "--json")
	contains(t, got.out, `"ok": false`)
	contains(t, got.err, "changed outside Coffer or is damaged")
}

func TestBackupsGoElsewhere(t *testing.T) {
	r := linked(t)
	synced := filepath.Join(r.dir, "Dropbox", "mine")
	contains(t, r.ok(t, "backup", "--place", synced).err, "Backups go to "+synced, "Dropbox copies the folder")
	contains(t, r.ok(t, "backup").err, synced, "Dropbox copies")
	wantShape(t, r.ok(t, "backup", "--default-place", "--json").out, ".default bool, .dir string")
	r.ends(t, terminal.ExitUsage, "backup", "--list", "--default-place")
}

func TestKeysAreChanged(t *testing.T) {
	r := linked(t)
	memory := &ring{kept: map[string]string{}}
	r.keyring = vault.NewKeyring(memory)
	contains(t, r.ok(t, "keys").out, "passphrase", "recovery key")
	wantShape(t, r.ok(t, "keys", "--json").out,
		".kept_out_of_swap bool, .new_key_due bool, .recovery_typed_back bool, .ways[].created string, .ways[].kind string")

	// A lost passphrase: the recovery key gives the vault a new one.
	const fresh = "another quiet set of words"
	r.hidden = []string{r.key, fresh, fresh}
	contains(t, r.ok(t, "keys", "passphrase").err, "Changed", "Older copies and backups")
	r.key = ""
	r.ends(t, terminal.ExitLocked, "balances")
	r.hidden = []string{fresh, passphrase, passphrase}
	r.ok(t, "keys", "passphrase")
	r.hidden = []string{passphrase, "short", passphrase, passphrase}
	contains(t, r.ok(t, "keys", "passphrase").err, "too easy to guess")

	r.ends(t, terminal.ExitUsage, "keys", "keyring", "sideways")
	r.ends(t, terminal.ExitUsage, "keys", "passphrase", "--remove")
	memory.err = errors.New("no bus")
	r.ends(t, terminal.ExitLocked, "keys", "keyring", "on")
	memory.err = nil
	contains(t, r.ok(t, "keys", "keyring", "on").err, "first time after you log in")
	r.hidden = []string{"nobody is asked"}
	contains(t, r.ok(t, "keys").out, "keyring of this computer")
	if len(r.hidden) != 1 {
		t.Error("the passphrase was asked for although the keyring opens the vault")
	}
	r.hidden = nil
	memory.mu.Lock()
	kept := memory.kept
	memory.kept, memory.err = map[string]string{}, errors.New("no bus")
	memory.mu.Unlock()
	contains(t, r.ok(t, "keys").err, "keyring can't be used now")
	memory.mu.Lock()
	memory.kept, memory.err = kept, nil
	memory.mu.Unlock()
	r.hidden = []string{"not the passphrase"}
	r.ends(t, terminal.ExitLocked, "--no-keyring", "keys")

	r.hidden = []string{passphrase}
	contains(t, r.ok(t, "keys", "passphrase", "--remove").err, "Removed")
	contains(t, r.ok(t, "keys").err, "Anyone using your session")
	contains(t, r.ends(t, terminal.ExitUsage, "keys", "keyring", "off").err, "nothing but the recovery key")
	contains(t, r.ends(t, terminal.ExitUsage, "--no-keyring", "keys").err, "only the keyring opens this vault")
}

func TestANewRecoveryKeyAndANewDataKey(t *testing.T) {
	r := linked(t)
	old := r.key
	r.ok(t, "backup")
	r.hidden, r.key = []string{old, passphrase}, ""
	second, third := "", ""
	r.in = typingBack(&second)
	contains(t, r.ok(t, "--recovery", "keys", "recovery").err, "is the recovery key now")
	r.key = strings.ReplaceAll(second, " ", "-")
	r.hidden = []string{old}
	r.in = nil
	r.ends(t, terminal.ExitLocked, "keys")

	r.hidden, r.in = []string{r.key, passphrase}, typingBack(&third)
	contains(t, r.ok(t, "keys", "rekey", "--drop-backups").err, "sealed under a new key")
	r.in, r.key = nil, strings.ReplaceAll(third, " ", "-")
	list := r.ok(t, "backup", "--list", "--json")
	if n := strings.Count(list.out, `"file"`); n != 1 {
		t.Errorf("%d backups are left:\n%s", n, list.out)
	}
	r.ok(t, "verify")
}

func TestEverythingIsExportedAndRestoredIntoANewVault(t *testing.T) {
	r := linked(t)
	path := filepath.Join(r.dir, "all.json")
	r.ends(t, terminal.ExitUsage, "export", path)
	r.hidden = []string{r.key, "not it at all"}
	r.ends(t, terminal.ExitLocked, "export", "--everything", path)
	r.hidden = []string{r.key, passphrase}
	contains(t, r.ok(t, "export", "--everything", path).err, "Anybody who gets this file can read it", "Written to")
	r.hidden = []string{r.key, passphrase}
	contains(t, r.ends(t, terminal.ExitUsage, "export", "--everything", path).err, "--force")
	r.hidden = []string{r.key, passphrase}
	r.ok(t, "export", "--everything", "--force", path)

	before := r.ok(t, "balances", "--json").out // no words for ages, which go on
	contains(t, r.ends(t, terminal.ExitFailed, "restore", path).err, "--vault NAME", "There is a vault here already")
	half := filepath.Join(r.dir, "half.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, text[:len(text)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	r.ends(t, terminal.ExitDamaged, "--vault", "Second", "restore", half)
	key := ""
	r.hidden, r.in = []string{passphrase, passphrase}, typingBack(&key)
	contains(t, r.ok(t, "--vault", "Second", "restore", path).err, "without a difference", "sign in again")
	r.in, r.key = nil, strings.ReplaceAll(key, " ", "-")
	if after := r.ok(t, "--vault", "Second", "balances", "--json").out; after != before {
		t.Errorf("the balances are\n%s\nwere\n%s", after, before)
	}
}

func TestAVaultIsDeleted(t *testing.T) {
	r := linked(t)
	r.ends(t, terminal.ExitUsage, "delete")
	r.in = lines("n", "delete")
	contains(t, r.ends(t, terminal.ExitCanceled, "delete", "--everything").err, "Nothing was deleted")
	r.in, r.hidden = lines("n", "DELETE"), []string{r.key, "not it at all"}
	r.ends(t, terminal.ExitLocked, "delete", "--everything")
	r.ok(t, "balances")
	r.in, r.hidden = lines("y", "DELETE"), []string{r.key, passphrase}
	contains(t, r.ok(t, "delete", "--everything").err, "Backed up", "Deleted", "1 link was not revoked", "1 backup stays")
	r.in = nil
	r.ends(t, terminal.ExitNoVault, "balances")
	r.ok(t, "restore", "--latest")
	r.ok(t, "balances")
}

func TestLockAfterAndSetUpChoices(t *testing.T) {
	r := linked(t)
	contains(t, r.ok(t, "lock-after").out, "5m")
	contains(t, r.ok(t, "lock-after", "never").err, "stays unlocked in the tray")
	wantShape(t, r.ok(t, "lock-after", "--json").out, ".lock_after string")
	contains(t, r.ends(t, terminal.ExitUsage, "lock-after", "2m").err, "1m, 5m, 15m, 1h or never")

	n := started(t, t.TempDir())
	n.keyring = vault.NewKeyring(&ring{kept: map[string]string{}})
	n.ends(t, terminal.ExitUsage, "setup", "--lock-after", "soon")
	key := ""
	n.in = typingBack(&key)
	contains(t, n.ok(t, "setup", "--keyring-only", "--lock-after", "15m").err, "Anyone using your session", "The vault is made")
	n.in, n.hidden = nil, []string{"nobody is asked"}
	contains(t, n.ok(t, "lock-after").out, "15m")
	if fmt.Sprint(n.hidden) != "[nobody is asked]" {
		t.Error("the keyring opens the vault, and yet somebody was asked")
	}
}

func TestTheProxyIsSetAndLeft(t *testing.T) {
	r := linked(t)
	if got := r.ok(t, "proxy"); got.out != "off\n" {
		t.Errorf("a new vault has the proxy %q", got.out)
	}
	set := r.ok(t, "proxy", "set", "http://Proxy.example:03128/")
	contains(t, set.out, "proxy.example:3128")
	contains(t, set.err, "goes by this proxy", "sees the host name of each bank")
	contains(t, r.ok(t, "proxy", "show").out, "proxy.example:3128")
	wantShape(t, r.ok(t, "proxy", "--json").out, ".proxy string")
	r.ok(t, "sync") // the demo bank is on this computer
	for args, code := range map[string]int{
		"proxy set": terminal.ExitUsage, "proxy on": terminal.ExitUsage, "proxy off now": terminal.ExitUsage, "proxy set a b": terminal.ExitUsage,
		"proxy set proxy.example": terminal.ExitFailed, "proxy set socks5://127.0.0.1:1080": terminal.ExitFailed,
	} {
		got := r.ends(t, code, strings.Fields(args)...)
		if code == terminal.ExitFailed {
			contains(t, got.err, "That is no address of a proxy. Nothing was changed.")
		}
	}
	contains(t, r.ok(t, "proxy").out, "proxy.example:3128")
	off := r.ok(t, "proxy", "off")
	contains(t, off.err, "directly")
	contains(t, off.out, "off")
}

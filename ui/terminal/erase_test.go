package terminal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/ui/terminal"
)

// erasedReport is what erase --json says of the new key and of backups.
type erasedReport struct {
	NewKey  *string  `json:"new_key"`
	Needs   []string `json:"new_key_needs"`
	Backups []struct {
		Path   string
		Former bool `json:"former_key"`
	} `json:"backups_that_hold_it"`
}

// TestErasingEndsWithANewKey: the report says so, the backup from before is under the former key, and is made
// anew by what opened it.
func TestErasingEndsWithANewKey(t *testing.T) {
	r := linked(t)
	r.ok(t, "backup")
	r.ok(t, "revoke", "--yes", "--keep")
	var report erasedReport
	if decode(t, r.ok(t, "erase", "--yes", "--json").out, &report); report.NewKey == nil || report.Needs != nil || len(report.Backups) != 1 || !report.Backups[0].Former {
		t.Fatalf("the report is %+v", report)
	}
	contains(t, r.ok(t, "erase").out, "The vault has had a new key since", "1 backup was made before", "under the former key")
	r.hidden = []string{r.key, "no passphrase of then"}
	contains(t, r.ends(t, terminal.ExitLocked, "erase", "--backups", "rewrite").err, "doesn't open")
	r.hidden = []string{r.key, passphrase}
	if out := r.ok(t, "erase", "--backups", "rewrite").out; strings.Contains(out, "1 backup was made before") {
		t.Errorf("the backup is still listed:\n%s", out)
	}
	if list := r.ok(t, "backup", "--list").out; !strings.Contains(list, "recovery key") {
		t.Errorf("backups:\n%s", list)
	}
}

// TestANewKeyThatWaitsIsSaid: where a secret was never used since slots have addresses, the report says what to do.
func TestANewKeyThatWaitsIsSaid(t *testing.T) {
	r := linked(t)
	r.ok(t, "revoke", "--yes", "--keep")
	r.seed = func(ctx context.Context, s *store.Store) error {
		return errors.Join(s.SetSetting(ctx, "address.1", ""), s.SetSetting(ctx, "address.2", ""))
	}
	var report erasedReport
	if decode(t, r.ok(t, "erase", "--yes", "--json").out, &report); report.NewKey != nil || !slices.Equal(report.Needs, []string{"passphrase"}) {
		t.Errorf("the report is %+v", report)
	}
	contains(t, r.ok(t, "erase").out, "New key: not yet", "opened the vault with the passphrase", "coffer keys rekey")
}

// keyed tells whether the vault has had a new key since it shredded, as it is opened next, before anything else.
func (r *rig) keyed(keyed *bool) {
	r.seed = func(ctx context.Context, s *store.Store) error {
		receipts, err := s.Receipts(ctx)
		all := consent.ErasedOf(receipts)
		*keyed = len(all) == 1 && !all[0].Rekeyed.IsZero()
		return err
	}
}

// TestAnOpeningByTheTerminalEndsAShredding, whatever the command; where that fails it is told, and the command runs.
func TestAnOpeningByTheTerminalEndsAShredding(t *testing.T) {
	r := linked(t)
	r.ok(t, "revoke", "--yes", "--keep")
	r.full = fault.New(fault.DiskFull, "write", errors.New("full"))
	contains(t, r.ok(t, "erase", "--yes").out, "New key: not yet", "The disk is full")
	said := r.ok(t, "--json", "banks")
	contains(t, said.err, "the vault has no new key yet", "The disk is full")
	contains(t, said.out, "[")
	r.full = nil
	var before, after bool
	r.keyed(&before)
	if said = r.ok(t, "banks"); strings.Contains(said.err, "new key") {
		t.Errorf("it says %q", said.err)
	}
	r.keyed(&after)
	r.ok(t, "banks")
	if before || !after {
		t.Errorf("a new key before the opening: %v, after: %v", before, after)
	}
	contains(t, r.ok(t, "erase").out, "The vault has had a new key since")
}

// TestErasedAccountsOfALivingLinkAreReported: the link itself goes on, and is asked nothing.
func TestErasedAccountsOfALivingLinkAreReported(t *testing.T) {
	r := linked(t)
	r.ok(t, "backup")
	contains(t, r.ends(t, terminal.ExitUsage, "erase", "Northlight Bank").err, "no link has ended")
	r.ok(t, "accounts", "--read", "2290", "--erase")
	contains(t, r.ok(t, "erase", "Northlight Bank").out, "Erased: Northlight Bank", "The vault has had a new key since", "1 backup was made before")
	contains(t, r.ok(t, "banks", "--json").out, `"active"`)
	r.hidden = []string{r.key, r.key}
	if out := r.ok(t, "erase", "--backups", "rewrite").out; strings.Contains(out, "made before") {
		t.Errorf("the backup is still listed:\n%s", out)
	}
}

// TestANewKeyThatWaitsForTheKeyringIsSaid: coffer keys rekey would ask the same keyring, so another way is said, and it is one.
func TestANewKeyThatWaitsForTheKeyringIsSaid(t *testing.T) {
	r := linked(t)
	memory := &ring{kept: map[string]string{}}
	r.keyring = vault.NewKeyring(memory)
	r.hidden = []string{r.key, passphrase}
	r.ok(t, "keys", "keyring", "on")
	r.ok(t, "revoke", "--yes", "--keep")
	memory.mu.Lock()
	memory.kept, memory.err = map[string]string{}, errors.New("no bus")
	memory.mu.Unlock()
	r.seed = func(ctx context.Context, s *store.Store) error { return s.SetSetting(ctx, "address.3", "") }
	contains(t, r.ok(t, "erase", "--yes").out, "New key: not yet", "coffer keys keyring off")
	if out := r.ok(t, "erase").out; strings.Contains(out, "rekey") {
		t.Errorf("it says:\n%s", out)
	}
	r.run(t.Context(), "keys", "keyring", "off") // what the keyring still keeps opens nothing
	contains(t, r.ok(t, "erase").out, "The vault has had a new key since")
}

// TestABackupFromBeforeANewPassphraseIsMadeAnew: what opened it then is asked for, although this run has the passphrase of now.
func TestABackupFromBeforeANewPassphraseIsMadeAnew(t *testing.T) {
	const fresh = "another quiet set of words"
	r := linked(t)
	r.ok(t, "backup")
	r.hidden = []string{r.key, fresh, fresh}
	r.ok(t, "keys", "passphrase")
	r.ok(t, "revoke", "--yes", "--keep")
	r.ok(t, "erase", "--yes")
	r.key, r.hidden = "", []string{fresh, passphrase}
	if out := r.ok(t, "erase", "--backups", "rewrite").out; strings.Contains(out, "made before") || len(r.hidden) != 0 {
		t.Errorf("the backup is still listed:\n%s", out)
	}
}

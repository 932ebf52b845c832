package terminal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"coffer/app/store"
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

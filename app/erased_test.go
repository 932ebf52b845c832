package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
)

// TestAnErasureIsReportedToItsEnd goes through shredding: the rows, the new key, the backups that still hold
// them and are under the former key; each step is a receipt of the same chain.
func TestAnErasureIsReportedToItsEnd(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	first := value(c.BackUp(ctx))(t)
	second := app.Backup{Path: filepath.Join(filepath.Dir(first.Path), "coffer-20260101T120000Z.backup")} // of another day
	must(t, os.WriteFile(second.Path, value(os.ReadFile(first.Path))(t), 0o600))
	value(c.Revoke(ctx, r.id, nil))(t)
	if all := value(c.Erasures(ctx))(t); len(all) != 0 {
		t.Errorf("erased before anything was: %+v", all)
	}
	value(c.Erase(ctx, r.id, nil))(t)
	report := value(c.Erasure(ctx, r.id))(t)
	if report.Count(consent.GoneAccounts) != 3 || report.Count(consent.GoneWords) == 0 || report.Rekeyed.IsZero() || report.Bank == "" {
		t.Errorf("the report is %+v", report.Erased)
	}
	paths := backupPaths(report)
	if want := []string{first.Path, second.Path}; !slices.Equal(paths, want) {
		t.Fatalf("backups that hold it: %v, want %v", paths, want)
	}
	wantKind(t, c.CleanBackups(ctx, []string{first.Path + ".other"}, true, secret.Text{}, nil), fault.NotFound)
	for _, b := range report.Backups {
		if !b.Former || len(b.Today) == 0 {
			t.Errorf("after the new key %s is not under the former one, or nothing opens it: %+v", b.Path, b)
		}
	}
	wantKind(t, c.CleanBackups(ctx, []string{first.Path}, false, secret.Text{}, nil), fault.VaultDamaged)
	wantKind(t, c.CleanBackups(ctx, []string{first.Path}, false, secret.New("four other words together"), nil), fault.WrongPassphrase)
	must(t, c.CleanBackups(ctx, []string{first.Path}, false, r.key, nil))
	if paths := backupPaths(value(c.Erasure(ctx, r.id))(t)); !slices.Equal(paths, []string{second.Path}) {
		t.Errorf("after one was made anew: %v", paths)
	}
	must(t, c.CleanBackups(ctx, []string{second.Path}, true, secret.Text{}, nil))
	if paths := backupPaths(value(c.Erasure(ctx, r.id))(t)); len(paths) != 0 {
		t.Errorf("after one was deleted: %v", paths)
	}
	if report = value(c.Erasure(ctx, r.id))(t); len(report.Cleaned) != 2 || report.NewKey.Needs != nil || report.NewKey.Failed != nil {
		t.Errorf("in the end: %+v", report)
	}
	at := report.Rekeyed
	value(c.Rekey(ctx, app.RekeyTerms{Current: secret.New(passphrase)}))(t)
	if report = value(c.Erasure(ctx, r.id))(t); !report.Rekeyed.Equal(at) {
		t.Errorf("a later new key is no step of it: %+v", report.Erased)
	}
	receipts := value(c.Receipts(ctx))(t)
	previous := ""
	for i, one := range receipts {
		if one.Previous != previous || one.Hash != consent.HashReceipt(one) {
			t.Errorf("receipt %d is not in the chain", i+1)
		}
		previous = one.Hash
	}
	if len(receipts) != 5 { // revoked, erased, new key, anew, deleted
		t.Errorf("%d receipts", len(receipts))
	}
	for _, one := range receipts {
		for _, name := range one.Accounts {
			if !strings.HasPrefix(name, "·· ") {
				t.Errorf("a receipt, which stays, names %q", name)
			}
		}
	}
}

func backupPaths(r app.ErasureReport) (all []string) {
	for _, b := range r.Backups {
		all = append(all, b.Path)
	}
	return all
}

// TestABackupMadeAnewIsListedAgainAfterALaterErasure: what was taken out of it is what was erased by then.
func TestABackupMadeAnewIsListedAgainAfterALaterErasure(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	b := value(c.BackUp(ctx))(t)
	all := value(c.Link(ctx, r.id))(t).Choices
	value(c.ChooseAccounts(ctx, r.id, picks(all, "2290"), true))(t)
	must(t, c.CleanBackups(ctx, []string{b.Path}, false, r.key, nil))
	if paths := backupPaths(value(c.Erasure(ctx, r.id))(t)); len(paths) != 0 {
		t.Fatalf("after it was made anew: %v", paths)
	}
	report := r.shredded(t, nil)
	if paths := backupPaths(report); !slices.Equal(paths, []string{b.Path}) || report.Rekeyed.IsZero() {
		t.Errorf("it holds the last account still, listed are %v", paths)
	}
	must(t, c.CleanBackups(ctx, []string{b.Path}, false, r.key, nil))
	if paths := backupPaths(value(c.Erasure(ctx, r.id))(t)); len(paths) != 0 {
		t.Errorf("after it was made anew again: %v", paths)
	}
}

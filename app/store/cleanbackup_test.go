package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// twoLinks fills a store with two links whose rows lie among each other. Every text of the first begins
// with "qqcanary".
func twoLinks(t testing.TB, s *store.Store, rows int) (stays ledger.AccountID) {
	t.Helper()
	for _, id := range []consent.LinkID{"link-1", "link-2"} {
		l := fullLink()
		l.ID, l.State = id, consent.Revoked
		ok(t, s.SaveLink(t.Context(), l))
	}
	goes := account(t, s, "link-1", "4417")
	stays = account(t, s, "link-2", "9999")
	a := must[ledger.AccountView](t)(s.Account(t.Context(), goes)).Account
	a.Name = "qqcanary account"
	must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), "link-1", []ledger.AccountView{{Account: a}}))
	b := must[ledger.AccountView](t)(s.Account(t.Context(), stays)).Account
	must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), "link-2", []ledger.AccountView{{Account: b}}))
	for from := 0; from < rows; from += 250 {
		var lost, left []ledger.Row
		for i := from; i < from+250; i++ {
			r := row(1+i%300, int64(-100-i), fmt.Sprintf("qqcanary payee %d", i))
			r.Memo, r.Raw[0].Value = fmt.Sprintf("qqcanary memo %d", i), fmt.Sprintf("qqcanary raw %d", i)
			lost = append(lost, r)
			left = append(left, row(1+i%300, int64(-5-i), fmt.Sprintf("stays %d", i)))
		}
		apply(t, s, goes, inserts(lost...))
		apply(t, s, stays, inserts(left...))
	}
	one := find(t, s, goes, "qqcanary payee 0")
	must[string](t)(s.SetNote(t.Context(), one, "qqcanary note"))
	saveAlert(t, s, goes, one, "qqcanary-alert")
	return stays
}

func canaries(t testing.TB, s *store.Store) int {
	t.Helper()
	return bytes.Count(must[[]byte](t)(s.Pages(t.Context())), []byte("canary"))
}

// TestAnErasedLinkIsInNoPage looks at every page decrypted, free and half-used ones, and at the log.
func TestAnErasedLinkIsInNoPage(t *testing.T) {
	s := newSealed(t)
	stays := twoLinks(t, s.Store, 3000)
	before := all(t, s.Store, stays)
	if n := canaries(t, s.Store); n < 6000 {
		t.Fatalf("%d canaries were there", n)
	}
	r := must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))
	if n := canaries(t, s.Store); n != 0 {
		t.Errorf("%d canaries are left", n)
	}
	for name, least := range map[string]int{
		consent.GoneTransactions: 3000, consent.GoneWords: 3000, consent.GoneRaw: 3000, consent.GoneAliases: 1, consent.GoneRollups: 300,
		consent.GoneAlerts: 1, consent.GoneAccounts: 1,
	} {
		if got := r.Erasure.Count(name); got < least {
			t.Errorf("the report tells of %d %s, want %d at least", got, name, least)
		}
	}
	if r.Erasure.After >= r.Erasure.Before || r.Hash != consent.HashReceipt(r) {
		t.Errorf("the report is %+v", r)
	}
	if after := all(t, s.Store, stays); len(after) != len(before) || fmt.Sprint(after) != fmt.Sprint(before) {
		t.Error("the other link's rows have changed")
	}
	audit(t, s.Store)
	ok(t, s.CheckIntegrity(t.Context()))
	ok(t, s.Carry(t.Context(), s.vault, nil))
	if n := canaries(t, s.Store); n != 0 || len(all(t, s.Store, stays)) != len(before) {
		t.Errorf("%d canaries after the new key that a shredding ends with", n)
	}
	must[*vault.RecoveryKey](t)(s.Rekey(t.Context(), s.vault, vault.Rekeying{Passphrase: secret.New("correct horse battery")}))
	if n := canaries(t, s.Store); n != 0 || len(all(t, s.Store, stays)) != len(before) {
		t.Errorf("%d canaries after a new key", n)
	}
}

// TestAnErasureThatIsCutOffIsFinishedLater: the rows are gone in one step, and what a crash left to do is
// done when the vault opens next. Until then no receipt says that it is done.
func TestAnErasureThatIsCutOffIsFinishedLater(t *testing.T) {
	s := newSealed(t)
	stays := twoLinks(t, s.Store, 1000)
	ok(t, s.EraseCutOff(t.Context(), "link-1"))
	if n := len(must[[]consent.Receipt](t)(s.Receipts(t.Context()))); n != 0 {
		t.Errorf("%d receipts of what is not done", n)
	}
	done := must[[]consent.Receipt](t)(s.FinishErasing(t.Context()))
	if len(done) != 1 || done[0].Erasure.Count(consent.GoneTransactions) != 1000 || canaries(t, s.Store) != 0 {
		t.Errorf("finished %+v with %d canaries", done, canaries(t, s.Store))
	}
	if got := must[[]consent.Receipt](t)(s.Receipts(t.Context())); len(got) != 1 || got[0].Hash != consent.HashReceipt(got[0]) {
		t.Errorf("receipts are %+v", got)
	}
	if again := must[[]consent.Receipt](t)(s.FinishErasing(t.Context())); len(again) != 0 || len(all(t, s.Store, stays)) != 1000 {
		t.Errorf("finished twice: %+v", again)
	}
}

// TestABackupIsMadeAnewWithoutWhatWasErased, be it under the data key of now or under the former one, which
// takes what opened it.
func TestABackupIsMadeAnewWithoutWhatWasErased(t *testing.T) {
	t.Run("under the key of now", func(t *testing.T) { backupAnew(t, false) })
	t.Run("under the former key", func(t *testing.T) { backupAnew(t, true) })
}

func backupAnew(t *testing.T, former bool) {
	s := newSealed(t)
	stays := twoLinks(t, s.Store, 500)
	left := len(all(t, s.Store, stays))
	for _, id := range []consent.LinkID{"link-1", "link-2"} {
		ok(t, s.SetSetting(t.Context(), consent.NextSetting(id), "2026-03-14T18:00:00Z"))
		ok(t, s.SetSetting(t.Context(), consent.QuotaSetting(id), "[]"))
	}
	dir := filepath.Join(t.TempDir(), "backups")
	made := must[vault.FoundBackup](t)(s.Backup(t.Context(), s.vault, dir))
	old := must[[]byte](t)(os.ReadFile(made.Path))
	again, err := os.Open(made.Path) // the old file, whatever its name says later
	ok(t, err)
	defer again.Close()
	must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))

	links, typed := []consent.LinkID{"link-1"}, secret.Text{}
	if former {
		ok(t, s.Carry(t.Context(), s.vault, nil))
		wantKind(t, s.CleanBackup(t.Context(), s.vault, made.Path, links, typed), fault.VaultDamaged)
		wantKind(t, s.CleanBackup(t.Context(), s.vault, made.Path, links, secret.New("another one")), fault.WrongPassphrase)
		if same := must[[]byte](t)(os.ReadFile(made.Path)); !bytes.Equal(same, old) {
			t.Error("the backup has changed")
		}
		typed = s.key.Text()
	}
	ok(t, s.CleanBackup(t.Context(), s.vault, made.Path, links, typed))
	if ours := must[bool](t)(s.vault.Sealed(made.Path)); !ours {
		t.Error("it is not under the key of now")
	}
	back, _ := restored(t, made.Path, s.key)
	if n := canaries(t, back); n != 0 {
		t.Errorf("%d canaries in the backup", n)
	}
	if n := len(all(t, back, stays)); n != left {
		t.Errorf("%d rows of the other link in the backup, want %d", n, left)
	}
	for id, want := range map[consent.LinkID]bool{"link-1": false, "link-2": true} {
		for _, key := range []string{consent.NextSetting(id), consent.QuotaSetting(id)} {
			if text := must[string](t)(back.Setting(t.Context(), key)); (text != "") != want {
				t.Errorf("in the backup %s is %q", key, text)
			}
		}
	}
	audit(t, back)
	after := make([]byte, len(old))
	if n, _ := again.ReadAt(after, 0); n != len(old) || !bytes.Equal(after, make([]byte, len(old))) {
		t.Error("the old backup was not overwritten")
	}
	if names := filesIn(t, dir); len(names) != 1 {
		t.Errorf("left in the folder: %v", names)
	}
	wantKind(t, s.CleanBackup(t.Context(), s.vault, filepath.Join(dir, "none"), nil, secret.Text{}), fault.VaultMissing)
	ok(t, s.ShredBackup(made.Path))
	ok(t, s.ShredBackup(made.Path)) // it is gone
	if names := filesIn(t, dir); len(names) != 0 {
		t.Errorf("left in the folder: %v", names)
	}
}

// TestABackupThatIsMadeAnewKeepsWhatWasNotErased: of a link that goes on one account was left out and erased, or all
// while the bank had not confirmed the end of the link.
func TestABackupThatIsMadeAnewKeepsWhatWasNotErased(t *testing.T) {
	for name, stays := range map[string]bool{"one account of two": true, "all, and the link is in revocation": false} {
		t.Run(name, func(t *testing.T) {
			s := newSealed(t)
			twoLinks(t, s.Store, 250)
			l := fullLink()
			l.ID, l.State, l.Limited = "link-1", consent.Active, true
			l.Unread = []consent.Unread{{Name: "qqcanary unread"}}
			l.Choice = []consent.Account{{Identity: "i", Name: "chosen"}}
			if !stays {
				l.State, l.Choice[0].Name = consent.RevokePending, "qqcanary choice"
			}
			ok(t, s.SaveLink(t.Context(), l))
			kept := account(t, s.Store, "link-1", "2290")
			apply(t, s.Store, kept, inserts(row(1, -100, "kept")))
			dir := filepath.Join(t.TempDir(), "backups")
			made := must[vault.FoundBackup](t)(s.Backup(t.Context(), s.vault, dir))
			if stays {
				var goes ledger.AccountID
				for _, a := range must[[]ledger.AccountView](t)(s.Accounts(t.Context())) {
					if a.Link == "link-1" && a.ID != kept {
						goes = a.ID
					}
				}
				must[consent.Receipt](t)(s.EraseAccounts(t.Context(), "link-1", []ledger.AccountID{goes}))
			} else {
				must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))
			}
			ok(t, s.CleanBackup(t.Context(), s.vault, made.Path, []consent.LinkID{"link-1"}, secret.Text{}))
			back, _ := restored(t, made.Path, s.key)
			if n := canaries(t, back); n != 0 {
				t.Errorf("%d canaries in the backup", n)
			}
			links, accounts := 0, 0
			for _, l := range must[[]consent.Link](t)(back.Links(t.Context())) {
				if l.ID == "link-1" {
					links++
					if len(l.Unread) != 0 || (len(l.Choice) != 0) != stays {
						t.Errorf("the link names %+v, %+v", l.Unread, l.Choice)
					}
				}
			}
			for _, a := range must[[]ledger.AccountView](t)(back.Accounts(t.Context())) {
				if a.Link == "link-1" {
					accounts++
				}
			}
			if links != 1 || (accounts == 1) != stays || stays && len(all(t, back, kept)) != 1 {
				t.Errorf("%d links, %d accounts", links, accounts)
			}
		})
	}
}

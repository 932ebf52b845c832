package app_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// TestVerifyFindsAChangedRecordOrReceipt: one row of either chain, changed by who can open the vault, is
// found and named, in the vault and in a backup of it; nothing else is.
func TestVerifyFindsAChangedRecordOrReceipt(t *testing.T) {
	r, _ := backed(t)
	c, ctx := r.coffer, t.Context()
	value(c.Revoke(ctx, r.id, func(consent.Proof) {}))(t)
	bank := value(c.Receipts(ctx))(t)[0].Bank
	doctor := func(query, from, to string) {
		t.Helper()
		must(t, c.Lock())
		v := value(vault.Open(filepath.Join(r.dir, "vault"), secret.New(passphrase)))(t)
		db := value(sql.Open(v.Driver(), v.DSN()))(t)
		done, err := db.ExecContext(ctx, query, from, to)
		must(t, err)
		if n := value(done.RowsAffected())(t); n != 1 {
			t.Fatalf("%d rows were changed", n)
		}
		must(t, errors.Join(db.Close(), v.Close()))
		must(t, r.unlock())
	}
	look := func(found []app.Check, want string) {
		t.Helper()
		var wrong []string
		for _, f := range found {
			if f.OK {
				continue
			}
			wrong = append(wrong, f.ID)
			wantKind(t, f.Err, fault.VaultDamaged)
			if !strings.Contains(f.Err.Error(), "1 of "+bank) {
				t.Errorf("%s does not name the row: %v", f.ID, f.Err)
			}
		}
		if want == "" && len(wrong) > 0 || want != "" && !slices.Equal(wrong, []string{want}) {
			t.Errorf("found %v, want %q", wrong, want)
		}
	}
	sound := value(c.Verify(ctx, nil))(t)
	look(sound, "")
	if len(sound) != 7 || sound[4].Count != 1 || sound[5].Count != 1 {
		t.Errorf("found %+v", sound)
	}
	for id, query := range map[string]string{
		app.CheckRecords:  `UPDATE consent_records SET doc = replace(doc, ?, ?) WHERE seq = (SELECT min(seq) FROM consent_records)`,
		app.CheckReceipts: `UPDATE receipts SET doc = replace(doc, ?, ?) WHERE seq = (SELECT min(seq) FROM receipts)`,
	} {
		const was, is = `"Link":"`, `"Link":"x`
		doctor(query, was, is)
		look(value(c.Verify(ctx, nil))(t), id)
		backup := value(c.BackUp(ctx))(t)
		look(value(c.VerifyBackup(ctx, app.Restoring{Path: backup.Path, Secret: r.key, Recovery: true}))(t), id)
		doctor(query, is, was)
		look(value(c.Verify(ctx, nil))(t), "")
	}
}

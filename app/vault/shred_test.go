package vault_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
	"coffer/app/vault"
)

// everyonesRing is the keyring that opens each vault that NewDying makes.
func everyonesRing() *vault.Keyring {
	return vault.NewKeyring(oneEntry("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="))
}

// shredOnce does what a shredding does on an open vault: the rows, every page, the new key.
func shredOnce(t *testing.T, v *vault.Vault) error {
	s, err := store.Open(t.Context(), v)
	if err != nil {
		return err
	}
	_, err = s.EraseLink(t.Context(), "link-1")
	if errors.Is(err, ledger.ErrNotFound) { // done before
		_, err = s.FinishErasing(t.Context())
	}
	if err == nil {
		err = errors.Join(v.TryKeyring(t.Context(), everyonesRing()), s.Carry(t.Context(), v, nil))
	}
	return errors.Join(err, s.Close())
}

// revokedLink is a vault with a link that has ended and an account that it brought.
func revokedLink(t *testing.T) (map[string][]byte, *vault.RecoveryKey) {
	t.Helper()
	d, err := vault.NewDying()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), d.Vault)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := consent.Link{ID: "link-1", Provider: "p", Bank: "Northlight", Dialect: "fdx", State: consent.Revoked, Since: at, Granted: at,
		Issuer: "https://i", Endpoints: consent.Endpoints{Token: "https://t", API: "https://a"}, ClientID: "c", Origins: []string{"https://a"}}
	a := ledger.Account{Provider: "bank", Identity: ledger.IdentityOf("bank", "4417", ledger.Checking, "EUR"), BankID: "b", Link: "link-1",
		Name: "qqcanary", Bank: "Northlight", Masked: ledger.Mask("4417"), Kind: ledger.Checking, Currency: "EUR"}
	_, saved := s.SaveAccounts(t.Context(), "link-1", []ledger.AccountView{{Account: a, Balance: ledger.Balance{Booked: money.New(1, "EUR"), AsOf: at, ReadAt: at}}})
	if err := errors.Join(s.SaveLink(t.Context(), l), saved, s.Close()); err != nil {
		t.Fatal(err)
	}
	_, files, _ := d.End(0)
	return files, d.Key()
}

// A shredding dies at each call of the disk, by a kill or a power cut: what opened the vault opens it, and the
// next shredding ends with nothing left and a new data key.
func TestAShreddingThatDiesAnywhereIsFinishedLater(t *testing.T) {
	files, key := revokedLink(t)
	points := 0
	for at := 0; ; at++ {
		d, err := vault.OpenDying(files, key, at)
		if err != nil {
			t.Fatal(err)
		}
		_ = shredOnce(t, d.Vault)
		died, killed, cut := d.End(uint64(at))
		if !died {
			if at < 20 {
				t.Fatalf("a shredding is %d calls", at)
			}
			break
		}
		points++
		for how, left := range map[string]map[string][]byte{"killed": killed, "power cut": cut} {
			if err := shreddedLater(t, left, key); err != nil {
				t.Errorf("%s at call %d: %v", how, at, err)
			}
		}
	}
	t.Logf("%d shreddings died, each once killed and once with a power cut: all were finished later", points)
}

func shreddedLater(t *testing.T, files map[string][]byte, key *vault.RecoveryKey) error {
	d, err := vault.OpenDying(files, key, -1)
	if err != nil {
		return err
	}
	if err := shredOnce(t, d.Vault); err != nil {
		return err
	}
	_, left, _ := d.End(0)
	again, err := vault.OpenDying(left, key, -1)
	if err != nil {
		return err
	}
	defer again.End(0)
	db, err := sql.Open(again.Driver(), again.DSN())
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if got := ask(t, db, "PRAGMA integrity_check"); got != "ok" {
		return errors.New(got)
	}
	if got := ask(t, db, "SELECT (SELECT count(*) FROM accounts) || '/' || (SELECT count(*) FROM links) || '/' || (SELECT count(*) FROM receipts)"); got != "0/0/1" {
		return errors.New("accounts, links, receipts: " + got)
	}
	return nil
}

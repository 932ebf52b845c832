package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"coffer/app/secret"
	"coffer/app/vault"
)

// hold is the child whose memory is looked at: it opens the vault with the passphrase that it
// is told, and later with the keyring's key, and waits with the vault open, and closed. It
// keeps no copy of what it is told.
func hold(dir string) error {
	for _, open := range []func() (*vault.Vault, error){
		func() (*vault.Vault, error) { return vault.Open(dir, secret.New(told())) },
		func() (*vault.Vault, error) {
			return vault.OpenWithKeyring(context.Background(), dir, vault.NewKeyring(toldRing{}))
		},
	} {
		if err := holdOne(open); err != nil {
			return err
		}
	}
	told()
	return nil
}

func holdOne(open func() (*vault.Vault, error)) error {
	v, err := open()
	if err != nil {
		return err
	}
	db, err := sql.Open(v.Driver(), v.DSN())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS held(text); INSERT INTO held VALUES('something')"); err != nil {
		return err
	}
	if err := underSignals(v.SealForTest); err != nil {
		return err
	}
	fmt.Println("open")
	told()
	if err := errors.Join(db.Close(), v.Close()); err != nil {
		return err
	}
	fmt.Println("closed")
	return nil
}

// typed is what told reads into. On a stack it would be left behind where that grows and moves.
var typed [256]byte

// told reads a line and wipes what it was read into.
func told() string {
	defer clear(typed[:])
	for n := range typed {
		if got, err := os.Stdin.Read(typed[n : n+1]); got == 0 || err != nil || typed[n] == '\n' {
			return string(typed[:n])
		}
	}
	return ""
}

// toldRing is a keyring whose one entry is read when it is asked for.
type toldRing struct{}

func (toldRing) Get(string, string) (string, error) { return told(), nil }
func (toldRing) Set(string, string, string) error   { return errors.ErrUnsupported }
func (toldRing) Delete(string, string) error        { return errors.ErrUnsupported }

package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"path/filepath"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/secret"
)

func TestDeriveIsHKDF(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "secret")
		salt := rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "salt")
		info := rapid.String().Draw(t, "info")
		want, err := hkdf.Key(sha256.New, key, salt, info, keyBytes)
		if err != nil {
			t.Fatal(err)
		}
		if got := derive(key, salt, info); !bytes.Equal(got, want) {
			t.Fatalf("got %x, want %x", got, want)
		}
	})
}

func TestCloseWipesTheExpandedKeys(t *testing.T) {
	v, _, err := Create(filepath.Join(t.TempDir(), "data"), secret.New("any passphrase"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.pager.writeLog(make([]byte, headBytes), 0); err != nil {
		t.Fatal(err)
	}
	keys := v.keys
	ciphers := map[string]any{
		"pages": v.pager.pages.seal.aead, "map": v.pager.fresh.seal.aead, "log": v.pager.log.seal.aead,
	}
	for name, cipher := range ciphers {
		if reflect.ValueOf(cipher).Elem().IsZero() {
			t.Errorf("%s: no key to begin with", name)
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for name, cipher := range ciphers {
		if !reflect.ValueOf(cipher).Elem().IsZero() {
			t.Errorf("%s: the expanded key is still there", name)
		}
	}
	if !allZero(keys.key[:]) {
		t.Error("the data key is still there")
	}
}

package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"path/filepath"
	"reflect"
	"testing"
	"unsafe"

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

// While the vault is open, its keys are in the safe and nowhere else; Close gives it back.
func TestKeysLiveInTheSafeUntilClose(t *testing.T) {
	v, _, err := Create(filepath.Join(t.TempDir(), "data"), secret.New("any passphrase"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.pager.writeLog(make([]byte, headBytes), 0); err != nil {
		t.Fatal(err)
	}
	s, sealers := v.keys.safe, map[string]*sealer{
		"pages": v.pager.pages.seal, "map": v.pager.fresh.seal, "log": v.pager.log.seal,
	}
	if &v.keys.key[0] != &s.cells[0] {
		t.Error("the data key is elsewhere")
	}
	for name, sealer := range sealers {
		if sealer.cell == nil || allZero(sealer.cell) || reflect.ValueOf(sealer.aead).Pointer() != reflect.ValueOf(sealer.cell).Pointer() {
			t.Errorf("%s: its key is elsewhere", name)
		}
	}
	used := 0
	for _, is := range s.used {
		if is {
			used++
		}
	}
	if used != 1+len(sealers) {
		t.Errorf("%d keys in the safe, want %d", used, 1+len(sealers))
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for name, sealer := range sealers {
		if sealer.aead != nil || sealer.cell != nil {
			t.Errorf("%s: the key is still held", name)
		}
	}
	if s.cells != nil || v.Pinned() {
		t.Error("the safe is still there")
	}
}

// Where a system gives no safe, keys are in Go's memory and wiped there.
func TestWithoutASafeKeysAreWipedWhereTheyAre(t *testing.T) {
	k := testKeys()
	seal, err := newSealer(k, k.id[:], "main", &nonces{random: bytes.NewReader(make([]byte, 960))})
	if err != nil {
		t.Fatal(err)
	}
	cipher, key := seal.aead, k.key
	if reflect.ValueOf(cipher).Elem().IsZero() {
		t.Error("no key to begin with")
	}
	seal.forget()
	if err := k.drop(); err != nil || !reflect.ValueOf(cipher).Elem().IsZero() || !allZero(key[:]) {
		t.Errorf("%v, or a key is still there", err)
	}
}

func TestSafeHandsOutZeroesAndTakesThemBack(t *testing.T) {
	s := openSafe()
	var all [][]byte
	for range safeCells {
		cell, inside := s.cell(cellBytes)
		if !inside || !allZero(cell) {
			t.Fatal("no cell, or a used one")
		}
		cell[0], cell[cellBytes-1] = 1, 2
		all = append(all, cell)
	}
	if _, inside := s.cell(1); inside {
		t.Error("more cells than there are")
	}
	s.free(all[7])
	if again, inside := s.cell(keyBytes); !inside || &again[0] != &all[7][0] || !allZero(again) {
		t.Error("a cell was not wiped or not taken back")
	}
	if _, inside := s.cell(cellBytes + 1); inside {
		t.Error("more than a cell holds")
	}
	for range 2 {
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
	if b, inside := s.cell(8); inside || len(b) != 8 {
		t.Error("a closed safe hands out cells")
	}
}

// TestAKeyPairIsWipedWhereItIs looks at both parts of a slot's private key, which are beside what holds them.
func TestAKeyPairIsWipedWhereItIs(t *testing.T) {
	k, err := (&slot{}).private([idBytes]byte{}, make([]byte, keyBytes))
	if err != nil {
		t.Fatal(err)
	}
	pq := reflect.ValueOf(k.pq).Elem().Field(0)
	parts := map[string][]byte{
		"ML-KEM": unsafe.Slice((*byte)(pq.UnsafePointer()), pq.Type().Elem().Size()),
		"X25519": reflect.ValueOf(k.t).Elem().FieldByName("privateKey").Bytes(),
	}
	for _, one := range []struct {
		name string
		held []byte
	}{{"ML-KEM", k.pq.Bytes()}, {"X25519", k.t.Bytes()}} {
		if !bytes.HasPrefix(parts[one.name], one.held) {
			t.Fatalf("%s: its key is elsewhere", one.name)
		}
	}
	k.wipe()
	for name, part := range parts {
		if !allZero(part) {
			t.Errorf("%s: a key of %d bytes is still there", name, len(part))
		}
	}
	wipeDeep((*slot)(nil))
	shared := &struct {
		text string
		call func()
		next any
	}{"kept", func() {}, nil}
	shared.next = shared // it comes back to itself
	if wipeDeep(shared); shared.text != "kept" || shared.call == nil || shared.next != nil {
		t.Errorf("wiped to %+v", shared)
	}
}

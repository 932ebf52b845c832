package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
)

const (
	keyBytes   = 32
	idBytes    = 16
	saltBytes  = 32
	nonceBytes = 12
	tagBytes   = 16
)

// A purpose keeps two keys or two records apart that are made of the same parts.
type purpose byte

// The purposes. Their numbers are part of the format.
const (
	forMain    purpose = 1
	forLog     purpose = 2
	forMapSlot purpose = 3
	forMapBody purpose = 4
	forBackup  purpose = 5
)

var (
	errInUse = errors.New("the vault is open elsewhere")
	// errSealBroken is any byte that is not what Coffer wrote there.
	errSealBroken = errors.New("sealed bytes were changed")
)

// dataKey is the key that everything else is derived from, with the id of the data
// file that it serves, and the memory for both it and what is derived from it.
type dataKey struct {
	key  *[keyBytes]byte
	id   [idBytes]byte
	safe *safe
}

// newDataKey returns a zero key with a safe of its own. It must be dropped.
func newDataKey() *dataKey {
	s := openSafe()
	cell, _ := s.cell(keyBytes)
	return &dataKey{key: (*[keyBytes]byte)(cell), safe: s}
}

// drop wipes the key. Every sealer of it must be forgotten before.
func (k *dataKey) drop() error {
	clear(k.key[:])
	k.key = nil
	return k.safe.close()
}

// derive returns the key for one use. The caller wipes it.
func (k *dataKey) derive(salt []byte, use string) []byte {
	return derive(k.key[:], salt, "coffer/1 "+use)
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	defer wipe(block) // NewGCM keeps a copy
	return cipher.NewGCM(block)
}

// wipe zeroes what a cipher holds: its expanded key, which it offers no way to forget.
// The cipher is of no use after that.
func wipe(cipher any) {
	if v := reflect.ValueOf(cipher); v.Kind() == reflect.Pointer && !v.IsNil() {
		v.Elem().SetZero()
	}
}

// wipeDeep is wipe for what holds its keys elsewhere: all that it points to is zeroed, but texts, maps and
// what functions hold. held must share nothing with anything that lives on.
func wipeDeep(held any) {
	if v := reflect.ValueOf(held); v.Kind() == reflect.Pointer && !v.IsNil() {
		zero(v.Elem())
	}
}

func zero(v reflect.Value) {
	v = reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem() // else no field of another package can be set
	if flat(v.Type()) {
		v.SetZero()
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			zero(v.Field(i))
		}
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			zero(v.Index(i))
		}
	case reflect.Pointer, reflect.Interface:
		to := v.Elem()
		if v.SetZero(); to.Kind() == reflect.Pointer { // in an interface
			to = to.Elem()
		}
		if to.CanAddr() {
			zero(to)
		}
	}
}

// sealer seals the records of one file under that file's own key. Record numbers,
// purpose and file id are bound into each tag, so a record opens only in its place.
type sealer struct {
	aead   cipher.AEAD
	cell   []byte // of the safe, where aead is; nil if it is elsewhere
	safe   *safe
	nonces *nonces
	bound  [32]byte
}

func newSealer(k *dataKey, salt []byte, use string, n *nonces) (*sealer, error) {
	defer clearRegisters()
	key := k.derive(salt, use)
	defer clear(key)
	aead, err := newGCM(key)
	if err != nil {
		return nil, fmt.Errorf("make %s cipher: %w", use, err)
	}
	s := &sealer{nonces: n, safe: k.safe}
	s.aead, s.cell = k.safe.move(aead)
	copy(s.bound[16:], k.id[:])
	return s, nil
}

// forget wipes the key. A nil sealer has none. A sealer that forgot must not be used.
func (s *sealer) forget() {
	if s == nil || s.aead == nil {
		return
	}
	if s.cell == nil {
		wipe(s.aead)
	} else {
		s.safe.free(s.cell)
	}
	s.aead, s.cell = nil, nil
}

func (s *sealer) binding(p purpose, number int64) []byte {
	binary.BigEndian.PutUint64(s.bound[:8], uint64(number))
	s.bound[8] = byte(p)
	return s.bound[:]
}

// seal writes ciphertext and tag of plain to dst, which has room for both, and a new
// nonce to nonce. dst may start where plain starts.
func (s *sealer) seal(dst, nonce, plain []byte, p purpose, number int64) error {
	if err := s.nonces.next(nonce); err != nil {
		return err
	}
	defer clearRegisters()
	s.aead.Seal(dst[:0], nonce, plain, s.binding(p, number))
	return nil
}

// open writes the plaintext of sealed, ciphertext and tag, to dst, which may start
// where sealed starts. On errSealBroken dst holds nothing of use.
func (s *sealer) open(dst, nonce, sealed []byte, p purpose, number int64) error {
	defer clearRegisters()
	if _, err := s.aead.Open(dst[:0], nonce, sealed, s.binding(p, number)); err != nil {
		return errSealBroken
	}
	return nil
}

// nonces hands out random nonces, drawing many at a time. A nonce is wiped from the
// pool as it is handed out.
type nonces struct {
	random io.Reader
	pool   [80 * nonceBytes]byte
	left   int
}

func (n *nonces) next(dst []byte) error {
	if n.left == 0 {
		if _, err := io.ReadFull(n.random, n.pool[:]); err != nil {
			return fmt.Errorf("draw nonces: %w", err)
		}
		n.left = len(n.pool)
	}
	from := n.pool[n.left-nonceBytes : n.left]
	copy(dst[:nonceBytes], from)
	clear(from)
	n.left -= nonceBytes
	return nil
}

func allZero(b []byte) bool {
	var any byte
	for _, c := range b {
		any |= c
	}
	return any == 0
}

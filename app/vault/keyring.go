package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"coffer/app/fault"
)

// service is under which name the keyring shows what Coffer keeps there.
const service = "io.github.coffer.desktop"

// keyringWait is how long a call to the keyring may take: it may ask the person.
const keyringWait = 10 * time.Second

// The reasons of a KeyringLocked fault. None of them says that there is no key: the
// passphrase or the recovery key opens the vault whatever the keyring does.
const (
	KeyringAbsent  = "keyring.absent"  // there is no keyring here
	KeyringShut    = "keyring.locked"  // it is locked, or does not answer as it should
	KeyringMissing = "keyring.missing" // it holds nothing for this vault: another one, or reset
	KeyringWrong   = "keyring.wrong"   // what it holds does not open this vault
	KeyringSlow    = "keyring.slow"    // it has not answered in time
	KeyringOff     = "keyring.off"     // this vault does not open by keyring
)

// Ring is a keyring as systems have one. Its methods may block for ever.
type Ring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// system is the keyring of this computer: Secret Service, Keychain or Credential Manager.
type system struct{}

func (system) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (system) Set(service, user, secret string) error   { return keyring.Set(service, user, secret) }
func (system) Delete(service, user string) error        { return keyring.Delete(service, user) }

// Keyring asks a Ring with a deadline: 10 seconds, or sooner by the context. There is one
// call at a time; one that never comes back holds its own goroutine and makes every later
// one KeyringSlow, and nothing else. Every error is a KeyringLocked fault with a reason.
// What is kept is never written anywhere else instead.
type Keyring struct {
	ring Ring
	turn chan struct{} // full while a call is under way
}

// SystemKeyring is the keyring of this computer. One is enough for a process.
func SystemKeyring() *Keyring { return NewKeyring(system{}) }

// NewKeyring asks r.
func NewKeyring(r Ring) *Keyring { return &Keyring{ring: r, turn: make(chan struct{}, 1)} }

var (
	errSlow      = errors.New("the keyring has not answered in time")
	errRingWrong = errors.New("the keyring holds something else")
)

type answer struct {
	text string
	err  error
}

// call runs ask on a goroutine of its own, which it does not wait for longer than ctx lasts.
func (k *Keyring) call(ctx context.Context, op string, ask func() (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, keyringWait)
	defer cancel()
	select {
	case k.turn <- struct{}{}:
	case <-ctx.Done():
		return "", late(ctx, op)
	}
	answers := make(chan answer, 1)
	go func() {
		defer func() { <-k.turn }()
		answers <- guarded(ask)
	}()
	select {
	case a := <-answers:
		return a.text, ringFault(op, a.err)
	case <-ctx.Done():
		return "", late(ctx, op)
	}
}

// guarded makes an error of a panic: go-keyring trusts what the service answers to have the
// types that it should.
func guarded(ask func() (string, error)) (a answer) {
	defer func() {
		if broken := recover(); broken != nil {
			a = answer{err: fmt.Errorf("the keyring answered something odd: %v", broken)}
		}
	}()
	a.text, a.err = ask()
	return a
}

func late(ctx context.Context, op string) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%s: %w", op, ctx.Err())
	}
	return fault.Because(fault.KeyringLocked, KeyringSlow, op, errSlow)
}

func ringFault(op string, err error) error {
	return fault.Because(fault.KeyringLocked, ringReason(err), op, err)
}

// ringReason sorts what the systems' keyrings answer. Only "not found" has a type of its own.
func ringReason(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, keyring.ErrNotFound):
		return KeyringMissing
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return KeyringAbsent
	case errors.Is(err, errRingWrong):
		return KeyringWrong
	}
	for _, absent := range []string{
		"was not provided by any", "dbus-launch", "dial unix", "connection closed", "DBUS_SESSION_BUS_ADDRESS",
		"has no owner", "Failed to execute program", "connection refused", "couldn't determine address",
	} {
		if strings.Contains(err.Error(), absent) {
			return KeyringAbsent
		}
	}
	return KeyringShut
}

func (k *Keyring) get(ctx context.Context, op, user string) (string, error) {
	return k.call(ctx, op, func() (string, error) { return k.ring.Get(service, user) })
}

func (k *Keyring) set(ctx context.Context, op, user, text string) error {
	_, err := k.call(ctx, op, func() (string, error) { return "", k.ring.Set(service, user, text) })
	return err
}

func (k *Keyring) remove(ctx context.Context, op, user string) error {
	_, err := k.call(ctx, op, func() (string, error) { return "", k.ring.Delete(service, user) })
	if reasonOf(err) == KeyringMissing {
		return nil
	}
	return err
}

func reasonOf(err error) string {
	if f := fault.Of(err); f != nil && f.Kind == fault.KeyringLocked {
		return f.Reason
	}
	return ""
}

// key returns the key that is kept for a vault. The caller wipes it.
func (k *Keyring) key(ctx context.Context, vault string) ([]byte, error) {
	const op = "ask the keyring"
	text, err := k.get(ctx, op, vault)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(key) != keyBytes {
		return nil, ringFault(op, errRingWrong)
	}
	return key, nil
}

// newKey keeps a new key for a vault and makes sure that it can be had back: there are
// keyrings that confirm and forget. The caller wipes it.
func (k *Keyring) newKey(ctx context.Context, vault string, random io.Reader) ([]byte, error) {
	key := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("draw the keyring's key: %w", err)
	}
	const op = "keep a key in the keyring"
	if err := k.set(ctx, op, vault, base64.StdEncoding.EncodeToString(key)); err != nil {
		return nil, err
	}
	kept, err := k.key(ctx, vault)
	defer clear(kept)
	if err == nil && string(kept) != string(key) {
		err = ringFault(op, errRingWrong)
	}
	if err != nil {
		clear(key)
		return nil, err
	}
	return key, nil
}

// Probe asks the keyring for something that is not there, and errs with why it can't be used.
func (k *Keyring) Probe(ctx context.Context) error {
	_, err := k.get(ctx, "try the keyring", "probe")
	if reasonOf(err) == KeyringMissing {
		return nil
	}
	return err
}

// Forget takes out of the keyring what it keeps of a vault: its key and the named heads.
func (k *Keyring) Forget(ctx context.Context, vault string, heads ...string) error {
	const op = "take the vault out of the keyring"
	err := k.remove(ctx, op, vault)
	for _, name := range append(heads, headOfState) {
		err = errors.Join(err, k.remove(ctx, op, vault+"/"+name))
	}
	return err
}

// KeepHead keeps a short text of a vault that is no secret, as the head of a chain, so that
// whoever puts back an older folder is noticed. The vault is named by its id.
func (k *Keyring) KeepHead(ctx context.Context, vault, name, value string) error {
	return k.set(ctx, "keep a head in the keyring", vault+"/"+name, value)
}

// Head returns what KeepHead kept under that name, or nothing if nothing was.
func (k *Keyring) Head(ctx context.Context, vault, name string) (string, error) {
	text, err := k.get(ctx, "read a head in the keyring", vault+"/"+name)
	if reasonOf(err) == KeyringMissing {
		return "", nil
	}
	return text, err
}

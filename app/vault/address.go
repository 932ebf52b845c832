package vault

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/mlkem"
	"crypto/sha3"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// A slot's address is a public key whose private one follows from the slot's key alone: the data key
// can be sealed to it by whoever holds the vault open, and be opened only with the secret of the slot.
// So a new data key reaches a slot whose secret nobody types. An address opens nothing, but it is kept sealed:
// what is sealed to it doesn't say by whom, so who has it, and can write the folder, could put a vault of their
// own there, which the person's secret opens.
//
// The key pair is X-Wing (ML-KEM-768 with X25519): what is sealed by it must not be opened by a computer
// of later times either.
const (
	addressBytes = 1216
	carriedBytes = 1120 // of what lets the private key find the slot's key of one carrying
	seedBytes    = 32
)

var errNoAddress = errors.New("no address of the slot is known")

func carrier() (hpke.KEM, hpke.KDF, hpke.AEAD) {
	return hpke.MLKEM768X25519(), hpke.HKDFSHA256(), hpke.AES256GCM()
}

// What the key pair's own code leaves of private keys in dead frames of the stack is overwritten as
// argon does it.
const (
	keyPairHeld  = 160 << 10
	keyPairScrub = 96 << 10
)

// onScrubbed runs work on a stack that is overwritten after it.
//
//go:noinline
func onScrubbed(work func()) byte {
	var held [keyPairHeld]byte
	scrubDeep(1)
	work()
	held[0] = scrubDeep(0)
	return held[keyPairHeld-1]
}

// scrubDeep is scrub for deeper callees.
//
//go:noinline
func scrubDeep(with byte) byte {
	var room [keyPairScrub]byte
	for i := range room {
		room[i] = with
	}
	return room[int(with)]
}

// keyPair is a slot's private key in its two parts, which can be wiped as what hpke makes of them can't.
type keyPair struct {
	pq *mlkem.DecapsulationKey768
	t  *ecdh.PrivateKey
}

func (k keyPair) wipe() {
	wipeDeep(k.pq)
	wipeDeep(k.t)
}

// private makes the slot's private key. The caller wipes it.
func (s *slot) private(vault [idBytes]byte, slotKey []byte) (k keyPair, err error) {
	seed := derive(slotKey, s.salt[:], "coffer/1 carried slot"+string(vault[:]))
	defer clear(seed)
	expand := sha3.NewSHAKE256()
	defer wipe(expand)
	pair := make([]byte, mlkem.SeedSize+keyBytes)
	defer clear(pair)
	_, _ = expand.Write(seed[:seedBytes]) // neither errs
	_, _ = expand.Read(pair)
	if k.pq, err = mlkem.NewDecapsulationKey768(pair[:mlkem.SeedSize]); err == nil {
		k.t, err = ecdh.X25519().NewPrivateKey(pair[mlkem.SeedSize:])
	}
	return k, err
}

// learn keeps the slot's address in memory, now that its key is at hand: another that was kept is wrong.
func (s *slot) learn(vault [idBytes]byte, slotKey []byte) {
	onScrubbed(func() {
		key, err := s.private(vault, slotKey)
		defer key.wipe()
		if err == nil { // it always is
			s.address = append(key.pq.EncapsulationKey().Bytes(), key.t.PublicKey().Bytes()...)
		}
	})
}

// carry seals the data key for the slot's address: the salt, and with it the secret, stays.
func (s *slot) carry(vault [idBytes]byte, data *[keyBytes]byte) error {
	kem, kdf, aead := carrier()
	if s.address == nil {
		return errNoAddress
	}
	to, err := kem.NewPublicKey(s.address)
	if err != nil {
		return fmt.Errorf("read a slot's address: %w", err)
	}
	s.nonce = [nonceBytes]byte{}
	onScrubbed(func() {
		var sender *hpke.Sender
		var sealed []byte
		if s.carried, sender, err = hpke.NewSender(to, kdf, aead, s.binding(vault)); err != nil {
			return
		}
		defer wipeDeep(sender)
		sealed, err = sender.Seal(nil, data[:])
		copy(s.sealed[:], sealed)
	})
	clearRegisters()
	return err
}

// takeCarried is take for a slot that was carried.
func (s *slot) takeCarried(vault [idBytes]byte, slotKey []byte, data *[keyBytes]byte) (err error) {
	_, kdf, aead := carrier()
	onScrubbed(func() {
		var key hpke.PrivateKey
		var from *hpke.Recipient
		parts, failed := s.private(vault, slotKey)
		defer parts.wipe()
		if err = failed; err != nil {
			return
		}
		if key, err = hpke.NewHybridPrivateKey(parts.pq, parts.t); err != nil {
			return
		}
		if from, err = hpke.NewRecipient(s.carried, key, kdf, aead, s.binding(vault)); err != nil {
			err = errSealBroken
			return
		}
		defer wipeDeep(from)
		plain, opened := from.Open(nil, s.sealed[:])
		if opened != nil {
			err = errSealBroken
			return
		}
		copy(data[:], plain)
		clear(plain)
	})
	clearRegisters()
	return err
}

// Addresses are the texts of the slots' addresses that are known, by kind. A later opening by one
// secret alone knows the others from them: keep them where only the open vault can read and write.
func (v *Vault) Addresses() map[SlotKind]string {
	all := map[SlotKind]string{}
	for i := range v.file.slots {
		if s := &v.file.slots[i]; s.address != nil {
			all[s.kind] = base64.StdEncoding.EncodeToString(s.salt[:]) + "." + base64.StdEncoding.EncodeToString(s.address)
		}
	}
	return all
}

// KnowAddress takes a text that Addresses gave before. One of a slot that was replaced since says
// nothing, and neither does anything else.
func (v *Vault) KnowAddress(kind SlotKind, text string) {
	first, second, _ := strings.Cut(text, ".")
	salt, err := base64.StdEncoding.DecodeString(first)
	address, also := base64.StdEncoding.DecodeString(second)
	if s := v.file.slot(kind); s != nil && s.address == nil && err == nil && also == nil &&
		string(salt) == string(s.salt[:]) && len(address) == addressBytes {
		s.address = address
	}
}

// Unaddressed are the slots that no new data key can be carried to until their secret was used once.
func (v *Vault) Unaddressed() []SlotKind {
	var all []SlotKind
	for i := range v.file.slots {
		if s := &v.file.slots[i]; s.address == nil {
			all = append(all, s.kind)
		}
	}
	return all
}

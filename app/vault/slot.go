package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/text/unicode/norm"

	"coffer/app/secret"
)

// Bounds of what a slot may ask for: the floor keeps guessing dear, the ceiling keeps a
// doctored file from taking the machine's memory or the person's evening.
const (
	floorTime      = 3
	floorMemoryKiB = 64 << 10
	topTime        = 64
	topMemoryKiB   = 1 << 20
	threads        = 4
)

// KDF is the price of one guess at a passphrase: Argon2id's passes, memory and lanes.
// The zero KDF stands for the floor: 3 passes, 64 MiB, 4 lanes.
type KDF struct {
	Time, MemoryKiB uint32
	Threads         uint8
}

func floorKDF() KDF { return KDF{floorTime, floorMemoryKiB, threads} }

var errKDF = errors.New("passphrase cost is outside the allowed range")

func (k KDF) check() error {
	if k.Time < floorTime || k.Time > topTime || k.MemoryKiB < floorMemoryKiB ||
		k.MemoryKiB > topMemoryKiB || k.Threads != threads {
		return errKDF
	}
	return nil
}

// Calibrate times one guess at the floor and raises the memory until a guess takes about
// 0.75 s on this machine, up to 256 MiB. It is never below the floor.
func Calibrate() KDF {
	const aim, most = 750 * time.Millisecond, 256 << 10
	k := floorKDF()
	start := time.Now()
	clear(k.stretch(secret.New("how long does a guess take"), make([]byte, idBytes)))
	took := max(time.Since(start), time.Millisecond)
	memory := int64(k.MemoryKiB) * int64(aim) / int64(took) &^ 1023
	k.MemoryKiB = uint32(min(max(memory, floorMemoryKiB), most))
	return k
}

// stretch turns a passphrase into a slot's key. The same text typed on systems that
// compose accents differently gives the same key.
func (k KDF) stretch(passphrase secret.Text, salt []byte) []byte {
	typed := []byte(passphrase.Reveal())
	defer clear(typed)
	text := norm.NFC.Bytes(typed)
	defer clear(text)
	return k.argon(text, salt)
}

const (
	slotSaltBytes = 16
	madeBytes     = 8
	sealedKey     = keyBytes + tagBytes
	slotBytes     = 1 + 4 + 4 + 1 + slotSaltBytes + madeBytes + nonceBytes + sealedKey
)

// slotSize is the length of a slot that was not carried.
func slotSize(version uint16) int {
	switch version {
	case oldVersion:
		return slotBytes - madeBytes
	case carriedVersion:
		return slotBytes + 1
	}
	return slotBytes
}

// size is the length of s in that version.
func (s *slot) size(version uint16) int {
	if version == carriedVersion {
		return slotSize(version) + len(s.carried)
	}
	return slotSize(version)
}

// slot holds the data key under the key of one secret. kdf is zero but for passphrases.
type slot struct {
	kind   SlotKind
	kdf    KDF
	salt   [slotSaltBytes]byte
	made   int64 // Unix seconds; 0 is unknown
	nonce  [nonceBytes]byte
	sealed [sealedKey]byte
	// carried, where there is any, stands before sealed, which then opens by the slot's private key.
	carried []byte
	address []byte // in memory alone; nil while it is not known
}

func (v *Vault) newSlot(kind SlotKind, kdf KDF) (slot, error) {
	s := slot{kind: kind, kdf: kdf, made: max(1, v.now().Unix())}
	if _, err := io.ReadFull(v.random, s.salt[:]); err != nil {
		return slot{}, fmt.Errorf("draw slot salt: %w", err)
	}
	if _, err := io.ReadFull(v.random, s.nonce[:]); err != nil {
		return slot{}, fmt.Errorf("draw slot nonce: %w", err)
	}
	return s, nil
}

// binding is what the tag of a slot covers beside the key in it.
func (s *slot) binding(vault [idBytes]byte) []byte {
	b := append([]byte("coffer/1 slot"), vault[:]...)
	b = s.appendHead(b)
	if s.made == 0 { // sealed before slots said when
		return b
	}
	return binary.BigEndian.AppendUint64(b, uint64(s.made))
}

func (s *slot) appendHead(b []byte) []byte {
	b = append(b, byte(s.kind))
	b = binary.BigEndian.AppendUint32(b, s.kdf.Time)
	b = binary.BigEndian.AppendUint32(b, s.kdf.MemoryKiB)
	b = append(b, s.kdf.Threads)
	return append(b, s.salt[:]...)
}

func (s *slot) append(b []byte, version uint16) []byte {
	b = s.appendHead(b)
	if version != oldVersion {
		b = binary.BigEndian.AppendUint64(b, uint64(s.made))
	}
	b = append(b, s.nonce[:]...)
	b = append(b, s.sealed[:]...)
	switch {
	case version != carriedVersion:
		return b
	case s.carried == nil:
		return append(b, 0)
	}
	return append(append(b, 1), s.carried...)
}

// put seals the data key under the slot's key.
func (s *slot) put(vault [idBytes]byte, slotKey []byte, data *[keyBytes]byte) error {
	aead, err := newGCM(slotKey)
	if err != nil {
		return err
	}
	defer clearRegisters()
	defer wipe(aead)
	aead.Seal(s.sealed[:0], s.nonce[:], data[:], s.binding(vault))
	s.carried = nil
	s.learn(vault, slotKey)
	return nil
}

// take opens the slot into data, or returns errSealBroken: another secret, or changed bytes.
func (s *slot) take(vault [idBytes]byte, slotKey []byte, data *[keyBytes]byte) error {
	if err := s.open(vault, slotKey, data); err != nil {
		return err
	}
	s.learn(vault, slotKey)
	return nil
}

func (s *slot) open(vault [idBytes]byte, slotKey []byte, data *[keyBytes]byte) error {
	if s.carried != nil {
		return s.takeCarried(vault, slotKey, data)
	}
	aead, err := newGCM(slotKey)
	if err != nil {
		return err
	}
	defer clearRegisters()
	defer wipe(aead)
	if _, err := aead.Open(data[:0], s.nonce[:], s.sealed[:], s.binding(vault)); err != nil {
		return errSealBroken
	}
	return nil
}

// parseSlot reads one slot at the beginning of b, which is long enough for slotSize, and returns the rest.
func parseSlot(b []byte, version uint16) (slot, []byte, error) {
	s := slot{kind: SlotKind(b[0])}
	s.kdf = KDF{binary.BigEndian.Uint32(b[1:]), binary.BigEndian.Uint32(b[5:]), b[9]}
	b = b[10+copy(s.salt[:], b[10:]):]
	if version != oldVersion {
		s.made = int64(binary.BigEndian.Uint64(b))
		b = b[madeBytes:]
	}
	b = b[copy(s.nonce[:], b):]
	b = b[copy(s.sealed[:], b):]
	if version == carriedVersion {
		var err error
		if b, err = s.parseCarried(b); err != nil {
			return s, nil, err
		}
	}
	if s.made < 0 {
		return s, nil, errors.New("a slot made before its time")
	}
	switch s.kind {
	case PassphraseSlot:
		return s, b, s.kdf.check()
	case RecoverySlot, KeyringSlot:
		if s.kdf != (KDF{}) {
			return s, nil, errKDF
		}
		return s, b, nil
	}
	return s, nil, errors.New("unknown kind of slot")
}

var errCarried = errors.New("a slot that was carried in no known way")

func (s *slot) parseCarried(b []byte) ([]byte, error) {
	how, b := b[0], b[1:]
	if how == 0 {
		return b, nil
	}
	if how != 1 || len(b) < carriedBytes || s.nonce != [nonceBytes]byte{} {
		return nil, errCarried
	}
	s.carried = append([]byte(nil), b[:carriedBytes]...)
	return b[carriedBytes:], nil
}

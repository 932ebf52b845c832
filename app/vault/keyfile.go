package vault

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"slices"
)

const (
	keyMagic   = "COFFERVK"
	keyVersion = 2
	oldVersion = 1 // its slots don't say when they were made
	// carriedVersion is of key files with a slot that was carried to a new data key.
	carriedVersion = 3
	keyHead        = len(keyMagic) + 2 + 2 + idBytes + idBytes + 8 + 1
	keyTail        = sha256.Size + sha256.Size
	keyMost        = 64 << 10
	maxSlots       = 8
	flagExists     = 1
	flagSecond     = 2 // the data files are those of the second set
)

// What reading a key file can find. Each becomes one fault.
var (
	errForeign = errors.New("not a Coffer key file")
	errNewer   = errors.New("written by a newer Coffer")
	errDamaged = errors.New("key file was changed or cut")
)

// keyfile is the contents of vault.key. What parses encodes to the same bytes.
type keyfile struct {
	vault, file [idBytes]byte
	version     uint16
	generation  uint64
	exists      bool
	second      bool
	slots       []slot // by kind, each kind once
	mac         [sha256.Size]byte
}

// body is everything before the two closing sums.
func (k *keyfile) body() []byte {
	b := make([]byte, 0, keyHead+slotsSize(k.slots, k.version)+keyTail)
	b = append(b, keyMagic...)
	b = binary.BigEndian.AppendUint16(b, k.version)
	var flags uint16
	if k.exists {
		flags |= flagExists
	}
	if k.second {
		flags |= flagSecond
	}
	b = binary.BigEndian.AppendUint16(b, flags)
	b = append(b, k.vault[:]...)
	b = append(b, k.file[:]...)
	b = binary.BigEndian.AppendUint64(b, k.generation)
	b = append(b, byte(len(k.slots)))
	for i := range k.slots {
		b = k.slots[i].append(b, k.version)
	}
	return b
}

// encode ends the body with its MAC and a plain sum over all before it. The plain sum
// tells damage from a wrong passphrase without any key; the MAC tells tampering.
func (k *keyfile) encode() []byte {
	b := append(k.body(), k.mac[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func (k *keyfile) sign(data *dataKey) { copy(k.mac[:], k.expected(data)) }

// verify returns errDamaged unless k was signed with data.
func (k *keyfile) verify(data *dataKey) error {
	if subtle.ConstantTimeCompare(k.expected(data), k.mac[:]) != 1 {
		return errDamaged
	}
	return nil
}

func (k *keyfile) expected(data *dataKey) []byte {
	key := data.derive(k.vault[:], "key file")
	defer clear(key)
	return hmacSum(key, k.body())
}

// versionOf is the oldest version but the first that can hold slots.
func versionOf(slots []slot) uint16 {
	if slices.ContainsFunc(slots, func(s slot) bool { return s.carried != nil }) {
		return carriedVersion
	}
	return keyVersion
}

func slotsSize(slots []slot, version uint16) (size int) {
	for i := range slots {
		size += slots[i].size(version)
	}
	return size
}

func (k *keyfile) slot(kind SlotKind) *slot {
	for i := range k.slots {
		if k.slots[i].kind == kind {
			return &k.slots[i]
		}
	}
	return nil
}

// with returns k one generation later, s in place of the slot of its kind.
func (k *keyfile) with(s slot) keyfile {
	next := k.without(s.kind)
	next.slots = append(next.slots, s)
	slices.SortFunc(next.slots, func(a, b slot) int { return int(a.kind) - int(b.kind) })
	next.version = versionOf(next.slots)
	return next
}

// without returns k one generation later, in the format that it needs, the slot of that kind taken out.
func (k *keyfile) without(kind SlotKind) keyfile {
	next := *k
	next.generation++
	next.slots = slices.DeleteFunc(slices.Clone(k.slots), func(old slot) bool { return old.kind == kind })
	next.version = versionOf(next.slots)
	return next
}

// parseKeyfile reads a key file of this version. In every version the magic and the
// version come first and the plain sum last, so a newer file is told from a damaged one.
// It errs with errForeign, errNewer or errDamaged; the MAC is not looked at.
func parseKeyfile(b []byte) (keyfile, error) {
	if len(b) < len(keyMagic) || string(b[:len(keyMagic)]) != keyMagic {
		return keyfile{}, errForeign
	}
	if len(b) < keyHead+keyTail {
		return keyfile{}, errDamaged
	}
	end := len(b) - sha256.Size
	if sum := sha256.Sum256(b[:end]); string(sum[:]) != string(b[end:]) {
		return keyfile{}, errDamaged
	}
	r := b[len(keyMagic):]
	version := binary.BigEndian.Uint16(r)
	switch {
	case version > carriedVersion:
		return keyfile{}, errNewer
	case version < oldVersion:
		return keyfile{}, errDamaged
	}
	return parseFields(r[2:], version)
}

func parseFields(r []byte, version uint16) (keyfile, error) {
	k := keyfile{version: version}
	flags := binary.BigEndian.Uint16(r)
	k.exists, k.second = flags&flagExists != 0, flags&flagSecond != 0
	r = r[2:]
	r = r[copy(k.vault[:], r):]
	r = r[copy(k.file[:], r):]
	k.generation = binary.BigEndian.Uint64(r)
	count := int(r[8])
	r = r[9:]
	if flags&^(flagExists|flagSecond) != 0 || k.second && version == oldVersion || k.generation == 0 {
		return keyfile{}, errDamaged
	}
	var err error
	if k.slots, r, err = parseSlots(r, count, version); err != nil {
		return keyfile{}, err
	}
	copy(k.mac[:], r)
	return k, nil
}

// parseSlots reads count slots and returns what is behind them, which is a tail.
func parseSlots(r []byte, count int, version uint16) ([]slot, []byte, error) {
	if count > maxSlots {
		return nil, nil, errDamaged
	}
	var slots []slot
	for range count {
		if len(r) < slotSize(version)+keyTail {
			return nil, nil, errDamaged
		}
		s, rest, err := parseSlot(r, version)
		if err != nil {
			return nil, nil, errors.Join(errDamaged, err)
		}
		if n := len(slots); n > 0 && slots[n-1].kind >= s.kind {
			return nil, nil, errDamaged
		}
		slots, r = append(slots, s), rest
	}
	if len(r) != keyTail || version == carriedVersion && versionOf(slots) != version {
		return nil, nil, errDamaged
	}
	return slots, r, nil
}

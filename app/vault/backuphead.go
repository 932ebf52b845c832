package vault

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

const (
	backupMagic   = "COFFERBK"
	backupVersion = 1
	backupCarried = 2 // of backups with a slot that was carried to a new data key
	backupFixed   = len(backupMagic) + 2 + 2 + idBytes + idBytes + 8 + 8 + 1
	backupMost    = math.MaxUint16 // of a head
)

// backupHead is the beginning of a backup. The slots are those of the key file, whose id of
// the data file is the backup's own id here; its MAC is made anew.
type backupHead struct {
	keys  keyfile
	made  int64
	pages int64
}

func (h *backupHead) records() int64 { return (h.pages + backupPages - 1) / backupPages }

func (h *backupHead) pagesIn(record int64) int64 { return min(backupPages, h.pages-record*backupPages) }

func (h *backupHead) length() int64 {
	return int64(backupFixed + slotsSize(h.keys.slots, versionOf(h.keys.slots)) + keyTail)
}

func (h *backupHead) at(record int64) int64 { return h.length() + record*backupRecord }

// size is the length of the whole file.
func (h *backupHead) size() int64 {
	return h.length() + h.pages*plainBytes + h.records()*(nonceBytes+tagBytes)
}

func (h *backupHead) sealer(data *dataKey, random io.Reader) (*sealer, error) {
	of := *data
	of.id = h.keys.file
	return newSealer(&of, of.id[:], "backup", &nonces{random: random})
}

func (h *backupHead) body() []byte {
	b := make([]byte, 0, h.length())
	b = append(b, backupMagic...)
	slots := versionOf(h.keys.slots)
	if slots == carriedVersion {
		b = binary.BigEndian.AppendUint16(b, backupCarried)
	} else {
		b = binary.BigEndian.AppendUint16(b, backupVersion)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(h.length()))
	b = append(b, h.keys.vault[:]...)
	b = append(b, h.keys.file[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.made))
	b = binary.BigEndian.AppendUint64(b, uint64(h.pages))
	b = append(b, byte(len(h.keys.slots)))
	for i := range h.keys.slots {
		b = h.keys.slots[i].append(b, slots)
	}
	return b
}

func (h *backupHead) mac(data *dataKey) []byte {
	key := data.derive(h.keys.file[:], "backup head")
	defer clear(key)
	return hmacSum(key, h.body())
}

// encode signs the head and returns it as it is written.
func (h *backupHead) encode(data *dataKey) []byte {
	copy(h.keys.mac[:], h.mac(data))
	return h.raw()
}

func (h *backupHead) raw() []byte {
	b := append(h.body(), h.keys.mac[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// parseBackup reads the head at the beginning of raw, which goes on behind it. In every
// version magic, version and length come first and the plain sum last, so a newer backup is
// told from a damaged one. It errs with errForeign, errNewer or errDamaged; the MAC is not
// looked at.
func parseBackup(raw []byte) (backupHead, error) {
	if len(raw) < len(backupMagic) || string(raw[:len(backupMagic)]) != backupMagic {
		return backupHead{}, errForeign
	}
	if len(raw) < backupFixed+keyTail {
		return backupHead{}, errDamaged
	}
	r := raw[len(backupMagic):]
	length := int(binary.BigEndian.Uint16(r[2:]))
	if length < backupFixed+keyTail || length > len(raw) {
		return backupHead{}, errDamaged
	}
	raw = raw[:length]
	end := length - sha256.Size
	if sum := sha256.Sum256(raw[:end]); string(sum[:]) != string(raw[end:]) {
		return backupHead{}, errDamaged
	}
	fields := raw[len(backupMagic)+4:]
	switch version := binary.BigEndian.Uint16(r); {
	case version > backupCarried:
		return backupHead{}, errNewer
	case version == backupCarried:
		return parseBackupFields(fields, carriedVersion)
	case version == backupVersion:
		return parseBackupFields(fields, keyVersion)
	}
	return backupHead{}, errDamaged
}

// parseBackupFields reads what is behind version and length; slots is the version of the slots in it.
func parseBackupFields(r []byte, slots uint16) (backupHead, error) {
	h := backupHead{keys: keyfile{version: slots}}
	r = r[copy(h.keys.vault[:], r):]
	r = r[copy(h.keys.file[:], r):]
	h.made, h.pages = int64(binary.BigEndian.Uint64(r)), int64(binary.BigEndian.Uint64(r[8:]))
	count := int(r[16])
	if h.made < 1 || h.pages < 1 || h.pages > math.MaxInt64/(2*blockBytes) {
		return backupHead{}, errDamaged
	}
	var err error
	if h.keys.slots, r, err = parseSlots(r[17:], count, slots); err != nil {
		return backupHead{}, err
	}
	copy(h.keys.mac[:], r)
	return h, nil
}

// backupFile is an open backup.
type backupFile struct {
	file diskFile
	head backupHead
}

// openBackup reads the head of a backup and holds its length against it.
func openBackup(d disk, name string) (*backupFile, error) {
	file, err := d.open(name, false)
	if err != nil {
		return nil, fmt.Errorf("open the backup: %w", err)
	}
	b := &backupFile{file: file}
	if b.head, err = readHead(file); err != nil {
		_ = file.Close()
		return nil, err
	}
	return b, nil
}

func readHead(file diskFile) (backupHead, error) {
	size, err := file.size()
	if err != nil {
		return backupHead{}, fmt.Errorf("measure the backup: %w", err)
	}
	raw := make([]byte, min(size, int64(backupMost)))
	if _, err := file.ReadAt(raw, 0); err != nil && err != io.EOF {
		return backupHead{}, fmt.Errorf("read the backup: %w", err)
	}
	h, err := parseBackup(raw)
	if err == nil && h.size() != size {
		err = fmt.Errorf("the backup has %d bytes, not %d: %w", size, h.size(), errDamaged)
	}
	return h, err
}

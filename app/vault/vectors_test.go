package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
)

// twelve hands out the same nonce for ever: 00 01 … 0b.
type twelve struct{}

func (twelve) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i % nonceBytes)
	}
	return len(b), nil
}

func counted(from byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = from + byte(i)
	}
	return b
}

// vectorKeys has the data key 01 02 … 20 and the file id 80 81 … 8f.
func vectorKeys() *dataKey {
	k := testKeys()
	copy(k.id[:], counted(0x80, idBytes))
	return k
}

// byTheText seals as FORMAT.md says, with the standard library alone.
func byTheText(t *testing.T, info string, salt []byte, p byte, number uint64, plain []byte) []byte {
	t.Helper()
	key, err := hkdf.Key(sha256.New, counted(1, keyBytes), salt, info, 32)
	if err != nil {
		t.Fatal(err)
	}
	bound := binary.BigEndian.AppendUint64(nil, number)
	bound = append(bound, p, 0, 0, 0, 0, 0, 0, 0)
	bound = append(bound, counted(0x80, 16)...)
	return gcmOf(t, key).Seal(nil, counted(0, 12), plain, bound)
}

func gcmOf(t *testing.T, key []byte) cipher.AEAD {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return aead
}

// TestTheTextsVectorsHold holds the vectors in FORMAT.md against the standard library, put together
// as the text says, and against the code of the vault.
func TestTheTextsVectorsHold(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	tell := func(name string, byText, byCode []byte) {
		t.Helper()
		if !bytes.Equal(byText, byCode) {
			t.Errorf("%s: the text gives %x, the code %x", name, byText, byCode)
		}
		if len(byText) > 64 {
			sum := sha256.Sum256(byText)
			byText = sum[:]
		}
		if line := fmt.Sprintf("| %s | `%s` |", name, hex.EncodeToString(byText)); !strings.Contains(string(text), line) {
			t.Errorf("FORMAT.md lacks\n%s", line)
		}
	}
	keys, n := vectorKeys(), &nonces{random: twelve{}}
	plain := counted(0, plainBytes)

	d := newMemDisk(nil)
	if err := createPager(d, keys, twelve{}); err != nil {
		t.Fatal(err)
	}
	p, err := openPager(d, keys, twelve{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.pages.write(append(bytes.Clone(plain), make([]byte, reserveBytes)...), blockBytes); err != nil {
		t.Fatal(err)
	}
	if err := p.pages.flush(); err != nil {
		t.Fatal(err)
	}
	sealed := byTheText(t, "coffer/1 main", counted(0x80, 16), 1, 1, plain)
	tell("page 1 of vault.db", append(append(sealed, counted(0, 12)...), make([]byte, 36)...), pageOf(d.files()[mainName], 1))

	l := newLogFile(d, keys, n)
	salt := [saltBytes]byte(counted(0x40, saltBytes))
	head := counted(0xc0, headBytes)
	if err := l.begin(salt, head); err != nil {
		t.Fatal(err)
	}
	block := append([]byte("COFFERVL\x00\x01\x00\x00\x00\x00\x00\x00"), salt[:]...)
	block = append(append(block, counted(0, 12)...), byTheText(t, "coffer/1 log", salt[:], 2, 0, head)...)
	tell("block 0 of vault.db-wal", append(block, make([]byte, blockBytes-len(block))...), d.files()[logName][:blockBytes])
	frame := counted(0, framePlain)
	if err := l.write(append(bytes.Clone(frame), make([]byte, reserveBytes)...), headBytes); err != nil {
		t.Fatal(err)
	}
	if err := l.flush(); err != nil {
		t.Fatal(err)
	}
	block = append(counted(0, 12), byTheText(t, "coffer/1 log", salt[:], 2, 1, frame)...)
	tell("frame 1 of vault.db-wal", append(block, make([]byte, blockBytes-len(block))...), d.files()[logName][blockBytes:2*blockBytes])

	m := &freshMap{seal: p.fresh.seal, id: [idBytes]byte(counted(0x10, 16)), seq: 7, live: true, current: salt, next: [saltBytes]byte(counted(0x60, 32))}
	slotBlock, err := m.sealSlot()
	if err != nil {
		t.Fatal(err)
	}
	state := append(counted(0x10, 16), 0, 0, 0, 0, 0, 0, 0, 7, 1)
	state = append(append(state, salt[:]...), counted(0x60, 32)...)
	block = append(counted(0, 12), byTheText(t, "coffer/1 map", counted(0x80, 16), 3, 0, state)...)
	tell("slot 0 of vault.map", append(block, make([]byte, blockBytes-len(block))...), slotBlock)

	vault := [idBytes]byte(counted(0x20, 16))
	recovery := &RecoveryKey{}
	typed, err := parseRecovery(recovery.Text())
	if err != nil {
		t.Fatal(err)
	}
	slotSalt := counted(0x30, 16)
	slotKey, err := hkdf.Key(sha256.New, make([]byte, 20), slotSalt, "coffer/1 recovery slot"+string(vault[:]), 32)
	if err != nil {
		t.Fatal(err)
	}
	tell("key of the recovery slot", slotKey, typed.slotKey(vault, slotSalt))
	s := slot{kind: RecoverySlot, salt: [slotSaltBytes]byte(slotSalt), made: 1_700_000_000, nonce: [nonceBytes]byte(counted(0, 12))}
	if err := s.put(vault, slotKey, keys.key); err != nil {
		t.Fatal(err)
	}
	front := append([]byte{2}, make([]byte, 9)...)
	front = binary.BigEndian.AppendUint64(append(front, slotSalt...), 1_700_000_000)
	inSlot := gcmOf(t, slotKey).Seal(nil, counted(0, 12), counted(1, 32), append(append([]byte("coffer/1 slot"), vault[:]...), front...))
	tell("the recovery slot", append(append(front, counted(0, 12)...), inSlot...), s.append(nil, keyVersion))
	seed, err := hkdf.Key(sha256.New, slotKey, slotSalt, "coffer/1 carried slot"+string(vault[:]), 32)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := hpke.MLKEM768X25519().NewPrivateKey(seed)
	if err != nil {
		t.Fatal(err)
	}
	tell("address of the recovery slot", pair.PublicKey().Bytes(), s.address)
	guess := floorKDF().argon([]byte("correct horse battery staple"), counted(0, slotSaltBytes))
	tell("Argon2id, t = 3, m = 64 MiB, p = 4", guess, guess)
}

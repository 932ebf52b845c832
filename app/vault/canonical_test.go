package vault

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestWhatDecodesEncodesToTheSameBytes flips each bit of the heads of every format, makes their sums
// right, and has what still decodes encoded again.
func TestWhatDecodesEncodesToTheSameBytes(t *testing.T) {
	again := func(raw []byte) ([]byte, error) {
		k, err := parseKeyfile(raw)
		if err != nil {
			return nil, err
		}
		return k.encode(), nil
	}
	backup := func(raw []byte) ([]byte, error) {
		h, err := parseBackup(raw)
		if err != nil {
			return nil, err
		}
		return h.raw(), nil
	}
	tried, decoded := 0, 0
	for name, decode := range map[string]func([]byte) ([]byte, error){
		"v1/vault.key": again, "v2/vault.key": again, "v3/vault.key": again, "backup1/golden.backup": backup, "backup2/golden.backup": backup,
	} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		same, err := decode(raw)
		if err != nil || !bytes.HasPrefix(raw, same) {
			t.Fatalf("%s as it is: %v", name, err)
		}
		head := raw[:len(same)]
		for bit := range 8 * len(head) {
			changed := bytes.Clone(head)
			changed[bit/8] ^= 1 << (bit % 8)
			changed = resum(changed)
			tried++
			if same, err = decode(changed); err != nil {
				continue
			}
			if decoded++; !bytes.Equal(same, changed) {
				t.Errorf("%s with bit %d changed decodes, and encodes to other bytes", name, bit)
			}
		}
	}
	if decoded == 0 {
		t.Error("nothing that was changed decodes: nothing was tried")
	}
	t.Logf("%d heads with one bit changed and the sum made right: %d decode, and encode to the same bytes", tried, decoded)
}

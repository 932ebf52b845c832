package vault

import (
	"bufio"
	"bytes"
	"crypto/sha3"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"coffer/app/secret"
)

// memoryHits counts each needle in the writable memory of another process.
func memoryHits(t *testing.T, pid int, needles map[string][]byte) map[string]int {
	t.Helper()
	regions, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	const piece, overlap = 1 << 20, 64
	hits, buffer := map[string]int{}, make([]byte, piece+overlap)
	for line := range strings.Lines(string(regions)) {
		var from, to int64
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil || !strings.HasPrefix(mode, "rw") {
			continue
		}
		for ; from < to; from += piece {
			n, _ := memory.ReadAt(buffer[:min(int64(len(buffer)), to-from)], from)
			for name, needle := range needles {
				hits[name] += bytes.Count(buffer[:n], needle)
			}
		}
	}
	return hits
}

// expanded gives the round keys of an AES key that come behind the key itself, as crypto/aes holds them.
func expanded(t *testing.T, key []byte) []byte {
	t.Helper()
	aead, err := newGCM(key)
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(aead).Elem()
	all := bytes.Clone(unsafe.Slice((*byte)(v.Addr().UnsafePointer()), v.Type().Size()))
	at := bytes.Index(all, key)
	if at < 0 {
		t.Fatal("the expanded key does not begin with the key")
	}
	wipe(aead)
	return all[at+keyBytes : at+2*keyBytes]
}

// memoryNeedles are all keys of a vault, and the two texts that open it.
func memoryNeedles(t *testing.T, v *Vault, typed, kept string) map[string][]byte {
	t.Helper()
	pass, ring := v.file.slot(PassphraseSlot), v.file.slot(KeyringSlot)
	raw, err := base64.StdEncoding.DecodeString(kept)
	if err != nil {
		t.Fatal(err)
	}
	needles := map[string][]byte{
		"data key": bytes.Clone(v.keys.key[:]), "page key": v.keys.derive(v.keys.id[:], "main"),
		"map key": v.keys.derive(v.keys.id[:], "map"), "key file's key": v.keys.derive(v.file.vault[:], "key file"),
		"log key":             v.keys.derive(v.pager.fresh.next[:], "log"),
		"passphrase slot key": pass.kdf.stretch(secret.New(typed), pass.salt[:]), "keyring slot key": ringKey(raw, v.file.vault, ring),
		"keyring's key": raw, "passphrase": []byte(typed), "keyring's text": []byte(kept),
	}
	for name, s := range map[string]*slot{"passphrase": pass, "keyring": ring} {
		seed := derive(needles[name+" slot key"], s.salt[:], "coffer/1 carried slot"+string(v.file.vault[:]))
		needles[name+" slot's seed"] = seed
		pair := sha3.SumSHAKE256(seed, 96) // of X-Wing: d and z of ML-KEM, then the key of X25519
		for part, at := range []int{0, 32, 64} {
			needles[fmt.Sprintf("%s slot's private key, part %d", name, part+1)] = pair[at:][:32]
		}
	}
	for _, name := range []string{"page", "map", "log", "passphrase slot", "keyring slot"} {
		needles[name+" key, expanded"] = expanded(t, needles[name+" key"])
	}
	return needles
}

func TestAClosedVaultLeavesNoKeyInMemory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	const typed = "nine lively walruses juggle"
	v, _, err := Create(dir, secret.New(typed), Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := ""
	if err := v.EnableKeyring(t.Context(), NewKeyring(oneKey{&kept})); err != nil {
		t.Fatal(err)
	}
	if err := v.Carry(t.Context(), nil); err != nil { // each slot opens by its private key
		t.Fatal(err)
	}
	needles := memoryNeedles(t, v, typed, kept)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "COFFER_TEST_CHILD=hold::"+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	say := func(text string) {
		if _, err := io.WriteString(in, text+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct{ tell, want string }{
		{typed, "open"}, {"", "closed"}, {kept, "open"}, {"", "closed"},
	} {
		say(step.tell)
		if line, err := lines.ReadString('\n'); line != step.want+"\n" {
			t.Fatalf("the child says %q, %v", line, err)
		}
		hits := memoryHits(t, cmd.Process.Pid, needles)
		for _, name := range slices.Sorted(maps.Keys(needles)) {
			inUse := name == "data key" || strings.HasPrefix(name, "page key") || strings.HasPrefix(name, "map key")
			if step.want == "open" && inUse && hits[name] == 0 {
				t.Errorf("%s: not found in an open vault, the scan is blind", name)
			}
			if step.want == "closed" && hits[name] > 0 {
				t.Errorf("%s: %d times in memory", name, hits[name])
			}
		}
	}
	say("bye")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

//go:build !race

package app_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/crypto/argon2"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/secret"
)

// memoryVariable makes the test binary the program whose memory is read: it names the folder, the
// bank's address and the link, none of them a secret.
const memoryVariable = "COFFER_MEMORY"

// memoryPayees are known to no process by chance.
const memoryPayees = 40

// TestALockedProgramHoldsNoKey lets a whole program open its vault by the passphrase, import,
// refresh and read, and looks through its memory before and after it locks. Keys and the passphrase
// must be gone, and tokens and payees, too.
func TestALockedProgramHoldsNoKey(t *testing.T) {
	if told := os.Getenv(memoryVariable); told != "" {
		memoryChild(t, strings.Split(told, "|"))
		os.Exit(0)
	}
	r := linked(t)
	held := value(r.store.Credential(t.Context(), r.id))(t)
	var rows, payees []string
	for i := range memoryPayees {
		payees = append(payees, "Kiosk "+strings.Map(letterOf, clearCanary(10)))
		rows = append(rows, fmt.Sprintf("20261001|-%d.00|m%d|%s", i+1, i, payees[i]))
	}
	must(t, os.WriteFile(filepath.Join(r.dir, "statement.ofx"), []byte(sheet("1111", rows...)), 0o600))
	must(t, r.coffer.Lock())
	keys := keysByTheText(t, r.coffer.Dir())
	others := map[string][]byte{"access token": []byte(held.Access.Reveal()), "refresh token": []byte(held.Refresh.Reveal())}
	scalar := value(base64.RawURLEncoding.DecodeString(held.Key.Reveal()))(t)
	others["proof key, as text"], others["proof key, raw"] = []byte(held.Key.Reveal()), bytes.Clone(scalar)
	slices.Reverse(scalar) // as math/big has it on a computer that counts from the small end
	others["proof key, as a number"] = scalar
	for i, payee := range payees {
		others[fmt.Sprint("payee ", i)] = []byte(payee)
		others[fmt.Sprint("merchant ", i)] = []byte(ledger.MerchantOf(ledger.Row{Payee: payee})) // as alerts know it
	}

	cmd := exec.Command(os.Args[0], "-test.run=^TestALockedProgramHoldsNoKey$")
	cmd.Env = append(os.Environ(), memoryVariable+"="+strings.Join([]string{r.dir, r.addr, string(r.id)}, "|"))
	cmd.Stderr = os.Stderr
	in := value(cmd.StdinPipe())(t)
	lines := bufio.NewReader(value(cmd.StdoutPipe())(t))
	must(t, cmd.Start())
	say := func(text, want string) {
		t.Helper()
		if _, err := fmt.Fprintln(in, text); err != nil {
			t.Fatal(err)
		}
		if line, err := lines.ReadString('\n'); line != want+"\n" {
			t.Fatalf("the program says %q, want %q: %v", line, want, err)
		}
	}
	say(passphrase, "open")
	raw := value(os.ReadFile(filepath.Join(r.coffer.Dir(), "vault.db-wal")))(t)
	keys["log key"] = keyByTheText(t, keys["data key"], raw[16:48], "coffer/1 log")
	for _, name := range slices.Collect(maps.Keys(keys)) {
		if strings.HasSuffix(name, " key") && name != "data key" {
			keys[name+", expanded"] = roundKeys(t, keys[name])
		}
	}
	before, beside := memoryCount(t, cmd.Process.Pid, keys), memoryCount(t, cmd.Process.Pid, others)
	for _, name := range []string{"data key", "page key, expanded", "map key, expanded", "log key, expanded"} {
		if before[name] == 0 {
			t.Errorf("%s: not found in an open program, the scan is blind", name)
		}
	}
	if kinds := kindsOf(beside); kinds["payee"] == 0 || kinds["merchant"] == 0 {
		t.Errorf("no payee is found in an open program, the scan is blind: %v", kinds)
	}
	say("", "locked")
	hits := 0
	for name, n := range memoryCount(t, cmd.Process.Pid, keys) {
		if hits += n; n > 0 {
			t.Errorf("%s: %d times in memory after the lock", name, n)
		}
	}
	left := memoryCount(t, cmd.Process.Pid, others)
	for name, n := range left { // payee, token, or one form of the key
		if n > 0 {
			t.Errorf("%s: %d times in memory after the lock", name, n)
		}
	}
	t.Logf("%d keys and texts that open: %d hits before the lock, %d after", len(keys), sumOf(before), hits)
	t.Logf("tokens and %d payees, hits before the lock: %v, after: %v", memoryPayees, kindsOf(beside), kindsOf(left))
	_, _ = fmt.Fprintln(in)
	must(t, cmd.Wait())
}

// letterOf is a letter for a digit: figures are no part of a merchant's name.
func letterOf(r rune) rune {
	if r >= '0' && r <= '9' {
		return r - '0' + 'g'
	}
	return r
}

func sumOf(hits map[string]int) (sum int) {
	for _, n := range hits {
		sum += n
	}
	return sum
}

// kindsOf adds up hits by the first word of what was looked for.
func kindsOf(hits map[string]int) map[string]int {
	all := map[string]int{}
	for name, n := range hits {
		kind, _, _ := strings.Cut(name, " ")
		all[kind] += n
	}
	return all
}

// memoryLine reads a line and wipes what it was read into.
func memoryLine() string {
	line := make([]byte, 256)
	defer clear(line)
	for n := range line {
		if got, err := os.Stdin.Read(line[n : n+1]); got == 0 || err != nil || line[n] == '\n' {
			return string(line[:n])
		}
	}
	return ""
}

func memoryChild(t *testing.T, told []string) {
	r := &rig{dir: told[0], clock: new(clock), addr: told[1], id: consent.LinkID(told[2])}
	r.browse = func(context.Context, string) error { return nil }
	must(t, r.reopen())
	memoryWork(t, r)
	fmt.Println("open")
	memoryLine()
	must(t, r.coffer.LockBecause(app.ByPerson))
	r.store = nil
	fmt.Println("locked")
	memoryLine()
}

func memoryWork(t *testing.T, r *rig) {
	must(t, r.coffer.Unlock(t.Context(), secret.New(memoryLine())))
	file := value(os.Open(filepath.Join(r.dir, "statement.ofx")))(t)
	preview := value(r.coffer.PreviewImport(t.Context(), "statement.ofx", file, nil))(t)
	value(r.coffer.Import(t.Context(), preview))(t)
	must(t, file.Close())
	must(t, r.refresh(t))
	value(r.coffer.Rows(t.Context(), ledger.Filter{}, ledger.NewestFirst, 0, 1000))(t)
	value(r.coffer.Alerts(t.Context()))(t)
}

// keysByTheText derives what app/vault/FORMAT.md describes from the key file and the passphrase.
func keysByTheText(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	const head, each = 53, 94
	raw := value(os.ReadFile(filepath.Join(dir, "vault.key")))(t)
	id, file, slot := raw[12:28], raw[28:44], raw[head:head+each]
	if slot[0] != 1 {
		t.Fatal("the first slot is none of a passphrase")
	}
	slotKey := argon2.IDKey([]byte(passphrase), slot[10:26], binary.BigEndian.Uint32(slot[1:]), binary.BigEndian.Uint32(slot[5:]), slot[9], 32)
	block := value(aes.NewCipher(slotKey))(t)
	bound := append(append([]byte("coffer/1 slot"), id...), slot[:34]...)
	data := value(value(cipher.NewGCM(block))(t).Open(nil, slot[34:46], slot[46:94], bound))(t)
	return map[string][]byte{
		"passphrase": []byte(passphrase), "passphrase slot key": slotKey, "data key": data,
		"passphrase slot's seed": keyByTheText(t, slotKey, slot[10:26], "coffer/1 carried slot"+string(id)),
		"page key":               keyByTheText(t, data, file, "coffer/1 main"), "map key": keyByTheText(t, data, file, "coffer/1 map"),
		"key file's key": keyByTheText(t, data, id, "coffer/1 key file"),
	}
}

func keyByTheText(t *testing.T, data, salt []byte, info string) []byte {
	t.Helper()
	return value(hkdf.Key(sha256.New, data, salt, info, 32))(t)
}

// roundKeys are the two round keys behind the key itself, as crypto/aes holds them.
func roundKeys(t *testing.T, key []byte) []byte {
	t.Helper()
	v := reflect.ValueOf(value(cipher.NewGCM(value(aes.NewCipher(key))(t)))(t)).Elem()
	all := bytes.Clone(unsafe.Slice((*byte)(v.Addr().UnsafePointer()), v.Type().Size()))
	at := bytes.Index(all, key)
	if at < 0 {
		t.Fatal("the expanded key does not begin with the key")
	}
	return all[at+32 : at+64]
}

// memoryCount counts each needle in the writable memory of another process.
func memoryCount(t *testing.T, pid int, needles map[string][]byte) map[string]int {
	t.Helper()
	memory := value(os.Open(fmt.Sprintf("/proc/%d/mem", pid)))(t)
	defer memory.Close()
	const piece, overlap = 1 << 20, 128
	hits, buffer := map[string]int{}, make([]byte, piece+overlap)
	for line := range strings.Lines(string(value(os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid)))(t))) {
		var from, to int64
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil || !strings.HasPrefix(mode, "rw") {
			continue
		}
		for ; from < to; from += piece {
			n, _ := memory.ReadAt(buffer[:min(int64(len(buffer)), to-from)], from)
			if !slices.ContainsFunc(buffer[:n], func(b byte) bool { return b != 0 }) {
				continue
			}
			for name, needle := range needles {
				hits[name] += bytes.Count(buffer[:n], needle)
			}
		}
	}
	return hits
}

package vault

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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

func TestAClosedVaultLeavesNoKeyInMemory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	passphrase := secret.New("correct horse battery staple")
	v, _, err := Create(dir, passphrase, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := v.file.slot(PassphraseSlot)
	needles := map[string][]byte{
		"data key":        bytes.Clone(v.keys.key[:]),
		"page key":        v.keys.derive(v.keys.id[:], "main"),
		"map key":         v.keys.derive(v.keys.id[:], "map"),
		"key file's key":  v.keys.derive(v.file.vault[:], "key file"),
		"passphrase slot": s.kdf.stretch(passphrase, s.salt[:]),
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "COFFER_TEST_CHILD=hold:"+dir)
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
	for _, want := range []string{"open\n", "closed\n"} {
		if line, err := lines.ReadString('\n'); line != want {
			t.Fatalf("the child says %q, %v", line, err)
		}
		hits := memoryHits(t, cmd.Process.Pid, needles)
		if want == "open\n" && (hits["data key"] == 0 || hits["page key"] == 0 || hits["map key"] == 0) {
			t.Errorf("the scan is blind: it found %v in an open vault", hits)
		}
		for name, count := range hits {
			if want == "closed\n" && count > 0 {
				t.Errorf("%s: %d times in memory", name, count)
			}
		}
		if _, err := io.WriteString(in, "go on\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

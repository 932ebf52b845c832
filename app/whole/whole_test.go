package whole

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// childVariable asks the test binary to write a file and to be killed at it: how, and where.
const childVariable = "COFFER_TEST_WHOLE"

func TestMain(m *testing.M) {
	if how, path, asked := strings.Cut(os.Getenv(childVariable), ":"); asked {
		fmt.Println(writeAndWait(how, path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// begin is Create, or what it does on a disk where each file needs a name.
func begin(how, path string, over bool) (*File, error) {
	if how == "nameless" {
		return Create(path, over)
	}
	file, err := makePart(path)
	if err != nil {
		return nil, err
	}
	return &File{file: file, path: path, over: over, part: file.Name()}, nil
}

func writeAndWait(how, path string) error {
	f, err := begin(how, path, false)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(f, strings.Repeat("balances, ", 10_000)); err != nil {
		return err
	}
	fmt.Println("written")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, f.Close())
}

// child returns a process that has written all and waits before it is done.
func child(t *testing.T, how, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+how+":"+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "written\n" {
		t.Fatalf("it said %q, %v", line, err)
	}
	return cmd
}

func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// A process that is killed at its writing leaves nothing, or what the next one takes away; what a process
// that lives is writing stays, and so does what only looks alike.
func TestAKilledExportLeavesNothing(t *testing.T) {
	for _, how := range []string{"nameless", "named"} {
		t.Run(how, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "export.json")
			dead, living := child(t, how, path), child(t, how, path)
			_ = dead.Process.Kill()
			_ = dead.Wait()
			left := names(t, dir)
			if how == "nameless" && runtime.GOOS == "linux" && len(left) != 0 {
				t.Errorf("killed, it leaves %v", left)
			}
			if how == "named" && len(left) != 2 {
				t.Fatalf("there is %v", left)
			}
			alike := filepath.Join(dir, "export.json.part-one")
			if err := os.WriteFile(alike, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Create(path, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			for _, name := range names(t, dir) {
				whose := fmt.Sprintf("export.json.part-%d-", living.Process.Pid)
				if name != "export.json" && name != filepath.Base(alike) && !strings.HasPrefix(name, whose) {
					t.Errorf("%s is left", name)
				}
			}
			if got := len(names(t, dir)); got != 2 && got != 3 || how == "named" && got != 3 {
				t.Errorf("there is %v", names(t, dir))
			}
		})
	}
}

func TestAFileIsThereWholeOrNotAtAll(t *testing.T) {
	for _, how := range []string{"nameless", "named"} {
		t.Run(how, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "export.csv")
			write := func(over bool, text string) *File {
				f, err := begin(how, path, over)
				if err == nil {
					_, err = io.WriteString(f, text)
				}
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
			is := func(want string) {
				t.Helper()
				raw, err := os.ReadFile(path)
				if string(raw) != want || err != nil && (want != "" || !errors.Is(err, fs.ErrNotExist)) {
					t.Errorf("there is %q, %v, not %q", raw, err, want)
				}
			}
			dropped := write(false, "dropped")
			is("")
			if err := dropped.Remove(); err != nil {
				t.Error(err)
			}
			first, late := write(false, "first"), write(false, "late")
			is("")
			if err := first.Close(); err != nil {
				t.Error(err)
			}
			is("first")
			if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("others may read it: %v, %v", info.Mode(), err)
			}
			if err := late.Close(); !errors.Is(err, fs.ErrExist) {
				t.Errorf("written over what came in between: %v", err)
			}
			is("first")
			if _, err := Create(path, false); !errors.Is(err, fs.ErrExist) {
				t.Errorf("begun where there is one: %v", err)
			}
			second := write(true, "second")
			if err := second.Close(); err != nil {
				t.Error(err)
			}
			is("second")
			if err := second.Close(); !errors.Is(err, fs.ErrClosed) {
				t.Errorf("closed twice: %v", err)
			}
			if left := names(t, dir); len(left) != 1 {
				t.Errorf("there is %v", left)
			}
			if err := second.Remove(); err != nil {
				t.Error(err)
			}
			is("")
		})
	}
}

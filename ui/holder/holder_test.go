//go:build linux || darwin

package holder_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/ui/holder"
)

// house is a holder that listens, and what its commands do.
type house struct {
	at    holder.Address
	path  string // of the socket
	shows int
	run   func(ctx context.Context, t *holder.Talk) int
}

func open(t *testing.T, run func(ctx context.Context, t *holder.Talk) int) *house {
	t.Helper()
	base := t.TempDir()
	h := &house{run: run}
	var err error
	if h.at, err = holder.At(base, filepath.Join(base, "vault")); err != nil {
		t.Fatal(err)
	}
	l, err := holder.Listen(h.at)
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(base, "run", "*.sock"))
	if err != nil || len(found) != 1 {
		t.Fatalf("sockets %v, %v", found, err)
	}
	h.path = found[0]
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := l.Serve(ctx, h.holding()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); serving.Wait() })
	return h
}

func (h *house) holding() holder.Holding {
	return holder.Holding{Log: slog.New(slog.DiscardHandler), Show: func() { h.shows++ }, Begin: func(r holder.Request) func(context.Context, *holder.Talk) int {
		if r.Vault != "" {
			return nil
		}
		return h.run
	}}
}

// asked is what an asker got.
type asked struct {
	out, err string
	code     int
	failed   error
}

func (h *house) ask(ctx context.Context, lines []string, args ...string) asked {
	var out, trouble bytes.Buffer
	code, err := holder.Ask(ctx, h.at, holder.Request{Args: args}, holder.Mine{Out: &out, Err: &trouble, Files: holder.Own{}, Line: func(context.Context) (string, error) {
		if len(lines) == 0 {
			return "", io.EOF
		}
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}})
	return asked{out.String(), trouble.String(), code, err}
}

func TestACommandPrintsAsksAndEndsAsInItsOwnTerminal(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 20_000)
	h := open(t, func(_ context.Context, t *holder.Talk) int {
		fmt.Fprint(t.Err(), "sure? ")
		var answer, nothing string
		_, _ = fmt.Fscanln(t.In(), &answer)
		_, err := fmt.Fscanln(t.In(), &nothing)
		fmt.Fprintf(t.Out(), "%s %v %s", answer, err, big)
		return 7
	})
	got := h.ask(t.Context(), []string{"yes"})
	if got.failed != nil || got.code != 7 || got.err != "sure? " || got.out != "yes EOF "+big {
		t.Errorf("ended with %d, %v, %q, %d bytes", got.code, got.failed, got.err, len(got.out))
	}
}

func TestFilesAreTheAskersOwn(t *testing.T) {
	dir := t.TempDir()
	here, there, hidden := filepath.Join(dir, "in"), filepath.Join(dir, "out"), filepath.Join(dir, "hidden")
	text := strings.Repeat("statement\n", 9000)
	for _, path := range []string{here, hidden} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := open(t, func(_ context.Context, t *holder.Talk) int {
		if _, err := t.Open(hidden); err == nil || err.Error() != "permission denied" && err.Error() != "permission does not exist" {
			fmt.Fprintln(t.Err(), "a file that the command does not name:", err)
		}
		if _, err := t.Create(here); !errors.Is(err, os.ErrExist) {
			fmt.Fprintln(t.Err(), "a file that exists:", err)
		}
		in, err := t.Open(here)
		if err != nil {
			fmt.Fprintln(t.Err(), err)
			return 1
		}
		out, err := t.Create(there)
		if err == nil {
			_, err = io.Copy(out, strings.NewReader("half"))
		}
		if err := errors.Join(err, out.Close(), out.Remove()); err != nil {
			fmt.Fprintln(t.Err(), err)
		}
		in.Close()
		if in, err = t.Open(here); err != nil {
			return 1
		}
		if _, err = io.Copy(t.Out(), in); err != nil {
			fmt.Fprintln(t.Err(), err)
		}
		return 0
	})
	got := h.ask(t.Context(), nil, "import", here, there)
	if got.failed != nil || got.code != 0 || got.err != "" || got.out != text {
		t.Errorf("%d, %v, %q, %d of %d bytes", got.code, got.failed, got.err, len(got.out), len(text))
	}
	if _, err := os.Stat(there); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that was removed: %v", err)
	}
}

func TestCancellingTheAskerCancelsTheCommand(t *testing.T) {
	h := open(t, func(ctx context.Context, t *holder.Talk) int {
		fmt.Fprint(t.Err(), "begun")
		<-ctx.Done()
		fmt.Fprint(t.Out(), "ended in order")
		return 130
	})
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	code, err := holder.Ask(ctx, h.at, holder.Request{}, holder.Mine{Out: &out, Err: told(cancel), Files: holder.Own{}})
	if code != 130 || err != nil || out.String() != "ended in order" {
		t.Errorf("%d, %v, %q", code, err, out.String())
	}
}

// told calls back when something is written.
type told func()

func (f told) Write(p []byte) (int, error) { f(); return len(p), nil }

func TestAnAskerThatGoesEndsItsCommand(t *testing.T) {
	ended := make(chan struct{})
	h := open(t, func(ctx context.Context, t *holder.Talk) int {
		<-ctx.Done()
		close(ended)
		return 1
	})
	conn := dial(t, h)
	send(t, conn, `{"kind":"asks","request":{"version":1}}`)
	read(t, conn)
	conn.Close()
	<-ended
}

func TestACommandThatPanicsEndsAlone(t *testing.T) {
	h := open(t, func(context.Context, *holder.Talk) int { panic("4417 Nora") })
	for range 2 {
		if got := h.ask(t.Context(), nil); got.code != 1 || got.failed != nil || strings.Contains(got.out+got.err, "Nora") {
			t.Errorf("%+v", got)
		}
	}
}

func TestWhoeverCantBeAnsweredHelpsThemselves(t *testing.T) {
	h := open(t, func(context.Context, *holder.Talk) int { return 0 })
	if _, err := holder.Ask(t.Context(), h.at, holder.Request{Vault: "locked"}, holder.Mine{}); !errors.Is(err, holder.ErrNobody) {
		t.Errorf("a holder that may not: %v", err)
	}
	conn := dial(t, h)
	send(t, conn, `{"kind":"asks","request":{"version":2}}`)
	if got := read(t, conn); !strings.Contains(got, `"other"`) {
		t.Errorf("another version is answered %s", got)
	}
	nowhere, err := holder.At(t.TempDir(), "vault")
	if err == nil {
		_, err = holder.Ask(t.Context(), nowhere, holder.Request{}, holder.Mine{})
	}
	if err == nil || nowhere != (holder.Address{}) && !errors.Is(err, holder.ErrNobody) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestHostilePeersNeitherHangNorFillTheHolder(t *testing.T) {
	h := open(t, func(ctx context.Context, t *holder.Talk) int {
		_, _ = io.Copy(io.Discard, t.In())
		return 0
	})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, raw := range []string{
		"GET / HTTP/1.1\r\n\r\n", "\x00\x00\x00\x00", "\x7f\xff\xff\xff" + strings.Repeat("x", 4096), "\x00\x00\x00\x02{}",
		framed(`{"kind":"answers"}`), framed(`{"kind":"asks"}`), framed(`{"kind":"asks","request":[]}`), framed(strings.Repeat("[", 60_000)),
		framed(`{"kind":"asks","request":{"version":1}}`) + strings.Repeat(framed(`{"kind":"answers","data":"AAAA"}`), 50),
		framed(`{"kind":"asks","request":{"version":1}}`) + framed(`{"kind":"ends"}`),
	} {
		conn := dial(t, h)
		_, _ = conn.Write([]byte(raw))
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%.40q was listened to for 20 s", raw)
		}
		conn.Close()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("memory grew by %d bytes", grown)
	}
	if got := h.ask(t.Context(), nil); got.failed != nil || got.code != 0 {
		t.Errorf("then an honest one: %+v", got)
	}
}

func TestMoreThanEightAtATimeAreSentAway(t *testing.T) {
	begun, release := make(chan struct{}, 16), make(chan struct{})
	h := open(t, func(context.Context, *holder.Talk) int { begun <- struct{}{}; <-release; return 0 })
	for range 8 {
		send(t, dial(t, h), `{"kind":"asks","request":{"version":1}}`)
		<-begun
	}
	for range 40 {
		if _, err := holder.Ask(t.Context(), h.at, holder.Request{}, holder.Mine{}); !errors.Is(err, holder.ErrNobody) {
			t.Fatalf("the ninth: %v", err)
		}
	}
	close(release)
}

func TestAnAskerThatTakesNothingIsGivenUp(t *testing.T) {
	failed := make(chan error, 1)
	h := open(t, func(_ context.Context, t *holder.Talk) int {
		var err error
		for err == nil {
			_, err = t.Out().Write(make([]byte, 1<<20))
		}
		failed <- err
		return 0
	})
	send(t, dial(t, h), `{"kind":"asks","request":{"version":1}}`)
	if err := <-failed; !holder.IsBroken(err) {
		t.Errorf("ended by %v", err)
	}
}

func TestASecondOneShowsTheFirst(t *testing.T) {
	h := open(t, nil)
	l, shown, err := holder.Enter(t.Context(), h.at)
	if l != nil || !shown || err != nil || h.shows != 1 {
		t.Errorf("%v, shown %v, %v, %d times", l, shown, err, h.shows)
	}
	if _, err := holder.Listen(h.at); !errors.Is(err, holder.ErrHeld) {
		t.Errorf("listening twice: %v", err)
	}
}

func TestTheSocketsFolder(t *testing.T) {
	for name, test := range map[string]struct {
		before func(run string) error
		ok     bool
	}{
		"is made":                     {func(string) error { return nil }, true},
		"may be there":                {func(run string) error { return os.Mkdir(run, 0o700) }, true},
		"may not let others in":       {func(run string) error { return errors.Join(os.Mkdir(run, 0o700), os.Chmod(run, 0o755)) }, false},
		"may not be a link elsewhere": {func(run string) error { return os.Symlink(filepath.Dir(run), run) }, false},
		"may not be a file":           {func(run string) error { return os.WriteFile(run, nil, 0o600) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			at, err := holder.At(base, filepath.Join(base, "vault"))
			if err == nil {
				err = test.before(filepath.Join(base, "run"))
			}
			if err != nil {
				t.Fatal(err)
			}
			l, err := holder.Listen(at)
			if (err == nil) != test.ok {
				t.Errorf("listening: %v", err)
			}
			if l != nil {
				if info, err := os.Stat(filepath.Join(base, "run")); err != nil || info.Mode().Perm() != 0o700 {
					t.Errorf("the folder is %v, %v", info.Mode(), err)
				}
				l.Close()
			}
		})
	}
}

func TestWhatACrashLeftIsReplaced(t *testing.T) {
	base := t.TempDir()
	at, err := holder.At(base, filepath.Join(base, "vault"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := holder.Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(filepath.Join(base, "run", "*.sock"))
	first.Close()
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: found[0], Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	l, shown, err := holder.Enter(t.Context(), at)
	if err != nil || shown {
		t.Fatalf("shown %v, %v", shown, err)
	}
	l.Close()
}

func TestTheSameFolderIsTheSameAddress(t *testing.T) {
	base := t.TempDir()
	long := filepath.Join(base, strings.Repeat("long", 30))
	if err := errors.Join(os.MkdirAll(filepath.Join(base, "real"), 0o700), os.Symlink("real", filepath.Join(base, "link")), os.Mkdir(long, 0o700)); err != nil {
		t.Fatal(err)
	}
	at := func(base, below string) holder.Address {
		a, err := holder.At(base, filepath.Join(base, below))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if at(filepath.Join(base, "real"), "vault") != at(filepath.Join(base, "link")+"/.", "vault") {
		t.Error("a link and its target differ")
	}
	if at(base, "vault") == at(base, "demo") {
		t.Error("two vaults have one address")
	}
	t.Setenv("TMPDIR", t.TempDir())
	before := at(long, "vault")
	t.Setenv("TMPDIR", base)
	if before != at(long, "vault") {
		t.Error("a long path's place hangs on TMPDIR")
	}
	l, err := holder.Listen(before)
	if err != nil {
		t.Fatalf("at a long path: %v", err)
	}
	l.Close()
}

func dial(t *testing.T, h *house) *net.UnixConn {
	t.Helper()
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: h.path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func framed(text string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(text)))) + text
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := conn.Write([]byte(framed(text))); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, conn net.Conn) string {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	head := make([]byte, 4)
	if _, err := io.ReadFull(conn, head); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, binary.BigEndian.Uint32(head))
	if _, err := io.ReadFull(conn, text); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

//go:build linux && e2e

package session_test

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"coffer/ui/session"

	"github.com/godbus/dbus/v5"
)

// shower is a real session bus with a program on it that shows notices.
type shower struct {
	address string

	mu     sync.Mutex
	can    []string
	shown  [][]any
	closed []uint32
}

// GetCapabilities implements a method of the desktop's notices.
func (s *shower) GetCapabilities() ([]string, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.can, nil
}

// Notify implements a method of the desktop's notices.
func (s *shower) Notify(program string, replace uint32, icon, title, body string, acts []string, hints map[string]dbus.Variant, stays int32) (uint32, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = append(s.shown, []any{program, replace, icon, title, body, len(acts), hints["urgency"].Value(), stays})
	return uint32(len(s.shown)), nil
}

// CloseNotification implements a method of the desktop's notices.
func (s *shower) CloseNotification(number uint32) *dbus.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = append(s.closed, number)
	return nil
}

func (s *shower) buses() session.Buses { return session.Buses{Session: s.address} }

// bus starts a session bus with nothing on it.
func bus(t *testing.T) string {
	t.Helper()
	address := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	daemon := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", "--address="+address)
	out, err := daemon.StdoutPipe()
	if err == nil {
		err = daemon.Start()
	}
	if err != nil {
		t.Fatalf("dbus-daemon is needed: %v", err)
	}
	t.Cleanup(func() { _ = daemon.Process.Kill(); _ = daemon.Wait() })
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the bus did not start: %v", err)
	}
	return address
}

func shows(t *testing.T, can ...string) *shower {
	t.Helper()
	s := &shower{address: bus(t), can: can}
	c, err := dbus.Connect(s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	const name, path = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
	if err := c.Export(s, path, name); err != nil {
		t.Fatal(err)
	}
	if _, err := c.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestANoticeIsShownReplacedAndClosed(t *testing.T) {
	for name, test := range map[string]struct {
		can  []string
		body string
	}{
		"plain":                        {[]string{"body"}, "A & B <b>x</b>"},
		"where marks are read in text": {[]string{"body", "body-markup"}, "A &amp; B &lt;b&gt;x&lt;/b&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			s := shows(t, test.can...)
			n := session.Notice{Program: "Coffer", Icon: "io.github.coffer.desktop", Title: "1 charge is unusual for you", Body: "A & B <b>x</b>"}
			first, ok := session.Notify(t.Context(), s.buses(), n)
			if !ok || first != 1 {
				t.Fatalf("number %d, %v", first, ok)
			}
			n.Replace = first
			if _, ok := session.Notify(t.Context(), s.buses(), n); !ok {
				t.Fatal("not shown")
			}
			session.CloseNotice(t.Context(), s.buses(), 2)
			session.CloseNotice(t.Context(), s.buses(), 0)
			s.mu.Lock()
			defer s.mu.Unlock()
			want := []any{"Coffer", uint32(1), "io.github.coffer.desktop", "1 charge is unusual for you", test.body, 0, byte(1), int32(-1)}
			for i, got := range s.shown[1] {
				if got != want[i] {
					t.Errorf("part %d of the notice is %v, want %v", i, got, want[i])
				}
			}
			if len(s.closed) != 1 || s.closed[0] != 2 {
				t.Errorf("closed %v", s.closed)
			}
		})
	}
}

func TestWithoutANotifierNothingIsShown(t *testing.T) {
	for name, address := range map[string]string{"no bus": "", "a bus with none": bus(t), "over a network": "tcp:host=127.0.0.1,port=1"} {
		if _, ok := session.Notify(t.Context(), session.Buses{Session: address}, session.Notice{Title: "x"}); ok {
			t.Errorf("%s: it was shown", name)
		}
		session.CloseNotice(t.Context(), session.Buses{Session: address}, 3)
	}
}

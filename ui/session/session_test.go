//go:build linux

package session_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"coffer/ui/session"
)

const patience = 30 * time.Second

// silent fails the test if anything is told.
func silent(t *testing.T) session.Told {
	return session.Told{Screen: func() { t.Error("the screen was told of") }, Sleep: func() { t.Error("sleep was told of") }}
}

// ends fails unless work ends in time.
func ends(t *testing.T, what string, work func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); work() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s does not end", what)
	}
}

func TestWithoutABusNothingIsToldAndNothingBreaks(t *testing.T) {
	asked, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close()
	called := make(chan struct{}, 1)
	go func() {
		if c, err := asked.Accept(); err == nil {
			c.Close()
			called <- struct{}{}
		}
	}()
	for name, address := range map[string]string{
		"none":           "",
		"a missing one":  "unix:path=" + filepath.Join(t.TempDir(), "missing"),
		"nonsense":       "unix:",
		"over a network": "tcp:host=127.0.0.1,port=" + asked.Addr().String()[len("127.0.0.1:"):],
		"a program":      "unixexec:path=/bin/true",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			b := session.Buses{System: address, Session: address}
			if session.Metered(ctx, b) {
				t.Error("a network counts without a bus")
			}
			if session.HasTray(ctx, b) {
				t.Error("a tray without a bus")
			}
			if _, ok := session.Notify(ctx, b, session.Notice{Title: "x"}); ok {
				t.Error("a notice is shown without a bus")
			}
			session.CloseNotice(ctx, b, 1)
			cancel()
			ends(t, "watching", func() { session.Watch(ctx, b, silent(t)) })
		})
	}
	select {
	case <-called:
		t.Error("a bus was asked over a network")
	default:
	}
}

func TestABusThatNeverAnswersHoldsNothingUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mute")
	mute, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if c, err := mute.Accept(); err == nil { // and says nothing
			defer c.Close()
			cancel()
			<-t.Context().Done()
		}
	}()
	ends(t, "watching a mute bus", func() { session.Watch(ctx, session.Buses{System: "unix:path=" + path}, silent(t)) })
}

//go:build unix

package wire_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/secret"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// BenchmarkDoor holds a request through the door beside the same request by net/http, to one
// server in this process, with a ledger in memory. CPU is of the whole process, so the server's
// share is in every figure alike; what the door costs is the difference to kept.
//
//	kept:  net/http that keeps its connection, as the door does
//	fresh: net/http with one connection a request, over HTTP/1.1
//	dials: the door with one connection a request
func BenchmarkDoor(b *testing.B) {
	authority := wiretest.NewAuthority(b)
	page := make([]byte, 50_000) // a hundred transactions
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(page) }
	for _, name := range []string{"plain", "tls", "h2"} {
		var config *tls.Config
		if name != "plain" {
			config = authority.Issue(b, wiretest.Leaf{})
		}
		serve := wiretest.Serve
		if name == "h2" {
			serve = wiretest.ServeTwo
		}
		server, _ := serve(b, config, answer)
		client := func(keep bool) *http.Client {
			return &http.Client{Transport: &http.Transport{
				DisableKeepAlives: !keep, DisableCompression: true, ForceAttemptHTTP2: name == "h2",
				TLSClientConfig: &tls.Config{RootCAs: authority.Pool(), ClientSessionCache: tls.NewLRUClientSessionCache(8)},
			}}
		}
		b.Run(name+"/kept", func(b *testing.B) { byClient(b, client(true), server.URL) })
		b.Run(name+"/door", func(b *testing.B) { byDoor(b, authority, wire.Limits{}, server.URL) })
		b.Run(name+"/fresh", func(b *testing.B) { byClient(b, client(false), server.URL) })
		b.Run(name+"/dials", func(b *testing.B) { byDoor(b, authority, wire.Limits{Idle: -1}, server.URL) })
	}
}

func byDoor(b *testing.B, authority *wiretest.Authority, limits wire.Limits, address string) {
	door, err := wire.New(wire.Config{Ledger: &book{}, Now: time.Now, UserAgent: "Coffer/test", Roots: authority.Pool(), Limits: limits})
	if err != nil {
		b.Fatal(err)
	}
	defer door.Close()
	line, err := door.Line("link-1", []string{address})
	if err != nil {
		b.Fatal(err)
	}
	r := wire.Request{Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: address + "/accounts", Path: "/accounts", Bearer: secret.New(token)}
	measure(b, func() error {
		answer, err := line.Do(b.Context(), r)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return err
		}
		return answer.Body.Close()
	})
}

func byClient(b *testing.B, client *http.Client, address string) {
	defer client.CloseIdleConnections()
	measure(b, func() error {
		out, err := http.NewRequestWithContext(b.Context(), "GET", address+"/accounts", nil)
		if err != nil {
			return err
		}
		out.Header.Set("Authorization", "Bearer "+token)
		answer, err := client.Do(out)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	})
}

// measure reports the CPU time of one round of work.
func measure(b *testing.B, work func() error) {
	if err := work(); err != nil { // roots are parsed, a session is there to resume
		b.Fatal(err)
	}
	began := spent(b)
	n := 0
	for b.Loop() {
		n++
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((spent(b)-began).Microseconds())/float64(n), "cpu-µs/op")
}

func spent(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

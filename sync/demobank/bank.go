// Package demobank is two invented banks on loopback over the scripted years of one person's money:
// Northlight, a real OAuth authorization server and a real FDX 6 API, and Pocketwell, a plain OAuth bank
// that speaks Monzo's API and waits for an approval on the phone.
package demobank

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// ClientID is the one public client that the bank knows. Its redirect URI is
// http://127.0.0.1 with any port and any path (RFC 8252 §7.3).
const ClientID = "coffer-desktop"

const (
	issuerPath  = "/northlight"
	apiPath     = issuerPath + "/fdx/v6"
	defaultSeed = 0x4e6f7274686c6967
	anyPort     = "127.0.0.1:0"
)

// Config says how a bank starts. The zero value is a bank in memory, on a free port, by
// the computer's clock.
type Config struct {
	// State names the file that keeps the seed, the first day, the consents and the
	// hashes of tokens between starts. "" keeps nothing.
	State string
	// Now is the clock; nil is time.Now. On the first start its day becomes the last day
	// of the scripted three years; after that, life goes on by the day.
	Now func() time.Time
	// Seed picks the life. 0 takes the one in State, else the default. Another seed than
	// the one in State is an error.
	Seed uint64
	// Addr is the 127.0.0.1:port to ask for; when it is taken, any free port is.
	Addr string
	Log  *slog.Logger
	// AccessLife is how long an access token lives; 0 is 15 minutes.
	AccessLife time.Duration
	// RequirePAR refuses authorization requests that were not pushed first (RFC 9126 §5).
	RequirePAR bool
	// NoDPoP neither offers nor reads proofs of a key (RFC 9449). RequireDPoP refuses who sends none;
	// by default the tokens of who sends some are bound, and those of others are not. Nonce is the
	// rule for the nonces in proofs.
	NoDPoP, RequireDPoP bool
	Nonce               NonceRule
	// Moved is what Move moves at the start.
	Moved []string
}

// Bank is a running demo bank. Its methods may be called from any goroutine.
type Bank struct {
	origin              string
	username            string
	password            Password
	accessLife          time.Duration
	requirePAR          bool
	noDPoP, requireDPoP bool
	nonceRule           NonceRule
	clock               func() time.Time
	log                 *slog.Logger
	server              *http.Server
	served              chan error
	signer              *signer

	gate   sync.Mutex
	closed bool
	active sync.WaitGroup

	mu      sync.Mutex // guards all below
	state   state
	life    *life
	doors   doors
	proofs  proofs
	events  []Event
	faults  faults
	pocket  pocket
	stalled chan struct{} // closed when a fault is healed; nil while nothing is held back
	annex   *annex        // nil until something moved
}

// Start listens and serves until Close; ctx bounds the start alone. It returns an error when
// the state file can't be read or written, belongs to another seed, or no port is to be had.
func Start(ctx context.Context, c Config) (*Bank, error) {
	b := newBank(c)
	st, err := openState(c.State, c.Seed, b.clock().UTC())
	if err != nil {
		return nil, fmt.Errorf("open the demo bank's state: %w", err)
	}
	b.state = st
	if b.signer, err = newSigner(); err != nil {
		return nil, fmt.Errorf("make the demo bank's key: %w", err)
	}
	b.life = newLife(st.Seed, st.Born)
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return nil, fmt.Errorf("open the demo bank's port: %w", err)
	}
	b.origin = "http://" + listener.Addr().String()
	b.server = b.serverOf(b.handler(b.Addr()))
	go func() { b.served <- b.server.Serve(listener) }()
	if err := b.Move(ctx, c.Moved...); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	b.log.Info("demo bank open", "address", b.origin)
	return b, nil
}

func (b *Bank) serverOf(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(b.log.Handler(), slog.LevelDebug),
	}
}

// newBank fills in what c leaves out.
func newBank(c Config) *Bank {
	b := &Bank{
		username: "nora-" + randomDigits(4), password: newPassword(randomText(9)),
		accessLife: c.AccessLife, requirePAR: c.RequirePAR,
		clock: c.Now, log: c.Log, served: make(chan error, 1), doors: newDoors(), pocket: newPocket(),
		noDPoP: c.NoDPoP, requireDPoP: c.RequireDPoP && !c.NoDPoP, nonceRule: c.Nonce, proofs: newProofs(),
	}
	if b.accessLife <= 0 {
		b.accessLife = 15 * time.Minute
	}
	if b.clock == nil {
		b.clock = time.Now
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	return b
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	if addr == "" {
		addr = anyPort
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("read address %q: %w", addr, err)
	}
	if host != "127.0.0.1" {
		return nil, fmt.Errorf("address %q is not 127.0.0.1", addr)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp4", addr)
	if err != nil && addr != anyPort && ctx.Err() == nil {
		return config.Listen(ctx, "tcp4", anyPort)
	}
	return listener, err
}

// Close ends all connections and waits for what is still running. It may be called twice.
func (b *Bank) Close() error {
	b.gate.Lock()
	again := b.closed
	b.closed = true
	b.gate.Unlock()
	if again {
		return nil
	}
	err := b.server.Close()
	if served := <-b.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	err = errors.Join(err, b.closeAnnex())
	b.active.Wait()
	if err != nil {
		return fmt.Errorf("close the demo bank: %w", err)
	}
	return nil
}

func (b *Bank) enter() bool {
	b.gate.Lock()
	defer b.gate.Unlock()
	if b.closed {
		return false
	}
	b.active.Add(1)
	return true
}

// Addr is 127.0.0.1 and the port, for Config.Addr of the next start.
func (b *Bank) Addr() string { return strings.TrimPrefix(b.origin, "http://") }

// Issuer is the OAuth issuer (RFC 8414 §2); it changes with the port.
func (b *Bank) Issuer() string { return b.origin + issuerPath }

// APIBase is what FDX paths such as /accounts are appended to.
func (b *Bank) APIBase() string { return b.origin + apiPath }

// Username is the invented sign-in name, new at each start.
func (b *Bank) Username() string { return b.username }

// Password is the invented password, new at each start.
func (b *Bank) Password() Password { return b.password }

// Now is the bank's own time in UTC: the clock and what Advance added.
func (b *Bank) Now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now()
}

// Advance lets life go on by d: new rows appear, holds are booked or lapse, tokens and
// consents age. It is kept in the state file, so that the past stays as it was seen.
// A negative d is an error.
func (b *Bank) Advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("advance by %v: time only goes forward", d)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Shift += d
	return b.save()
}

func (b *Bank) now() time.Time { return b.clock().UTC().Add(b.state.Shift) }

// Password is an invented demo password that doesn't print by accident.
type Password struct{ open func() string }

const hidden = "[hidden]"

func newPassword(s string) Password { return Password{open: func() string { return s }} }

// Show returns the password, to be shown to the person.
func (p Password) Show() string {
	if p.open == nil {
		return ""
	}
	return p.open()
}

// Format answers every verb of fmt.
func (Password) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue answers log/slog.
func (Password) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText answers encoding/json and its kin.
func (Password) MarshalText() ([]byte, error) { return []byte(hidden), nil }

func randomText(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

func randomDigits(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw)
	for i := range raw {
		raw[i] = '0' + raw[i]%10
	}
	return string(raw)
}

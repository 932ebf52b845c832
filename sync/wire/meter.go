package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// meter counts the bytes at the socket, under TLS. Bytes move while a row is current. In between
// the connection rests: nothing is read, and whoever wants to write gets an error and ends it.
type meter struct {
	net.Conn
	sent, received atomic.Int64
	budget         atomic.Int64 // bytes that may still be received; see allow
	cut            atomic.Bool  // the far end is gone; TLS that said goodbye has not read so far
	busy           sync.RWMutex // held for reading while bytes move, until they are counted

	mu      sync.Mutex
	changed sync.Cond // of what follows
	holding bool      // reads wait
	waiting bool      // a reader does
	resting bool      // writes are refused
	closed  bool
}

func newMeter(conn net.Conn) *meter {
	m := &meter{Conn: conn}
	m.changed.L = &m.mu
	m.budget.Store(unlimited)
	return m
}

const unlimited = 1 << 62

// longPast wakes a reader that waits at the socket.
var longPast = time.Unix(1, 0)

// patience is how long a connection that is to rest or to end may hang in a write.
const patience = time.Second

var errNoRow = errors.New("no row of the ledger is open for this connection")

// totals returns what was counted on a connection that is closed or rests. The answer may be here
// before the goroutine that wrote the request has counted it.
func (m *meter) totals() (sent, received int64) {
	m.busy.Lock()
	defer m.busy.Unlock()
	return m.sent.Load(), m.received.Load()
}

// allow lets so many more bytes in.
func (m *meter) allow(bytes int64) { m.budget.Store(bytes) }

// Read waits while the connection rests.
func (m *meter) Read(b []byte) (int, error) {
	for {
		if err := m.pass(); err != nil {
			return 0, err
		}
		n, err := m.read(b)
		if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) && m.held() {
			continue
		}
		return n, err
	}
}

func (m *meter) read(b []byte) (int, error) {
	m.busy.RLock()
	defer m.busy.RUnlock()
	left := m.budget.Load()
	if left <= 0 {
		return 0, errTooLarge
	}
	n, err := m.Conn.Read(b[:min(int64(len(b)), left)])
	m.received.Add(int64(n))
	if left != unlimited {
		m.budget.Add(-int64(n))
	}
	if err == io.EOF {
		m.cut.Store(true)
	}
	return n, err
}

// pass returns once bytes may be read.
func (m *meter) pass() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.holding && !m.closed {
		m.waiting = true
		m.changed.Broadcast()
		m.changed.Wait()
	}
	m.waiting = false
	if m.closed {
		return net.ErrClosed
	}
	return nil
}

func (m *meter) held() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.holding
}

// Write fails while the connection rests, and closes it.
func (m *meter) Write(b []byte) (int, error) {
	m.busy.RLock()
	defer m.busy.RUnlock()
	m.mu.Lock()
	resting := m.resting
	m.mu.Unlock()
	if resting {
		_ = m.Close() // the error to tell is that of the write
		return 0, errNoRow
	}
	n, err := m.Conn.Write(b)
	m.sent.Add(int64(n))
	return n, err
}

// rest stops reads and then writes, and reports whether the connection can be used again. What a
// reader has begun with, it ends: reader says that there is a goroutine of its own.
func (m *meter) rest(reader bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.holding = true
	if m.closed || m.Conn.SetReadDeadline(longPast) != nil {
		return false
	}
	if reader {
		late := time.AfterFunc(patience, func() { _ = m.Close() }) // it hangs in a write
		defer late.Stop()
		for !m.waiting && !m.closed {
			m.changed.Wait()
		}
	}
	m.resting = true
	return !m.closed
}

// wake lets bytes move again.
func (m *meter) wake() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || m.Conn.SetDeadline(time.Time{}) != nil {
		return false
	}
	m.holding, m.resting = false, false
	m.changed.Broadcast()
	return true
}

// Close ends the connection without a word of TLS.
func (m *meter) Close() error {
	m.mu.Lock()
	already := m.closed
	m.closed = true
	m.changed.Broadcast()
	m.mu.Unlock()
	if already {
		return nil
	}
	return m.Conn.Close()
}

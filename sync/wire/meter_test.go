package wire

import (
	"errors"
	"io"
	"net"
	"testing"
)

// pipe returns the two ends of a connection on the loopback, the first under a meter.
func pipe(t *testing.T) (*meter, net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	near, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	m := newMeter(near)
	t.Cleanup(func() { m.Close(); far.Close() })
	return m, far
}

// TestAWriteBetweenRowsEndsTheConnection, and nothing of it leaves.
func TestAWriteBetweenRowsEndsTheConnection(t *testing.T) {
	m, far := pipe(t)
	if !m.rest(false) {
		t.Fatal("it does not rest")
	}
	if n, err := m.Write([]byte("x")); n != 0 || !errors.Is(err, errNoRow) {
		t.Errorf("wrote %d bytes, %v", n, err)
	}
	if got, err := io.ReadAll(far); err != nil || len(got) != 0 {
		t.Errorf("the far end read %q, %v", got, err)
	}
	if m.wake() {
		t.Error("it wakes up all the same")
	}
	if sent, _ := m.totals(); sent != 0 {
		t.Errorf("%d bytes are counted", sent)
	}
}

// TestAReaderWaitsBetweenRows: what comes meanwhile is read, and counted, after.
func TestAReaderWaitsBetweenRows(t *testing.T) {
	m, far := pipe(t)
	got := make(chan string)
	go func() {
		for {
			p := make([]byte, 10)
			n, err := m.Read(p)
			if err != nil {
				close(got)
				return
			}
			got <- string(p[:n])
		}
	}()
	for _, word := range []string{"one", "two", "three"} {
		if !m.rest(true) {
			t.Fatal("it does not rest")
		}
		if !untouched(m.Conn) {
			t.Error("it is touched before anything came")
		}
		_, before := m.totals()
		if _, err := io.WriteString(far, word); err != nil {
			t.Fatal(err)
		}
		select {
		case early := <-got:
			t.Errorf("%q was read at rest", early)
		default:
		}
		if _, now := m.totals(); now != before {
			t.Errorf("%d bytes were read at rest", now-before)
		}
		if !m.wake() {
			t.Fatal("it does not wake up")
		}
		if read := <-got; read != word {
			t.Errorf("read %q", read)
		}
	}
	m.Close()
	if _, more := <-got; more {
		t.Error("the reader goes on")
	}
}

// TestAReaderThatHangsInAWriteEndsTheConnection: the far end does not read, so rest would wait for ever.
func TestAReaderThatHangsInAWriteEndsTheConnection(t *testing.T) {
	m, _ := pipe(t)
	ended := make(chan error)
	go func() {
		for {
			if _, err := m.Write(make([]byte, 1<<20)); err != nil {
				ended <- err
				return
			}
		}
	}()
	if m.rest(true) {
		t.Error("it rests")
	}
	if err := <-ended; err == nil {
		t.Error("the write went on")
	}
}

package wire_test

import (
	"io"
	"net"
	"testing"
	"time"

	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// TestWhatComesAtRestIsNeverReadNorAnswered: a ping to a connection that rests would have an
// answer, by itself, from any other client.
func TestWhatComesAtRestIsNeverReadNorAnswered(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for _, way := range []string{"HTTP/2", "HTTP/1.1"} {
		t.Run(way, func(t *testing.T) {
			ping, pinged := make(chan struct{}), make(chan struct{})
			address, count := wiretest.RawTwo(t, authority.Issue(t, wiretest.Leaf{}), func(w *wiretest.Two) {
				_ = w.Say(wiretest.Hello(), wiretest.Frame(wiretest.Headers, wiretest.EndHeaders|wiretest.EndStream, 1, wiretest.Fields(":status", "200")))
				<-ping
				_ = w.Say(wiretest.Frame(wiretest.Ping, 0, 0, "12345678"))
				pinged <- struct{}{}
				for {
					if kind, _, _, _, err := w.Next(); err != nil {
						return
					} else if kind == wiretest.Ping {
						t.Error("the ping was answered")
					}
				}
			})
			if way == "HTTP/1.1" {
				address, count = wiretest.Raw(t, func(c net.Conn) {
					io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
					<-ping
					io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"+"false")
					pinged <- struct{}{}
					_, _ = io.Copy(io.Discard, c)
				})
			}
			o := open(t, wire.Config{Roots: authority.Pool()}, address)
			ask := func() {
				t.Helper()
				if text, err := read(t, o.line, get(address)); err != nil || text != "" {
					t.Fatalf("got %q, %v", text, err)
				}
			}
			ask()
			ping <- struct{}{}
			<-pinged
			in := o.book.last(t).Received
			ask() // on a connection of its own
			rows := o.book.all()
			if len(rows) != 2 || count.Conns.Load() != 2 || rows[0].Received != in || rows[1].Problem != 0 {
				t.Errorf("%d connections, rows %+v", count.Conns.Load(), rows)
			}
			close(ping)
			<-pinged
			o.door.Close()
			count.Wait()
			if sent, _ := sums(rows); sent != count.In.Load() {
				t.Errorf("the rows come to %d bytes sent, the bank saw %d", sent, count.In.Load())
			}
		})
	}
}

// TestAnAnswerThatIsSentAheadAnswersNothing: a second answer right behind the first must not be
// taken for that of the next request.
func TestAnAnswerThatIsSentAheadAnswersNothing(t *testing.T) {
	const first, body = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n", "\r\ntrue"
	for name, answer := range map[string]string{
		"whole":                          first + body + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse",
		"a byte":                         first + body + "H",
		"nothing":                        first + body,
		"nothing, and the word to close": first + "Connection: close\r\n" + body,
	} {
		t.Run(name, func(t *testing.T) {
			address, count := wiretest.Raw(t, func(c net.Conn) {
				for {
					io.WriteString(c, answer)
					if _, err := c.Read(make([]byte, 4096)); err != nil {
						return
					}
				}
			})
			o := open(t, wire.Config{}, address)
			for range 3 {
				if text, err := read(t, o.line, get(address)); err != nil || text != "true" {
					t.Fatalf("got %q, %v", text, err)
				}
			}
			want := int64(3)
			if name == "nothing" {
				want = 1
			}
			if count.Conns.Load() != want {
				t.Errorf("%d connections", count.Conns.Load())
			}
		})
	}
}

// TestAKeptConnectionRestsUntilItsRowIsThere: a ping that comes while the row is written is
// answered after.
func TestAKeptConnectionRestsUntilItsRowIsThere(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	ping, done := make(chan struct{}), make(chan struct{})
	fine := func(stream uint32) string {
		return wiretest.Frame(wiretest.Headers, wiretest.EndHeaders|wiretest.EndStream, stream, wiretest.Fields(":status", "200"))
	}
	address, count := wiretest.RawTwo(t, authority.Issue(t, wiretest.Leaf{}), func(w *wiretest.Two) {
		_ = w.Say(wiretest.Hello(), fine(1)) // as below
		<-ping
		for { // what came with the first request is read first
			_ = w.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // as below
			if _, _, _, _, err := w.Next(); err != nil {
				break
			}
		}
		_ = w.Say(wiretest.Frame(wiretest.Ping, 0, 0, "12345678"))   // as below
		_ = w.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // as below
		if kind, _, _, _, err := w.Next(); err == nil {
			t.Errorf("a frame of kind %d was sent without a row", kind)
		}
		done <- struct{}{}
		_ = w.SetReadDeadline(time.Time{}) // what fails shows below
		answered := false
		for {
			kind, _, stream, _, err := w.Next()
			if err != nil {
				break
			}
			answered = answered || kind == wiretest.Ping
			if kind == wiretest.Headers {
				_ = w.Say(fine(stream))
			}
		}
		if !answered {
			t.Error("the ping was never answered")
		}
		close(done)
	})
	o := open(t, wire.Config{Roots: authority.Pool()}, address)
	for range 2 {
		if _, err := read(t, o.line, get(address)); err != nil {
			t.Fatal(err)
		}
		o.book.onBegin = func() {
			ping <- struct{}{}
			<-done
		}
	}
	o.door.Close()
	<-done
	count.Wait()
	if sent, _ := sums(o.book.all()); sent != count.In.Load() || count.Conns.Load() != 1 {
		t.Errorf("the rows come to %d bytes sent, the bank saw %d on %d connections", sent, count.In.Load(), count.Conns.Load())
	}
}

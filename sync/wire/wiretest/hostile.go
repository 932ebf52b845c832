package wiretest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"coffer/app/fault"
)

// Canary stands in what hostile servers write; it must show up nowhere.
const Canary = "canary-7f3a9-token"

// Answer is one way to answer a request. Under limits of a second or less it ends as Kind and
// Reason say; what comes of a body that stops begins as JSON does.
type Answer struct {
	Name   string
	Write  func(net.Conn) // after the request was read; the connection closes when it returns
	Kind   fault.Kind
	Reason string
}

const ok = "HTTP/1.1 200 OK\r\n"

// Answers returns every hostile answer of the kit.
func Answers() []Answer {
	all := append(floods(), stalls()...)
	all = append(all, cuts()...)
	return append(all, lies()...)
}

func text(s string) func(net.Conn) { return func(c net.Conn) { _, _ = io.WriteString(c, s) } }

// then writes s and waits for the client to go.
func then(s string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, s)
		_, _ = io.Copy(io.Discard, c)
	}
}

func flood(head, unit string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, head)
		chunk := []byte(strings.Repeat(unit, 1+16<<10/len(unit)))
		for {
			if _, err := c.Write(chunk); err != nil {
				return
			}
		}
	}
}

func drip(head, tail string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, head)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			if _, err := c.Write([]byte{tail[i%len(tail)]}); err != nil {
				return
			}
			<-tick.C
		}
	}
}

func floods() []Answer {
	return []Answer{
		{"an endless body", flood(ok+"\r\n", Canary), fault.BankUnexpected, "wire.size"},
		{"an endless chunked body", flood(ok+"Transfer-Encoding: chunked\r\n\r\n", "12\r\n"+Canary+"\r\n"), fault.BankUnexpected, "wire.size"},
		{"a huge announced answer", flood(ok+"Content-Length: 9000000000000\r\n\r\n", Canary), fault.BankUnexpected, "wire.size"},
		{"endless headers", flood(ok, "X-"+Canary+": "+Canary+"\r\n"), fault.BankUnexpected, "wire.http"},
		{"one endless header", flood(ok+"X: ", "y"), fault.BankUnexpected, "wire.http"},
		{"an endless first line", flood("HTTP/1.1 200 ", "y"), fault.BankUnexpected, "wire.http"},
		{"endless answers before the answer", flood("", "HTTP/1.1 103 Early Hints\r\nLink: <https://evil.example>\r\n\r\n"), fault.BankUnexpected, "wire.http"},
		{"an endless chunk extension", flood(ok+"Transfer-Encoding: chunked\r\n\r\n5;", "y"), fault.BankUnexpected, "wire.http"},
		{"endless trailers", flood(ok+"Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-"+Canary+": y\r\n"), fault.BankUnexpected, "wire.http"},
	}
}

func stalls() []Answer {
	return []Answer{
		{"headers that never come", then(""), fault.Offline, ""},
		{"headers that drip", drip(ok, "X: yyyyyyyyyyyy\r\n"), fault.Offline, ""},
		{"a body that drips", drip(ok+"Content-Length: 100000\r\n\r\n{", " "), fault.Offline, ""},
		{"a body that stops", then(ok + "Content-Length: 10\r\n\r\n{\"a"), fault.Offline, ""},
	}
}

func cuts() []Answer {
	return []Answer{
		{"a connection just closed", func(net.Conn) {}, fault.Offline, ""},
		{"a truncated head", text(ok + "X: "), fault.Offline, ""},
		{"a truncated body", text(ok + "Content-Length: 10\r\n\r\n{\"a"), fault.Offline, ""},
		{"a truncated chunk", text(ok + "Transfer-Encoding: chunked\r\n\r\nff\r\n{\"a"), fault.Offline, ""},
		{"a chunked body without its end", text(ok + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n"), fault.Offline, ""},
	}
}

func lies() []Answer {
	unexpected := func(name, answer string) Answer { return Answer{name, text(answer), fault.BankUnexpected, "wire.http"} }
	return []Answer{
		unexpected("something that is no HTTP", Canary+" "+Canary+"\r\n\r\n"),
		unexpected("a chunk that is none", ok+"Transfer-Encoding: chunked\r\n\r\n"+Canary+"\r\n"),
		unexpected("two lengths", ok+"Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc"),
		unexpected("a length below zero", ok+"Content-Length: -1\r\n\r\nabc"),
		unexpected("a transfer encoding that is none", ok+"Transfer-Encoding: "+Canary+"\r\n\r\nabc"),
		unexpected("a header without a name", ok+": "+Canary+"\r\n\r\n"),
		unexpected("a header without a colon", ok+Canary+"\r\n\r\n"),
		unexpected("a header with a zero byte in its name", ok+"X\x00: y\r\n\r\n"),
		{"an unasked compression", bomb("gzip"), fault.BankUnexpected, "wire.encoding"},
		{"a compression of another name", bomb("GZip"), fault.BankUnexpected, "wire.encoding"},
		{"two compressions", bomb("identity, gzip"), fault.BankUnexpected, "wire.encoding"},
		{"a redirect to another host", text("HTTP/1.1 302 Found\r\nLocation: https://evil.example/" + Canary + "\r\n\r\n"), fault.HostRefused, "wire.redirect"},
		{"a redirect without a scheme", text("HTTP/1.1 307 Temporary Redirect\r\nLocation: //evil.example/" + Canary + "\r\n\r\n"), fault.HostRefused, "wire.redirect"},
		{"a redirect on the same host", text("HTTP/1.1 308 Permanent Redirect\r\nLocation: /" + Canary + "\r\n\r\n"), fault.BankUnexpected, "wire.redirect"},
		{"a redirect to a file", text("HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\n\r\n"), fault.HostRefused, "wire.redirect"},
		{"another protocol", text("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n" + Canary), fault.BankUnexpected, "wire.http"},
	}
}

// bombMegabytes is what the bomb of the kit unpacks to.
const bombMegabytes = 1 << 10

// bomb answers with a gibibyte of zeros, packed a thousand to one.
func bomb(coding string) func(net.Conn) {
	return func(c net.Conn) {
		fmt.Fprintf(c, "%sContent-Encoding: %s\r\n\r\n", ok, coding)
		z := gzip.NewWriter(c)
		zeros := bytes.Repeat([]byte{0}, 1<<20)
		for range bombMegabytes {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		_ = z.Close() // the client may be gone
	}
}

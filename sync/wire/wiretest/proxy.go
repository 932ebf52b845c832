package wiretest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/fault"
)

// Proxy is an HTTP proxy on the loopback that leads where it is told to.
type Proxy struct {
	*Tally
	Addr string // host:port

	leads map[string]string
	mu    sync.Mutex
	asked []string // heads
	seen  []byte   // what went through towards the host, as the proxy sees it
}

// NewProxy starts a proxy that leads CONNECT to a host:port to another one, and refuses the rest. It
// ends with the test.
func NewProxy(t testing.TB, leads map[string]string) *Proxy {
	t.Helper()
	count := listen(t)
	p := &Proxy{Tally: count, Addr: count.Addr().String(), leads: leads}
	accept(t, count, p.serve)
	return p
}

func (p *Proxy) serve(client net.Conn) {
	in := bufio.NewReader(client)
	head := ""
	for !strings.HasSuffix(head, "\r\n\r\n") {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		head += line
	}
	p.mu.Lock()
	p.asked = append(p.asked, head)
	p.mu.Unlock()
	method, rest, _ := strings.Cut(head, " ")
	to, _, _ := strings.Cut(rest, " ")
	if method != http.MethodConnect || p.leads[to] == "" {
		_, _ = io.WriteString(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
		return
	}
	host, err := (&net.Dialer{Timeout: time.Second}).Dial("tcp", p.leads[to])
	if err != nil {
		_, _ = io.WriteString(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
		return
	}
	defer host.Close()
	// With a length, as some proxies write it: it means nothing here (RFC 9110 §9.3.6).
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\nContent-Length: 10\r\nVia: 1.1 test\r\n\r\n"); err != nil {
		return
	}
	var up sync.WaitGroup
	up.Go(func() {
		_, _ = io.Copy(io.MultiWriter(host, p), in)
		_ = host.Close() // the client has gone
	})
	_, _ = io.Copy(client, host)
	_ = client.Close()
	up.Wait()
}

// Write notes what goes towards a host.
func (p *Proxy) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, b...)
	return len(b), nil
}

// Asked returns the head of each request, in order.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// Seen returns all that went through the tunnels towards the hosts.
func (p *Proxy) Seen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return string(p.seen)
}

// ProxyAnswers returns every way in which a proxy can answer CONNECT other than it should.
func ProxyAnswers() []Answer {
	established := "HTTP/1.1 200 Connection established\r\n"
	answer := func(status int) func(net.Conn) {
		return text(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: 26\r\n\r\n<p>%s", status, http.StatusText(status), Canary))
	}
	all := []Answer{
		{"a password is wanted", text("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"" + Canary + "\"\r\n\r\n"), 0, "proxy.password"},
		{"it is forbidden", answer(403), 0, "proxy.refused"},
		{"it is not found", answer(404), 0, "proxy.refused"},
		{"CONNECT is not known", answer(405), 0, "proxy.refused"},
		{"too many ask", answer(429), 0, "proxy.refused"},
		{"an error of its own", answer(500), 0, "proxy.failed"},
		{"the host is not reached", answer(502), 0, "proxy.failed"},
		{"the host is not reached in time", answer(504), 0, "proxy.failed"},
		{"a page to sign in at", text("HTTP/1.1 302 Found\r\nLocation: http://portal.example/" + Canary + "\r\n\r\n"), 0, "proxy.odd"},
		{"another protocol", text("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), 0, "proxy.odd"},
		{"a page for every question", text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\n\r\n<p>" + Canary), 0, "proxy.odd"},
		{"endless answers before the answer", flood("", "HTTP/1.1 103 Early Hints\r\nLink: <https://evil.example>\r\n\r\n"), 0, "proxy.odd"},
		{"HTTP/2", text("\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00\x04\x40\x00\x00\x00\x00\x02\x00\x00\x00\x00"), 0, "proxy.odd"},
		{"a later HTTP", then("HTTP/3.0 200 OK\r\n\r\n"), 0, "proxy.odd"},
		{"TLS", text("\x15\x03\x01\x00\x02\x02\x46"), 0, "proxy.odd"},
		{"a SOCKS proxy", text("\x05\xff"), 0, "proxy.odd"},
		{"a mail server", text("220 mail.example ESMTP\r\n" + Canary + "\r\n"), 0, "proxy.odd"},
		{"endless headers", flood(established, "X-"+Canary+": "+Canary+"\r\n"), 0, "proxy.odd"},
		{"one endless header", flood(established+"X: ", "y"), 0, "proxy.odd"},
		{"an endless first line", flood("HTTP/1.1 200 ", "y"), 0, "proxy.odd"},
		{"a header that is none", then(established + "no colon\r\n\r\n"), 0, "proxy.odd"},
		{"nothing", then(""), 0, "proxy.slow"},
		{"half a head, and nothing more", then(established + "Via: 1"), 0, "proxy.slow"},
		{"a byte now and then", drip(established+"X: ", "y"), 0, "proxy.slow"},
		{"the end at once", text(""), 0, "proxy.closed"},
		{"the end in the middle of the head", text(established + "Via: 1"), 0, "proxy.closed"},
	}
	for i := range all {
		all[i].Kind = fault.ProxyFailed
	}
	return all
}

package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"syscall"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
)

// The person may set an HTTP proxy, and nobody else: no variable of the environment counts. Then its
// host:port is all that is dialled, which may be on this computer or the network around it, for the
// person named it. It looks up the bank's name and goes there, so that what a name leads to is not
// checked here: the bank is known by its certificate alone, which it shows inside of the tunnel. The
// proxy sees the host and port, times and amounts of bytes. What is on this computer is never asked
// through it.

// proxyWait is how many answers before the answer are read over (RFC 9110 §15.2).
const proxyWait = 4

// way is the proxy that a request to u goes by, as host:port; empty for none. Where the setting
// can't be told, nothing may leave.
func (d *Door) way(ctx context.Context, u *url.URL, op string) (string, error) {
	if d.config.Proxy == nil || Here(u.Hostname()) {
		return "", nil
	}
	address, err := d.config.Proxy(ctx)
	if err != nil {
		return "", fault.New(kindOr(err, fault.DiskFailed), op+": read which proxy to go by", err)
	}
	if address == "" {
		return "", nil
	}
	if address, err = egress.ProxyAddress(address); err != nil {
		return "", fault.Because(fault.ProxyFailed, "proxy.setting", op, err)
	}
	return address, nil
}

// toProxy dials the proxy.
func (c *call) toProxy(ctx context.Context, via string) (net.Conn, error) {
	limits := c.door.config.Limits
	dialer := &net.Dialer{Timeout: limits.Dial, Resolver: c.door.config.Resolver, ControlContext: exactly(via)}
	raw, err := dialer.DialContext(ctx, "tcp", via)
	switch {
	case err == nil:
		return raw, nil
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, fault.New(fault.Canceled, c.op, context.Canceled)
	case tooLate(err):
		return nil, c.noProxy("proxy.slow", via, err)
	}
	return nil, c.noProxy("proxy.unreached", via, err)
}

// exactly returns the check of a resolved address: it is the one that via names, or has its port.
func exactly(via string) func(context.Context, string, string, syscall.RawConn) error {
	host, port, _ := net.SplitHostPort(via) // in order since way
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || strconv.Itoa(int(to.Port())) != port {
			return errNotProxy
		}
		if named, err := netip.ParseAddr(host); err == nil && named.Unmap() != to.Addr().Unmap() {
			return errNotProxy
		}
		return nil
	}
}

var errNotProxy = errors.New("that is not the proxy")

// tunnel asks the proxy at the other end of conn to lead to host:port (RFC 9110 §9.3.6). Every byte
// of that passes conn; none that may be the bank's is taken from it.
func (c *call) tunnel(ctx context.Context, conn net.Conn, via, to string) error {
	limits := c.door.config.Limits
	asking, cancel := context.WithTimeout(ctx, limits.Dial)
	defer cancel()
	awake := context.AfterFunc(asking, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // ends all reads and writes
	_, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", to, to)
	status := 0
	if err == nil {
		status, err = connected(conn, limits.HeaderBytes)
	}
	if !awake() && err == nil {
		err = os.ErrDeadlineExceeded // it has ended the connection, whatever came before
	}
	switch {
	case err == nil && status/100 == 2:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return fault.New(fault.Canceled, c.op, context.Canceled)
	case asking.Err() != nil || tooLate(err):
		return c.noProxy("proxy.slow", via, os.ErrDeadlineExceeded)
	case err != nil && isNetwork(err):
		return c.noProxy("proxy.closed", via, errors.New("the proxy closed the connection"))
	case err != nil:
		return c.noProxy("proxy.odd", via, errors.New("the answer is not that of a proxy"))
	case status == http.StatusProxyAuthRequired:
		return c.noProxy("proxy.password", via, errors.New("the proxy wants a password"))
	case status/100 == 5:
		return c.noProxy("proxy.failed", via, errors.New("the proxy did not reach the host"), "status", strconv.Itoa(status))
	case status/100 == 4:
		return c.noProxy("proxy.refused", via, errors.New("the proxy refuses"), "status", strconv.Itoa(status))
	}
	return c.noProxy("proxy.odd", via, errors.New("the answer is none to CONNECT"))
}

// connected reads the head of the answer to CONNECT and returns its status. A success has no body,
// whatever its head says, and nothing follows it: the bank waits for us to speak first. Errors that
// are of what came hold none of it.
func connected(from io.Reader, most int64) (status int, err error) {
	head := &io.LimitedReader{R: from, N: most}
	in := bufio.NewReader(head)
	for range proxyWait {
		answer, err := http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
		switch {
		case head.N <= 0:
			return 0, errors.New("the head of the answer is too large")
		case err != nil:
			return 0, err
		case answer.ProtoMajor != 1 || answer.StatusCode < 100 || answer.StatusCode > 599:
			return 0, errors.New("another protocol")
		case answer.StatusCode == http.StatusSwitchingProtocols:
			return answer.StatusCode, nil
		case answer.StatusCode/100 == 1:
			continue
		case answer.StatusCode/100 == 2 && in.Buffered() > 0:
			return 0, errors.New("the host spoke before it was spoken to")
		}
		return answer.StatusCode, nil
	}
	return 0, errors.New("too many answers before the answer")
}

func (c *call) noProxy(reason, via string, err error, pairs ...string) error {
	return fault.Because(fault.ProxyFailed, reason, c.op+": go by the proxy", err, append(pairs, "proxy", via)...)
}

// behind is the fault of a handshake through a tunnel: a proxy that opens the encryption shows a
// certificate of its own, if any.
func (c *call) behind(err error) error {
	f := fault.Of(err)
	if c.via == "" || f == nil || f.Reason != "wire.certificate" && f.Reason != "wire.tls" {
		return err
	}
	return fault.Because(f.Kind, "proxy.opened", f.Op, f.Err, "proxy", c.via)
}

func tooLate(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

package wire

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"coffer/app/fault"
)

// Origin returns the canonical scheme://host:port of address, the port always written. It is
// an error where a request could not go there at all: another scheme, plain http beyond the
// loopback, a user in the address, a private host. No error repeats the address.
func Origin(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("the address can't be read")
	}
	return originOf(u)
}

// hostOf is the host in address as far as it can be read, to name it to a person.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// parseOrigin is Origin for an entry of an allow-list, which has no path.
func parseOrigin(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return "", errors.New("an origin is scheme://host:port and no more")
	}
	return originOf(u)
}

func originOf(u *url.URL) (string, error) {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	switch {
	case u.Opaque != "" || host == "":
		return "", errors.New("the address has no host")
	case u.User != nil:
		return "", errors.New("the address holds a user")
	case !plainHost(host):
		return "", errors.New("the host has letters that no host name has")
	case numeric(host):
		return "", errors.New("the host is an address in an odd form")
	}
	loopback := isLoopback(host)
	switch u.Scheme {
	case "https":
		if port == "" {
			port = "443"
		}
	case "http":
		if !loopback {
			return "", errors.New("plain http leaves this computer")
		}
		if port == "" {
			port = "80"
		}
	default:
		return "", errors.New("the scheme is neither https nor http")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", errors.New("the port is none")
	}
	if addr, err := netip.ParseAddr(host); err == nil && !loopback && !public(addr) {
		return "", errors.New("the host is a private address")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return u.Scheme + "://" + host + ":" + port, nil
}

// isLoopback is about the two literals alone: a name like localhost is whatever the resolver says.
func isLoopback(host string) bool { return host == "127.0.0.1" || host == "::1" }

// Here reports whether host is a name that means this computer whatever a resolver says (RFC 6761
// §6.3), or the address of it that is no name.
func Here(host string) bool {
	host = strings.ToLower(host)
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func plainHost(host string) bool {
	if len(host) > 253 || strings.HasSuffix(host, ".") {
		return false
	}
	for _, c := range host {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-._:", c) {
			return false
		}
	}
	return true
}

// numeric reports whether some resolvers and proxies read host as an IPv4 address although it is not
// written like one: 127.1, 2130706433, 0x7f.1 (the URL Standard's "ends in a number").
func numeric(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	hex, isHex := strings.CutPrefix(last, "0x")
	return last != "" && strings.Trim(last, "0123456789") == "" || isHex && strings.Trim(hex, "0123456789abcdef") == ""
}

// guard returns the check of a resolved address: the loopback if that was asked for, and
// otherwise never this computer or the network around it, whatever the name server says.
func guard(loopback bool, op string) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err == nil && (loopback && to.Addr().IsLoopback() || !loopback && public(to.Addr())) {
			return nil
		}
		return fault.Because(fault.HostRefused, "wire.private", op, errPrivate)
	}
}

var errPrivate = errors.New("the name leads to a private address")

// closedBlocks returns the networks that no bank on the internet lives in and that netip has
// no method for.
func closedBlocks() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("::/96"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("100::/64"),
		// For protocols, benchmarks and documents (RFC 6890, RFC 5737, RFC 3849).
		netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("192.88.99.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
		netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2002::/16"), // Teredo and 6to4 hide an IPv4 address
	}
}

func public(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsGlobalUnicast() || addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() {
		return false
	}
	for _, block := range closedBlocks() {
		if block.Contains(addr) {
			return false
		}
	}
	// RFC 6052: the last four bytes are the IPv4 address that a translator goes on to.
	if netip.MustParsePrefix("64:ff9b::/96").Contains(addr) {
		b := addr.As16()
		return public(netip.AddrFrom4([4]byte(b[12:])))
	}
	return true
}

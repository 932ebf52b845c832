package egress

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// ProxyAddress returns the canonical host:port of an HTTP proxy as a person writes it:
// "proxy.example:3128", "192.168.1.2:8080", "[::1]:3128", also with http:// before it. There is no
// port to fall back on: what is dialled is exactly this. No error repeats text.
func ProxyAddress(text string) (string, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if scheme, rest, named := strings.Cut(text, "://"); named {
		if scheme != "http" {
			return "", errors.New("the way to the proxy is http, and the bank's own encryption goes through it")
		}
		text = strings.TrimSuffix(rest, "/")
	}
	if strings.Contains(text, "@") {
		return "", errors.New("a name and password for a proxy are not kept")
	}
	at := strings.LastIndexByte(text, ':')
	if at < 0 {
		return "", errors.New("there is no port")
	}
	host, port := text[:at], text[at+1:]
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 || port[0] == '+' {
		return "", errors.New("the port is none")
	}
	if host, err = proxyHost(host); err != nil {
		return "", err
	}
	return host + ":" + strconv.FormatUint(number, 10), nil
}

const longestName = 253 // RFC 1035 §2.3.4, in text

// proxyHost returns host as it is written before a port.
func proxyHost(host string) (string, error) {
	bare, six := strings.CutPrefix(host, "[")
	if six {
		bare, six = strings.CutSuffix(bare, "]")
	}
	if addr, err := netip.ParseAddr(bare); err == nil {
		if addr.Is6() != six || addr.Zone() != "" || addr.IsUnspecified() || addr.IsMulticast() {
			return "", errors.New("no proxy has that address")
		}
		if six {
			return "[" + addr.String() + "]", nil
		}
		return addr.String(), nil
	}
	if host == "" || len(host) > longestName || strings.Trim(host, "0123456789.") == "" {
		return "", errors.New("the host is none")
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return "", errors.New("the host has letters that no host name has")
		}
	}
	return host, nil
}

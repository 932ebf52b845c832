package provider

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// Address checks an address that a link would talk to, from a file or typed by a person: https to a
// named host, or, with loopback, the loopback literals alone. The error says what is allowed.
func Address(text string, loopback bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return errors.New("is no address: write it like https://api.example.com/v1")
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("has spaces or letters that could make it read as another: write them percent-encoded")
	case u.User != nil:
		return errors.New("holds a user or password: leave them out, Coffer asks for secrets and seals them")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(text, "#"):
		return errors.New("has a query or fragment: end the address before ? or #")
	case len(text) > 500:
		return errors.New("is longer than 500 characters")
	case strings.Contains(u.Path, "..") || strings.Contains(u.Path, "//"):
		return errors.New("has .. or // in its path: write the path as it is")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return errors.New("has a port that is none: 1 to 65535")
		}
	}
	return host(u, loopback)
}

func host(u *url.URL, loopback bool) error {
	name := u.Hostname()
	here := name == "127.0.0.1" || name == "::1"
	switch {
	case loopback && !here:
		return errors.New("is not on this computer: with loopback = true every address begins with http://127.0.0.1 or http://[::1]")
	case loopback && u.Scheme != "http" && u.Scheme != "https":
		return errors.New("begins with neither http:// nor https://")
	case loopback:
		return nil
	case here || strings.EqualFold(name, "localhost"):
		return errors.New("is on this computer: that is for testing, and needs loopback = true and 127.0.0.1")
	case u.Scheme == "http":
		return errors.New("is plain http, which anybody on the way can read: use https")
	case u.Scheme != "https":
		return errors.New("begins with neither http:// nor https://")
	case !hostName(name):
		return errors.New("has no host name of the internet: small letters a to z, digits, - and dots, such as api.example.com")
	}
	return nil
}

// hostName reports whether name is a DNS name with at least one dot and no number as its top.
func hostName(name string) bool {
	labels := strings.Split(name, ".")
	if len(name) > 253 || len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, c := range l {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	top := labels[len(labels)-1]
	return top[0] >= 'a' // an IPv4 address ends with a number
}

package say

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Host writes the host of an address as it really reads, letters of other alphabets as xn--, with
// its port where that is not the usual one of https.
func (v *Voice) Host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	if u.Scheme == "https" && u.Port() == "443" {
		return strings.TrimSuffix(u.Host, ":443")
	}
	return u.Host
}

var usePhrases = []phrase{
	{"1", "the page where you sign in"}, {"2", "where tokens are given and renewed"}, {"3", "where tokens are handed back"},
	{"4", "where the request goes before you sign in"}, {"5", "where balances and transactions are read"},
	{"6", "more pages of what is read"}, {"7", "a list that is the same for everybody"},
	{"8", "the keys that show who signed a sign-in"},
	{"9", "where the code comes from that you type at the bank"},
	{"10", "where Coffer is registered for this link"},
}

// Use says what an address is for, by its consent.Use.
func (v *Voice) Use(use int) string { return v.pick("use.", strconv.Itoa(use), usePhrases) }

var getsPhrases = []phrase{
	{"1", "Your browser opens it, and who runs it sees what you type there. Coffer itself sends nothing there."},
	{"2", "It would get the codes and refresh tokens of this link: who has them can read these accounts. It would not get your password, and no amounts."},
	{"3", "It would get the tokens of this link when you revoke it. It would not get your password, and no amounts."},
	{"4", "It would get what Coffer asks for: how far back, and for how long. It would not get your password, and no tokens."},
	{"5", "It would get the access token of this link, as the bank does at each read. It would not get your password, and no refresh token."},
	{"6", "It would get the access token of this link, as the bank does at each read. It would not get your password, and no refresh token."},
	{"7", "It would get a request without a token and without anything of yours."},
	{"8", "It would get a request without a token and without anything of yours, once at each sign-in. Who runs it could vouch for a sign-in that is not yours."},
	{"9", "It would get what Coffer asks for, and gives the code that you type at the bank. It would not get your password, and no tokens."},
	{"10", "It would get Coffer’s name and what this link asks for, and later what deletes the registration again. It would not get your password, and no tokens."},
}

// WouldGet says what an address would get, and what not, by its consent.Use.
func (v *Voice) WouldGet(use int) string { return v.pick("gets.", strconv.Itoa(use), getsPhrases) }

// Asker says by whose word an address came up: a consent.Ask's Asker.
func (v *Voice) Asker(asker string) string {
	switch {
	case asker == "":
		return v.T("asker.file", "the bank's provider file")
	case strings.Contains(asker, "://"):
		return v.T("asker.metadata", "the metadata of {{.Host}}", "Host", v.Host(asker))
	}
	return v.T("asker.answer", "an answer of {{.Host}}", "Host", asker)
}

// Whose says whose domain a host is on: a consent.Ask's Site and Own.
func (v *Voice) Whose(site string, own bool) string {
	_, bare := netip.ParseAddr(strings.Trim(site, "[]"))
	switch {
	case bare == nil && own:
		return v.T("hosts.same-address", "It is the bank's own address, with another port.")
	case bare == nil:
		return v.T("hosts.other-address", "It has no name, only the address {{.Site}}, and that is not the bank's own.", "Site", site)
	case own:
		return v.T("hosts.same-domain", "The domain is {{.Site}}, as of the bank's own address.", "Site", site)
	}
	return v.T("hosts.other-domain", "The domain is {{.Site}}, and that is not the one of the bank's own address.", "Site", site)
}

// HostNote warns of a name that may look like another one; it is empty where there is nothing to say.
func (v *Voice) HostNote(address string) string {
	if strings.Contains(v.Host(address), "xn--") {
		return v.T("host.letters", "The name holds letters of another alphabet, written as xn--. Shown in their own form they can look like the letters of another name.")
	}
	return ""
}

package provider

import (
	"net/url"
	"slices"
	"strings"
)

// together checks what the keys say of each other, once each is right by itself.
func (r *reader) together() {
	p := &r.p
	if strings.HasPrefix(p.ID, demoPrefix) && !p.Loopback {
		r.wrongAt([]string{"id"}, "id begins with %q, which is for invented banks on this computer: set loopback = true or take another id", demoPrefix)
	}
	r.addresses()
	if p.Bridge == "" && p.Sees != "" {
		r.wrongAt([]string{"path.sees"}, "sees is there and bridge is not: name who it is that sees")
	}
	if p.Bridge != "" && p.Sees == "" {
		r.wrongAt([]string{"path.bridge"}, "bridge is there and sees is not: say what %s sees", p.Bridge)
	}
	switch p.Way {
	case OAuth, Device:
		r.oauth()
	case OwnConsent:
		r.ownConsent()
	default:
		r.noOAuth()
	}
	r.bridgesBank()
	if p.API == "" && !p.Asks(API) {
		r.wrongAt([]string{"api"}, "base is missing in [api]: the address of the data API, or \"api\" in needs if the person types it")
	}
	if p.API != "" && p.Asks(API) {
		r.wrongAt([]string{"api.base"}, "base is there, and needs asks the person for it: keep one of both")
	}
	if slices.Contains(p.Revoke, ByHand) && p.ByHand == "" {
		r.wrongAt([]string{"revoke.steps"}, "steps has \"by-hand\" and by_hand is missing: say in a sentence where the person ends it")
	}
	if p.AloneADay > p.ReadsADay && p.ReadsADay > 0 {
		r.wrongAt([]string{"limits.alone_a_day"}, "alone_a_day is more than reads_a_day")
	}
}

func (r *reader) addresses() {
	p := &r.p
	for _, a := range []struct{ at, text string }{
		{"sign-in.issuer", p.Issuer}, {"sign-in.authorization", p.Authorization}, {"sign-in.token", p.Token}, {"sign-in.par", p.PAR},
		{"sign-in.revocation", p.Revocation}, {"api.base", p.API},
	} {
		if a.text != "" {
			r.address(a.at, keyOf(a.at), a.text)
		}
	}
	for _, h := range p.Hosts {
		u, err := url.Parse(h)
		if err == nil && u.Host != "" && u.Path != "" {
			r.wrongAt([]string{"api.hosts"}, "hosts has %q, which has a path: an origin is https://host and no more", h)
			continue
		}
		r.address("api.hosts", "hosts has "+quote(h)+", which", h)
	}
	if clear := slices.ContainsFunc(p.addresses(), func(a string) bool { return strings.HasPrefix(a, "http://") || strings.HasPrefix(a, demoOrigin) }); clear && len(p.Pins) > 0 {
		r.wrongAt([]string{"api.pins"}, "pins is there and an address is plain http, which shows no key: leave pins out, or use https")
	}
	for _, a := range []struct{ at, name, text string }{{"revoke.by_hand_at", "by_hand_at", p.ByHandAt}, {"person.get_at", "get_at", p.GetAt}} { // for a person to read, wherever the API is
		if strings.HasPrefix(a.text, demoOrigin) {
			r.address(a.at, a.name, a.text)
		} else if a.text != "" {
			if err := Address(a.text, false); err != nil {
				r.wrongAt([]string{a.at}, "%s %s", a.name, err)
			}
		}
	}
}

func quote(s string) string { return "\"" + s + "\"" }

func (r *reader) address(at, what, text string) {
	if rest, demo := strings.CutPrefix(text, demoOrigin); demo && strings.HasPrefix(r.p.ID, demoPrefix) && (rest == "" || rest[0] == '/') {
		text = "http://127.0.0.1:1" + rest
	}
	if err := Address(text, r.p.Loopback); err != nil {
		r.wrongAt([]string{at}, "%s %s", what, err)
	}
}

// oauth checks the keys that say how the browser goes to the bank and back.
func (r *reader) oauth() {
	p := &r.p
	hasIssuer, hasEndpoints := p.Issuer != "" || p.Asks(Issuer), p.Authorization+p.Token+p.PAR+p.Revocation != ""
	switch {
	case p.Issuer != "" && p.Asks(Issuer):
		r.wrongAt([]string{"sign-in.issuer"}, "issuer is there, and needs asks the person for it: keep one of both")
	case hasIssuer && hasEndpoints:
		r.wrongAt([]string{"sign-in.authorization", "sign-in.token", "sign-in.par", "sign-in.revocation"}, "there is an issuer and endpoints: with an issuer its metadata (RFC 8414) tells them, so leave them out")
	case !hasIssuer && (p.Authorization == "" || p.Token == ""):
		r.wrongAt([]string{"sign-in"}, "[sign-in] has neither an issuer nor both authorization and token: give the issuer where it has metadata (RFC 8414), else both endpoints")
	case !hasIssuer && slices.Contains(p.Scopes, "openid"):
		r.wrongAt([]string{"sign-in.scopes"}, "scopes has \"openid\", and without an issuer nothing says which keys sign its ID tokens: leave it out")
	case !hasIssuer && p.Revocation == "" && slices.Contains(p.Revoke, RFC7009):
		r.wrongAt([]string{"revoke.steps"}, "steps has \"rfc7009\", and without metadata only revocation in [sign-in] says where: give it, or leave the step out")
	}
	if p.Client == "" {
		r.wrongAt([]string{"sign-in"}, "client is missing in [sign-in]: \"none\" for a public client, or how it shows who it is")
	}
	for client, need := range map[Client]Need{SecretBasic: ClientSecret, SecretPost: ClientSecret, PrivateKey: Key, MutualTLS: Certificate} {
		if p.Client == client && !p.Asks(need) && !p.Registers {
			r.wrongAt([]string{"sign-in.client"}, "client is %q, and needs does not ask for %q", string(client), string(need))
		}
	}
	if p.Client == MutualTLS {
		r.mutualTLS()
	}
	switch {
	case p.Registers:
		r.registers()
	case p.ClientID == "" && !p.Asks(ClientID):
		r.wrongAt([]string{"sign-in"}, "client_id is missing in [sign-in]: give it, or put \"client-id\" into needs if each person has their own")
	case p.ClientID != "" && p.Asks(ClientID):
		r.wrongAt([]string{"sign-in.client_id"}, "client_id is there, and needs asks the person for it: keep one of both")
	}
	if p.Details && p.Dialect != "fdx" {
		r.wrongAt([]string{"sign-in.details"}, "details is FDX's consent request, and dialect is %q", p.Dialect)
	}
	r.redirect()
}

// registers checks a client that Coffer registers for each link.
func (r *reader) registers() {
	p := &r.p
	at := []string{"sign-in.register"}
	switch {
	case p.ClientID != "" || p.Asks(ClientID) || p.Asks(ClientSecret) || p.Asks(Key):
		r.wrongAt(at, "register is true, so the bank gives the client id and Coffer makes the key: leave out client_id, and client-id, client-secret and key in needs")
	case p.Client != "" && p.Client != Public && p.Client != PrivateKey:
		r.wrongAt(at, "register is true and client is %q: what is registered is \"none\" or \"private_key_jwt\"", string(p.Client))
	case p.Redirect == PasteBack:
		r.wrongAt(at, "register is true and redirect is \"paste-back\": what is registered comes back to this computer by itself")
	case p.Issuer == "" && !p.Asks(Issuer):
		r.wrongAt(at, "register is true and there is no issuer, whose metadata says where to register")
	}
}

// mutualTLS checks what a client with a certificate needs.
func (r *reader) mutualTLS() {
	if !r.p.Asks(Key) {
		r.wrongAt([]string{"sign-in.client"}, "client is %q, and needs does not ask for %q, the key of the certificate", string(MutualTLS), string(Key))
	}
	clear := func(a string) bool { return strings.HasPrefix(a, "http://") && a != r.p.Authorization } // the browser goes there
	if slices.ContainsFunc(r.p.addresses(), clear) {
		r.wrongAt([]string{"sign-in.client"}, "client is %q, and an address is plain http, where no certificate can be shown: use https", string(MutualTLS))
	}
}

func (r *reader) redirect() {
	p := &r.p
	if p.Way == Device {
		return
	}
	switch {
	case p.Redirect == "":
		r.wrongAt([]string{"sign-in"}, "redirect is missing in [sign-in]: one of %s", listed([]Redirect{AnyPort, FixedPort, PasteBack}))
	case p.Redirect == FixedPort && (p.Port == 0 || p.CallbackPath == ""):
		r.wrongAt([]string{"sign-in.redirect"}, "redirect is \"fixed-port\" and port or callback_path is missing: give both, as they are registered at the bank")
	case p.Redirect != PasteBack && (p.LastPage != "" || p.Asks(LastPage)):
		r.wrongAt([]string{"sign-in.redirect_address", "person.needs"}, "there is a redirect address and redirect is %q: it counts for \"paste-back\" alone", string(p.Redirect))
	case p.Redirect == PasteBack:
		r.pasteBack()
	case p.Redirect != FixedPort && p.Port != 0:
		r.wrongAt([]string{"sign-in.port"}, "port is there and redirect is %q: it counts for \"fixed-port\" alone", string(p.Redirect))
	}
}

// pasteBack checks the address that the person copies in the end.
func (r *reader) pasteBack() {
	p := &r.p
	switch {
	case p.LastPage == "" && !p.Asks(LastPage):
		r.wrongAt([]string{"sign-in.redirect"}, "redirect is \"paste-back\" and redirect_address is missing: give it as it is registered at the bank, or put \"redirect-address\" into needs if each person has their own")
	case p.LastPage != "" && p.Asks(LastPage):
		r.wrongAt([]string{"sign-in.redirect_address"}, "redirect_address is there, and needs asks the person for it: keep one of both")
	case p.Port != 0 || p.CallbackPath != "":
		r.wrongAt([]string{"sign-in.port", "sign-in.callback_path"}, "redirect is \"paste-back\", which listens nowhere: leave port and callback_path out")
	case p.LastPage != "":
		if err := p.lastPage(p.LastPage); err != nil {
			r.wrongAt([]string{"sign-in.redirect_address"}, "redirect_address %s", err)
		}
	}
}

// signedPage checks where the browser ends after the page that a signed call asked for: Coffer listens for none.
func (r *reader) signedPage() {
	p, at := &r.p, []string{"sign-in.redirect_address"}
	switch {
	case p.LastPage == "" && !p.Asks(LastPage):
		r.wrongAt([]string{"sign-in.way"}, "way is %q and redirect_address is missing: give it as it is registered at the bank, or put \"redirect-address\" into needs if each person has their own", string(p.Way))
	case p.LastPage != "" && p.Asks(LastPage):
		r.wrongAt(at, "redirect_address is there, and needs asks the person for it: keep one of both")
	case p.LastPage != "":
		if err := p.lastPage(p.LastPage); err != nil {
			r.wrongAt(at, "redirect_address %s", err)
		}
	}
}

// lastPage checks where the browser ends. Coffer never goes there, so a file for testing may name a
// page anywhere.
func (p Provider) lastPage(text string) error {
	err := Address(text, false)
	if err != nil && p.Loopback && Address(text, true) == nil {
		return nil
	}
	return err
}

// ownConsent checks a consent that the API makes first. With an issuer the person then signs in there, by a signed request;
// without one the API says where, and knows Coffer by its certificate alone.
func (r *reader) ownConsent() {
	p := &r.p
	for _, key := range []string{"authorization", "token", "par", "revocation", "details", "register"} {
		at := "sign-in." + key
		if _, there := r.lines[at]; there {
			r.wrongAt([]string{at}, "%s is for way = \"oauth\", and way is %q: the issuer's metadata, or the API, says where to sign in", key, string(p.Way))
			return
		}
	}
	if p.Issuer != "" || p.Asks(Issuer) {
		r.oauth()
		if p.Client != "" && p.Client != PrivateKey && p.Client != MutualTLS {
			r.wrongAt([]string{"sign-in.client"}, "client is %q, and way is %q, whose request is signed: \"private_key_jwt\" or \"tls_client_auth\"", string(p.Client), string(p.Way))
		}
		return
	}
	if p.Client != MutualTLS || !p.Asks(Certificate) {
		r.wrongAt([]string{"sign-in.way"}, "way is %q and there is no issuer: client must be %q, and needs must ask for %q and %q", string(p.Way), string(MutualTLS), string(Certificate), string(Key))
		return
	}
	r.mutualTLS()
	r.redirect()
}

// noOAuth refuses keys that would say something which nothing does.
func (r *reader) noOAuth() {
	for _, key := range []string{"authorization", "par", "redirect", "port", "callback_path", "redirect_address", "details", "approval", "dpop", "register", "client"} {
		at := "sign-in." + key
		if r.p.Way == SignedJWT && key == "redirect_address" {
			continue
		}
		if _, there := r.lines[at]; there {
			r.wrongAt([]string{at}, "%s is for way = \"oauth\", and way is %q", key, string(r.p.Way))
		}
	}
	if r.p.Way == SignedJWT {
		r.signedPage()
	} else if r.p.Asks(LastPage) {
		r.wrongAt([]string{"person.needs"}, "needs asks for %q, and way is %q, whose answer comes by itself", string(LastPage), string(r.p.Way))
	}
	for way, need := range map[Way]Need{OwnToken: TokenOfOwn, SetupToken: Setup, Keys: ClientSecret, SignedJWT: Key, HostedLink: ClientSecret} {
		if r.p.Way == way && !r.p.Asks(need) {
			r.wrongAt([]string{"sign-in.way"}, "way is %q, and needs does not ask for %q", string(way), string(need))
		}
	}
	if slices.Contains([]Way{Keys, SignedJWT, HostedLink}, r.p.Way) && r.p.ClientID == "" && !r.p.Asks(ClientID) {
		r.wrongAt([]string{"sign-in.way"}, "way is %q, and needs does not ask for %q", string(r.p.Way), string(ClientID))
	}
	if r.p.Way == Keys && r.p.Token == "" {
		r.wrongAt([]string{"sign-in.way"}, "way is %q and token is missing in [sign-in]: the address that gives access tokens for the client (RFC 6749 §4.4)", string(Keys))
	}
}

// bridgesBank checks what a bridge is told of which of its banks is meant: nothing asks for an answer that goes nowhere.
func (r *reader) bridgesBank() {
	p, at := &r.p, []string{"person.needs"}
	told := slices.Contains([]Way{SignedJWT, HostedLink}, p.Way)
	for _, n := range []Need{AtBank, AtCountry} {
		if p.Asks(n) && !told {
			r.wrongAt(at, "needs asks for %q, and way is %q, which tells no bridge of it", string(n), string(p.Way))
		}
	}
	switch {
	case told && p.Asks(AtBank) && !p.Asks(AtCountry):
		r.wrongAt(at, "needs asks for %q and not for %q: a bridge has banks of one name in several countries", string(AtBank), string(AtCountry))
	case p.Way == SignedJWT && p.Asks(AtCountry) && !p.Asks(AtBank):
		r.wrongAt(at, "needs asks for %q and not for %q, whose country it is", string(AtCountry), string(AtBank))
	}
}

package link

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/wire"
)

// Why an address is refused without a question.
var (
	errElsewhere = errors.New("what receives codes or tokens is on a domain that is not the issuer's, and the provider file does not list it")
	errHere      = errors.New("a bank elsewhere leads to this computer")
)

// offered returns the origin of address if the person may be asked about it for a link to issuer.
// What would receive a secret must be on the issuer's own registrable domain.
func offered(issuer string, u consent.Use, address string) (origin string, err error) {
	if origin, err = wire.Origin(address); err != nil {
		return "", err
	}
	switch {
	case wire.Here(hostOf(address)) && !loopback(issuer):
		return "", errHere
	case u.Secret() && siteOf(address) != siteOf(issuer):
		return "", errElsewhere
	}
	return origin, nil
}

// siteOf is the registrable domain of address: what one owner has below a public suffix. An
// address without one is its own.
func siteOf(address string) string {
	host := strings.ToLower(hostOf(address))
	if _, err := netip.ParseAddr(host); err == nil { // 198.51.100.4 is no name below 100.4
		return host
	}
	if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return site
	}
	return host
}

// sameOwner reports whether what the issuer a was given may go to the issuer b.
func sameOwner(a, b string) bool {
	return siteOf(a) == siteOf(b) && (!loopback(a) || originOf(a) == originOf(b)) // here each port is another's
}

const longestAddress = 2048 // bytes

// readable errs for an address that can't be shown to a person as it is: it could read as another.
func readable(address string) error {
	strange := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(address) > longestAddress || strings.ContainsFunc(address, strange) {
		return errors.New("the address is too long, or holds letters that no address has")
	}
	return nil
}

func loopback(address string) bool {
	addr, err := netip.ParseAddr(hostOf(address))
	return err == nil && addr.IsLoopback()
}

// named is one address that a link would use, and by whose word.
type named struct {
	use     consent.Use
	address string
	asker   string
}

// named are the addresses that a link to p would have.
func (m metadata) named(p Provider) []named {
	if p.untold() && m.Token == "" {
		return []named{{consent.DataAPI, strings.TrimSuffix(p.API, "/"), ""}}
	}
	asker := p.Issuer
	if p.untold() {
		asker = p.API
	}
	all := []named{{consent.SignInPage, m.Authorization, asker}, {consent.PushPlace, m.PAR, asker}}
	if p.Device { // its page is named by the answer to the first request
		all = []named{{consent.DevicePlace, m.Device, p.Issuer}}
	}
	all = append(all, []named{
		{consent.TokenPlace, m.Token, asker},
		{consent.RevokePlace, m.Revocation, asker}, {consent.DataAPI, strings.TrimSuffix(p.API, "/"), ""},
	}...)
	if p.Registers {
		all = append(all, named{consent.RegisterPlace, m.Registration, p.Issuer})
	}
	if slices.Contains(p.Scopes, openID) {
		all = append(all, named{consent.KeySet, m.Keys, p.Issuer})
	}
	return all
}

// questions are what the person must say yes to before l may use all: addresses outside of
// line, and those that a link which works has otherwise. It errs for what is refused outright.
func questions(all []named, line *wire.Line, p Provider, l consent.Link, again bool, now time.Time) ([]consent.Ask, error) {
	var asks []consent.Ask
	for _, n := range all {
		was := ""
		if again {
			was = l.Endpoints.Of(n.use)
		}
		if n.use == consent.KeySet || n.use == consent.RegisterPlace || n.use == consent.PlainRead { // are asked at a sign-in, and stored with no link
			was = n.address
		}
		allows := line.Allows
		if n.use.Secret() {
			allows = line.AllowsSecret
		}
		ask := owned(consent.Ask{Use: n.use, Origin: originOf(n.address), Address: n.address, Was: was, Asker: n.asker, At: now.UTC()}, p.home())
		if err := readable(n.address); err != nil {
			return nil, outright(ask, err)
		}
		listed := n.address == "" || allows(n.address) || again && n.address == was && l.Named(originOf(n.address), n.use)
		if listed && (!again || n.address == was) {
			continue
		}
		if !listed {
			if _, err := offered(p.home(), n.use, n.address); err != nil {
				return nil, outright(ask, err)
			}
		}
		asks = append(asks, ask)
	}
	return asks, nil
}

// owned is a with whose its address is.
func owned(a consent.Ask, issuer string) consent.Ask {
	a.Site = siteOf(a.Address)
	a.Own = a.Site == siteOf(issuer)
	return a
}

// originOf is wire.Origin where an error was ruled out, or says enough by being empty.
func originOf(address string) string {
	origin, err := wire.Origin(address)
	if err != nil {
		return ""
	}
	return origin
}

func outright(a consent.Ask, err error) error {
	reason := "link.endpoint"
	switch {
	case errors.Is(err, errElsewhere):
		reason = "link.domain"
	case errors.Is(err, errHere):
		reason = "link.here"
	}
	return notAllowed(a, reason, err)
}

var errDeclined = errors.New("the person did not allow it")

func notAllowed(a consent.Ask, reason string, err error) error {
	return fault.Because(fault.HostRefused, reason, "check the bank's metadata", err, "host", hostOf(a.Address), "origin", a.Origin, "who", hostOf(a.Asker))
}

// approve asks the person about what the metadata names, and puts what they allow into the link.
// Nothing has gone to any of it by then. A no, or nobody to ask, is an error; a link that works
// keeps the question then, and all that it has.
func (a *Attempt) approve(ctx context.Context) error {
	asks, err := questions(a.meta.named(a.provider), a.line, a.provider, a.link, a.again, a.config.Now())
	if err != nil {
		return err
	}
	return a.consult(ctx, asks)
}

// consult has the person answer asks, if there are any, and puts what they allow into the link.
func (a *Attempt) consult(ctx context.Context, asks []consent.Ask) (err error) {
	if len(asks) == 0 {
		return nil
	}
	yes := false
	if a.provider.Ask != nil {
		if yes, err = a.provider.Ask(ctx, asks); err != nil {
			return err
		}
	}
	if yes {
		for _, ask := range asks {
			a.link.Allow(ask, a.config.Now())
		}
		return a.openLine()
	}
	if a.again {
		if err := a.keep(ctx, asks, a.provider.Ask != nil); err != nil {
			return err
		}
	}
	reason := "link.endpoint"
	if a.provider.Ask != nil {
		reason = "link.declined"
	}
	return notAllowed(asks[0], reason, errDeclined)
}

// keep writes questions into a link that works, and nothing else.
func (a *Attempt) keep(ctx context.Context, asks []consent.Ask, answered bool) error {
	return a.tokens.change(ctx, a.link.ID, func(l *consent.Link) error {
		for _, ask := range asks {
			if answered {
				l.Refuse(ask, a.config.Now())
			} else {
				l.Keep(ask)
			}
		}
		return nil
	})
}

// change changes a link as it is stored while nobody else works on it.
func (t *Tokens) change(ctx context.Context, id consent.LinkID, how func(*consent.Link) error) error {
	release, err := t.config.Hold(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	k, _ := t.keeper(id)
	if err := k.take(ctx); err != nil {
		return err
	}
	defer k.give()
	l, err := t.config.Vault.Link(ctx, id)
	if err != nil {
		return fmt.Errorf("read the link: %w", err)
	}
	if err := how(&l); err != nil {
		return err
	}
	return t.config.Vault.SaveLink(context.WithoutCancel(ctx), l)
}

// Answer is the person's word on a question that a link keeps. A yes puts the address into the
// link, from the next connection on; a no leaves the link as it is, and the question with it.
// Faults: NotFound for a question that is gone, HostRefused for one that no yes can allow.
func (t *Tokens) Answer(ctx context.Context, id consent.LinkID, a consent.Ask, allow bool) error {
	const op = "answer the question of a link"
	err := t.change(ctx, id, func(l *consent.Link) error {
		ask, found := l.Find(a)
		if !found || l.State.Ended() {
			return fault.New(fault.NotFound, op, errors.New("the link does not ask that"))
		}
		if !allow {
			l.Refuse(ask, t.config.Now())
			return nil
		}
		listed := slices.Contains(l.Origins, ask.Origin) && !(ask.Use.Secret() && slices.Contains(l.Tokenless(), ask.Origin))
		if ask.Address != "" && !listed {
			if _, err := offered(home(*l), ask.Use, ask.Address); err != nil {
				return outright(ask, err)
			}
		}
		l.Allow(ask, t.config.Now())
		return nil
	})
	if err == nil {
		t.config.Log.Info("host answered", "link", id, "allowed", allow)
	}
	return err
}

// Sent is the question to the person that a refused connection of l gives rise to; false if there
// is none: the address is none that a yes can allow.
func Sent(l consent.Link, refusal error, now time.Time) (consent.Ask, bool) {
	f := fault.Of(refusal)
	if f == nil || f.Kind != fault.HostRefused {
		return consent.Ask{}, false
	}
	a := consent.Ask{Origin: f.Args["origin"], Address: f.Args["origin"], Asker: f.Args["who"], At: now.UTC()}
	switch f.Reason {
	case wire.Moved: // of the API: the path is the same, so only the origin of its base changes
		base, err := url.Parse(l.Endpoints.API)
		if err != nil || originOf(l.Endpoints.API) != f.Args["from"] {
			return consent.Ask{}, false
		}
		a.Use, a.Was = consent.DataAPI, l.Endpoints.API
		a.Address = strings.TrimSuffix(a.Origin, ":443") + base.EscapedPath()
	case wire.NotListed:
		a.Use, a.Asker = consent.NextPage, hostOf(l.Endpoints.API)
		if f.Args["token"] == "no" {
			a.Use = consent.PlainRead
		}
	default:
		return consent.Ask{}, false
	}
	_, err := offered(home(l), a.Use, a.Address)
	return owned(a, home(l)), err == nil
}

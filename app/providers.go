package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/app/secret"
)

// ReadProviders reads the provider files anew and returns what they say. It may block on the disk.
func (c *Coffer) ReadProviders() Shelf {
	shelf := Shelf{Providers: c.config.Providers}
	if c.config.ReadShelf != nil {
		shelf = c.config.ReadShelf()
	}
	c.at.Lock()
	defer c.at.Unlock()
	c.shelf = shelf
	return shelf
}

// Shelf returns what the provider files said when they were read last.
func (c *Coffer) Shelf() Shelf {
	c.at.Lock()
	defer c.at.Unlock()
	return c.shelf
}

// Providers returns the banks that there are files for, those that this version can't link too.
func (c *Coffer) Providers() []Provider { return slices.Clone(c.Shelf().Providers) }

// Provider returns one bank that there is a file for. It wraps ledger.ErrNotFound.
func (c *Coffer) Provider(id string) (Provider, error) {
	for _, p := range c.Shelf().Providers {
		if p.ID == id {
			return p, nil
		}
	}
	return Provider{}, fault.With(fault.NotFound, "look up a bank", ledger.ErrNotFound, "what", id)
}

// linkable returns a bank that can be linked, by its file as it is now and as the person saw it.
func (c *Coffer) linkable(id, hash string) (Provider, error) {
	const op = "link a bank"
	p, err := c.Provider(id)
	if err == nil && p.Own != "" {
		c.ReadProviders()
		p, err = c.Provider(id)
	}
	switch {
	case err != nil:
		return Provider{}, err
	case hash != "" && hash != p.File.Hash:
		return Provider{}, fault.Because(fault.ProviderChanged, "provider.since", op, errors.New("the file is another than the person saw"), "file", p.Own)
	case len(p.Lacks) > 0:
		return Provider{}, fault.With(fault.ProviderLacks, op, fmt.Errorf("it lacks %v", p.Lacks), "bank", p.Name)
	}
	return p, nil
}

// answers returns t with what the person typed, checked. For a link that is renewed, what they leave
// out is as it was. Its own provider file must be as the person confirmed it.
func (c *Coffer) answers(ctx context.Context, o *opened, p Provider, t Terms) (Terms, error) {
	const op = "link a bank"
	typed := map[provider.Need]string{}
	if t.Again != "" {
		l, err := o.store.Link(ctx, t.Again)
		if err != nil {
			return t, err
		}
		if l.Provider != p.ID {
			return t, fault.With(fault.NotFound, op, ledger.ErrNotFound, "what", l.Provider)
		}
		if err := c.asConfirmed(l, op); err != nil {
			return t, err
		}
		typed[provider.ClientID], typed[provider.Issuer], typed[provider.API] = l.ClientID, l.Issuer, l.Endpoints.API
		typed[provider.Scopes], typed[provider.LastPage] = strings.Join(l.Scopes, " "), l.LastPage
		typed[provider.AtBank], typed[provider.AtCountry] = l.AtBank, l.AtCountry
	}
	maps.Copy(typed, t.Typed)
	t.Typed = map[provider.Need]string{}
	for _, n := range p.File.Needs {
		switch {
		case n.Secret() && t.Secrets[n].Empty() && t.Again == "":
			return t, fault.Because(fault.BadAnswer, "answer.missing", op, errors.New("a secret is missing"), "need", string(n))
		case n.Typed() && !n.Secret():
			text, err := p.File.Answer(n, typed[n])
			if err != nil {
				return t, fault.Because(fault.BadAnswer, reasonOf(n, typed[n]), op, err, "need", string(n))
			}
			t.Typed[n] = text
		}
	}
	return t, nil
}

func reasonOf(n provider.Need, typed string) string {
	switch {
	case strings.TrimSpace(typed) == "":
		return "answer.missing"
	case n == provider.Issuer || n == provider.API || n == provider.LastPage:
		return "answer.address"
	case n == provider.AtCountry:
		return "answer.country"
	case n == provider.AtBank:
		return "answer.name"
	}
	return "answer.letters"
}

// ProviderChange is how the person's own provider file differs from what a link was confirmed with.
type ProviderChange struct {
	File    string
	Gone    bool   // there is no such file now, or it can't be used
	Hash    string // of the file now, for ConfirmProvider
	Differs []Difference
}

// Difference is one thing that a provider file says otherwise than the link has it.
type Difference struct {
	What     string // "name", "dialect", "issuer", "api", "client-id", "scopes", "hosts", "pins", "last-page"
	Was, Now string // Now is empty where it says nothing any more
}

// gone is the hash of a file that isn't there.
const gone = "gone"

func ownFile(l consent.Link) bool { return l.File != "" && !l.State.Ended() }

// changed returns how the file of l differs from what the person confirmed, by what was read last;
// nil if it doesn't, or if l has none of the person's.
func (c *Coffer) changed(l consent.Link) *ProviderChange {
	if !ownFile(l) {
		return nil
	}
	p, err := c.Provider(l.Provider)
	if err != nil || p.Own == "" {
		if l.FileHash == gone {
			return nil
		}
		return &ProviderChange{File: l.File, Gone: true, Hash: gone}
	}
	if p.File.Hash == l.FileHash {
		return nil
	}
	return &ProviderChange{File: p.Own, Hash: p.File.Hash, Differs: differences(l, p.File)}
}

// signIn is where a link is signed in: the issuer, or the token endpoint of a server without metadata.
func signIn(issuer, token string) string {
	if issuer == "" {
		return token
	}
	return issuer
}

func differences(l consent.Link, f provider.Provider) []Difference {
	var all []Difference
	add := func(what, was, now string) {
		if was != now {
			all = append(all, Difference{what, was, now})
		}
	}
	add("name", l.Bank, f.Name)
	add("dialect", l.Dialect, f.Dialect)
	if !f.Asks(provider.Issuer) {
		add("issuer", signIn(l.Issuer, l.Endpoints.Token), signIn(f.Issuer, f.Token))
	}
	followed := slices.ContainsFunc(l.Hosts, func(h consent.Host) bool {
		return h.Use == consent.DataAPI && slices.Equal(hostsOf([]string{h.Origin}), hostsOf([]string{l.Endpoints.API}))
	})
	if !f.Asks(provider.API) && !followed && f.Way != provider.SetupToken { // else the person followed the bank there, whatever the file says
		add("api", l.Endpoints.API, strings.TrimSuffix(f.API, "/"))
	}
	if !f.Asks(provider.ClientID) && !f.Registers {
		add("client-id", l.ClientID, f.ClientID)
	}
	if !f.Asks(provider.LastPage) {
		add("last-page", l.LastPage, f.LastPage)
	}
	add("pins", strings.Join(l.Pins, ", "), strings.Join(f.Pins, ", "))
	if was, now := hostsOf(listed(l, f)), sorted(f.Names()); !f.Asks(provider.Issuer) && !f.Asks(provider.API) {
		add("hosts", strings.Join(was, ", "), strings.Join(now, ", "))
	}
	return all
}

// listed are the origins of l without those that the person allowed beside f: they stay with the link.
func listed(l consent.Link, f provider.Provider) []string {
	now := sorted(f.Names())
	return slices.DeleteFunc(slices.Clone(l.Origins), func(origin string) bool {
		allowed := slices.ContainsFunc(l.Hosts, func(h consent.Host) bool { return h.Origin == origin })
		return allowed && !slices.Contains(now, hostsOf([]string{origin})[0])
	})
}

// hostsOf returns the hosts of origins as Provider.Names writes them.
func hostsOf(origins []string) []string {
	return sorted(provider.Provider{Hosts: origins}.Names())
}

func sorted(all []string) []string {
	for i, host := range all {
		all[i] = strings.TrimSuffix(host, ":443")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// asConfirmed reads the files anew and fails if the person's own file of l is another than they
// confirmed. Nothing was sent.
func (c *Coffer) asConfirmed(l consent.Link, op string) error {
	if !ownFile(l) {
		return nil
	}
	c.ReadProviders()
	change := c.changed(l)
	switch {
	case change == nil:
		return nil
	case change.Gone:
		return fault.Because(fault.ProviderChanged, "provider.gone", op, errors.New("the provider file is gone or can't be used"), "file", change.File)
	}
	return fault.Because(fault.ProviderChanged, "provider.changed", op, errors.New("the provider file has changed"), "file", change.File)
}

// ConfirmProvider lets a link go on although its provider file has changed, once the person has seen
// the change with that hash. The link keeps the addresses that it was made with; signing in again
// takes those of the file.
func (c *Coffer) ConfirmProvider(ctx context.Context, id consent.LinkID, hash string) error {
	const op = "confirm a provider file"
	err := c.use(ctx, op, func(ctx context.Context, o *opened) error {
		l, err := o.store.Link(ctx, id)
		if err != nil {
			return err
		}
		c.ReadProviders()
		change := c.changed(l)
		if change == nil {
			return nil
		}
		if change.Hash != hash {
			return fault.Because(fault.ProviderChanged, "provider.since", op, errors.New("it has changed again"), "file", change.File)
		}
		return o.store.SetLinkFile(ctx, id, change.File, hash)
	})
	c.Changed.Links.Tell(id)
	return err
}

// Secret seals what a person typed for a bank.
func Secret(typed string) secret.Text { return secret.New(strings.TrimSpace(typed)) }

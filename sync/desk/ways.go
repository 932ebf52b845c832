package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/sync/bank/all"
	"coffer/sync/link"
)

var _ app.Attempt = (*link.Handover)(nil)

// handed are the ways by which what the person brings opens the link, without OAuth.
func handed() []provider.Way {
	return []provider.Way{provider.OwnToken, provider.SetupToken, provider.Keys, provider.SignedJWT, provider.HostedLink}
}

// beginWith begins a link that isn't OAuth's.
func (d *Desk) beginWith(ctx context.Context, p link.Provider, again consent.LinkID) (app.Attempt, error) {
	h, err := d.tokens.BeginWith(ctx, p, again)
	if err != nil { // a nil *link.Handover is no nil app.Attempt
		return nil, err
	}
	return h, nil
}

// bring fills in what the person brings for f, where it isn't OAuth's, and whether a consent is made first.
func bring(p *link.Provider, f provider.Provider, t app.Terms) error {
	p.Consents = f.Way == provider.OwnConsent
	if !p.Consents && !slices.Contains(handed(), f.Way) {
		return nil
	}
	if !all.Opens(f.Dialect, string(f.Way)) {
		return fault.With(fault.ProviderLacks, "link a bank", fmt.Errorf("dialect %q has no way %q", f.Dialect, f.Way), "bank", f.Name)
	}
	if p.Consents {
		return nil
	}
	b := &p.Brought
	b.Way, b.Token, b.Setup = string(f.Way), t.Secrets[provider.TokenOfOwn], t.Secrets[provider.Setup]
	b.App, b.TokenPlace = t.Secrets[provider.AppToken], f.Token
	if b.App.Empty() {
		b.App = t.Secrets[provider.APIKey]
	}
	b.Bank, b.Country = t.Typed[provider.AtBank], t.Typed[provider.AtCountry]
	p.Secret = t.Secrets[provider.ClientSecret]
	if f.Way == provider.SignedJWT {
		p.Secret, b.LastPage = t.Secrets[provider.Key], p.LastPage
	}
	if f.Way == provider.Keys && b.TokenPlace == "" {
		return fault.New(fault.HostRefused, "read provider "+f.ID, errors.New("it names no token endpoint"))
	}
	return nil
}

// addresses are all that a link to p may use from the start.
func addresses(p link.Provider, f provider.Provider) []string {
	every := append([]string{p.Issuer, p.Stated.Authorization, p.Stated.Token, p.Stated.PAR, p.Stated.Revocation, p.API, p.Brought.TokenPlace}, f.Hosts...)
	return slices.DeleteFunc(every, func(a string) bool { return a == "" })
}

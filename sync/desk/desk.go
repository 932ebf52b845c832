// Package desk is the network side of an opened vault, as the use cases ask for it: links are begun,
// read and revoked here, and the provider files are put on the shelf.
package desk

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/event"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/sync/bank/all"
	"coffer/sync/engine"
	"coffer/sync/link"
	"coffer/sync/wire"
)

// Store is what links and what they bring are saved through.
type Store interface {
	link.Vault
	engine.Store
	wire.Ledger
	// Setting returns what the person set, or "".
	Setting(ctx context.Context, key string) (string, error)
	SetSetting(ctx context.Context, key, value string) error
}

// Config is what a desk needs. Store and Now are required.
type Config struct {
	Store     Store
	Now       func() time.Time
	UserAgent string
	Page      link.Page // the last one in the browser
	Log       *slog.Logger
	Changed   *event.Topic[ledger.AccountID]
	Demo      []Demo         // that listen on this computer now
	Roots     *x509.CertPool // that banks' certificates count by; nil: the system's
}

// Desk is the banks of one opened vault. It implements app.Banks.
type Desk struct {
	store  Store
	door   *wire.Door
	tokens *link.Tokens
	engine *engine.Engine
}

var (
	_ app.Banks  = (*Desk)(nil)
	_ app.Paster = (*link.Attempt)(nil)
)

// New puts together what works on the store, and leads the links of demo banks to where those are.
func New(ctx context.Context, c Config) (*Desk, error) {
	if c.Store == nil || c.Now == nil {
		return nil, errors.New("desk: no store or no clock")
	}
	d := &Desk{store: c.Store}
	if err := d.open(ctx, c); err != nil {
		if d.door != nil {
			d.door.Close()
		}
		return nil, err
	}
	return d, nil
}

func (d *Desk) open(ctx context.Context, c Config) (err error) {
	if d.door, err = wire.New(wire.Config{Ledger: c.Store, Proxy: app.ProxyOf(c.Store), Now: c.Now, UserAgent: c.UserAgent, Log: c.Log, Roots: c.Roots}); err != nil {
		return err
	}
	if d.tokens, err = link.New(link.Config{
		Vault: c.Store, Door: d.door, Now: c.Now, Log: c.Log, Accounts: d.accounts, Dialect: all.Named, Page: c.Page,
		Hold: func(ctx context.Context, id consent.LinkID) (func(), error) { return d.engine.Hold(ctx, id) },
	}); err != nil {
		return err
	}
	if d.engine, err = engine.New(engine.Config{
		Store: c.Store, Sessions: d.tokens, Dialects: all.Dialects(), Now: c.Now, Log: c.Log, Changed: c.Changed,
		Retry: engine.Retry{Times: 2, Wait: engine.Wait, Random: rand.Float64},
	}); err != nil {
		return err
	}
	for _, demo := range c.Demo {
		if err := d.lead(ctx, demo); err != nil {
			return err
		}
	}
	return nil
}

// lead leads the links of a demo bank to where it listens now: it took another port because its old
// one was in use. Links of real banks are never led anywhere.
func (d *Desk) lead(ctx context.Context, demo Demo) error {
	links, err := d.store.Links(ctx)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Provider != demo.ID || len(l.Origins) == 0 || l.Origins[0] == demo.Origin {
			continue
		}
		l.Lead(l.Origins[0], demo.Origin)
		if err := d.store.SaveLink(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) accounts(ctx context.Context, id consent.LinkID) ([]string, error) {
	views, err := d.store.Accounts(ctx)
	var names []string
	for _, a := range views {
		if a.Link == string(id) {
			names = append(names, receiptName(a.Account))
		}
	}
	return names, err
}

// receiptName is an account in a receipt, which outlives what is erased: by its masked number alone where
// it has one.
func receiptName(a ledger.Account) string {
	if a.Masked == "" {
		return a.Name
	}
	return "·· " + a.Masked
}

// BeginLink implements app.Banks.
func (d *Desk) BeginLink(ctx context.Context, p app.Provider, t app.Terms) (app.Attempt, error) {
	asked, err := d.asked(p, t)
	if err != nil {
		return nil, err
	}
	if asked.Brought.Way != "" {
		return d.beginWith(ctx, asked, t.Again)
	}
	a, err := d.tokens.BeginOrAgain(ctx, asked, t.Again)
	if err != nil { // a nil *link.Attempt is no nil app.Attempt
		return nil, err
	}
	return a, nil
}

// asked is what p's file and the person say, for link.
func (d *Desk) asked(p app.Provider, t app.Terms) (link.Provider, error) {
	f := p.File
	if lacks := f.Lacks(Can()); len(lacks) > 0 {
		return link.Provider{}, fault.With(fault.ProviderLacks, "link a bank", fmt.Errorf("it lacks %v", lacks), "bank", f.Name)
	}
	asked := link.Provider{
		ID: f.ID, Name: f.Name, Dialect: f.Dialect, Issuer: f.Issuer, ClientID: f.ClientID, Scopes: f.Scopes, API: f.API,
		Pins: f.Pins, LastPage: f.LastPage, Plain: !f.Details, Proves: f.Proves, Phone: f.Approval == provider.InPhoneApp, File: p.Own, Hash: f.Hash,
		Registers: f.Registers, Device: f.Way == provider.Device, HistoryDays: t.HistoryDays, ConsentDays: t.ConsentDays, Ask: t.Ask, Limited: t.Choose != nil,
	}
	asked.Limits = consent.Limits{Reads: f.ReadsADay, Alone: f.AloneADay}
	asked.RedirectPath = f.CallbackPath // with any port, too: RFC 8252 §7.3 leaves open the port alone
	if f.Redirect == provider.FixedPort {
		asked.RedirectPort = f.Port
	}
	if f.Client != provider.Public {
		asked.Shows, asked.Secret = string(f.Client), t.Secrets[provider.ClientSecret]
	}
	if f.Client == provider.PrivateKey || f.Client == provider.MutualTLS {
		asked.Secret, asked.Chain = t.Secrets[provider.Key], t.Secrets[provider.Certificate]
	}
	for need, into := range map[provider.Need]*string{provider.Issuer: &asked.Issuer, provider.API: &asked.API, provider.ClientID: &asked.ClientID, provider.LastPage: &asked.LastPage} {
		if f.Asks(need) {
			*into = t.Typed[need]
		}
	}
	if f.Asks(provider.Scopes) {
		asked.Scopes = strings.Fields(t.Typed[provider.Scopes])
	}
	if asked.Issuer == "" && f.Way == provider.OAuth {
		asked.Stated = consent.Endpoints{Authorization: f.Authorization, Token: f.Token, PAR: f.PAR, Revocation: f.Revocation}
	}
	if err := bring(&asked, f, t); err != nil {
		return link.Provider{}, err
	}
	for _, address := range addresses(asked, f) {
		origin, err := wire.Origin(address)
		if err != nil {
			return link.Provider{}, fault.New(fault.HostRefused, "read provider "+f.ID, err)
		}
		if !slices.Contains(asked.Origins, origin) {
			asked.Origins = append(asked.Origins, origin)
		}
	}
	return asked, nil
}

// Refresh implements app.Banks.
func (d *Desk) Refresh(ctx context.Context, id consent.LinkID, present bool, told func(app.Progress)) (app.Refreshed, error) {
	l, err := d.store.Link(ctx, id)
	if err != nil {
		return app.Refreshed{}, err
	}
	result, err := d.engine.Refresh(ctx, id, present, func(p engine.Progress) {
		told(app.Progress{Link: p.Link, Bank: l.Bank, Account: p.Name, Done: p.Done, Total: p.Total, Rows: p.Rows})
	})
	got := app.Refreshed{Written: result.Written, Accounts: len(result.Accounts)}
	for _, a := range result.Accounts {
		if a.Err != nil {
			got.Failed = append(got.Failed, app.AccountFault{Account: a.Account, Err: a.Err})
		}
	}
	return got, err
}

// Check implements app.Banks.
func (d *Desk) Check(ctx context.Context, id consent.LinkID) error { return d.engine.Check(ctx, id) }

// Revoke implements app.Banks.
func (d *Desk) Revoke(ctx context.Context, id consent.LinkID, ended bool, told func(consent.Proof)) (consent.Receipt, error) {
	l, err := d.store.Link(ctx, id)
	if err != nil {
		return consent.Receipt{}, err
	}
	dialect, known := all.Named(l.Dialect)
	if !known {
		return consent.Receipt{}, fault.New(fault.BankUnexpected, "revoke a link", fmt.Errorf("no dialect %q", l.Dialect))
	}
	release, err := d.engine.Hold(ctx, id)
	if err != nil {
		return consent.Receipt{}, err
	}
	defer release()
	return d.tokens.Revoke(ctx, l, dialect, ended, told)
}

// Drop implements app.Banks.
func (d *Desk) Drop(ctx context.Context, id consent.LinkID) (consent.Receipt, error) {
	return d.tokens.Drop(ctx, id)
}

// ListAccounts implements app.Banks.
func (d *Desk) ListAccounts(ctx context.Context, id consent.LinkID) error {
	return d.engine.List(ctx, id)
}

// Hold implements app.Banks.
func (d *Desk) Hold(ctx context.Context, id consent.LinkID) (release func(), err error) {
	return d.engine.Hold(ctx, id)
}

// AnswerHost implements app.Banks.
func (d *Desk) AnswerHost(ctx context.Context, id consent.LinkID, a consent.Ask, allow bool) error {
	return d.tokens.Answer(ctx, id, a, allow)
}

// Close implements app.Banks.
func (d *Desk) Close() { d.door.Close() }

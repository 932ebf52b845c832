package link_test

import (
	"context"
	"testing"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/link"
	"coffer/sync/wire"
)

// claimingTo is a bridge whose answer to a claim names where the data is.
type claimingTo struct {
	claiming
	base string
}

func (c claimingTo) Claim(ctx context.Context, line *wire.Line, setup secret.Text) (bank.Grant, error) {
	g, err := c.claiming.Claim(ctx, line, setup)
	g.Base = c.base
	return g, err
}

// TestWhatAClaimNamesIsTheBridgesOwn: else the link would be another's, and its questions would call that other's
// hosts the bank's own.
func TestWhatAClaimNamesIsTheBridgesOwn(t *testing.T) {
	for name, base := range map[string]string{
		"another domain":                "https://evil.example/api",
		"another domain, with a port":   "https://evil.example:8443/api",
		"another port of this computer": "http://127.0.0.1:1/api",
		"a private address":             "https://10.0.0.1/api",
		"no address":                    "ftp://127.0.0.1/api",
		"letters that none has":         "https://bridge.example/\u202eapi",
	} {
		t.Run(name, func(t *testing.T) {
			d := claimingTo{base: base}
			s := newKeyScene(t, d)
			_, err := s.tried(s.tokens(), s.provider(link.Brought{Way: "setup-token", Setup: secret.New(s.url + "/claim/" + canary)}), "")
			s.kind(err, fault.HostRefused)
			if f := fault.Of(err); f == nil || f.Reason != "setup.elsewhere" || !s.vault.empty() {
				t.Errorf("got %v, kept: %v", err, !s.vault.empty())
			}
		})
	}
	t.Run("the bridge's own", func(t *testing.T) {
		d := claimingTo{}
		s := newKeyScene(t, &d)
		d.base = s.url + "/api/"
		l := s.made(s.tokens(), s.provider(link.Brought{Way: "setup-token", Setup: secret.New(s.url + "/claim/" + canary)}), "")
		if l.Endpoints.API != s.url+"/api" {
			t.Errorf("reads at %s", l.Endpoints.API)
		}
	})
}

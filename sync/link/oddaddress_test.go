package link_test

import (
	"fmt"
	"strings"
	"testing"

	"coffer/app/fault"
)

// TestAnAddressThatReadsAsAnotherIsRefused: letters that turn the direction of writing, or steer a terminal, come into
// no address, log or ledger, not by a host that is listed either.
func TestAnAddressThatReadsAsAnotherIsRefused(t *testing.T) {
	for _, at := range []string{"authorization_endpoint", "token_endpoint", "revocation_endpoint", "pushed_authorization_request_endpoint", "jwks_uri"} {
		for name, end := range map[string]string{"turned": "/\u202eelpmaxe.knab", "unseen": "/\u200btoken", "a space": "/a b", "look-alikes": "/tоken", "very long": "/" + strings.Repeat("a", 4096)} {
			s := newIDBank(t)
			s.bank.metadata[at] = s.bank.issuer() + end
			_, err := s.try()
			s.kind(err, fault.HostRefused)
			if !s.vault.empty() || len(s.bank.pushed) != 0 {
				t.Errorf("%s, %s: something was sent", at, name)
			}
		}
	}
}

// TestTheLedgerHoldsAPathAsItWasSent: what is percent-encoded stays so, whatever it stands for.
func TestTheLedgerHoldsAPathAsItWasSent(t *testing.T) {
	const odd = "/t%1b%5b2J%e2%80%ae%0a%3Fa%23b"
	s := newScene(t)
	s.bank.metadata["token_endpoint"] = s.bank.issuer() + odd
	s.bank.metadata["pushed_authorization_request_endpoint"] = s.bank.issuer() + odd
	a, err := s.tokens().Begin(t.Context(), s.bank.provider())
	if err == nil {
		a.Close()
	}
	paths := fmt.Sprint(s.ledger.all)
	if strings.ContainsAny(paths+s.log.text.String(), "\x1b\u202e") || !strings.Contains(paths, "/as"+odd) {
		t.Errorf("the ledger has %q, after %v", paths, err)
	}
	if k := fault.KindOf(err); k != fault.BankUnexpected {
		t.Errorf("got %v", err)
	}
}

package link_test

import (
	"net/http"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/wire/wiretest"
)

// TestMetadataLeadsNowhereElse has metadata name other hosts in fields that Coffer has no use
// for, and another server listen there: it gets 0 bytes.
func TestMetadataLeadsNowhereElse(t *testing.T) {
	elsewhere, count := wiretest.Serve(t, nil, func(http.ResponseWriter, *http.Request) {})
	s := newScene(t)
	for _, field := range []string{"jwks_uri", "registration_endpoint", "introspection_endpoint", "userinfo_endpoint", "op_policy_uri", "end_session_endpoint"} {
		s.bank.metadata[field] = elsewhere.URL + "/" + field
	}
	s.bank.metadata["mtls_endpoint_aliases"] = map[string]any{
		"token_endpoint": elsewhere.URL + "/token", "revocation_endpoint": elsewhere.URL + "/revoke", "pushed_authorization_request_endpoint": elsewhere.URL + "/par",
	}
	l := s.linked()
	if l.State != consent.Active || strings.Contains(strings.Join(l.Origins, " "), elsewhere.URL) {
		t.Errorf("got %+v", l)
	}
	if count.Conns.Load() != 0 || count.In.Load() != 0 {
		t.Errorf("the other host saw %d connections, %d bytes", count.Conns.Load(), count.In.Load())
	}
}

// TestAnEndpointElsewhereNeedsTheProvidersList: refused by name unless the provider file lists
// it, whatever the domain; and the fault names the host.
func TestAnEndpointElsewhereNeedsTheProvidersList(t *testing.T) {
	elsewhere, count := wiretest.Serve(t, nil, func(http.ResponseWriter, *http.Request) {})
	for _, field := range []string{"token_endpoint", "revocation_endpoint", "pushed_authorization_request_endpoint"} {
		t.Run(field, func(t *testing.T) {
			s := newScene(t)
			if field == "pushed_authorization_request_endpoint" {
				s.bank.metadata[field] = elsewhere.URL + "/par"
			} else {
				s.bank.metadata[field] = elsewhere.URL + "/x"
			}
			_, err := s.tokens().Begin(t.Context(), s.bank.provider())
			s.kind(err, fault.HostRefused)
			if f := fault.Of(err); f == nil || f.Args["host"] != "127.0.0.1" {
				t.Errorf("the fault names %+v", f)
			}
			if count.Conns.Load() != 0 {
				t.Error("it was asked all the same")
			}
		})
	}
	s := newScene(t)
	s.bank.metadata["revocation_endpoint"] = elsewhere.URL + "/revoke"
	p := s.bank.provider()
	p.Origins = []string{s.bank.server.URL, elsewhere.URL}
	a, err := s.tokens().Begin(t.Context(), p)
	if err != nil {
		t.Fatalf("a listed host is refused: %v", err)
	}
	a.Close()
}

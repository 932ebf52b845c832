package demobank_test

import (
	"net/http"
	"testing"

	"coffer/sync/demobank"
)

func TestTheWholeConversation(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	a.wants(a.api("GET", "/accounts?resultType=details", tok.access, ""), http.StatusOK)
}

package all_test

import (
	"testing"

	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/monzo"
)

// consents are what the test banks that know none answer to a read of one.
var consents = map[string]string{
	"fdx":         `{"id":"consent-1","status":"ACTIVE","expirationTime":"2031-01-02T03:04:05Z"}`,
	"obie":        `{"Data":{"ConsentId":"consent-1","Status":"Authorised","ExpirationDateTime":"2031-01-02T03:04:05Z"},"Risk":{},"Links":{},"Meta":{}}`,
	"berlingroup": `{"consentStatus":"valid","validUntil":"2031-01-02","frequencyPerDay":4,"recurringIndicator":true,"access":{},"lastActionDate":"2026-11-01"}`,
}

// days are fewer than the windows of the test banks have, for as many pages as are needed.
var days = map[string]int{"simplefin": 150, "monzo": 45}

func TestEveryDialectStandsWhatABankMayAnswer(t *testing.T) {
	for _, d := range all.Dialects() {
		open, listed := servers()[d.Name()]
		if !listed {
			t.Errorf("no server to test %q against: add one", d.Name())
			continue
		}
		if d.Name() == "monzo" {
			d = monzo.Bank{PageSize: 40}
		}
		t.Run(d.Name(), func(t *testing.T) {
			banktest.Hostile(t, d, banktest.Ground{Open: open, Consent: consents[d.Name()], Days: days[d.Name()]})
		})
	}
}

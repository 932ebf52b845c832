package provider_test

import (
	"os"
	"strings"
	"testing"

	"coffer/app/provider"
)

// TestWhatABridgeIsToldIsRead: a bank with its country, or a country alone where the bridge's own page asks for the bank.
func TestWhatABridgeIsToldIsRead(t *testing.T) {
	raw, err := os.ReadFile("testdata/broken/signed-page.toml")
	if err != nil {
		t.Fatal(err)
	}
	signed := strings.Replace(string(raw), `"bank"`, `"redirect-address", "bank"`, 1)
	hosted := strings.NewReplacer("signed-jwt", "hosted-link", `"key", "bank", "country"`, `"client-secret", "country"`).Replace(string(raw))
	for text, needs := range map[string][]provider.Need{signed: {provider.AtBank, provider.AtCountry, provider.LastPage}, hosted: {provider.AtCountry}} {
		p := parse(t, text)
		for _, n := range needs {
			if !p.Asks(n) || !n.Typed() || n.Secret() {
				t.Errorf("%s: %q is not asked for, or hidden", p.Way, n)
			}
		}
		if p.LastPage != "" || !p.Page() {
			t.Errorf("read %+v", p)
		}
	}
	given := parse(t, strings.Replace(string(raw), "\"signed-jwt\"\n", "\"signed-jwt\"\nredirect_address = \"https://app.harbour.example/back\"\n", 1))
	if given.LastPage != "https://app.harbour.example/back" || given.Asks(provider.LastPage) {
		t.Errorf("read %+v", given)
	}
}

// TestWhatIsTypedForABridgeIsChecked before anybody is asked.
func TestWhatIsTypedForABridgeIsChecked(t *testing.T) {
	for _, c := range []struct {
		need     provider.Need
		typed    string
		used     string
		loopback bool
		wrong    string // what is said; empty: it is used
	}{
		{provider.AtCountry, " fi ", "FI", false, ""}, {provider.AtCountry, "GB", "GB", false, ""}, {provider.AtCountry, "", "", false, "is missing"},
		{provider.AtCountry, "FIN", "", false, "two letters"}, {provider.AtCountry, "F", "", false, "two letters"}, {provider.AtCountry, "F1", "", false, "two letters"},
		{provider.AtCountry, "ß", "", false, "two letters"}, {provider.AtCountry, "ФИ", "", false, "two letters"}, {provider.AtCountry, "é", "", false, "two letters"},
		{provider.AtBank, "  Société Générale (Pro) ", "Société Générale (Pro)", false, ""}, {provider.AtBank, "みずほ銀行", "みずほ銀行", false, ""}, {provider.AtBank, " ", "", false, "is missing"},
		{provider.AtBank, "Harbour\nBank", "", false, "one line"}, {provider.AtBank, "Harbour\u202eBank", "", false, "one line"}, {provider.AtBank, strings.Repeat("n", 201), "", false, "one line"},
		{provider.AtBank, strings.Repeat("é", 200), strings.Repeat("é", 200), false, ""},
		{provider.LastPage, " https://app.harbour.example/back/ ", "https://app.harbour.example/back/", false, ""}, {provider.LastPage, "http://app.harbour.example/back", "", false, "plain http"},
		{provider.LastPage, "https://app.harbour.example/back#x", "", false, "fragment"}, {provider.LastPage, "https://127.0.0.1/back", "", false, "this computer"},
		{provider.LastPage, "http://127.0.0.1:4711/back", "http://127.0.0.1:4711/back", true, ""}, {provider.LastPage, "https://app.harbour.example/back", "https://app.harbour.example/back", true, ""},
	} {
		got, err := provider.Provider{Loopback: c.loopback}.Answer(c.need, c.typed)
		if c.wrong == "" && (err != nil || got != c.used) || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s %q: %q, %v", c.need, c.typed, got, err)
		}
	}
}

package provider_test

import (
	"strings"
	"testing"

	"coffer/app/provider"
)

// made is a bank whose API makes the consent first, and says where it is approved.
const made = `format    = 1
id        = "harbour"
name      = "Harbour Bank"
countries = ["EU"]
dialect   = "berlingroup"
tried     = "not tried against the real bank"

[person]
cost  = "Nothing"
needs = ["certificate", "key", "redirect-address"]
get   = "A certificate"

[sign-in]
way      = "consent"
client   = "tls_client_auth"
redirect = "paste-back"

[api]
base  = "https://api.harbour.example/psd2"
reads = ["balances"]

[revoke]
steps = ["consent"]
`

// signed is made with an issuer, at which the person signs in by a signed request.
func signed(text string) string {
	return strings.NewReplacer(`"certificate", "key"`, `"client-id", "certificate", "key"`, "way      = \"consent\"\n", "way      = \"consent\"\nissuer   = \"https://login.harbour.example\"\nscopes   = [\"openid\", \"accounts\"]\n").Replace(text)
}

func TestAConsentThatIsMadeFirst(t *testing.T) {
	can := provider.Can{
		Dialects: []string{"berlingroup"}, Ways: []provider.Way{provider.OwnConsent}, Clients: []provider.Client{provider.MutualTLS, provider.PrivateKey},
		Redirects: []provider.Redirect{provider.PasteBack},
	}
	for name, text := range map[string]string{
		"the API says where": made, "with an issuer": signed(made),
		"with a key alone": strings.NewReplacer(`"tls_client_auth"`, `"private_key_jwt"`, `"certificate", "key"`, `"key"`).Replace(signed(made)),
	} {
		p := parse(t, text)
		if p.Way != provider.OwnConsent || !p.Page() || len(p.Lacks(can)) != 0 {
			t.Errorf("%s: %+v lacks %v", name, p, p.Lacks(can))
		}
		if lacks := p.Lacks(provider.Can{Dialects: can.Dialects, Ways: can.Ways}); len(lacks) != 2 {
			t.Errorf("%s: without clients and redirects it lacks %v", name, lacks)
		}
	}
	for name, c := range map[string]struct{ text, says string }{
		"no client":              {strings.Replace(made, "client   = \"tls_client_auth\"\n", "", 1), "client must be"},
		"a key, no issuer":       {strings.Replace(made, "tls_client_auth", "private_key_jwt", 1), "client must be"},
		"no certificate":         {strings.Replace(made, `"certificate", `, "", 1), "needs must ask"},
		"no key":                 {strings.Replace(made, `, "key"`, "", 1), "the key of the certificate"},
		"no redirect":            {strings.NewReplacer("redirect = \"paste-back\"\n", "", `, "redirect-address"`, "").Replace(made), "redirect is missing"},
		"no redirect address":    {strings.Replace(made, `, "redirect-address"`, "", 1), "redirect_address is missing"},
		"an endpoint":            {strings.Replace(made, "redirect =", "token    = \"https://login.harbour.example/t\"\nredirect =", 1), "token is for"},
		"registered":             {strings.Replace(signed(made), "redirect =", "register = true\nredirect =", 1), "register is for"},
		"nobody, to an issuer":   {strings.Replace(signed(made), "tls_client_auth", "none", 1), "whose request is signed"},
		"a secret, to an issuer": {strings.NewReplacer("tls_client_auth", "client_secret_basic", `"certificate", "key"`, `"client-secret"`).Replace(signed(made)), "whose request is signed"},
		"no client id":           {strings.Replace(signed(made), `"client-id", `, "", 1), "client_id is missing"},
		"in the clear":           {strings.NewReplacer("https://api", "http://127.0.0.1/", "\ntried ", "\nloopback = true\ntried ").Replace(made), "plain http"},
	} {
		_, err := provider.Parse("harbour.toml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package say

import (
	"strings"

	"coffer/app/fault"
)

var needPhrases = []phrase{
	{"account", "an account there"}, {"client-id", "Client id"}, {"client-secret", "Client secret"}, {"token", "Token"}, {"app-token", "App token"},
	{"api-key", "API key"}, {"setup-token", "Setup token"}, {"key", "Private key"}, {"certificate", "Certificate"},
	{"issuer", "Address of the sign-in (issuer)"}, {"api", "Address of the data API"}, {"scopes", "Scopes, with spaces between"},
	{"redirect-address", "Redirect address, as registered"}, {"last-page", "Address of the last page"},
	{"bank", "Your bank, as the bridge names it"}, {"country", "Country of your bank, in two letters"},
}

// Need says what a provider file asks the person for.
func (v *Voice) Need(id string) string { return v.pick("need.", id, needPhrases) }

var wayPhrases = []phrase{
	{"oauth", "You sign in at the bank"}, {"device", "You sign in with a code"}, {"token", "With your own token"},
	{"setup-token", "With a setup token"}, {"client-credentials", "With your own client"}, {"signed-jwt", "With your own key"},
	{"hosted-link", "At a page of the bridge"}, {"consent", "You sign in at the bank"},
}

// Way says in a few words how a link is opened.
func (v *Voice) Way(id string) string { return v.pick("way.", id, wayPhrases) }

var countryPhrases = []phrase{
	{"US", "US"}, {"CA", "Canada"}, {"GB", "UK"}, {"EU", "Euro area"}, {"AU", "Australia"}, {"NZ", "New Zealand"}, {"ZA", "South Africa"},
	{"IE", "Ireland"}, {"DE", "Germany"}, {"FR", "France"}, {"ES", "Spain"}, {"PT", "Portugal"}, {"IT", "Italy"}, {"NL", "Netherlands"},
	{"AT", "Austria"}, {"BE", "Belgium"}, {"CH", "Switzerland"}, {"FI", "Finland"}, {"SE", "Sweden"}, {"NO", "Norway"}, {"DK", "Denmark"},
	{"PL", "Poland"}, {"BR", "Brazil"}, {"IN", "India"}, {"JP", "Japan"},
}

// Countries says where a bank is, by the codes of its provider file; others than these stay codes.
func (v *Voice) Countries(codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = v.pick("country.", c, countryPhrases)
	}
	return strings.Join(names, ", ")
}

var lackPhrases = []phrase{
	{"dialect", "Coffer doesn't speak the language of its data API yet ({{.value}})."},
	{"way", "Coffer can't open a link in its way yet ({{.value}})."},
	{"client", "Coffer can't show it a client of that kind yet ({{.value}})."},
	{"redirect", "Coffer can't take its answer that way yet ({{.value}})."},
}

// Lack says what this version can't do for a bank.
func (v *Voice) Lack(what, value string) string {
	for _, p := range lackPhrases {
		if p.id == what {
			return v.phrase("lack."+what, p.english, map[string]string{"value": value})
		}
	}
	return what
}

var differencePhrases = []phrase{
	{"name", "Name"}, {"dialect", "Language of the API"}, {"issuer", "Sign-in"}, {"api", "Data API"}, {"client-id", "Client id"}, {"hosts", "Hosts"}, {"pins", "Pinned keys"},
	{"last-page", "Last page in the browser"},
}

// Difference says what a changed provider file says otherwise.
func (v *Voice) Difference(what string) string { return v.pick("difference.", what, differencePhrases) }

var providerPhrases = []phrase{
	{"provider.changed", "It was changed since. See what it says now, then confirm it or revoke the link."},
	{"provider.gone", "It is gone or can't be used. Put it back, go on without it, or revoke the link."},
	{"provider.since", "It was changed while you looked. Look again."},
	{"provider.way", "It now opens the bank another way, and what the link has is for the old one. Revoke the link, then link the bank anew."},
	{"answer.missing", "Nothing stands there."},
	{"answer.accounts", "At least one account must be read. To stop reading all of them, revoke the link."},
	{"answer.name", "It must be a name of one line, of 200 letters at most."},
	{"answer.bank", "The bridge has no bank of that name in that country. Write it as the bridge does."},
	{"answer.country", "It must be a country in two letters, such as FI."},
	{"answer.address", "It must be an https address of a named host, without user, query or fragment."},
	{"answer.key", "It must be a private key as PEM, without a passphrase: of P-256, or RSA with 2048 bits or more."},
	{"answer.certificate", "It must be a certificate as PEM, with those between it and its authority if there are any."},
	{"answer.tls-key", "It must be one private key as PEM, without a passphrase: of P-256 or larger, Ed25519, or RSA with 2048 bits or more."},
	{"answer.pair", "It isn't the key of this certificate."},
	{"answer.locked", "It is under a passphrase, and Coffer would have to keep both: paste it without. It is sealed here."},
	{"answer.expired", "It ended{{if .until}} at {{when .until}}{{end}}. Get a new one from who issued it."},
	{"answer.early", "It counts only{{if .until}} from {{when .until}}{{else}} later{{end}}. If that is past, this computer's clock is wrong."},
	{"paste.address", "It is no address of a page: copy all that stands in the browser’s address bar, from https:// to its end."},
	{"paste.elsewhere", "It is the address of another page. The last one begins with {{.page}}."},
	{"paste.short", "It ends before what the bank put behind it: click into the address bar, mark all and copy."},
	{"paste.state", "It is the answer to another try, or a part of the answer. Copy the whole address of the page that you came to just now."},
	{"paste.issuer", "It names another bank than the one that was asked. Nothing was sent anywhere."},
	{"paste.content", "It holds neither a yes nor a no of the bank. Copy it whole."},
	{"paste.late", "An answer is here already."},
	{"answer.letters", "It holds spaces or letters that it can't have."},
	{"answer.setup", "It is no setup token: copy the whole of it again."},
	{"token.refused", "The bank said that it opens nothing: it was mistyped, has run out, or was taken back."},
	{"token.rights", "The bank said that it may not read accounts: make one with the right to read them."},
	{"setup.used", "It was used before, and works once. If that was not you, somebody else may read your accounts: disable it at the bridge. Then make a new one."},
	{"setup.elsewhere", "The setup token is used up, and what it gave is not kept. Disable the app at the bridge: until then what the token opened stays open there."},
	{"setup.unsaved", "The setup token is used up, and what it gave could not be kept. Disable the app at the bridge, then make a new setup token."},
}

// providerFault is about the files that say how to reach a bank.
func (v *Voice) providerFault(k fault.Kind, with []any) string {
	switch k {
	case fault.ProviderChanged:
		return v.T("fault.provider-changed", "The provider file of this bank is not the one you confirmed{{if .file}}: {{.file}}{{end}}. Nothing was sent.", with...)
	case fault.ProviderLacks:
		return v.T("fault.provider-lacks", "{{if .bank}}{{.bank}}{{else}}This bank{{end}} is not supported by this version yet. Nothing was sent. A statement file from the bank works today.", with...)
	case fault.KeyRefused:
		return v.T("fault.key-refused", "The bank did not take {{if .need}}“{{.need}}”{{else}}what you brought{{end}}. Nothing was stored. Look at it again where you made it.", with...)
	case fault.BadAnswer:
		return v.T("fault.bad-answer", "{{if .need}}“{{.need}}”{{else}}What you typed{{end}} can't be used as it stands. {{if .asked}}Nothing was stored.{{else}}Nothing was sent.{{end}} Change it and try again.", with...)
	}
	return ""
}

package say

import "strings"

// phrase is one sentence by id. The English stands here; languages may replace it.
type phrase struct{ id, english string }

// reasonPhrases are the sentences for the reasons of ledger, alert and the statement readers.
// In a sentence "money" writes a decimal argument in the reason's currency, "days" and "times" a
// count with its word, "when" an instant, "day" a day.
var reasonPhrases = []phrase{
	{"new", "First seen."},
	{"alias", "Matched because the bank kept its id."},
	{"named", "Matched to the pending row because the bank named it, {{if eq .days \"0\"}}on the same day{{else}}{{days .days}} later{{end}}{{if eq .was .now}}; the amount is equal{{else}}; the amount went from {{money .was}} to {{money .now}}{{end}}."},
	{"settled", "Matched to the pending row because the bank kept its id, {{if eq .days \"0\"}}on the same day{{else}}{{days .days}} later{{end}}{{if eq .was .now}}; the amount is equal{{else}}; the amount went from {{money .was}} to {{money .now}}{{end}}."},
	{"amount-and-text", "Matched because amount, day and text are close: {{if eq .days \"0\"}}on the same day{{else}}{{days .days}} apart{{end}}."},
	{"tip", "Matched to the pending row: the amount grew from {{money .was}} to {{money .now}}, as a tip does."},
	{"first-part", "Matched to the pending row: {{money .now}} of the {{money .was}} that was held. More parts may follow."},
	{"foreign", "Matched to the pending row: the exchange rate moved it from {{money .was}} to {{money .now}}."},
	{"fingerprint", "Same day, amount and text."},
	{"ordinal", "Number {{.n}} of {{.of}} equal rows; each is kept."},
	{"id-changed", "Same day, amount and text; the bank gave it a new id."},
	{"corrected", "The bank changed the amount from {{money .was}} to {{money .now}}."},
	{"superseded", "A pending row that is booked already."},
	{"deleted", "You deleted it."},
	{"maybe-same", "Perhaps the same as a row {{if eq .days \"0\"}}of the same day{{else}}{{days .days}} away{{end}}."},
	{"maybe-fixed", "Perhaps a row that the bank corrected: {{money .was}}, now {{money .now}}."},
	{"maybe-booked", "Perhaps the booking of a pending row: {{money .was}}, now {{money .now}}."},
	{"absent", "The bank left it out, {{times .times}} in {{days .days}}."},
	{"stale", "Never booked; dropped after {{days .days}}."},
	{"withdrawn", "The bank took it back."},
	{"vanished", "The bank no longer lists it. It is kept here."},
	{"overdue", "Pending for {{days .days}}, longer than most. The bank may drop it yet."},
	{"booked-only", "You want no pending transactions of this account."},
	{"part", "Part of the hold of {{money .was}} on {{day .day}}."},
	{"parts", "Booked in {{.of}} parts that come to {{money .was}}."},
	{"beside", "The bank listed the hold of {{money .was}} on {{day .day}} and its booked row side by side: they are one movement."},
	{"merged", "You said that it is the same movement."},
	{"transfer", "Between your own accounts: the same amount, {{if eq .days \"0\"}}on the same day{{else}}{{days .days}} apart{{end}}."},
	{"transfer-foreign", "Between your own accounts in two currencies, {{if eq .days \"0\"}}on the same day{{else}}{{days .days}} apart{{end}}."},
	{"marked", "You said that it is a transfer."},
	{"maybe-transfer", "Perhaps between your own accounts: {{if eq .days \"0\"}}on the same day{{else}}{{days .days}} apart{{end}}{{if ne .of \"1\"}}, and {{.of}} rows are as near{{end}}."},

	{"dispute.answer", "Look at what is asked, and answer again: a day is written as 2026-11-30."},
	{"dispute.not-now", "It can't follow on what was noted so far. Look at the steps, or undo the last one."},
	{"dispute.accounts", "A dispute is about rows of one account. Open one for each account."},
	{"dispute.money-in", "Only money that went out can be disputed."},
	{"dispute.phone", "Take the number from the back of the card or from a statement: digits, spaces and + ( ) - alone."},

	{"file.size", "The file is larger than {{.megabytes}} MB."},
	{"file.odd", "It is a pipe, a device or a folder, not a file."},
	{"ofx.root", "There is no OFX statement in it."},
	{"ofx.nothing", "It holds no statement, only a sign-on or a list of accounts."},
	{"ofx.cut", "It ends in the middle."},
	{"ofx.text", "There is text where a tag must stand."},
	{"ofx.place", "A movement stands outside of its account."},
	{"ofx.deep", "It is nested too deep."},
	{"ofx.long", "One text in it is too long."},
	{"ofx.many", "It holds more accounts or unreadable rows than a statement has."},
	{"ofx.comment", "A comment in it has no end."},
	{"ofx.status", "The bank put an error there{{if .code}}: {{.code}}{{end}}."},
	{"ofx.currency", "An account in the file has no currency."},
	{"ofx.date", "{{if .value}}“{{.value}}” is not a date{{else}}There is no date{{end}}."},
	{"ofx.amount", "{{if .value}}“{{.value}}” is not an amount{{else}}There is no amount{{end}}."},
	{"ofx.ambiguous", "“{{.value}}” could be a thousand or one; it is not guessed."},
	{"ofx.precision", "The amount has more decimals than the currency."},
	{"ofx.rate", "It is in another currency, and {{if .rate}}the rate {{.rate}} gives no exact amount{{else}}there is no rate{{end}}."},
	{"ofx.twice", "It has two dates or two amounts."},
	{"ofx.correction", "It changes or deletes an earlier row; do that by hand."},
	{"ofx.trade", "A trade in securities{{if .type}} ({{.type}}){{end}}, not money that moved."},
	{"ofx.balance", "A balance that can't be read."},
	{"ofx.positions", "{{if eq .n \"1\"}}1 security{{else}}{{.n}} securities{{end}}: counted in the balance, not listed."},
	{"ofx.value", "What the account is worth can't be told."},
	{"ofx.loan", "A loan statement; not read yet."},
}

// networkPhrases are the sentences of the rooms under sync, by the reasons that they give. Each
// stands after the sentence of its fault.
var networkPhrases = []phrase{
	{"quota.alone", "You can refresh it yourself: that counts apart."},
	{"wire.redirect", "It answered with another address, and Coffer follows none."},
	{"wire.moved", "It says that what was asked for is there for good now."},
	{"wire.unlisted", "It is not on the list of this link."},
	{"wire.private", "The name leads into a private network, where no bank is."},
	{"wire.certificate", "It could not prove who it is: its certificate is not good."},
	{"wire.pin", "Its certificate is good, and yet not by an issuer that the bank's provider file names."},
	{"wire.identity", "It refuses the certificate that you brought."},
	{"wire.identity-wanted", "It wants a certificate, and there is none for it."},
	{"wire.identity-ended", "It ended the connection once it had seen your certificate, and may not accept it."},
	{"wire.tls", "It offers no TLS 1.2 or later."},
	{"wire.http", "What came back is not HTTP."},
	{"wire.size", "The answer was larger than any such answer should be."},
	{"wire.encoding", "The answer came in an encoding that Coffer didn't ask for."},

	{"proxy.unreached", "It can’t be reached."},
	{"proxy.slow", "It didn’t answer in time."},
	{"proxy.closed", "It closed the connection without an answer."},
	{"proxy.password", "It asks for a name and password, and Coffer gives it none."},
	{"proxy.refused", "It refuses to lead there{{if .status}}: it answered {{.status}}{{end}}."},
	{"proxy.failed", "It didn’t get through to the bank{{if .status}}: it answered {{.status}}{{end}}."},
	{"proxy.odd", "What answers there is no HTTP proxy."},
	{"proxy.opened", "What came through your proxy{{if .proxy}} at {{.proxy}}{{end}} could not prove that it is the bank. A proxy that opens the encryption can’t be used."},
	{"proxy.setting", "The address that is kept for it can’t be read."},

	{"revoke.consent", "The bank didn't confirm that the consent ended."},
	{"revoke.tokens", "The bank didn't take the tokens back."},
	{"revoke.access", "The old access token still works{{if .until}}, until {{when .until}}{{end}}."},
	{"revoke.refresh", "The bank goes on renewing the old tokens."},
	{"revoke.probe", "Whether the old tokens are refused could not be seen."},
	{"revoke.byhand", "The bank has confirmed nothing; its own page can end the consent."},
	{"revoke.shred", "The tokens are not shredded on this computer yet."},

	{"account.closed", "The account is closed."},
	{"account.gone", "The account is not part of the consent any more."},
	{"account.locked", "The bank has locked the account."},
	{"account.refused", "The bank refuses this account."},
	{"grant.revoked", "It says that the consent was taken back there."},
	{"bank.dates", "The bank doesn't take the days that were asked for."},
	{"bank.cursor", "The bank doesn't know the page to go on from."},
	{"plaid.currency", "Something in it is in a currency that is not an official one, such as a cryptocurrency, which Coffer can't keep."},
	{"plaid.preparing", "It is still reading your bank for the first time, which takes some minutes. Nothing is lost."},
	{"bank.loop", "Its pages lead round in a circle."},
	{"bank.version", "It speaks another version of its API than Coffer does."},
	{"bank.accreditation", "It says that the accreditation that you brought is not active."},
	{"simplefin.json", "Its answer is not an account set of SimpleFIN."},
	{"simplefin.access", "What the setup token gave is no access to accounts. Disable the app at the bridge, then make a new setup token."},
	{"simplefin.amount", "It names an amount that can't be one."},
	{"simplefin.date", "It names a day that can't be one."},
	{"simplefin.currency", "It is in points or a currency of its own, which can't be kept."},
	{"simplefin.refused", "The bridge no longer gives access: the app was disabled there, or asked too often. Make a new setup token there to go on."},
	{"simplefin.reconnect", "The bank wants you to sign in again at the bridge’s own site."},
	{"bank.next", "Its next page is at another address, and Coffer follows none."},
	{"bank.json", "Its answer has not the shape of its API."},
	{"bank.page", "A web page came in place of its answer, as a firewall or a proxy on the way sends. Nothing is wrong with your sign-in."},
	{"bank.other", "An entry in it is of another account than was asked for."},
	{"bank.format", "It tells its rows in a statement file (camt or MT940), and Coffer takes them from it as JSON alone."},
	{"bank.password", "It opens no page to approve it at: it wants your password in Coffer, or an app beside it, and Coffer asks for no password."},
	{"bank.signature", "It wants each request signed with a seal, which Coffer can’t do."},
	{"bank.account", "An account or entry in it can't be told from others."},
	{"bank.currency", "A currency in it is missing, or is not its account's."},
	{"bank.date", "An entry in it has no readable date."},
	{"bank.amount", "It tells an amount that can't be right."},
	{"fdx.json", "Its answer is not the JSON that was asked for."},
	{"fdx.account", "An account in it can't be told from others."},
	{"fdx.currency", "An account in it has no currency."},
	{"fdx.date", "A transaction in it has no readable date."},
	{"fdx.amount", "An amount in it can't be read."},
	{"monzo.json", "Its answer has not the shape of Monzo's API."},
	{"monzo.account", "An account or pot in it has no id."},
	{"monzo.date", "A transaction in it doesn't say when it was made."},
	{"monzo.amount", "An amount in it is no whole number of the smallest unit."},
	{"monzo.transaction", "A transaction in it has no id."},

	{"link.issuer", "It names another issuer than the one on file."},
	{"link.endpoint", "One of the bank's addresses is on a host that is not on the list."},
	{"link.domain", "What gets the tokens is on a domain that is not the bank's own, and the bank's provider file doesn't list it."},
	{"link.another", "The sign-in is on another domain than that of this link, and what the link has must not go there. Revoke it, then link the bank anew."},
	{"link.here", "A bank elsewhere has no business on this computer."},
	{"link.declined", "You didn't allow it."},
	{"link.metadata", "What it says of its addresses can't be used."},
	{"link.pkce", "It doesn't offer PKCE with S256, and Coffer links no bank without."},
	{"link.dpop", "It takes no proofs of a key with ES256, and its provider file wants tokens that are bound to this computer."},
	{"link.openid", "It is asked who signs in, and doesn't say with which keys its answer could be checked. Where the bank has none, its provider file leaves “openid” out of scopes."},
	{"link.device", "It gives no codes to type at its page, and its provider file says that it does."},
	{"link.device_answer", "Its answer with the code to type can't be used."},
	{"link.registration", "It registers no clients, and its provider file says that it does."},
	{"link.register", "It didn't register Coffer as asked."},
	{"link.consent", "It made no consent that can be approved: it has no id, or the bank doesn't say where."},
	{"link.consent_state", "The bank doesn't say that the consent is valid. Nothing was kept."},
	{"link.consent_left", "The bank still has the consent that was made for this, and Coffer could not end it: end it there."},
	{"link.par", "It took the request and gave no address for it."},
	{"link.flooded", "Too many answers came that were not the bank's."},
	{"link.dialect", "This Coffer doesn't know the language that the bank speaks."},

	{"oauth.token", "Its answer with the tokens can't be read."},
	{"oauth.token_type", "It gave another kind of token than a bearer token."},
	{"oauth.unbound", "It gave a token that is not bound to this computer, and its provider file wants no other."},
	{"oauth.use_dpop_nonce", "It goes on asking for another proof that the key of this link is here."},
	{"oauth.invalid_dpop_proof", "It doesn't accept the proof that the key of this link is here. A clock that is wrong can be the cause: check this computer's."},
	{"oauth.id_missing", "It was asked who signed in and gave no ID token. Nothing was kept, and its tokens were given back."},
	{"oauth.id_token", "Its ID token is false: it is not signed by the bank, or not made for this sign-in. Nothing was kept, and its tokens were given back."},
	{"oauth.id_intent", "Its ID token is of another consent than the one that was made for this link. Nothing was kept, and its tokens were given back."},
	{"oauth.id_keys", "The keys by which its ID token could be checked can't be read. Nothing was kept, and its tokens were given back."},
	{"oauth.id_time", "Its ID token has run out or is from the future: see that this computer's clock is right. Nothing was kept, and its tokens were given back."},
	{"oauth.unknown", "It gave no known reason."},

	{ofBackup, "This is about the backup; the vault is as it was."},
	{"recovery.shape", "A recovery key has eight groups of four letters and digits."},
}

// oauthPrefix comes before the codes of RFC 6749 and its kin, which get one sentence for all.
const oauthPrefix = "oauth."

// Reason says why a row was matched, skipped or flagged, or what refines a fault. values are
// plain text, amounts as decimal text in values["currency"]. It is empty for an id it doesn't know.
func (v *Voice) Reason(id string, values map[string]string) string {
	for _, list := range [][]phrase{reasonPhrases, alertPhrases, partPhrases, networkPhrases, providerPhrases, keyringPhrases, watchPhrases} {
		for _, p := range list {
			if p.id == id {
				return v.phrase("reason."+id, p.english, values)
			}
		}
	}
	if code, ok := strings.CutPrefix(id, oauthPrefix); ok {
		return v.T("reason.oauth", "The bank's own word for it: {{.Code}}.", "Code", code)
	}
	return ""
}

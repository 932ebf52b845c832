package say

import (
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// phrase renders a sentence whose values are plain text; "money" writes one of them as an amount
// in values["currency"], "size" without its sign.
func (v *Voice) phrase(key, english string, values map[string]string) string {
	data, currency := make(map[string]any, len(values)), steady(values["currency"])
	for name, value := range values {
		data[name] = steady(value)
	}
	text, err := v.localizer.Localize(&i18n.LocalizeConfig{
		DefaultMessage: &i18n.Message{ID: key, Other: english}, TemplateData: data,
		Funcs: template.FuncMap{
			"days":  func(text any) string { return v.days(asText(text)) },
			"times": func(text any) string { return v.times(asText(text)) },
			"day":   func(text any) string { return v.civil(asText(text)) },
			"when":  func(text any) string { return v.instant(asText(text)) },
			"money": func(text any) string { return v.Decimal(asText(text), currency) },
			"size":  func(text any) string { return strings.TrimPrefix(v.Decimal(asText(text), currency), minus) },
		},
	})
	if err != nil && text == "" {
		return english
	}
	return text
}

// days writes a count of days with its word: "1 day".
func (v *Voice) days(count string) string {
	n, err := strconv.Atoi(count)
	if err != nil {
		return count
	}
	return v.N("count.days", "{{.N}} day", "{{.N}} days", n)
}

// times writes how often: "3 times".
func (v *Voice) times(count string) string {
	n, err := strconv.Atoi(count)
	if err != nil {
		return count
	}
	return v.N("count.times", "{{.N}} time", "{{.N}} times", n)
}

// civil writes a day that reads 2006-01-02.
func (v *Voice) civil(text string) string {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return v.FullDay(day)
}

// instant writes RFC 3339 text as a day and a time in the computer's zone.
func (v *Voice) instant(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return v.T("date.moment", "{{.Day}}, {{.Clock}}", "Day", v.FullDay(at.Local()), "Clock", v.Clock(at))
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}

var categoryPhrases = []phrase{
	{"salary", "Salary"}, {"interest", "Interest"}, {"income", "Income"}, {"groceries", "Groceries"}, {"eating-out", "Eating out"},
	{"transport", "Transport"}, {"car", "Car"}, {"housing", "Housing"}, {"household", "Household"}, {"utilities", "Utilities"},
	{"health", "Health"}, {"shopping", "Shopping"}, {"subscriptions", "Subscriptions"}, {"travel", "Travel"}, {"leisure", "Leisure"},
	{"fees", "Fees"}, {"cash", "Cash"}, {"transfer", "Transfer"},
}

// Category says a ledger.Category. It is empty for none, and the id itself for one of the person's own.
func (v *Voice) Category(id string) string { return v.pick("category.", id, categoryPhrases) }

var readPhrases = []phrase{{"balances", "balances"}, {"transactions", "transactions"}, {"details", "account details"}}

// Reads says what a provider lets Coffer read.
func (v *Voice) Reads(ids []string) []string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = v.pick("reads.", id, readPhrases)
	}
	return words
}

var purposePhrases = []phrase{
	{"metadata", "the bank's addresses"}, {"consent", "request for the consent page"}, {"token", "tokens after your consent"},
	{"renew", "new access token"}, {"accounts", "accounts and balances"}, {"transactions", "transactions"},
	{"keys", "the bank's public keys"}, {"register", "Coffer’s registration for this link"}, {"revoke", "ending the consent"}, {"probe", "proof that a token is dead"},
}

// Purpose says why a request was made.
func (v *Voice) Purpose(id string, values map[string]string) string {
	for _, p := range purposePhrases {
		if p.id == id {
			return v.phrase("purpose."+id, p.english, values)
		}
	}
	return id
}

func (v *Voice) pick(prefix, id string, among []phrase) string {
	for _, p := range among {
		if p.id == id {
			return v.T(prefix+id, p.english)
		}
	}
	return id
}

// Level says an alert's level by its id: "unusual" or "worth-a-look".
func (v *Voice) Level(id string) string {
	if id == "unusual" {
		return v.T("level.unusual", "Unusual for you")
	}
	return v.T("level.quiet", "Worth a look")
}

// State says a link's state; n is a consent.State, expires is zero if the bank does not say.
func (v *Voice) State(n int, expires, now time.Time) string {
	switch n {
	case 0:
		return v.T("state.linking", "Linking")
	case 2:
		if !expires.IsZero() && !now.Before(expires) {
			return v.T("state.ended", "Ended")
		}
		return v.T("state.needs-login", "Sign in again")
	case 3:
		return v.T("state.outage", "Bank not answering")
	case 4:
		return v.T("state.paused", "Paused")
	case 5:
		return v.T("state.revoke-pending", "Stopped here, not yet revoked at the bank")
	case 6:
		return v.T("state.revoked", "Revoked, and proved")
	case 7:
		return v.T("state.revoked-at-bank", "Ended by the bank")
	case 8:
		return v.T("state.lapsed", "Subscription lapsed")
	case 9:
		return v.T("state.unapproved", "Waiting for approval in the phone app")
	case 10:
		return v.T("state.dropped", "Dropped here, never proved")
	}
	const soon = 14 // days, as the first notice
	if days := daysTo(expires, now); !expires.IsZero() && days <= soon {
		return v.ends(days, !now.Before(expires))
	}
	return v.T("state.healthy", "Healthy")
}

// Proof says a step of a revocation; n is a consent.ProofKind.
func (v *Voice) Proof(n int, ok bool) string {
	switch n {
	case 0:
		if ok {
			return v.T("proof.consent", "The bank answered: consent ended")
		}
		return v.T("proof.consent-not", "The bank didn't confirm that the consent ended")
	case 1:
		if ok {
			return v.T("proof.tokens", "Both tokens handed back")
		}
		return v.T("proof.tokens-not", "The bank didn't take the tokens back")
	case 2:
		if ok {
			return v.T("proof.access", "The old access token is refused")
		}
		return v.T("proof.access-not", "The old access token was not seen refused")
	case 5:
		if ok {
			return v.T("proof.registration", "Coffer is no longer registered for this link")
		}
		return v.T("proof.registration-not", "The bank didn't delete Coffer's registration. It opens nothing")
	case 3:
		if ok {
			return v.T("proof.refresh", "The old refresh token is refused")
		}
		return v.T("proof.refresh-not", "The old refresh token was not seen refused")
	}
	if ok {
		return v.T("proof.shredded", "Both tokens shredded on this computer")
	}
	return v.T("proof.shredded-not", "The tokens stay sealed for the next try")
}

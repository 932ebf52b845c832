package banktest

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

// errand is one thing that a dialect does at a bank.
type errand struct {
	name string
	do   func(t *testing.T, d bank.Dialect, f *Front, s bank.Session) outcome
}

// outcome is what came of an errand.
type outcome struct {
	accounts []bank.Account
	pages    []bank.Page
	answer   bank.Answer
	ends     time.Time
	standing bank.ConsentStanding
	told     string // of an errand that tells more than these
	err      error
}

// aConsent is the id of the grant of a session that has none.
const aConsent = "consent-1"

func consentOf(s bank.Session) string {
	if s.Consent != "" {
		return s.Consent
	}
	return aConsent
}

const (
	toAccounts = "accounts"
	toRows     = "rows"
	toProbe    = "probe"
	toEnds     = "consent read"
	toStands   = "consent stands"
	toEnd      = "consent end"
)

// errands are those that d can do.
func errands(d bank.Dialect) []errand {
	all := []errand{
		{toAccounts, func(t *testing.T, d bank.Dialect, _ *Front, s bank.Session) (o outcome) {
			o.accounts, o.err = d.Accounts(t.Context(), s)
			return o
		}},
		{toRows, func(t *testing.T, d bank.Dialect, f *Front, s bank.Session) (o outcome) {
			o.pages, o.err = bench{Dialect: d, session: s}.pages(t.Context(), f.account, f.window)
			return o
		}},
		{toProbe, func(t *testing.T, d bank.Dialect, _ *Front, s bank.Session) (o outcome) {
			o.answer, o.err = d.Probe(t.Context(), s)
			return o
		}},
	}
	if reader, ok := d.(bank.ConsentReader); ok {
		all = append(all, errand{toEnds, func(t *testing.T, _ bank.Dialect, _ *Front, s bank.Session) (o outcome) {
			o.ends, o.err = reader.ConsentEnds(t.Context(), s, consentOf(s))
			return o
		}})
	}
	if maker, ok := d.(bank.ConsentMaker); ok {
		all = append(all, errand{toStands, func(t *testing.T, _ bank.Dialect, _ *Front, s bank.Session) (o outcome) {
			o.standing, o.err = maker.ConsentStands(t.Context(), s, consentOf(s))
			return o
		}})
	}
	if ender, ok := d.(bank.ConsentEnder); ok {
		all = append(all, errand{toEnd, func(t *testing.T, _ bank.Dialect, _ *Front, s bank.Session) (o outcome) {
			o.answer, o.err = ender.EndConsent(t.Context(), s, consentOf(s))
			return o
		}})
	}
	return append(all, linking(d)...)
}

// about returns the ids of the accounts that a asks for by name.
func (a Asked) about(accounts []bank.Account) (ids []string) {
	named := map[string]bool{}
	for _, piece := range strings.Split(a.Path, "/") {
		if text, err := url.PathUnescape(piece); err == nil {
			named[text] = true
		}
	}
	if query, err := url.ParseQuery(a.Query); err == nil {
		for _, values := range query {
			for _, v := range values {
				named[v] = true
			}
		}
	}
	for _, one := range accounts {
		id := strings.TrimPrefix(one.BankID, "card-accounts/")
		account, _, _ := strings.Cut(id, "/")
		if named[id] || named[account] || strings.Contains(a.Body, `"`+id+`"`) {
			ids = append(ids, one.BankID)
		}
	}
	return ids
}

// same reports whether o tells what clean does.
func (o outcome) same(clean outcome) bool {
	return o.err == nil && TellAccounts(o.accounts) == TellAccounts(clean.accounts) && slices.EqualFunc(o.pages, clean.pages, samePage) &&
		o.answer == clean.answer && o.ends.Equal(clean.ends) && o.standing == clean.standing && o.told == clean.told
}

func samePage(x, y bank.Page) bool {
	return x.Next == y.Next && x.Total == y.Total && x.Partial == y.Partial && slices.EqualFunc(x.Rows, y.Rows, sameRow)
}

// sameRow leaves aside what is kept raw.
func sameRow(x, y ledger.Row) bool {
	return x.SourceID == y.SourceID && x.Names == y.Names && x.Pending == y.Pending && x.Date == y.Date && x.At.Equal(y.At) && x.Amount == y.Amount &&
		x.Foreign == y.Foreign && x.Payee == y.Payee && x.Text == y.Text && x.Memo == y.Memo && x.Category == y.Category && x.MCC == y.MCC && x.Card == y.Card && x.Country == y.Country && x.Channel == y.Channel
}

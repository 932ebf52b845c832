package banktest

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// Errands of a dialect that tells changes, and those that make a link.
const (
	toChanges = "changes"
	toMake    = "consent made"
	toVisit   = "page"
	toClaim   = "claim"
)

const (
	visitBank, visitCountry = "Harbour Bank", "FI" // of NewEnableBanking
	approvePage             = "https://bank.example/approve"
	backPage                = "https://app.harbour.example/back"
)

// linking are those of them that d can do, whose outcome is one text.
func linking(d bank.Dialect) (all []errand) {
	if c, ok := d.(bank.Changer); ok {
		all = append(all, errand{toChanges, func(t *testing.T, _ bank.Dialect, f *Front, s bank.Session) (o outcome) {
			for delta, err := range c.Changes(t.Context(), s, f.account, "") {
				if o.err = err; err != nil {
					break
				}
				o.pages = append(o.pages, delta.Page)
				o.told += fmt.Sprintf("removed %q more %v\n", delta.Removed, delta.More)
			}
			return o
		}})
	}
	if m, ok := d.(bank.ConsentMaker); ok {
		all = append(all, errand{toMake, func(t *testing.T, _ bank.Dialect, _ *Front, s bank.Session) (o outcome) {
			made, err := m.MakeConsent(t.Context(), s, bank.ConsentAsk{Until: time.Date(2027, 5, 20, 12, 0, 0, 0, time.UTC), From: ledger.Day(2024, 5, 20), Redirect: backPage, Refused: backPage})
			o.told, o.err = fmt.Sprintf("%+v", made), err
			return o
		}})
	}
	if v, ok := d.(bank.Visitor); ok {
		all = append(all, errand{toVisit, func(t *testing.T, _ bank.Dialect, f *Front, s bank.Session) (o outcome) {
			o.told, o.err = visit(t, v, f, s)
			return o
		}})
	}
	if c, ok := d.(bank.Claimer); ok {
		all = append(all, errand{toClaim, func(t *testing.T, _ bank.Dialect, f *Front, s bank.Session) (o outcome) {
			g, err := c.Claim(t.Context(), s.Line, secret.New(base64.StdEncoding.EncodeToString([]byte(f.URL+"/claim/once"))))
			o.told, o.err = fmt.Sprintf("opens %s: %v", g.Base, !g.Token.Empty()), err
			return o
		}})
	}
	return all
}

// visit asks for the page, and looks once whether the person is done there. What is told has no word that is another each time.
func visit(t *testing.T, v bank.Visitor, f *Front, s bank.Session) (told string, err error) {
	page, err := v.Visit(t.Context(), s, bank.Visit{Bank: visitBank, Country: visitCountry, Redirect: backPage, State: secret.New("state"), Days: 90})
	if err != nil {
		return "", err
	}
	g, ok, err := v.Visited(t.Context(), s, page, f.code())
	return fmt.Sprintf("page %s every %v, done %v, opened %v", page.Address, page.Every, ok, !g.Token.Empty() || g.Consent != ""), err
}

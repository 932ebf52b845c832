package plaid

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

const (
	createPath   = "/link/token/create"
	lookPath     = "/link/token/get"
	exchangePath = "/item/public_token/exchange"

	pollEvery   = 3 * time.Second
	mostHistory = 730 // days
)

// Visit asks for a hosted page, which is polled. The person picks the bank there.
func (b Bank) Visit(ctx context.Context, s bank.Session, v bank.Visit) (got bank.Visited, err error) {
	countries := []string{"US", "CA"}
	if v.Country != "" {
		countries = []string{v.Country}
	}
	ask := map[string]any{
		"client_name": "Coffer", "language": "en", "country_codes": countries, "products": []string{"transactions"},
		"user": map[string]string{"client_user_id": rand.Text()}, "hosted_link": map[string]any{}, // another name each time: it says nothing of the person
	}
	if v.Days > 0 {
		ask["transactions"] = map[string]int{"days_requested": min(v.Days, mostHistory)}
	}
	r, err := post(s, egress.Purpose{ID: "consent"}, createPath, ask, nil)
	if err != nil {
		return bank.Visited{}, err
	}
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		got, err = readPage(body)
		return err
	}, b.refused(false))
	return got, err
}

func readPage(body io.Reader) (bank.Visited, error) {
	f, err := reply.Read(body)
	if err != nil {
		return bank.Visited{}, err
	}
	if f.Get("hosted_link_url") == "" || f.Get("link_token") == "" {
		return bank.Visited{}, fault.Because(fault.BankUnexpected, "bank.json", "read the page's address", errors.New("there is none"))
	}
	return bank.Visited{Address: f.Get("hosted_link_url"), Ticket: secret.New(f.Get("link_token")), Every: pollEvery}, nil
}

// Visited looks whether the person is done at the page, and trades what the page gave for the access token.
func (b Bank) Visited(ctx context.Context, s bank.Session, v bank.Visited, _ secret.Text) (g bank.Grant, ok bool, err error) {
	var given secret.Text
	r, err := post(s, egress.Purpose{ID: "consent"}, lookPath, nil, map[string]secret.Text{"link_token": v.Ticket})
	if err == nil {
		err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
			given, err = readLook(body)
			return err
		}, b.refused(false))
	}
	if err != nil || given.Empty() {
		return bank.Grant{}, false, err
	}
	if r, err = post(s, egress.Purpose{ID: "token"}, exchangePath, nil, map[string]secret.Text{"public_token": given}); err != nil {
		return bank.Grant{}, false, err
	}
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		g, err = readGrant(body)
		return err
	}, b.refused(false))
	if err != nil {
		return bank.Grant{}, false, fmt.Errorf("trade what the page gave: %w", err)
	}
	return g, true, nil
}

// readLook returns the public token of a page at which the person is done, none while they are not. A page that
// they left without one is a ConsentDenied.
func readLook(body io.Reader) (given secret.Text, err error) {
	left, open := 0, 0
	_, err = reply.Read(body, reply.List{Path: "link_sessions", Optional: true, Each: func(f reply.Fields) error {
		token := f.First("results.item_add_results[0].public_token", "on_success.public_token")
		switch {
		case token != "" && given.Empty():
			given = secret.New(token)
		case f.Get("finished_at") != "":
			left++
		default:
			open++
		}
		return nil
	}})
	if err == nil && given.Empty() && left > 0 && open == 0 {
		err = fault.New(fault.ConsentDenied, "look at the page", errors.New("the person left it"))
	}
	return given, err
}

func readGrant(body io.Reader) (bank.Grant, error) {
	f, err := reply.Read(body)
	if err != nil {
		return bank.Grant{}, err
	}
	if f.Get("access_token") == "" || f.Get("item_id") == "" {
		return bank.Grant{}, fault.Because(fault.BankUnexpected, "bank.json", "read the access token", errors.New("there is none"))
	}
	return bank.Grant{Token: secret.New(f.Get("access_token")), Consent: f.Get("item_id")}, nil
}

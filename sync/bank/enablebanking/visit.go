package enablebanking

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

const (
	authPath     = "/auth"
	sessionsPath = "/sessions"
	banksPath    = "/aspsps"

	shortConsent = 90 * 24 * time.Hour // where neither the person nor the bridge says how long
	mostSeconds  = 10 * 366 * 24 * 60 * 60
)

// Visit asks for the page of one bank. There is no PKCE: the state alone says that an answer is ours.
func (b Bank) Visit(ctx context.Context, s bank.Session, v bank.Visit) (bank.Visited, error) {
	const op = "ask for the page"
	lacks := func(need string) error {
		return fault.Because(fault.BadAnswer, "answer.missing", op, errors.New("it is not known"), "need", need)
	}
	switch {
	case v.Bank == "":
		return bank.Visited{}, lacks("bank")
	case v.Country == "":
		return bank.Visited{}, lacks("country")
	case v.Redirect == "":
		return bank.Visited{}, lacks("redirect-address")
	}
	longest, name, err := b.longest(ctx, s, v)
	if err != nil {
		return bank.Visited{}, err
	}
	if name == "" {
		return bank.Visited{}, fault.Because(fault.BadAnswer, "answer.bank", op, errors.New("the bridge has none of that name"), "need", "bank", "asked", "bridge")
	}
	until := b.now().Add(longest)
	if !v.Until.IsZero() && v.Until.Before(until) {
		until = v.Until
	}
	body, err := json.Marshal(map[string]any{
		"access": map[string]string{"valid_until": until.UTC().Format(time.RFC3339)},
		"aspsp":  map[string]string{"name": name, "country": v.Country}, "redirect_url": v.Redirect, "psu_type": "personal",
	})
	if err != nil {
		return bank.Visited{}, fmt.Errorf("%s: %w", op, err)
	}
	r := post(s, egress.Purpose{ID: "consent"}, authPath)
	r.JSON, r.SecretJSON = body, map[string]secret.Text{"state": v.State}
	var got bank.Visited
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		got, err = readPage(body)
		return err
	}, b.refusedSession)
	return got, err
}

func post(s bank.Session, purpose egress.Purpose, path string) wire.Request {
	r := reply.Get(s, purpose, path, path, nil)
	r.Method = http.MethodPost
	return r
}

func readPage(body io.Reader) (bank.Visited, error) {
	f, err := reply.Read(body)
	if err != nil {
		return bank.Visited{}, err
	}
	if f.Get("url") == "" {
		return bank.Visited{}, fault.Because(fault.BankUnexpected, "bank.json", "read the page's address", errors.New("there is none"))
	}
	return bank.Visited{Address: f.Get("url"), Ticket: secret.New(f.Get("authorization_id"))}, nil
}

// longest returns how long a consent at v's bank may be, and the bank's name as the bridge writes it; no name
// where the bridge has no such bank.
func (b Bank) longest(ctx context.Context, s bank.Session, v bank.Visit) (life time.Duration, name string, err error) {
	r := reply.Get(s, egress.Purpose{ID: "metadata"}, banksPath, banksPath, url.Values{"country": {v.Country}})
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		life, name, err = readBanks(body, v.Bank, v.Country)
		return err
	}, b.refusedSession)
	return life, name, err
}

func readBanks(body io.Reader, wanted, country string) (life time.Duration, name string, err error) {
	life = shortConsent
	banks, named := 0, 0
	_, err = reply.Read(body, reply.List{Path: "aspsps", Each: func(f reply.Fields) error {
		if banks++; f.Get("name") != "" {
			named++
		}
		if !strings.EqualFold(f.Get("name"), wanted) || !strings.EqualFold(f.Get("country"), country) {
			return nil
		}
		name = f.Get("name")
		if n, err := strconv.ParseUint(f.Get("maximum_consent_validity"), 10, 64); err == nil && n > 0 {
			life = time.Duration(min(n, mostSeconds)) * time.Second
		}
		return nil
	}})
	if err == nil && banks > 0 && named == 0 {
		err = fault.Because(fault.BankUnexpected, "bank.json", "read the banks", errors.New("none has a name"))
	}
	return life, name, err
}

// Visited trades code for a session. The page is not polled: without a code there is nothing yet.
func (b Bank) Visited(ctx context.Context, s bank.Session, _ bank.Visited, code secret.Text) (g bank.Grant, ok bool, err error) {
	if code.Empty() {
		return bank.Grant{}, false, nil
	}
	r := post(s, egress.Purpose{ID: "token"}, sessionsPath)
	r.SecretJSON = map[string]secret.Text{"code": code}
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		g, err = readGrant(body)
		return err
	}, b.refusedSession)
	return g, err == nil, err
}

func readGrant(body io.Reader) (bank.Grant, error) {
	f, err := reply.Read(body)
	if err != nil {
		return bank.Grant{}, err
	}
	if f.Get("session_id") == "" {
		return bank.Grant{}, reply.NoID("read the session")
	}
	ends, err := readEnd(f)
	return bank.Grant{Consent: f.Get("session_id"), Ends: ends}, err
}

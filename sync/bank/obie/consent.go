package obie

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

const (
	consentsPath = "/account-access-consents"
	consentPath  = "/account-access-consents/{id}"
)

// permissions are what is asked for: to read, and no more than is shown.
var permissions = []string{"ReadAccountsDetail", "ReadBalances", "ReadTransactionsCredits", "ReadTransactionsDebits", "ReadTransactionsDetail"}

// ConsentScope is that of the token of the client's own, with which a consent is made, read and ended.
func (Bank) ConsentScope() string { return "accounts" }

// MakeConsent stages an account-access-consent, which the person approves at the bank's page.
func (b Bank) MakeConsent(ctx context.Context, s bank.Session, ask bank.ConsentAsk) (made bank.ConsentMade, err error) {
	data := map[string]any{"Permissions": permissions}
	if !ask.Until.IsZero() {
		data["ExpirationDateTime"] = ask.Until.UTC().Format(time.RFC3339)
	}
	if ask.From != 0 {
		data["TransactionFromDateTime"] = ask.From.Time().Format(time.RFC3339)
	}
	body, err := json.Marshal(map[string]any{"Data": data, "Risk": struct{}{}})
	if err != nil {
		return made, fmt.Errorf("write the consent: %w", err)
	}
	r := get(s, "consent", consentsPath, consentsPath, nil)
	r.Method, r.JSON = http.MethodPost, body
	err = b.consent(ctx, s.Line, r, func(f reply.Fields) error {
		id := f.Get("Data.ConsentId")
		if id == "" {
			return reply.NoID("read the consent")
		}
		made = bank.ConsentMade{ID: id, Intent: id}
		return nil
	}, b.refused(false))
	return made, err
}

// consent sends r and hands the consent of a success to read, and any other answer to refused.
func (b Bank) consent(ctx context.Context, line *wire.Line, r wire.Request, read func(reply.Fields) error, refused func(string, *wire.Response) error) error {
	return reply.Do(ctx, line, r, func(body io.Reader) error {
		f, err := reply.Read(body)
		if err != nil {
			return err
		}
		return read(f)
	}, refused)
}

// ConsentStands reads the consent. Version 3 has no word for one that ran out: its end says so.
func (b Bank) ConsentStands(ctx context.Context, s bank.Session, consentID string) (bank.ConsentStanding, error) {
	var got bank.ConsentStanding
	if consentID == "" {
		return got, noConsent("read the consent")
	}
	r := get(s, "consent", consentPath, "/account-access-consents/"+url.PathEscape(consentID), nil)
	err := b.consent(ctx, s.Line, r, func(f reply.Fields) (err error) {
		got, err = standing(f, b.now())
		return err
	}, func(op string, answer *wire.Response) error {
		told := readRefusal(answer)
		if ended(told) {
			got.State = bank.ConsentRevoked
			return nil
		}
		return b.faultOf(told, op, false)
	})
	return got, err
}

func standing(f reply.Fields, now time.Time) (bank.ConsentStanding, error) {
	const op = "read the consent"
	got := bank.ConsentStanding{State: stateOf(f.Get("Data.Status"))}
	if f.Get("Data.Status") == "" {
		return got, fault.Because(fault.BankUnexpected, "bank.json", op, errors.New("it has no status"))
	}
	if text := f.Get("Data.ExpirationDateTime"); text != "" {
		ends, ok := reply.Instant(text)
		if !ok {
			return got, fault.Because(fault.BankUnexpected, "bank.date", op, errors.New("its end is no time"))
		}
		got.Ends = ends.UTC()
	}
	if got.State == bank.ConsentValid && !got.Ends.IsZero() && !got.Ends.After(now) {
		got.State = bank.ConsentExpired
	}
	return got, nil
}

func stateOf(word string) bank.ConsentState {
	switch word {
	case "AwaitingAuthorisation", "AWAU":
		return bank.ConsentWaiting
	case "Authorised", "AUTH":
		return bank.ConsentValid
	case "Rejected", "RJCT":
		return bank.ConsentRejected
	case "Revoked", "CANC":
		return bank.ConsentRevoked
	case "EXPD":
		return bank.ConsentExpired
	}
	return bank.ConsentUnknown
}

// noConsent is the fault of a consent without an id: a 404 from the address of all is no proof.
func noConsent(op string) error {
	return fault.New(fault.NotFound, op, errors.New("the bank gave it no id"))
}

// EndConsent deletes the consent.
func (b Bank) EndConsent(ctx context.Context, s bank.Session, consentID string) (bank.Answer, error) {
	if consentID == "" {
		return bank.Answer{}, noConsent("end the consent")
	}
	r := get(s, "revoke", consentPath, "/account-access-consents/"+url.PathEscape(consentID), nil)
	r.Method = http.MethodDelete
	told, err := say(ctx, s.Line, r)
	if err == nil && told.Status/100 != 2 && !ended(told) {
		err = b.faultOf(told, "end the consent", false)
	}
	return told.Answer(), err
}

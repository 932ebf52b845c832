package berlingroup

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
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

const (
	consentsPath  = "/v1/consents"
	consentPath   = "/v1/consents/{id}"
	statusPath    = "/v1/consents/{id}/status"
	approvalsPath = "/v1/consents/{id}/authorisations"

	aloneADay = 4            // reads without the person, as the law has it
	noEnd     = "9999-12-31" // as long as the bank gives
)

// accesses are what is asked for, the first that the bank takes: all that the law gives, or what the person picks
// at the bank. Neither names an account, as Coffer knows none before.
func accesses() []map[string]any {
	return []map[string]any{
		{"allPsd2": "allAccounts"},
		{"accounts": []any{}, "balances": []any{}, "transactions": []any{}},
	}
}

// ConsentScope is empty: the certificate opens the consent's own calls.
func (Bank) ConsentScope() string { return "" }

// ofConsents is s for those calls: the id is in their path, and the person's token opens data alone.
func ofConsents(s bank.Session) bank.Session {
	s.Consent, s.Token = "", secret.Text{}
	return s
}

// MakeConsent is POST /v1/consents. A bank that opens no page for the browser, as it wants the password in Coffer or
// an app beside, is a BankUnexpected with the reason "bank.password", beside the id of what was made.
func (b Bank) MakeConsent(ctx context.Context, s bank.Session, ask bank.ConsentAsk) (bank.ConsentMade, error) {
	until := noEnd
	if !ask.Until.IsZero() {
		until = ask.Until.UTC().Format(time.DateOnly)
	}
	var last error
	for _, access := range accesses() {
		body, err := json.Marshal(map[string]any{
			"access": access, "recurringIndicator": true, "validUntil": until, "frequencyPerDay": aloneADay, "combinedServiceIndicator": false,
		})
		if err != nil {
			return bank.ConsentMade{}, fmt.Errorf("write the consent: %w", err)
		}
		got, status, err := b.post(ctx, s, consentsPath, consentsPath, body, ask)
		switch {
		case err == nil && got.id == "":
			return bank.ConsentMade{}, reply.NoID("read the consent")
		case err == nil:
			return b.approvable(ctx, s, got, ask)
		case status != http.StatusBadRequest:
			return bank.ConsentMade{ID: got.id}, err
		}
		last = err
	}
	return bank.ConsentMade{}, last
}

// approvable finds where the person approves got. Some banks want a call more to say.
func (b Bank) approvable(ctx context.Context, s bank.Session, got made, ask bank.ConsentAsk) (bank.ConsentMade, error) {
	if got.page == "" && got.metadata == "" && got.starts {
		begun, _, err := b.post(ctx, s, approvalsPath, consentsPath+"/"+url.PathEscape(got.id)+"/authorisations", nil, ask)
		if err != nil {
			return bank.ConsentMade{ID: got.id}, err
		}
		got.page, got.metadata = begun.page, begun.metadata
	}
	switch {
	case got.page != "":
		return bank.ConsentMade{ID: got.id, Page: got.page}, nil
	case got.metadata != "":
		return bank.ConsentMade{ID: got.id, Metadata: got.metadata, Scopes: []string{"AIS:" + got.id}}, nil
	}
	return bank.ConsentMade{ID: got.id}, fault.Because(fault.BankUnexpected, "bank.password", "read the consent", errors.New("there is no page to approve it at"))
}

// post sends body, and returns the status beside the error where the bank refuses it.
func (b Bank) post(ctx context.Context, s bank.Session, template, path string, body []byte, ask bank.ConsentAsk) (got made, status int, err error) {
	s.Present = true // who makes one is at the screen
	r := request(ofConsents(s), "consent", template, path)
	r.Method, r.JSON = http.MethodPost, body
	r.Header.Set("TPP-Redirect-Preferred", "true")
	r.Header.Set("TPP-Redirect-URI", ask.Redirect)
	r.Header.Set("TPP-Nok-Redirect-URI", ask.Refused)
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		got, err = readMade(body, r.URL)
		return err
	}, func(op string, answer *wire.Response) error {
		status = answer.Status
		return b.refused(false)(op, answer)
	})
	return got, status, err
}

// made is what the bank says of a consent that it made.
type made struct {
	id       string
	page     string // scaRedirect
	metadata string // scaOAuth
	starts   bool   // the way of approving is a call of its own, which needs nothing of the person
}

func readMade(body io.Reader, asked string) (made, error) {
	f, err := reply.Read(body)
	if err != nil {
		return made{}, err
	}
	got := made{id: f.Get("consentId"), starts: f.First("_links.startAuthorisation.href", "_links.startAuthorisation") != ""}
	here, err := url.Parse(asked)
	if err != nil {
		return made{}, fmt.Errorf("read the address that was asked: %w", err)
	}
	for name, to := range map[string]*string{"scaRedirect": &got.page, "scaOAuth": &got.metadata} {
		link := f.First("_links."+name+".href", "_links."+name)
		if link == "" {
			continue
		}
		at, err := here.Parse(link)
		if err != nil {
			return made{id: got.id}, fault.Because(fault.BankUnexpected, "bank.json", "read a link of the consent", errors.New("it is no address"))
		}
		*to = at.String()
	}
	return got, nil
}

// stateOf reads consentStatus. A bank may have words of its own.
func stateOf(word string) bank.ConsentState {
	switch word {
	case "received", "partiallyAuthorised":
		return bank.ConsentWaiting
	case "valid":
		return bank.ConsentValid
	case "rejected":
		return bank.ConsentRejected
	case "revokedByPsu", "terminatedByTpp":
		return bank.ConsentRevoked
	case "expired":
		return bank.ConsentExpired
	}
	return bank.ConsentUnknown
}

func readStatus(body io.Reader) (string, error) {
	f, err := reply.Read(body)
	if err == nil && f.Get("consentStatus") == "" {
		err = fault.Because(fault.BankUnexpected, "bank.json", "read the consent's status", errors.New("there is none"))
	}
	return f.Get("consentStatus"), err
}

// readEnd reads validUntil, the last day in the bank's own zone. What is told is the end of that day in the zone of
// Europe where it comes first, 3 hours before UTC's. Zero: no end that a person lives to see.
func readEnd(body io.Reader) (time.Time, error) {
	f, err := reply.Read(body)
	text := f.Get("validUntil")
	if err != nil || text == "" {
		return time.Time{}, err
	}
	day, err := time.Parse(time.DateOnly, text[:min(len(text), len(time.DateOnly))])
	switch {
	case err != nil:
		return time.Time{}, fault.Because(fault.BankUnexpected, "bank.date", "read the consent", errors.New("its end is no day"))
	case !ledger.DateOf(day).Plausible():
		return time.Time{}, nil
	}
	return day.Add(21 * time.Hour), nil
}

// ConsentStands asks for the consent's status, and for its last day where it is valid.
func (b Bank) ConsentStands(ctx context.Context, s bank.Session, consentID string) (stands bank.ConsentStanding, err error) {
	if consentID == "" {
		return stands, noConsent("read the consent's status")
	}
	s = ofConsents(s)
	path := consentsPath + "/" + url.PathEscape(consentID)
	err = reply.Do(ctx, s.Line, request(s, "consent", statusPath, path+"/status"), func(body io.Reader) error {
		word, err := readStatus(body)
		stands.State = stateOf(word)
		return err
	}, func(op string, answer *wire.Response) error {
		told := refusalOf(answer)
		switch {
		case told.Code == consentExpired:
			stands.State = bank.ConsentExpired
		case told.Code == consentUnknown, told.Over() && told.Status != http.StatusConflict:
			stands.State = bank.ConsentRevoked
		default:
			return b.faultOf(told, op, false)
		}
		return nil
	})
	if err != nil || stands.State != bank.ConsentValid {
		return stands, err
	}
	err = reply.Do(ctx, s.Line, request(s, "consent", consentPath, path), func(body io.Reader) (err error) {
		stands.Ends, err = readEnd(body)
		return err
	}, func(op string, answer *wire.Response) error {
		if told := refusalOf(answer); !lacking(told, http.StatusBadRequest, http.StatusNotImplemented) {
			return b.faultOf(told, op, false)
		}
		return nil // it is not told
	})
	return stands, err
}

// ConsentEnds is ConsentStands of one that should be valid.
func (b Bank) ConsentEnds(ctx context.Context, s bank.Session, consentID string) (time.Time, error) {
	const op = "read the consent"
	if consentID == "" {
		return time.Time{}, nil
	}
	stands, err := b.ConsentStands(ctx, s, consentID)
	if err != nil {
		return time.Time{}, err
	}
	switch stands.State {
	case bank.ConsentRevoked:
		return time.Time{}, fault.Because(fault.LoginNeeded, "grant.revoked", op, bank.ErrRevoked)
	case bank.ConsentRejected, bank.ConsentExpired:
		return time.Time{}, fault.New(fault.LoginNeeded, op, errors.New("the consent is over"))
	}
	return stands.Ends, nil
}

// noConsent is the fault of a consent without an id: a 404 from the address of all is no proof.
func noConsent(op string) error {
	return fault.New(fault.NotFound, op, errors.New("the bank gave it no id"))
}

// EndConsent is DELETE /v1/consents/{id}.
func (b Bank) EndConsent(ctx context.Context, s bank.Session, consentID string) (bank.Answer, error) {
	const op = "end the consent"
	if consentID == "" {
		return bank.Answer{}, noConsent(op)
	}
	s = ofConsents(s)
	r := request(s, "revoke", consentPath, consentsPath+"/"+url.PathEscape(consentID))
	r.Method = http.MethodDelete
	told, err := reply.Say(ctx, s.Line, r, codes...)
	switch {
	case err != nil:
		return told.Answer(), err
	case told.Status/100 == 2, told.Over(), overCode(told.Code):
		return told.Answer(), nil
	}
	return told.Answer(), b.faultOf(told, op, false)
}

package fdx

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
)

const consentPath = "/consents/{consentId}"

// ConsentEnds reads expirationTime and status of the ConsentGrant (FDX 6, GET /consents/{consentId}).
func (b Bank) ConsentEnds(ctx context.Context, s bank.Session, consentID string) (time.Time, error) {
	const op = "read the consent"
	if consentID == "" {
		return time.Time{}, nil
	}
	answer, err := b.do(ctx, s, ask{purpose: "consent", template: consentPath, path: "/consents/" + url.PathEscape(consentID), maxBytes: answerBytes})
	if err != nil {
		return time.Time{}, err
	}
	defer answer.Body.Close()
	if answer.Status != http.StatusOK {
		return time.Time{}, b.faultOf(readRefusal(answer), op, false)
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", op, err)
	}
	var grant struct {
		ExpirationTime string `json:"expirationTime"`
		Status         string `json:"status"`
	}
	if err := json.Unmarshal(raw, &grant); err != nil {
		return time.Time{}, fault.New(fault.BankUnexpected, op, errors.New("no JSON object"))
	}
	if grant.Status == "" && grant.ExpirationTime == "" {
		return time.Time{}, fault.New(fault.BankUnexpected, op, errShape)
	}
	if grant.Status == "REVOKED" {
		return time.Time{}, fault.Because(fault.LoginNeeded, "grant.revoked", op, bank.ErrRevoked)
	}
	if grant.ExpirationTime == "" {
		return time.Time{}, nil
	}
	ends, err := time.Parse(time.RFC3339, grant.ExpirationTime)
	if err != nil {
		return time.Time{}, fault.New(fault.BankUnexpected, op, errors.New("expirationTime is no time"))
	}
	return ends.UTC(), nil
}

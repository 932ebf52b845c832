package enablebanking

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// session is a consent at one bank, as the bridge keeps it.
type session struct {
	accounts []string // their ids in it
	status   string
	until    time.Time // UTC; zero: not told
}

func readSession(body io.Reader) (got session, err error) {
	beside, err := reply.Read(body, reply.List{Path: "accounts", Each: func(f reply.Fields) error {
		uid := f.First("", "uid") // a list of ids, or of accounts
		if uid == "" {
			return reply.NoID("read a session")
		}
		got.accounts = append(got.accounts, uid)
		return nil
	}})
	if err != nil {
		return session{}, err
	}
	got.status = beside.Get("status")
	got.until, err = readEnd(beside)
	return got, err
}

func readEnd(f reply.Fields) (time.Time, error) {
	text := f.Get("access.valid_until")
	if text == "" {
		return time.Time{}, nil
	}
	at, ok := reply.Instant(text)
	if !ok {
		return time.Time{}, fault.Because(fault.BankUnexpected, "bank.date", "read a session", errors.New("its end is no time"))
	}
	return at.UTC(), nil
}

// over is a LoginNeeded where the session gives nothing any more. A status that is new is none.
func (s session) over() error {
	const op = "read the session"
	switch s.status {
	case "REVOKED":
		return fault.Because(fault.LoginNeeded, "grant.revoked", op, bank.ErrRevoked)
	case "CLOSED", "EXPIRED", "CANCELLED", "INVALID":
		return fault.New(fault.LoginNeeded, op, errors.New("the session is over"))
	}
	return nil
}

// ConsentEnds returns valid_until of the session.
func (b Bank) ConsentEnds(ctx context.Context, s bank.Session, consentID string) (time.Time, error) {
	var got session
	if consentID == "" {
		return time.Time{}, nil
	}
	r := reply.Get(s, egress.Purpose{ID: "consent"}, sessionPath, "/sessions/"+url.PathEscape(consentID), nil)
	err := reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		if got, err = readSession(body); err == nil {
			err = got.over()
		}
		return err
	}, b.refusedSession)
	return got.until, err
}

// EndConsent is DELETE /sessions/{id}.
func (b Bank) EndConsent(ctx context.Context, s bank.Session, consentID string) (bank.Answer, error) {
	const op = "end the consent"
	if consentID == "" {
		return bank.Answer{}, fault.New(fault.NotFound, op, errors.New("the bridge gave it no id"))
	}
	r := reply.Get(s, egress.Purpose{ID: "revoke"}, sessionPath, "/sessions/"+url.PathEscape(consentID), nil)
	r.Method = http.MethodDelete
	told, err := reply.Say(ctx, s.Line, r, "error")
	switch {
	case err != nil:
		return told.Answer(), err
	case told.Status/100 == 2, told.Over(), ended(told.Code):
		return told.Answer(), nil
	}
	return told.Answer(), b.faultOf(told, op, false)
}

// ended reports a refusal that says that the session is over.
func ended(code string) bool {
	switch code {
	case "CLOSED_SESSION", "EXPIRED_SESSION", "REVOKED_SESSION", "SESSION_DOES_NOT_EXIST":
		return true
	}
	return false
}

// Probe reads the session, or before there is one the application. The token that a call carries outlives every
// session, so one that is gone or over is told as what it comes to: a 401, with the bridge's own word.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	r := reply.Get(s, egress.Purpose{ID: "probe"}, sessionPath, "/sessions/"+url.PathEscape(s.Consent), nil)
	if s.Consent == "" {
		r = reply.Get(s, egress.Purpose{ID: "probe"}, "/application", "/application", nil)
		told, err := reply.Say(ctx, s.Line, r, "error")
		return told.Probed(err, b.now())
	}
	answer := bank.Answer{Status: http.StatusOK}
	err := reply.Do(ctx, s.Line, r, func(body io.Reader) error {
		got, err := readSession(body)
		if err == nil && got.over() != nil {
			answer = bank.Answer{Status: http.StatusUnauthorized, Code: got.status}
		}
		return err
	}, func(op string, told *wire.Response) error {
		r := reply.Refused(told, "error")
		answer = r.Answer()
		switch {
		case r.Status == http.StatusNotFound && !r.Page || ended(r.Code):
			answer = bank.Answer{Status: http.StatusUnauthorized, Code: r.Code}
		case r.Status != http.StatusUnauthorized && (r.Status != http.StatusForbidden || r.Page):
			return b.faultOf(r, op, false)
		}
		return nil
	})
	return answer, err
}

package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/ui/say"
	"coffer/ui/terminal"
)

// banks is what the terminal says of the links.
func (r *rig) banks(args ...string) string {
	r.t.Helper()
	voice, err := say.New(fstest.MapFS{}, "en")
	must(r.t, err)
	var out, trouble bytes.Buffer
	code := terminal.Run(r.t.Context(), terminal.Config{
		Args: append(args, "banks"), In: strings.NewReader(""), Out: &out, Err: &trouble, Voice: voice, Version: "1",
		Open: func(context.Context, terminal.Place) (*terminal.Session, error) {
			return &terminal.Session{Coffer: r.coffer, Close: func() error { return nil }}, nil
		},
	})
	if code != terminal.ExitOK {
		r.t.Fatalf("the terminal ended with %d: %s", code, trouble.String())
	}
	return out.String()
}

// requests is how often the data API of the bank was asked.
func (r *rig) requests(id consent.LinkID) (n int) {
	r.t.Helper()
	rows, err := r.coffer.Ledger(r.t.Context(), string(id), 0, 10000)
	must(r.t, err)
	for _, e := range rows {
		if e.Purpose.ID == "accounts" || e.Purpose.ID == "transactions" || e.Purpose.ID == "consent" && e.Method == "GET" {
			n++
		}
	}
	return n
}

// TestTheQuotaOfTheFileIsKept goes from the provider file to the bank, the card and the terminal: over a lock, a
// renewed link and a new sign-in.
func TestTheQuotaOfTheFileIsKept(t *testing.T) {
	const limit = 40
	r := newRig(t)
	r.write(strings.Replace(r.here(), "history_days = 730", "history_days = 730\nreads_a_day = 40\nalone_a_day = 3", 1))
	if broken := r.coffer.ReadProviders().Broken; len(broken) > 0 {
		t.Fatalf("%+v", broken)
	}
	id, err := r.link(r.terms())
	must(t, err)
	if l := r.view(id); l.Limits != (consent.Limits{Reads: limit, Alone: 3}) || l.Left.Reads != limit-r.requests(id) || l.Left.Alone != 3 || !l.Left.Until.IsZero() {
		t.Errorf("limits %+v, %+v is left after %d requests", l.Limits, l.Left, r.requests(id))
	}
	for range limit {
		if _, err = r.coffer.Refresh(t.Context(), id); err != nil {
			break
		}
	}
	if kind(t, err, fault.QuotaSpent, ""); r.requests(id) != limit {
		t.Errorf("%d requests, %d are allowed", r.requests(id), limit)
	}

	must(t, r.coffer.Lock())
	must(t, r.coffer.UnlockWithRecovery(t.Context(), r.key))
	rows := r.asked()
	_, err = r.coffer.Refresh(t.Context(), id)
	kind(t, err, fault.QuotaSpent, "")
	if r.asked() != rows {
		t.Errorf("%d connections were made with nothing left", r.asked()-rows)
	}
	l := r.view(id)
	if until := time.Until(l.Left.Until); l.State != consent.Active || l.Problem != 0 || l.Left.Reads != 0 || until < 23*time.Hour || until > 25*time.Hour {
		t.Errorf("the link is %+v", l)
	}
	if text := r.banks(); !strings.Contains(text, "0 of 40 today; more after ") || !strings.Contains(text, "3 of 3 today while you are away") {
		t.Errorf("the terminal says %s", text)
	}
	var said []struct {
		Reads   *int      `json:"reads_left_today"`
		OfReads int       `json:"reads_a_day"`
		Alone   *int      `json:"alone_left_today"`
		OfAlone int       `json:"alone_a_day"`
		More    time.Time `json:"more_reads_after"`
	}
	if err := json.Unmarshal([]byte(r.banks("--json")), &said); err != nil || len(said) != 1 || said[0].Reads == nil || *said[0].Reads != 0 ||
		said[0].OfReads != limit || said[0].Alone == nil || *said[0].Alone != 3 || said[0].OfAlone != 3 || !said[0].More.Equal(l.Left.Until) {
		t.Errorf("the terminal says %+v, %v", said, err)
	}

	again := r.terms()
	again.Again = id
	_, err = r.link(again) // the person signs in, which is not counted; the read after it is
	kind(t, err, fault.QuotaSpent, "")
	if l := r.view(id); l.Left.Reads != 0 || l.Limits.Reads != limit || r.requests(id) != limit {
		t.Errorf("signed in again, %+v is left after %d requests", l.Left, r.requests(id))
	}
	receipt, err := r.coffer.Revoke(t.Context(), id, func(consent.Proof) {})
	if err != nil || !receipt.Proved {
		t.Errorf("with nothing left it was not revoked: %+v, %v", receipt, err)
	}
}

package walk_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

func bank(t *testing.T) *demobank.Bank {
	t.Helper()
	b, err := demobank.Start(t.Context(), demobank.Config{Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func address(b *demobank.Bank, callback string) string {
	return b.Issuer() + "/authorize?" + url.Values{"client_id": {demobank.ClientID}, "response_type": {"code"}, "redirect_uri": {callback},
		"state": {"s"}, "code_challenge": {strings.Repeat("a", 43)}, "code_challenge_method": {"S256"}}.Encode()
}

// listener stands for the app's callback.
func listener(t *testing.T, status int) (string, chan url.Values) {
	t.Helper()
	got := make(chan url.Values, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.URL.Query()
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/cb", got
}

func TestApproveBringsACode(t *testing.T) {
	callback, got := listener(t, http.StatusOK)
	if err := walk.Approve(t.Context(), address(bank(t), callback), walk.Options{Days: 180, Accounts: []string{"2290"}}); err != nil {
		t.Fatal(err)
	}
	if q := <-got; q.Get("code") == "" || q.Get("state") != "s" {
		t.Errorf("callback %v", q)
	}
}

func TestDenyBringsAccessDenied(t *testing.T) {
	callback, got := listener(t, http.StatusBadRequest)
	if err := walk.Deny(t.Context(), address(bank(t), callback), walk.Options{}); err != nil {
		t.Fatal(err)
	}
	if q := <-got; q.Get("error") != "access_denied" {
		t.Errorf("callback %v", q)
	}
}

func TestAbandonBringsNothing(t *testing.T) {
	for _, page := range []walk.Page{walk.SignIn, walk.Choose, walk.Confirm} {
		callback, got := listener(t, http.StatusOK)
		b := bank(t)
		if err := walk.Abandon(t.Context(), address(b, callback), walk.Options{}, page); err != nil {
			t.Fatal(err)
		}
		if len(got) != 0 || len(b.Events()) != 0 {
			t.Errorf("%s: the app got %d callbacks, the bank saw %v", page, len(got), b.Events())
		}
	}
}

func TestWhatCannotBeDoneIsAnError(t *testing.T) {
	callback, got := listener(t, http.StatusOK)
	for claim, o := range map[string]walk.Options{
		"a wrong password": {Password: "wrong"}, "no such account": {Accounts: []string{"none"}}, "no such duration": {Days: 31},
	} {
		if err := walk.Approve(t.Context(), address(bank(t), callback), o); !errors.Is(err, walk.ErrRefused) || len(got) != 0 {
			t.Errorf("%s: %v, %d callbacks", claim, err, len(got))
		}
	}
	if err := walk.Approve(t.Context(), bank(t).Issuer()+"/authorize", walk.Options{}); !errors.Is(err, walk.ErrRefused) {
		t.Errorf("no request: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := walk.Approve(ctx, address(bank(t), callback), walk.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestNoOtherHostIsEverReached(t *testing.T) {
	for _, to := range []string{"http://example.test/", "https://127.0.0.1:1/", "http://localhost:1/", "http://10.0.0.1/", "http://u@127.0.0.1:1/", "::", ""} {
		if err := walk.Approve(t.Context(), to, walk.Options{}); !errors.Is(err, walk.ErrElsewhere) {
			t.Errorf("%q: %v", to, err)
		}
	}
	for claim, handler := range map[string]http.HandlerFunc{
		"a redirect elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://example.test/?code=canary", http.StatusSeeOther)
		},
		"a form that leads elsewhere": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`<form method="post" action="http://example.test/canary"><button name="act" value="sign-in">x</button></form>`))
		},
	} {
		s := httptest.NewServer(handler)
		err := walk.Approve(t.Context(), s.URL, walk.Options{})
		if !errors.Is(err, walk.ErrElsewhere) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", claim, err)
		}
		s.Close()
	}
}

func TestACircleIsLeft(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusSeeOther) }))
	defer s.Close()
	if err := walk.Approve(t.Context(), s.URL, walk.Options{}); !errors.Is(err, walk.ErrRefused) {
		t.Errorf("a circle: %v", err)
	}
}

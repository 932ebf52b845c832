package demobank_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"coffer/app/fuzzed"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

func TestTheStateFileHoldsNoNameNoNumberNoToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bank.json")
	var log bytes.Buffer
	b := start(t, demobank.Config{State: path, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	a := newApp(t, b)
	tok := a.link()
	next := a.tokens(a.refresh(tok.refresh))
	var canaries []string
	for _, account := range a.accounts(next) {
		canaries = append(canaries, strings.TrimPrefix(account["accountNumberDisplay"].(string), "··"), account["nickname"].(string))
		for _, row := range a.all(next, account["accountId"].(string), allTime) {
			canaries = append(canaries, row.Payee, row.ID)
		}
	}
	canaries = append(canaries, tok.access, tok.refresh, next.access, next.refresh, b.Username(), b.Password().Show(), a.verifier)
	raw := ownersFile(t, path)
	if !bytes.Contains(raw, []byte(tok.grant)) {
		t.Fatal("control: the file doesn't hold the consent")
	}
	for _, canary := range canaries {
		// Short numbers may stand in a hash by chance; as a JSON value they may not.
		if len(canary) <= 4 {
			canary = `"` + canary + `"`
		}
		if bytes.Contains(raw, []byte(canary)) {
			t.Errorf("the state file holds %q", canary)
		}
		if strings.Contains(log.String(), canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
}

// ownersFile reads a file that must be its owner's alone, with nothing left over beside it.
func ownersFile(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".demobank-*")); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
	return raw
}

func TestARestartKeepsLinksAndThePast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bank.json")
	first, err := demobank.Start(t.Context(), demobank.Config{State: path, Now: fixed, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(t, first)
	tok := a.linkWith(nil, walk.Options{Accounts: []string{"card"}})
	advance(t, first, 5*time.Minute)
	id := a.accounts(tok)["CREDITCARD"]["accountId"].(string)
	before := a.all(tok, id, allTime)
	addr := first.Addr()
	if err := errors.Join(first.Close(), first.Close()); err != nil {
		t.Fatal(err)
	}

	second := start(t, demobank.Config{State: path, Addr: addr, Now: func() time.Time { return firstDay.Add(24 * time.Hour) }})
	if second.Addr() != addr {
		t.Fatalf("asked for %s, got %s", addr, second.Addr())
	}
	a.bank = second
	a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusUnauthorized) // a day old
	tok = a.tokens(a.refresh(tok.refresh))
	seen := a.accounts(tok)
	if len(seen) != 1 || seen["CREDITCARD"]["accountId"] != id {
		t.Fatalf("sees %v", seen)
	}
	after := map[transaction]bool{}
	for _, row := range a.all(tok, id, allTime) {
		after[row] = true
	}
	for _, row := range before {
		if row.Status == "POSTED" && !after[row] {
			t.Errorf("a day later this booked row is gone: %+v", row)
		}
	}
}

func TestAnAddressThatIsTakenIsNotInsistedOn(t *testing.T) {
	one := start(t, demobank.Config{})
	other := start(t, demobank.Config{Addr: one.Addr()})
	if other.Addr() == one.Addr() {
		t.Fatal("two banks at one address")
	}
	for _, addr := range []string{"0.0.0.0:0", "localhost:0", "[::1]:0", "127.0.0.1", ":0"} {
		b, err := demobank.Start(t.Context(), demobank.Config{Addr: addr})
		if err == nil {
			t.Errorf("listens on %s", addr)
			_ = b.Close()
		}
	}
}

func TestTwoStartsOfOneSeedTellTheSame(t *testing.T) {
	var told [2]string
	for i := range told {
		a := newApp(t, start(t, demobank.Config{Seed: 99}))
		tok := a.link()
		for _, kind := range []string{"CHECKING", "SAVINGS", "CREDITCARD"} {
			told[i] += fmt.Sprintf("%+v\n", a.all(tok, a.accounts(tok)[kind]["accountId"].(string), allTime))
		}
	}
	if told[0] != told[1] {
		t.Error("two starts differ")
	}
}

func TestAStateThatCannotBeReadIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bank.json")
	for claim, content := range map[string]string{"not JSON": "{", "another version": `{"version":9,"seed":1,"born":"2026-11-22T00:00:00Z"}`, "empty": "{}",
		"another seed": `{"version":1,"seed":1,"born":"2026-11-22T00:00:00Z"}`} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if b, err := demobank.Start(t.Context(), demobank.Config{State: path, Seed: 2}); err == nil {
			t.Errorf("%s: started", claim)
			_ = b.Close()
		}
	}
	_, err := demobank.Start(t.Context(), demobank.Config{State: filepath.Join(t.TempDir(), "no", "folder", "bank.json")})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

func TestAClosedBankIsGone(t *testing.T) {
	b, err := demobank.Start(t.Context(), demobank.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err := new(net.Dialer).DialContext(t.Context(), "tcp4", b.Addr()); err == nil {
		_ = c.Close()
		t.Error("someone still answers")
	}
}

func TestTimeOnlyGoesForward(t *testing.T) {
	b := start(t, demobank.Config{})
	if b.Advance(-time.Second) == nil || !b.Now().Equal(firstDay) {
		t.Error("time went back")
	}
	advance(t, b, time.Hour)
	if !b.Now().Equal(firstDay.Add(time.Hour)) {
		t.Errorf("now %v", b.Now())
	}
}

func TestThePasswordDoesNotPrint(t *testing.T) {
	b := start(t, demobank.Config{})
	p := b.Password()
	if len(p.Show()) < 12 {
		t.Fatal("control: there is no password")
	}
	raw, err := json.Marshal(map[string]any{"p": p})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "p", p)
	for _, printed := range []string{fmt.Sprint(p), fmt.Sprintf("%+v %#v %q %x", p, p, p, p), fmt.Sprintf("%+v", struct{ P demobank.Password }{p}), string(raw), log.String()} {
		if strings.Contains(printed, p.Show()) {
			t.Errorf("printed as %s", printed)
		}
	}
}

func TestAmountsKeepEveryCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.Int64Range(-1_000_000_000_00, 1_000_000_000_00).Draw(t, "cents")
		want := fmt.Sprintf("%d.%02d", abs(c)/100, abs(c)%100)
		if c < 0 {
			want = "-" + want
		}
		if got := demobank.AmountJSON(c); got != want || !json.Valid([]byte(got)) {
			t.Fatalf("%d cents is %s", c, got)
		}
	})
	for c, want := range map[int64]string{0: "$0.00", -5: "−$0.05", 123456: "$1,234.56", -123456789: "−$1,234,567.89", 99999: "$999.99"} {
		if got := demobank.Dollars(c); got != want {
			t.Errorf("%d cents: %s", c, got)
		}
	}
}

func abs(c int64) int64 { return max(c, -c) }

func FuzzPageKey(f *testing.F) {
	l := demobank.NewLife(aSeed, firstDay)
	f.Add(l.Seal(firstDay, 100, "list"), "list")
	f.Add(l.Seal(firstDay, 100, "list"), "another")
	f.Add("", "")
	f.Add("AAAA", "list")
	f.Add(strings.Repeat("A", 43), "list")
	f.Fuzz(func(t *testing.T, text, list string) {
		fuzzed.Limit(t)
		at, from, ok := l.Unseal(text, list)
		if ok && (from < 0 || l.Seal(at, from, list) != text) {
			t.Fatalf("%q is read as %v, %d", text, at, from)
		}
	})
}

func TestAPageKeyIsForItsListAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := demobank.NewLife(aSeed, firstDay)
		from := rapid.IntRange(0, 1<<30).Draw(t, "from")
		list := rapid.String().Draw(t, "list")
		key := l.Seal(firstDay, from, list)
		if at, got, ok := l.Unseal(key, list); !ok || got != from || !at.Equal(firstDay) {
			t.Fatalf("read as %v %d %v", at, got, ok)
		}
		if _, _, ok := l.Unseal(key, list+"x"); ok {
			t.Fatal("good for another list")
		}
		spoilt := []byte(key)
		at := rapid.IntRange(0, len(spoilt)-1).Draw(t, "at")
		spoilt[at] = map[bool]byte{true: 'A', false: 'B'}[spoilt[at] != 'A']
		if _, _, ok := l.Unseal(string(spoilt), list); ok {
			t.Fatal("good after a change")
		}
	})
}

func FuzzAuthorizationRequest(f *testing.F) {
	good := "response_type=code&code_challenge_method=S256&code_challenge=" + strings.Repeat("a", 43)
	f.Add(good)
	f.Add(good + "&scope=openid&authorization_details=" + url.QueryEscape(`[{"type":"fdx_v1.0","consentRequest":{"durationType":"ONE_TIME"}}]`))
	f.Add("redirect_uri=http://127.0.0.1:1/&" + good)
	f.Add("redirect_uri=http://127.0.0.1:1@elsewhere/")
	f.Fuzz(func(t *testing.T, query string) {
		fuzzed.Limit(t)
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		if demobank.ReadRequest(form) && form.Get("code_challenge_method") != "S256" {
			t.Fatal("accepted without S256")
		}
		if to := form.Get("redirect_uri"); demobank.Loopback(to) {
			if u, err := url.Parse(to); err != nil || u.Hostname() != "127.0.0.1" || u.Port() == "" {
				t.Fatalf("%q passes for loopback", to)
			}
		}
	})
}

//go:build !race

package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/provider"
	"coffer/app/secret"
	"coffer/app/vault"
	"coffer/assets"
	"coffer/sync/desk"
	"coffer/ui/say"
	"coffer/ui/terminal"
)

const canaryFile = `format   = 1
id       = "echo"
name     = "Echo Bank"
dialect  = "fdx"
loopback = true
tried    = "not tried against the real bank"

[person]
cost  = "Nothing"
needs = ["client-id", "client-secret"]
get   = "It is made by the test"

[sign-in]
way           = "oauth"
issuer        = "%[1]s"
client        = "client_secret_basic"
scopes        = ["offline_access"]
dpop          = true
redirect      = "any-port"

[api]
base  = "%[1]s/api"
reads = ["balances", "transactions"]

[limits]
consent_days = 90
history_days = 30

[revoke]
steps = ["rfc7009"]
`

// TestTokensStayPut lets the program link, read, renew, fail and revoke at a bank that repeats every secret in
// its answers, and looks for the secrets in all that comes out: files, log, errors and what they carry, the ledger,
// what the terminal prints, the address for the browser, arguments, environment, and the stacks of a crash.
func TestTokensStayPut(t *testing.T) {
	r := newClearRun(t)
	clear(r.needles)
	order := r.next
	order.Role, order.Passphrase = "tokens", "quiet "+clearCanary(8)
	p := r.start(r.tree, order)
	for {
		report, more := p.heard(r.tree, "tokens")
		if !more {
			t.Fatal("the program ended by itself")
		}
		p.goOn()
		if report.Step == "working" {
			break
		}
	}
	if report, more := p.heard(r.tree, "tokens"); !more || report.Step != "hangs" {
		t.Fatalf("the renewal did not wait: %q", report.Step)
	}
	must(t, p.cmd.Process.Signal(syscall.SIGQUIT)) // the runtime writes its stacks into the log
	_ = p.cmd.Wait()
	r.tree.look(t, "crashed")

	patterns := r.patterns()
	hits, scanned := r.tree.scan(patterns)
	for p, block := range hits {
		at := strings.Index(string(block.data), p.bytes)
		t.Errorf("a secret is readable as %s in %s: %q", p.form, block.path, block.data[max(0, at-120):at])
	}
	said := string(value(os.ReadFile(filepath.Join(r.tree.root, "home", "said")))(t))
	log := string(value(os.ReadFile(filepath.Join(r.tree.root, "home", "coffer.log")))(t))
	for text, in := range map[string]string{"goroutine ": log, "access token renewed": log, "/token": said, `"bank"`: said, "error 25:": said, clearVariable: said} {
		if !strings.Contains(in, text) {
			t.Errorf("%q is nowhere: the scan looked at nothing", text)
		}
	}
	t.Logf("%d secrets in %d forms, %d KiB said, %d KiB of files: %d hits", len(r.needles), len(patterns), len(said)>>10, scanned>>10, len(hits))
	r.leaky(patterns)
}

// leaky is the control: a log that holds every form of every secret, in which the scan must find them all.
func (r *clearRun) leaky(patterns []clearPattern) {
	r.Helper()
	tree := newClearTree(r.T, "home")
	var log bytes.Buffer
	for _, p := range patterns {
		fmt.Fprintf(&log, "level=DEBUG msg=%q x=%s\n", "leak", p.bytes)
	}
	must(r.T, os.WriteFile(filepath.Join(tree.root, "home", "log"), log.Bytes(), 0o600))
	tree.look(r.T, "leaked")
	if hits, _ := tree.scan(patterns); len(hits) != len(patterns) || len(patterns) < 100 {
		r.Errorf("the scan is blind: %d of %d forms are found", len(hits), len(patterns))
	}
}

// canaryChild is the program of TestTokensStayPut.
type canaryChild struct {
	*clearChild
	echo  *echoBank
	said  *os.File
	state string // of the last request, which the browser alone may learn
	codes []string
	fails int
}

func (c *clearChild) tokens(ctx context.Context) (err error) {
	k := &canaryChild{clearChild: c, echo: startEchoBank()}
	if k.said, err = os.Create("said"); err != nil {
		return err
	}
	return c.inTurn(ctx, k.start, k.story, k.hostile, k.revokes, k.crash)
}

func (k *canaryChild) start(context.Context) error {
	dir := filepath.Join(os.Getenv("XDG_DATA_HOME"), "coffer")
	k.rig = &rig{dir: dir, clock: new(clock)}
	folder := filepath.Join(dir, "providers")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "echo.toml"), fmt.Appendf(nil, canaryFile, k.echo.URL), 0o600); err != nil {
		return err
	}
	banks, err := fs.Sub(assets.FS, "providers")
	if err != nil {
		return err
	}
	shelf, err := desk.RealBanks(banks, folder)
	if err != nil {
		return err
	}
	k.coffer, err = app.New(app.Config{
		Dir: filepath.Join(dir, "vault"), OpenStore: k.openStore, OpenBrowser: k.browse, Now: k.clock.now, Log: k.log, ReadShelf: shelf,
		OpenBanks: func(ctx context.Context, opened app.Store) (app.Banks, error) {
			k.store = opened.(stubborn).Store
			return desk.New(ctx, desk.Config{Store: k.store, Now: k.clock.now, UserAgent: "Coffer/test", Log: k.log, Changed: &k.coffer.Changed.Accounts})
		},
	})
	if err != nil {
		return err
	}
	v, key, err := vault.Create(filepath.Join(dir, "vault"), secret.New(k.Passphrase), vault.Options{})
	if err != nil {
		return err
	}
	k.Recovery = key.Text().Reveal()
	return errors.Join(v.Close(), k.coffer.UnlockWithRecovery(context.Background(), key.Text()))
}

// browse is the person: they approve, and the browser brings the code. The address may hold what OAuth puts there.
func (k *canaryChild) browse(ctx context.Context, address string) error {
	page, err := url.Parse(address)
	if err != nil {
		return err
	}
	asked, may := page.Query(), []string{"client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method",
		"dpop_jkt", "prompt", "authorization_details"}
	if k.echo.pushes {
		asked, may = k.echo.asked, []string{"client_id", "request_uri"}
	}
	for name := range page.Query() {
		if !slices.Contains(may, name) {
			return fmt.Errorf("the browser is told %s", name)
		}
	}
	shown := page.Query()
	k.state = asked.Get("state")
	for _, name := range []string{"state", "code_challenge"} { // they are meant for the browser; the verifier is not
		shown.Del(name)
	}
	fmt.Fprintln(k.said, "browser:", page.Path, shown)
	code := "code-" + clearCanary(24)
	k.codes = append(k.codes, code)
	k.tell("authorization", code, k.state)
	back := asked.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {k.state}, "iss": {k.echo.URL}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, back, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	fmt.Fprintln(k.said, "last page:", answer.Status, answer.Header, string(text))
	return errors.Join(err, answer.Body.Close())
}

func (k *canaryChild) link(ctx context.Context, again consent.LinkID) (consent.LinkID, error) {
	typed := "client-" + clearCanary(24)
	k.tell("token", typed)
	id, err := k.coffer.LinkBank(ctx, "echo", app.Terms{
		HistoryDays: 30, ConsentDays: 90, Again: again, Typed: map[provider.Need]string{provider.ClientID: "coffer"},
		Secrets: map[provider.Need]secret.Text{provider.ClientSecret: secret.New(typed)},
		Ask: func(_ context.Context, asks []consent.Ask) (bool, error) {
			fmt.Fprintf(k.said, "%+v\n", asks)
			return true, nil
		},
	}, func(p app.LinkingProgress) { p.Address = ""; fmt.Fprintf(k.said, "%+v\n", p) })
	return id, errors.Join(err, k.know(ctx))
}

// know tells what is secret by now.
func (k *canaryChild) know(ctx context.Context) error {
	for _, text := range k.echo.secrets() {
		k.tell("token", text)
	}
	if k.Link == "" {
		return nil
	}
	err := k.tellTokens(ctx)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

func (k *canaryChild) story(ctx context.Context) (err error) {
	if k.Link, err = k.link(ctx, ""); err != nil {
		return err
	}
	k.echo.pushes = true
	if _, err = k.link(ctx, k.Link); err != nil {
		return err
	}
	k.clock.move(time.Hour)
	if _, err = k.coffer.Refresh(ctx, k.Link); err != nil {
		return err
	}
	return errors.Join(k.know(ctx), k.tellAll(ctx), k.say("linked"))
}

// hostile meets each hostile answer on each way.
func (k *canaryChild) hostile(ctx context.Context) error {
	for path, all := range echoes() {
		for _, e := range all {
			k.echo.turn(path, e)
			var err error
			switch path {
			case "/par", "/.well-known/oauth-authorization-server":
				_, err = k.link(ctx, k.Link)
			case "/revoke":
				continue // see revokes
			case "/token":
				_, failed := k.link(ctx, k.Link)
				k.failed(failed)
				fallthrough
			default:
				k.clock.move(time.Hour) // past any pause, and past the access token
				_, err = k.coffer.Refresh(ctx, k.Link)
			}
			k.failed(err)
			k.echo.turn("", echo{})
			if err := k.know(ctx); err != nil {
				return err
			}
			k.clock.move(time.Hour)
			if _, err := k.coffer.Refresh(ctx, k.Link); fault.KindOf(err) == fault.LoginNeeded {
				if _, err := k.link(ctx, k.Link); err != nil {
					return err
				}
			}
		}
		if err := k.tellAll(ctx); err != nil {
			return err
		}
	}
	if k.fails < 40 {
		return fmt.Errorf("only %d answers were refused", k.fails)
	}
	return k.say("met hostile answers")
}

// revokes ends the link at last, after each hostile answer to that.
func (k *canaryChild) revokes(ctx context.Context) error {
	for _, e := range echoes()["/revoke"] {
		k.echo.turn("/revoke", e)
		receipt, err := k.coffer.Revoke(ctx, k.Link, func(p consent.Proof) { fmt.Fprintf(k.said, "%+v\n", p) })
		fmt.Fprintf(k.said, "%+v\n", receipt)
		k.failed(err)
	}
	return errors.Join(k.know(ctx), k.tellAll(ctx), k.say("half revoked"))
}

// failed writes all that an error says, in each way to print it.
func (k *canaryChild) failed(err error) {
	if err == nil {
		return
	}
	k.fails++
	fmt.Fprintf(k.said, "error %d: %v | %+v | %#v\n", k.fails, err, err, err)
	for at := err; at != nil; at = errors.Unwrap(at) {
		fmt.Fprintf(k.said, "  %T %v\n", at, at)
	}
	if f := fault.Of(err); f != nil {
		fmt.Fprintf(k.said, "  %+v %q %v\n", f.Args, f.Reason, f.Err)
	}
	if voice, bad := say.New(assets.FS); bad == nil {
		fmt.Fprintf(k.said, "  %+v\n", voice.Fault(err))
	}
}

// tellAll writes down what can be seen of the vault by its own means.
func (k *canaryChild) tellAll(ctx context.Context) error {
	links, err := k.coffer.Links(ctx)
	raw, bad := json.Marshal(links)
	rows, failed := k.coffer.Entries(ctx, app.LedgerFilter{}, 0, 100_000)
	if err := errors.Join(err, bad, failed); err != nil {
		return err
	}
	fmt.Fprintf(k.said, "%s\n%+v\n%+v\n%q %q\n", raw, links, rows, os.Args, os.Environ())
	credential, err := k.store.Credential(ctx, k.Link)
	fmt.Fprintf(k.said, "%+v %#v %v\n", credential, credential, err)
	voice, err := say.New(assets.FS)
	if err != nil {
		return err
	}
	for _, args := range [][]string{{"--json", "banks"}, {"banks"}, {"--json", "ledger"}, {"--json", "banks", "--available"}, {"hosts"}, {"--json", "balances"}} {
		code := terminal.Run(ctx, terminal.Config{
			Args: args, In: strings.NewReader(""), Out: k.said, Err: k.said, Voice: voice, Version: "test",
			Hidden: func(string) (string, error) { return k.Passphrase, nil },
			Open: func(context.Context, terminal.Place) (*terminal.Session, error) {
				return &terminal.Session{Coffer: k.coffer, Close: func() error { return nil }}, nil
			},
		})
		fmt.Fprintln(k.said, args, "ended with", code)
	}
	return nil
}

// crash links anew and is killed in the midst of a renewal.
func (k *canaryChild) crash(ctx context.Context) (err error) {
	k.echo.turn("", echo{})
	if k.Link, err = k.link(ctx, ""); err != nil {
		return err
	}
	k.clock.move(time.Hour)
	k.echo.turn("/token", echo{hang: true})
	if err := k.say("working"); err != nil {
		return err
	}
	go func() {
		<-k.echo.hangs
		_ = errors.Join(k.know(ctx), k.say("hangs"))
	}()
	_, err = k.coffer.Refresh(ctx, k.Link)
	return fmt.Errorf("the renewal ended: %w", err)
}

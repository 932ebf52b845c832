// Package speed_test measures what a bank costs: processor time and memory of reading real answers over a real socket,
// through the dialect, the ledger's rules, the seal and the alerts. Each runs in a process of its own, the bank in another.
package speed_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
	"coffer/sync/wire"
)

// childVariable says what a child process is to do; nobody else sets it.
const childVariable = "COFFER_SPEED"

func TestMain(m *testing.M) {
	var job job
	switch text := os.Getenv(childVariable); {
	case text == "":
		os.Exit(m.Run())
	case json.Unmarshal([]byte(text), &job) != nil:
		os.Exit(2)
	case job.What == "bank":
		serve(person{job.Rows, job.Years})
	case job.What == "whole bank":
		listening := httptest.NewServer(wholes()[job.Dialect].serve(job.Rows))
		fmt.Println(listening.URL)
		_, _ = io.Copy(io.Discard, os.Stdin)
	default:
		act := job.read
		if job.What == "whole" {
			act = job.readWhole
		}
		if err := act(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// job is what a child does.
type job struct {
	What        string
	Rows, Years int
	Dir, URL    string
	Dialect     string
}

// cost is what a child says of itself.
type cost struct {
	CPU, Scoring float64 // seconds of its processor time, all of it and that of scoring
	MiB          float64 // the most memory that it ever held (VmHWM)
	JSON         float64 // MB decoded in a processor second, how fast the machine was
	Added        int
	Alerts       int
}

// start begins a child.
func start(b *testing.B, j job) (*exec.Cmd, io.WriteCloser, *bufio.Reader) {
	b.Helper()
	raw, err := json.Marshal(j)
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(raw))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	return cmd, in, bufio.NewReader(out)
}

// aBank starts a bank and returns its address, and how to make rows of today.
func aBank(b *testing.B, p person) (url string, more func(int)) {
	b.Helper()
	cmd, in, out := start(b, job{What: "bank", Rows: p.rows, Years: p.years})
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	line, err := out.ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line), func(n int) {
		if _, err := fmt.Fprintln(in, n); err != nil {
			b.Fatal(err)
		}
		if _, err := out.ReadString('\n'); err != nil {
			b.Fatal(err)
		}
	}
}

// aVault makes a vault with a link in it. It is opened by its recovery key, which is not stretched.
func aVault(b *testing.B, years int) (dir string, recovery secret.Text) {
	b.Helper()
	dir = b.TempDir()
	v, key, err := vault.Create(dir, secret.New("correct horse battery"), vault.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(b.Context(), v)
	if err != nil {
		b.Fatal(err)
	}
	since := today.Time()
	err = s.SaveLink(b.Context(), consent.Link{
		ID: linkID, Provider: "speed", Bank: "Speed", Dialect: "fdx", State: consent.Active, HistoryDays: years * 365, Since: since, Granted: since,
	})
	if err = errors.Join(err, s.Close(), v.Close()); err != nil {
		b.Fatal(err)
	}
	return dir, key.Text()
}

// measure has a child do j.
func measure(b *testing.B, j job, recovery secret.Text) (c cost) {
	b.Helper()
	cmd, in, out := start(b, j)
	_, err := fmt.Fprintln(in, recovery.Reveal())
	if err == nil {
		err = json.NewDecoder(out).Decode(&c)
	}
	if err = errors.Join(err, in.Close(), cmd.Wait()); err != nil {
		b.Fatal(err)
	}
	return c
}

const linkID consent.LinkID = "link-1"

// books is an opened vault in a child.
type books struct {
	vault *vault.Vault
	store *store.Store
	door  *wire.Door
	line  *wire.Line
	base  string
}

func open(ctx context.Context, j job) (*books, error) {
	key, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return nil, err
	}
	b := &books{base: j.URL}
	if b.vault, err = vault.OpenWithRecovery(j.Dir, secret.New(strings.TrimSpace(key))); err != nil {
		return nil, err
	}
	if b.store, err = store.Open(ctx, b.vault); err != nil {
		return nil, err
	}
	if b.door, err = wire.New(wire.Config{Ledger: b.store, Now: time.Now, UserAgent: "Coffer/test"}); err != nil {
		return nil, err
	}
	b.line, err = b.door.Line(string(linkID), []string{j.URL})
	return b, err
}

func (b *books) close() error {
	b.door.Close()
	return errors.Join(b.store.Close(), b.vault.Close())
}

func (b *books) Session(context.Context, consent.Link) (bank.Session, error) {
	return bank.Session{Line: b.line, Base: b.base, Token: secret.New("a token"), Memo: new(bank.Memo)}, nil
}

func (b *books) Renewed(context.Context, consent.Link) (bank.Session, error) {
	return bank.Session{}, bank.ErrUnrenewable
}

func now() time.Time { return today.Time().Add(20 * time.Hour) }

// refresh reads the link as a refresh by hand does.
func (b *books) refresh(ctx context.Context) (int, error) {
	e, err := engine.New(engine.Config{Store: b.store, Sessions: b, Dialects: []bank.Dialect{fdx.Bank{Now: now}}, Now: now})
	if err != nil {
		return 0, err
	}
	result, err := e.Refresh(ctx, linkID, true, nil)
	for _, a := range result.Accounts {
		err = errors.Join(err, a.Err)
	}
	return result.Written.Added, err
}

// score judges what is marked, as app does.
func (b *books) score(ctx context.Context) (found int, err error) {
	due, err := b.store.Due(ctx)
	if err != nil {
		return 0, err
	}
	from, waits := due.From()
	if !waits {
		return 0, nil
	}
	known := alert.Known{Now: now(), ScoredDays: alert.ScoredDays}
	scored := alert.Scored{Marks: due.Marks, Epoch: due.Epoch, From: max(from, alert.Fresh(known.Now))}
	state := alert.NewState()
	if scored.Found, err = b.judge(ctx, due, state, known); err == nil && state.Doubtful() {
		known.ScoredDays = 0
		scored.Found, err = b.judge(ctx, due, alert.NewState(), known)
	}
	if err != nil {
		return 0, err
	}
	_, err = b.store.SaveScored(ctx, scored)
	return len(scored.Found), err
}

func (b *books) judge(ctx context.Context, due alert.Due, state *alert.State, known alert.Known) (found []alert.Alert, err error) {
	for rows, err := range b.store.JudgeRows(ctx, due.First) {
		if err != nil {
			return nil, err
		}
		found = append(found, state.Judge(rows, known)...)
	}
	return found, nil
}

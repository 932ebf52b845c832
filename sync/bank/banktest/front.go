package banktest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// Front stands before a bank that works: it passes on what is asked, and bends the answers that its test wants bent. What it
// was told once it tells again without asking.
type Front struct {
	URL  string // its origin
	Book Book

	bank    string // origin of the bank
	ahead   http.RoundTripper
	session bank.Session
	account ledger.Account // the one with the most rows
	window  bank.Window
	issued  func() []string // what the bank gave out, the last one last; nil where it doesn't say

	mu    sync.Mutex // guards what follows
	clean map[string]Told
	extra func(Asked) (Told, bool)
	asked []Asked
	bend  func(n int, a Asked, t *Told)
}

// Asked is one request.
type Asked struct {
	Method, Path, Query, Body string
}

// Told is an answer, or as much of it as comes.
type Told struct {
	Status int
	Header http.Header
	Body   []byte
	Cut    Cut
}

// NewFront stands before what server is. extra answers what the server has no answer for; it may be nil.
func NewFront(t *testing.T, d bank.Dialect, server Server, extra func(Asked) (Told, bool)) *Front {
	t.Helper()
	f := &Front{session: server.Session(t), window: server.Window(), clean: map[string]Told{}, extra: extra}
	if c, ok := server.(interface{ Issued() []string }); ok {
		f.issued = c.Issued
	}
	f.account = bench{d, server, f.session}.busy(t)
	base, err := url.Parse(f.session.Base)
	if err != nil {
		t.Fatal(err)
	}
	f.bank = base.Scheme + "://" + base.Host
	own := httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(own.Close)
	f.URL, f.ahead = own.URL, own.Client().Transport
	f.session.Line = Line(t, &f.Book, f.URL)
	f.session.Base = f.URL + strings.TrimPrefix(f.session.Base, f.bank)
	return f
}

// Session is one that nothing is kept from.
func (f *Front) Session() bank.Session {
	s := f.session
	s.Memo = &bank.Memo{}
	return s
}

// code is what the bank's page would have sent back: the last thing that it gave out.
func (f *Front) code() secret.Text {
	if f.issued == nil || len(f.issued()) == 0 {
		return secret.Text{}
	}
	all := f.issued()
	return secret.New(all[len(all)-1])
}

// Bend makes change see every answer from now on, n counting from 1.
func (f *Front) Bend(change func(n int, a Asked, t *Told)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.bend, f.asked = change, nil
}

// Asked returns what was asked since the last Bend.
func (f *Front) Asked() []Asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

func (f *Front) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	raw, _ := io.ReadAll(r.Body) // short where the client went away
	a := Asked{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Body: string(raw)}
	f.asked = append(f.asked, a)
	t, err := f.ask(a, r)
	if err != nil {
		http.Error(w, "the bank of the test is gone", http.StatusTeapot)
		return
	}
	if f.bend != nil {
		f.bend(len(f.asked), a, &t)
	}
	t.write(w)
}

// refuses reports whether the bank answers a with a refusal when nothing is bent.
func (f *Front) refuses(a Asked) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clean[a.key()].Status/100 != 2
}

func (a Asked) key() string { return strings.Join([]string{a.Method, a.Path, a.Query, a.Body}, "\n") }

// ask asks the bank, or remembers what it said.
func (f *Front) ask(a Asked, asked *http.Request) (Told, error) {
	told, known := f.clean[a.key()]
	if !known && f.extra != nil {
		told, known = f.extra(a)
	}
	if !known {
		to, err := url.Parse(f.bank + a.Path + "?" + a.Query)
		if err != nil {
			return Told{}, err
		}
		request := asked.Clone(asked.Context())
		request.URL, request.Host, request.RequestURI = to, to.Host, ""
		request.Body = io.NopCloser(strings.NewReader(a.Body))
		request.Header.Del("Accept-Encoding")
		answer, err := f.ahead.RoundTrip(request)
		if err != nil {
			return Told{}, err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return Told{}, err
		}
		told = Told{Status: answer.StatusCode, Header: answer.Header, Body: bytes.ReplaceAll(body, []byte(f.bank), []byte(f.URL))}
	}
	f.clean[a.key()] = told
	return Told{Status: told.Status, Header: told.Header.Clone(), Body: told.Body}, nil
}

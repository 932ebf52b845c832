//go:build conformance

package all_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// serveDescription starts Prism on a published description and returns where it listens. It ends with the test. Prism checks
// each request against the description, and answers an example of it, or what it makes up by it.
func serveDescription(t *testing.T, file string) string {
	t.Helper()
	folder := os.Getenv("COFFER_PRISM")
	if folder == "" {
		t.Fatal("COFFER_PRISM names no folder with Prism: run this by make conformance")
	}
	path, err := filepath.Abs(filepath.Join(banktest.CorpusRoot(t), "specs", file))
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(at, ":")
	bin := filepath.Join(folder, "node_modules", ".bin")
	node := exec.CommandContext(t.Context(), filepath.Join(bin, "node"), filepath.Join(bin, "prism"), "mock", "-h", "127.0.0.1", "-p", port, "--seed", "1", path)
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	node.Stderr = node.Stdout
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	listens, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(listens)
		for lines := bufio.NewScanner(out); lines.Scan(); { // to the end: a full pipe would stop it
			if strings.Contains(lines.Text(), "Prism is listening on") {
				listens <- "http://" + at
			}
		}
	}()
	t.Cleanup(func() {
		_ = node.Process.Kill() // it may have ended with the test's context
		<-ended
		_ = node.Wait() // says that it was killed
	})
	address := <-listens
	if address == "" {
		t.Fatal("Prism ended before it listened")
	}
	return address
}

// front stands before a Prism and passes on what a dialect asks. It keeps what was asked, and what of it is against the
// description.
type front struct {
	prism, url string
	described  string // the description, as text
	ours       string // who answers in place of Prism, once it has seen the request; empty: Prism
	generated  bool   // Prism is to make its answers up, whatever examples there are
	currency   string // what is made up is of accounts in it, and all on one page; empty: it stays as it is
	book       banktest.Book

	mu    sync.Mutex
	wrong []string
	asked int
}

func newFront(t *testing.T, prism, file, ours string) *front {
	raw, err := os.ReadFile(filepath.Join(banktest.CorpusRoot(t), "specs", file))
	if err != nil {
		t.Fatal(err)
	}
	f := &front{prism: prism, described: string(raw), ours: ours}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// session is s, to f.
func (f *front) session(t *testing.T, s bank.Session) bank.Session {
	base, err := url.Parse(s.Base)
	if err != nil {
		t.Fatal(err)
	}
	s.Base, s.Line = f.url+base.Path, banktest.Line(t, &f.book, f.url)
	return s
}

// against are the requests that the description doesn't have so.
func (f *front) against() (wrong []string, asked int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.wrong), f.asked
}

// operations are what was asked, each once.
func (f *front) operations() map[string]bool {
	seen := map[string]bool{}
	for _, e := range f.book.Entries() {
		seen[e.Method+" "+e.Path] = true
	}
	return seen
}

// bases are the paths before the operations of the descriptions, which Prism does not want.
var bases = []string{"/open-banking/v3.1/aisp", "/psd2", "/api/v1", "/cds-au/v1"}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // who asked went away
	}
	path := r.URL.RequestURI()
	for _, base := range bases {
		path = strings.TrimPrefix(path, base)
	}
	if f.generated {
		r.Header.Set("Prefer", "dynamic=true")
	}
	answer, told, err := pass(r, f.prism+path, string(body))
	if err == nil {
		f.keep(r.Method+" "+path, answer, told)
		f.named(r.URL)
		if f.ours != "" {
			r.Header.Del("Prefer")
			answer, told, err = pass(r, f.ours+r.URL.RequestURI(), string(body))
			told = strings.ReplaceAll(told, f.ours, f.url) // a page that follows is here too
		}
	}
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		f.keep(fmt.Sprintf("%s %s: %v", r.Method, path, err), &http.Response{StatusCode: 500}, "")
		return
	}
	if f.currency != "" {
		told = f.sensible(told, path)
	}
	w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	w.WriteHeader(answer.StatusCode)
	_, _ = io.WriteString(w, told) // a client that went away is the client's affair
}

// sensible is an answer that was made up by the schemas, with what no schema says: that it is of the account in the path, in
// its currency and with no more decimals than that has, that a time is one and that a count is none below zero, and that a page that follows isn't at another host. All else stays.
func (f *front) sensible(told, path string) string {
	var all any
	decoder := json.NewDecoder(strings.NewReader(told))
	decoder.UseNumber()
	if decoder.Decode(&all) != nil {
		return told // an answer without a body
	}
	_, id, _ := strings.Cut(path, "accounts/")
	id, _, _ = strings.Cut(id, "/")
	if account, err := url.PathUnescape(id); err == nil {
		id = account
	}
	f.settle(all, id, "")
	raw, err := json.Marshal(all)
	if err != nil {
		return told
	}
	return string(raw)
}

// amountNames are the fields that hold an amount as text, which the description of some is all that says so.
var amountNames = []string{"amount", "Amount", "value", "currentBalance", "availableBalance", "creditLimit"}

// settle changes v, which stands at a name, in place.
func (f *front) settle(v any, id, at string) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			f.settle(one, id, at)
		}
	case map[string]any:
		for name, inner := range v {
			_, text := inner.(string)
			switch {
			case strings.HasSuffix(strings.ToLower(at), "links") && strings.EqualFold(name, "next"):
				delete(v, name)
			case text && id != "" && (strings.EqualFold(name, "AccountId") || name == "id" && at == "account.data"):
				v[name] = id
			case text && (strings.EqualFold(name, "currency") || name == "currencyCode"):
				v[name] = f.currency
			case name == "valueInBaseUnits":
				delete(v, name) // the amount again
			case text && strings.HasSuffix(name, "DateTime"):
				if _, err := time.Parse(time.RFC3339, inner.(string)); err != nil {
					v[name] = "2017-10-05T02:00:00Z"
				}
			case name == "totalRecords":
				v[name] = 1
			case text && slices.Contains(amountNames, name):
				v[name] = "12.50"
				if whole, decimals, _ := strings.Cut(inner.(string), "."); strings.Trim(whole, "-0123456789") == "" && whole != "" {
					v[name] = strings.TrimSuffix(whole+"."+decimals[:min(len(decimals), 2)], ".")
				}
			case name == "data" && at == "account":
				f.settle(inner, id, "account.data")
			default:
				f.settle(inner, id, name)
			}
		}
	}
}

// pass asks r's question at an address.
func pass(r *http.Request, address, body string) (*http.Response, string, error) {
	on, err := http.NewRequestWithContext(r.Context(), r.Method, address, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	on.Header = r.Header.Clone()
	answer, err := http.DefaultTransport.RoundTrip(on) // whose redirects are the dialect's to follow
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	told, err := io.ReadAll(answer.Body)
	return answer, string(told), err
}

// named checks what Prism passes over: that the description names every parameter of the query. Pages of a bank of ours have
// their own.
func (f *front) named(asked *url.URL) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range asked.Query() {
		if f.ours == "" && !strings.Contains(f.described, name) {
			f.wrong = append(f.wrong, fmt.Sprintf("%s: the parameter %s is not described", asked.Path, name))
		}
	}
}

// keep notes a request, and what Prism has against it: in its header sl-violations, which also holds what of its own answer
// is against the description, or in a problem of its own (RFC 9457), such as a path that isn't described.
func (f *front) keep(asked string, answer *http.Response, told string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	var violations []struct {
		Location []string `json:"location"`
		Message  string   `json:"message"`
	}
	if h := answer.Header.Get("sl-violations"); h != "" && json.Unmarshal([]byte(h), &violations) != nil {
		f.wrong = append(f.wrong, asked+": violations that can't be read: "+h)
	}
	for _, v := range violations {
		if len(v.Location) > 0 && v.Location[0] == "request" {
			f.wrong = append(f.wrong, asked+": "+v.Message)
		}
	}
	if answer.StatusCode/100 != 2 {
		f.wrong = append(f.wrong, fmt.Sprintf("%s: %d %s", asked, answer.StatusCode, told))
	}
}

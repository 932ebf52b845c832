package link

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"coffer/app/secret"
)

const (
	mostRefused   = 50
	callbackTime  = 5 * time.Second
	callbackBytes = 4 << 10 // net/http reads 4 KiB more: 8 KiB in all
)

// callback waits on the loopback for the one answer that the bank sends through the browser.
type callback struct {
	host  string // "127.0.0.1:49152"
	path  string
	state secret.Text
	from  func(issuer string) bool
	must  bool // the bank promised to send its issuer
	bare  bool // neither code nor error need come: what it means is asked at the bank
	log   *slog.Logger

	page   []byte
	policy string

	mu      sync.Mutex
	refused int
	done    bool
	arrived chan result // one, then nothing
}

// result is what the browser brought: a code, the bank's error, or too many that were not it.
type result struct {
	code    secret.Text
	problem string
	flooded bool
}

// ServeHTTP answers the genuine request with the page, and any other with a static 400.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	found, why := c.judge(r)
	if why == "" && !c.first() {
		why = "too late"
	}
	if why != "" {
		c.refuse(why)
		header.Set("Content-Security-Policy", "default-src 'none'")
		header.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte("Bad request\n")) // a caller that left needs no answer
		return
	}
	header.Set("Content-Security-Policy", c.policy)
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(c.page)))
	_, _ = w.Write(c.page) // as above
	_ = http.NewResponseController(w).Flush()
	c.arrived <- found // the page is out: all may be closed
}

// judge says why r is not the bank's answer, or "" and what it brings. The order is that of
// RFC 9207 and RFC 6749: who it is for, who it is from, and only then what it says.
func (c *callback) judge(r *http.Request) (result, string) {
	switch {
	case r.Method != http.MethodGet || r.ContentLength != 0:
		return result{}, "method"
	case r.URL.Path != c.path || r.URL.IsAbs():
		return result{}, "path"
	case r.Host != c.host:
		return result{}, "host"
	case prefetch(r.Header):
		return result{}, "prefetch"
	}
	return c.judgeQuery(r.URL.RawQuery)
}

// judgeQuery is judge of what came behind the ?.
func (c *callback) judgeQuery(raw string) (result, string) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return result{}, "query"
	}
	for _, name := range []string{"state", "iss", "code", "error"} {
		if len(query[name]) > 1 {
			return result{}, "twice"
		}
	}
	issuer, named := query["iss"]
	code, problem := query.Get("code"), query.Get("error")
	switch {
	case !secret.New(query.Get("state")).Equal(c.state):
		return result{}, "state"
	case named && !c.from(issuer[0]) || !named && c.must:
		return result{}, "issuer"
	case c.bare:
		return result{problem: problem}, ""
	case (code == "") == (problem == ""):
		return result{}, "content"
	}
	return result{code: secret.New(code), problem: problem}, ""
}

func prefetch(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if value := strings.ToLower(h.Get(name)); strings.Contains(value, "prefetch") || strings.Contains(value, "preview") {
			return true
		}
	}
	return false
}

// first reports whether this is the first genuine answer.
func (c *callback) first() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.done
	c.done = true
	return !was
}

func (c *callback) refuse(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused++
	c.log.Warn("callback refused", "why", why, "count", c.refused)
	if c.refused >= mostRefused && !c.done {
		c.done = true
		c.arrived <- result{flooded: true}
	}
}

// serve answers on listener until the returned server is closed; done is closed then.
func (c *callback) serve(listener net.Listener) (server *http.Server, done chan struct{}) {
	server = &http.Server{
		Handler: c, ReadHeaderTimeout: callbackTime, ReadTimeout: callbackTime, WriteTimeout: callbackTime,
		MaxHeaderBytes: callbackBytes, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	server.SetKeepAlivesEnabled(false)
	done = make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends when the server is closed
	}()
	return server, done
}

const pageStyle = `:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;display:grid;place-content:center;` +
	`min-height:90vh;margin:0;text-align:center}h1{font-size:24px;font-weight:600;margin:0 0 8px}p{margin:0;opacity:.75}`

const pageText = `<!doctype html><html lang="{{.Language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
	`<title>{{.Title}}</title><style>{{.Style}}</style></head><body><main><h1>{{.Title}}</h1><p>{{.Text}}</p></main></body></html>`

// render returns the page and the policy that lets its style in, and nothing else.
func render(p Page) ([]byte, string, error) {
	shape, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, "", fmt.Errorf("read the page's shape: %w", err)
	}
	var page bytes.Buffer
	err = shape.Execute(&page, struct {
		Page
		Style template.CSS
	}{p, pageStyle})
	if err != nil {
		return nil, "", fmt.Errorf("write the page: %w", err)
	}
	sum := sha256.Sum256([]byte(pageStyle))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return page.Bytes(), policy, nil
}

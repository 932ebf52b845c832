package banktest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

// Counter is a bank on loopback that speaks as its test has it: the books, the troubles and the questions are
// the same for every dialect.
type Counter struct {
	Book Book
	URL  string // of the data API, without a slash at the end

	// Base is the path of the data API, which Answer does not see. NewCounter puts it behind URL.
	Base string
	// Answer speaks the dialect. It returns the status and what to write as JSON, or as it is if it is a string.
	Answer func(q Question) (status int, body any)
	// Refused is the body of a 401; RefusedStatus is its status if that is another.
	Refused       any
	RefusedStatus int
	// Open makes the session to URL.
	Open func(t *testing.T, c *Counter) bank.Session

	mu       sync.Mutex // guards what follows; Answer is called under it
	trouble  Trouble
	wrong    bool
	asked    []Question
	key, app string // that open it
	issued   []string
	instead  func(q Question) (status int, body any)
}

// What opens a Counter at first.
const (
	CounterClient = "client-1"      // id of the person's own client, where the bank knows clients
	CounterKey    = "counter-key-1" // the token, or the secret of that client
	CounterApp    = "counter-app-1" // what goes with it: Akahu's app token, Investec's API key
)

// Accept makes key, with app beside it where the bank wants one, all that opens c from now on. Without a key
// nothing does: the person took it back at the bank.
func (c *Counter) Accept(key, app string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key, c.app = key, app
}

// Instead makes answer see each question first. Where its status is 0, c answers.
func (c *Counter) Instead(answer func(q Question) (status int, body any)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.instead = answer
}

// Issued returns every secret that c gave, the latest last.
func (c *Counter) Issued() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.issued)
}

// issue makes a secret. c.mu is held.
func (c *Counter) issue(kind string) string {
	c.issued = append(c.issued, fmt.Sprintf("counter-%s-%d", kind, len(c.issued)+1))
	return c.issued[len(c.issued)-1]
}

// opens reports whether q's token is the one that opens c. c.mu is held.
func (c *Counter) opens(q Question) bool {
	return c.key != "" && q.Header.Get("Authorization") == "Bearer "+c.key
}

// Question is one request that a Counter got.
type Question struct {
	*http.Request
	Body    string
	Looping bool // the pages are to lead round in a circle
}

// NewCounter starts c and stops it with the test.
func NewCounter(t testing.TB, c *Counter) *Counter {
	server := httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(server.Close)
	c.URL = server.URL + c.Base
	if c.key == "" {
		c.key, c.app = CounterKey, CounterApp
	}
	return c
}

// Shelf is the account that has rows in every Counter; there is one more, which has none.
const Shelf = "shelf"

// CounterRows is one row a day, newest first, twins among them.
func CounterRows() []Row {
	rows := make([]Row, 0, 120)
	for i := range 120 {
		rows = append(rows, Row{ID: fmt.Sprintf("r-%03d", i), Day: firstFakeDay.AddDays(-i), Cents: -int64(100 + i/2), Payee: fmt.Sprintf("Shop %d", i/2), Pending: i < 2})
	}
	return rows
}

// Within are the rows from one day to another, inclusive.
func Within(rows []Row, from, to ledger.Date) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Day < from || r.Day > to })
}

// Decimal is the row's amount in units, signed.
func (r Row) Decimal() json.Number { return cents(r.Cents) }

// Session opens a link.
func (c *Counter) Session(t *testing.T) bank.Session { return c.Open(t, c) }

// Accounts is two.
func (*Counter) Accounts() int { return 2 }

// Window holds all CounterRows.
func (*Counter) Window() bank.Window {
	return bank.Window{From: firstFakeDay.AddDays(-119), To: firstFakeDay}
}

// Rows counts.
func (*Counter) Rows(_ *testing.T, account ledger.Account, w bank.Window) int {
	if account.Name != Shelf {
		return 0
	}
	return len(Within(CounterRows(), w.From, w.To))
}

// Troubles are all.
func (*Counter) Troubles() []Trouble { return Troubles() }

// Fail makes trouble.
func (c *Counter) Fail(trouble Trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble, c.wrong, c.asked = trouble, true, nil
}

// Asked returns what was asked since the last Fail.
func (c *Counter) Asked() []Question {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}

func (c *Counter) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	raw, _ := io.ReadAll(r.Body) // short where the client went away
	r.URL.Path = strings.TrimPrefix(r.URL.Path, c.Base)
	q := Question{Request: r, Body: string(raw), Looping: c.wrong && c.trouble == Loop}
	c.asked = append(c.asked, q)
	once := c.wrong && c.trouble != Loop && (c.trouble != CutPage || len(c.asked) == 2)
	status, body := 0, any(nil)
	if once {
		c.wrong = false
		switch c.trouble {
		case Unauthorized:
			if status = c.RefusedStatus; status == 0 {
				status = http.StatusUnauthorized
			}
			body = c.Refused
		case TooMany:
			w.Header().Set("Retry-After", "30")
			status, body = http.StatusTooManyRequests, "slower"
		case Unavailable:
			status, body = http.StatusServiceUnavailable, "<html>down for maintenance</html>"
		}
	}
	if status == 0 && c.instead != nil {
		status, body = c.instead(q)
	}
	if status == 0 {
		status, body = c.Answer(q)
	}
	text, plain := body.(string)
	if !plain {
		raw, err := json.Marshal(body)
		if err != nil {
			status = http.StatusInternalServerError
		}
		text = string(raw)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if once && c.trouble == CutPage {
		text = text[:len(text)/2] // the server closes a connection whose length is not reached
	}
	_, _ = io.WriteString(w, text) // a client that went away is the client's affair
}

// Always is a Counter that answers the same to all.
func Always(t testing.TB, status int, body any, open func(*testing.T, *Counter) bank.Session) *Counter {
	return NewCounter(t, &Counter{Open: open, Answer: func(Question) (int, any) { return status, body }})
}

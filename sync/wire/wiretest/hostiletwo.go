package wiretest

import (
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
)

// AnswerTwo is one way to answer a request over HTTP/2, as Answer is over HTTP/1.1: frame by
// frame, or as a server that keeps to the protocol and lies in what it carries.
type AnswerTwo struct {
	Name   string
	Kind   fault.Kind
	Reason string

	frames  func(*Two)
	handler http.HandlerFunc
}

// Serve starts a server that answers so, and returns its origin.
func (a AnswerTwo) Serve(t testing.TB, config *tls.Config) (string, *Tally) {
	t.Helper()
	if a.handler == nil {
		return RawTwo(t, config, a.frames)
	}
	server, count := ServeTwo(t, config.Clone(), a.handler)
	return server.URL, count
}

// AnswersTwo returns every hostile answer of the kit over HTTP/2. They end as Kind and Reason say
// under limits of a second or less.
func AnswersTwo() []AnswerTwo {
	all := append(floodsTwo(), stallsTwo()...)
	all = append(all, cutsTwo()...)
	all = append(all, liesTwo()...)
	return append(all, carriedTwo()...)
}

// said says frames after SETTINGS, and waits for the client to go.
func said(frames ...string) func(*Two) {
	return func(w *Two) {
		_ = w.Say(append([]string{Hello()}, frames...)...) // the client may have gone
		_, _ = io.Copy(io.Discard, w)
	}
}

// cutAfter is said, and hangs up.
func cutAfter(frames ...string) func(*Two) {
	return func(w *Two) { _ = w.Say(append([]string{Hello()}, frames...)...) }
}

// Forever says first and then more, until the client has gone, and reads what it says meanwhile.
func Forever(first, more string) func(*Two) {
	return func(w *Two) {
		go func() { _, _ = io.Copy(io.Discard, w) }() // ends with the connection
		if w.Say(Hello(), first) != nil {
			return
		}
		more := strings.Repeat(more, 1+16<<10/len(more))
		for w.Say(more) == nil {
		}
	}
}

// fine is the head of a good answer on stream 1.
func fine(more ...string) string {
	return Frame(Headers, EndHeaders, 1, Fields(append([]string{":status", "200"}, more...)...))
}

func floodsTwo() []AnswerTwo {
	unexpected := func(name string, frames func(*Two)) AnswerTwo {
		return AnswerTwo{name, fault.BankUnexpected, "wire.http", frames, nil}
	}
	field := Fields("x-"+Canary, strings.Repeat("y", 1000))
	hint := Frame(Headers, EndHeaders, 1, Fields(":status", "103", "link", "<https://evil.example>"))
	return []AnswerTwo{
		unexpected("endless headers", Forever(Frame(Headers, 0, 1, Fields(":status", "200")), Frame(Continuation, 0, 1, field))),
		unexpected("one endless header", Forever(Frame(Headers, 0, 1, Fields(":status", "200")+"\x00\x01x\x7f\xff\xff\xff\x7f"),
			Frame(Continuation, 0, 1, strings.Repeat("y", 1000)))),
		unexpected("endless answers before the answer", Forever("", hint)),
		// A field goes into HPACK's table (0x40) and is then repeated by one byte (0xbe) each.
		unexpected("headers that unpack a thousandfold", said(Frame(Headers, EndHeaders, 1,
			Fields(":status", "200")+"\x40\x01x"+length(3000)+strings.Repeat("y", 3000)+strings.Repeat("\xbe", 10_000)))),
		unexpected("endless trailers", Forever(fine()+Frame(Headers, EndStream, 1, ""), Frame(Continuation, 0, 1, field))),
	}
}

func stallsTwo() []AnswerTwo {
	offline := func(name string, frames func(*Two)) AnswerTwo { return AnswerTwo{name, fault.Offline, "", frames, nil} }
	return []AnswerTwo{
		offline("a server that says nothing", func(w *Two) { _, _ = io.Copy(io.Discard, w) }),
		offline("headers that never come", said()),
		offline("headers that drip", drippingHead),
		offline("a body that stops", said(fine("content-length", "10"), Frame(Data, 0, 1, `{"a`))),
		offline("a frame that stops", said(fine(), "\x00\x00\xff\x00\x00\x00\x00\x00\x01abc")),
	}
}

func drippingHead(w *Two) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for _, b := range []byte(Hello() + fine("x", strings.Repeat("y", 10_000))) {
		if w.Say(string([]byte{b})) != nil {
			return
		}
		<-tick.C
	}
}

func cutsTwo() []AnswerTwo {
	offline := func(name string, frames func(*Two)) AnswerTwo { return AnswerTwo{name, fault.Offline, "", frames, nil} }
	part := fine("content-length", "10") + Frame(Data, 0, 1, `{"a`)
	return []AnswerTwo{
		offline("a connection just closed", func(*Two) {}),
		offline("a connection closed after its settings", cutAfter()),
		offline("a truncated head", cutAfter(fine()[:12])),
		offline("a truncated body", cutAfter(part)),
		offline("a body without its end", cutAfter(fine(), Frame(Data, 0, 1, `{"a`))),
		offline("a body shorter than announced", said(fine("content-length", "10"), Frame(Data, EndStream, 1, `{"a`))),
		offline("an announced body that is none", said(Frame(Headers, EndHeaders|EndStream, 1, Fields(":status", "200", "content-length", "10")))),
		offline("a stream given up", said(part, Frame(Reset, 0, 1, Number(2)))),
		offline("a stream refused", said(Frame(Reset, 0, 1, Number(7)))),
		offline("a goodbye instead of an answer", said(Frame(GoAway, 0, 0, Number(0)+Number(0)))),
		offline("a goodbye within the body", cutAfter(part, Frame(GoAway, 0, 0, Number(1)+Number(0)+Canary))),
	}
}

func liesTwo() []AnswerTwo {
	unexpected := func(name string, frames ...string) AnswerTwo {
		return AnswerTwo{name, fault.BankUnexpected, "wire.http", said(frames...), nil}
	}
	head := func(fields string) string { return Frame(Headers, EndHeaders, 1, fields) }
	return []AnswerTwo{
		{"something that is no HTTP", fault.BankUnexpected, "wire.http", func(w *Two) { _ = w.Say(strings.Repeat(Canary, 1000)) }, nil},
		{"HTTP/1.1 after all", fault.BankUnexpected, "wire.http", func(w *Two) { _ = w.Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") }, nil},
		{"no settings", fault.BankUnexpected, "wire.http", func(w *Two) { _ = w.Say(fine()) }, nil},
		unexpected("settings of no length", Frame(Settings, 0, 0, "abc")),
		unexpected("a setting that is none", Frame(Settings, 0, 0, "\x00\x04\xff\xff\xff\xff")),
		unexpected("no status", head(Fields("x", "y"))),
		unexpected("a status that is none", head(Fields(":status", Canary))),
		unexpected("a status after the headers", head(Fields("x", "y", ":status", "200"))),
		unexpected("a header in capitals", head(Fields(":status", "200", "X-"+Canary, "y"))),
		unexpected("a header with a zero byte", head(Fields(":status", "200", "x", Canary+"\x00"))),
		unexpected("a header with a line break", head(Fields(":status", "200", "x", "y\r\nset-cookie: "+Canary))),
		unexpected("headers that can't be unpacked", head("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")),
		unexpected("a body before the head", Frame(Data, 0, 1, Canary)),
		unexpected("a body that nobody asked for", fine(), Frame(Data, 0, 7, Canary)),
		unexpected("a body longer than announced", fine("content-length", "1"), Frame(Data, EndStream, 1, Canary)),
		unexpected("a push", Frame(Push, EndHeaders, 1, Number(2)+Fields(":method", "GET", ":path", "/"+Canary))),
		unexpected("a frame that is too large", fine(), "\xff\xff\xff\x00\x00\x00\x00\x00\x01"),
		unexpected("more padding than frame", fine(), Frame(Data, Padded, 1, "\xffabc")),
		unexpected("a window that overflows", Frame(WindowUpdate, 0, 0, Number(1<<31-1))),
		unexpected("headers within headers", Frame(Headers, 0, 1, Fields(":status", "200")), fine()),
		unexpected("trailers with a status", fine(), Frame(Headers, EndHeaders|EndStream, 1, Fields(":status", "500"))),
		unexpected("a reset that blames the request", Frame(Reset, 0, 1, Number(1))),
	}
}

// carriedTwo are lies in what good frames carry.
func carriedTwo() []AnswerTwo {
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	}
	endless := func(length string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if length != "" {
				w.Header().Set("Content-Length", length)
			}
			chunk := []byte(strings.Repeat(Canary, 1000))
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}
	}
	return []AnswerTwo{
		{"an endless body", fault.BankUnexpected, "wire.size", nil, endless("")},
		{"a huge announced answer", fault.BankUnexpected, "wire.size", nil, endless("9000000000000")},
		{"a body that drips", fault.Offline, "", nil, drippingBody},
		{"an unasked compression", fault.BankUnexpected, "wire.encoding", nil, packed},
		{"a redirect to another host", fault.HostRefused, "wire.redirect", nil, redirect("https://evil.example/" + Canary)},
		{"a redirect on the same host", fault.BankUnexpected, "wire.redirect", nil, redirect("/" + Canary)},
	}
}

func drippingBody(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, "{")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for r.Context().Err() == nil {
		fmt.Fprint(w, " ")
		w.(http.Flusher).Flush()
		<-tick.C
	}
}

// packed answers with a gibibyte of zeros, packed a thousand to one.
func packed(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	w.(http.Flusher).Flush()
	z := gzip.NewWriter(w)
	zeros := make([]byte, 1<<20)
	for range bombMegabytes {
		if _, err := z.Write(zeros); err != nil {
			return
		}
	}
	_ = z.Close() // the client may be gone
}

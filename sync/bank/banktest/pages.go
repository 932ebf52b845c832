package banktest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/sync/bank"
)

// oddPages repeats pages and leads them astray.
func oddPages(t *testing.T, r rig) {
	if r.name != toRows {
		return
	}
	first := r.told(0)
	got := r.run(t, func(at int, _ Asked, t *Told) {
		if at > 1 {
			t.Body = first.Body
		}
	})
	r.ends(t, "the first page again and again", got)
	got = r.run(t, func(at int, _ Asked, t *Told) {
		if list := longest(t.Body); at >= 2 && list != nil {
			t.Body = bytes.Replace(t.Body, list, longest(first.Body), 1)
		}
	})
	r.ends(t, "the rows of the first page on all", got)
	r.astray(t, first)
}

// told is what the bank answers to a call, with nothing bent.
func (r rig) told(call int) Told {
	r.front.mu.Lock()
	defer r.front.mu.Unlock()
	return r.front.clean[r.calls[call].key()]
}

// ends checks that a reading ended with the bank's mistake, and soon. Pages that are days which Coffer counts can't repeat:
// what is not of them is left out.
func (r rig) ends(t *testing.T, what string, got outcome) {
	t.Helper()
	f := fault.Of(got.err)
	if r.ownDays && got.err == nil && len(rowsOf(got.pages)) <= len(rowsOf(r.clean.pages)) {
		return
	}
	if f == nil || f.Kind != fault.BankUnexpected || f.Reason != "bank.loop" || len(got.pages) > 3 {
		t.Errorf("%s: %s: %d pages, %d rows, then %v; want bank.loop", r.Name(), what, len(got.pages), len(rowsOf(got.pages)), got.err)
	}
	if len(got.pages) > 0 && !samePage(got.pages[0], r.clean.pages[0]) {
		t.Errorf("%s: %s: the page before is another", r.Name(), what)
	}
}

// astray bends the link to the next page, where a page has one: the token goes nowhere else.
func (r rig) astray(t *testing.T, first Told) {
	link := linkIn(first.Body, r.front.URL)
	if link == "" {
		return
	}
	here, err := url.Parse(strings.ReplaceAll(link, `\u0026`, "&"))
	if err != nil {
		t.Fatal(err)
	}
	rest := here.RequestURI()
	host := strings.TrimPrefix(r.front.URL, "http://")
	for _, to := range []string{
		"https://elsewhere.example" + rest, "//elsewhere.example" + rest, "http://elsewhere.example" + rest, "https://" + host + rest,
		"http://me@" + host + rest, "http://" + host + "@elsewhere.example" + rest, "http://" + host + ".elsewhere.example" + rest,
		"http://127.0.0.1:1" + rest, r.front.URL + "/other" + rest, r.front.URL + here.Path + "/../x?" + here.RawQuery, "javascript:alert(1)",
		"file:///etc/passwd?x=y", `\\elsewhere.example` + rest, "http://[::1" + rest,
	} {
		got := r.run(t, func(at int, _ Asked, t *Told) {
			if at == 1 {
				t.Body = bytes.Replace(t.Body, []byte(link), []byte(strings.ReplaceAll(fmt.Sprintf("%q", to), `"`, "")), 1)
			}
		})
		f := fault.Of(got.err)
		if f == nil || f.Kind != fault.BankUnexpected || f.Reason != "bank.next" {
			t.Errorf("%s: the next page is at %s: %d pages, then %v; want bank.next", r.Name(), to, len(got.pages), got.err)
		}
		for _, e := range r.front.Book.Entries() {
			if e.Origin != r.front.URL {
				t.Fatalf("%s: went to %s", r.Name(), e.Origin)
			}
		}
	}
}

// linkIn is the first link to a page in body as it is written there.
func linkIn(body []byte, origin string) string {
	for _, piece := range strings.Split(string(body), `"`) {
		if (strings.HasPrefix(piece, origin) || strings.HasPrefix(piece, "/")) && strings.Contains(piece, "?") {
			return piece
		}
	}
	return ""
}

// fewRows are as many as a page of a dialect that reads slowly has in manyRows.
const fewRows = 1_000

// manyRows tells a very long page, and one that is longer than any answer may be.
func manyRows(t *testing.T, r rig) {
	if r.name != toRows {
		return
	}
	count := max(r.many, fewRows)
	first := r.told(0)
	list := longest(first.Body)
	element := list[1 : bytes.Index(list, []byte("},{"))+1]
	id := r.clean.pages[0].Rows[0].SourceID
	var long bytes.Buffer
	for i := range count {
		if i > 0 {
			long.WriteByte(',')
		}
		if id == "" {
			long.Write(element)
			continue
		}
		long.Write(bytes.ReplaceAll(element, []byte(`"`+id+`"`), fmt.Appendf(nil, `"%s.%d"`, id, i)))
	}
	got := 0
	bend := func(at int, _ Asked, t *Told) {
		if at == 1 {
			t.Body = bytes.Replace(first.Body, list, append(append([]byte("["), long.Bytes()...), ']'), 1)
		}
	}
	r.front.Bend(bend)
	for page, err := range r.Transactions(t.Context(), r.front.Session(), r.front.account, r.front.window) {
		if got = len(page.Rows); got != count+len(r.clean.pages[0].Rows)-bytes.Count(list, []byte("},{"))-1 || err != nil {
			t.Errorf("%s: %d rows of a page of %d, %v", r.Name(), got, count, err)
		}
		break
	}
	w := r.front.window
	w.Most = fewRows / 2
	r.front.Bend(bend)
	for _, err := range r.Transactions(t.Context(), r.front.Session(), r.front.account, w) {
		if stopped := errors.Is(err, bank.ErrTooMany); stopped != r.stops || err != nil && !stopped {
			t.Errorf("%s: of a page of %d, where %d are wanted: %v", r.Name(), count, w.Most, err)
		}
		break
	}
	*r.cases += 2
}

package banktest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"coffer/app/fault"
)

// cutOff breaks each call off at each Cut: what came before stays, and less than all is never taken for all.
func cutOff(t *testing.T, r rig) {
	for _, n := range r.walk() {
		for _, cut := range Cuts() {
			got := r.run(t, func(at int, _ Asked, t *Told) {
				if at == n {
					t.Cut = cut
				}
			})
			what := r.Name() + " cut " + cut.String()
			kinds := []fault.Kind{fault.Offline}
			if cut == Unsaid {
				kinds = append(kinds, fault.BankUnexpected)
			}
			r.calm(t, what, n, got, kinds...)
			r.keeps(t, what, n, got)
			if r.name == toRows && cut == InBody {
				r.resumes(t, what, n, got)
			}
			one := r.name == toAccounts && len(r.calls[n-1].about(r.known)) > 0
			switch status := r.name == toProbe || r.name == toEnd; {
			case got.err != nil, got.same(r.clean) && (cut == BeforeHead || r.front.refuses(r.calls[n-1])), status && got.answer.Status == r.clean.answer.Status:
			case one && cut == Unsaid:
				r.others(t, what, n, got)
			default:
				t.Errorf("%s at call %d: less than all is taken for all", what, n)
			}
		}
		r.hangsUp(t, n)
	}
}

// hangsUp ends the connection after each answer, which says nothing.
func (r rig) hangsUp(t *testing.T, n int) {
	t.Helper()
	got := r.run(t, func(at int, _ Asked, t *Told) {
		if at >= n {
			t.Cut = AfterAnswer
		}
	})
	if !got.same(r.clean) {
		t.Errorf("%s: the bank hangs up after each answer from call %d on: %v", r.Name(), n, got.err)
	}
}

// odd is what an answer becomes.
type odd struct {
	bend func(*Told)
	fine bool // it may be read as if it were straight; else it is the bank's mistake

	later bool // it is tried on later pages too
}

// inBody returns an odd that changes the text of an answer.
func inBody(change func(string) string) func(*Told) {
	return func(t *Told) { t.Body = []byte(change(string(t.Body))) }
}

func instead(body string) odd { return odd{bend: inBody(func(string) string { return body })} }

// odds are answers with a right length that are no answer of any API, or a strange one.
func odds() map[string]odd {
	of := func(kind string) func(*Told) {
		return func(t *Told) {
			if t.Header = t.Header.Clone(); t.Header == nil {
				t.Header = http.Header{}
			}
			t.Header.Set("Content-Type", kind)
		}
	}
	return map[string]odd{
		"ends in the middle":    {bend: inBody(func(s string) string { return s[:len(s)/2] }), later: true},
		"ends a byte early":     {bend: inBody(func(s string) string { return strings.TrimSpace(s)[:len(strings.TrimSpace(s))-1] })},
		"nothing":               instead(""),
		"spaces":                instead(" \r\n"),
		"no content":            {bend: func(t *Told) { t.Status, t.Body = http.StatusNoContent, nil }, later: true},
		"a page that says 200":  {bend: func(t *Told) { t.Body = []byte("<html>" + Spilled + "</html>"); of("text/html")(t) }, later: true},
		"text/plain":            {bend: of("text/plain"), fine: true},
		"text/html around JSON": {bend: of("text/html"), fine: true},
		"a byte order mark":     {bend: inBody(func(s string) string { return "\xef\xbb\xbf" + s }), fine: true},
		"UTF-16":                {bend: inBody(func(s string) string { return "\xff\xfe" + strings.Join(strings.Split(s, ""), "\x00") })},
		"words behind it":       {bend: inBody(func(s string) string { return s + "and more" })},
		"told twice":            {bend: inBody(func(s string) string { return s + s }), later: true},
		"null":                  instead("null"),
		"a number":              instead("12"),
		"a list":                instead("[[]]"),
		"a list of nothing":     instead("[null]"),
		"true":                  instead("true"),
		"an error that is 200":  instead(`{"error":"` + Spilled + `","message":"maintenance"}`),
		"an empty object":       instead("{}"),
		"only brackets":         instead(strings.Repeat("[", 20_000)),
		"deep in brackets": {bend: inBody(func(s string) string {
			return strings.Replace(s, "{", `{"x_deep":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)+",", 1)
		}), fine: true},
		"nested a little": {bend: inBody(func(s string) string {
			return strings.Replace(s, "{", `{"x_deep":`+strings.Repeat("[", 10)+strings.Repeat("]", 10)+",", 1)
		}), fine: true},
		"bytes that are no text": {bend: inBody(func(s string) string { return strings.ReplaceAll(s, "Shop", "Sh\xff\xc3p") }), fine: true},
	}
}

// oddBodies bends the body of each answer.
func oddBodies(t *testing.T, r rig) {
	for _, n := range r.walk() {
		for name, o := range odds() {
			if r.later(n) && !o.later {
				continue
			}
			got := r.run(t, func(at int, _ Asked, t *Told) {
				if at == n && len(t.Body) > 0 {
					o.bend(t)
				}
			})
			what := r.Name() + " " + name
			r.calm(t, what, n, got, fault.BankUnexpected)
			if !o.fine {
				r.keeps(t, what, n, got)
			}
			r.lists(t, what, n, got, o.fine || r.name == toClaim && name == "ends a byte early") // an address that is cut may be one
		}
		r.notLists(t, n)
	}
}

// lists checks that an odd answer to call n is refused, or read whole where fine.
func (r rig) lists(t *testing.T, what string, n int, got outcome, fine bool) {
	t.Helper()
	if status := r.name == toProbe || r.name == toEnd; status || n > 1 && (r.name == toStands || r.name == toEnds) { // which may leave it out
		return
	}
	switch {
	case got.err != nil && r.name == toAccounts && len(r.calls[n-1].about(r.known)) > 0:
		t.Errorf("%s at call %d: it is about one account, and the others aren't told: %v", what, n, got.err)
	case got.err != nil:
	case r.name == toVisit && n > 1 && strings.Contains(got.told, "done false"): // it is looked again
	case len(r.calls[n-1].about(r.known)) > 0 && r.name == toAccounts:
		r.others(t, what, n, got)
	case !fine || len(rowsOf(got.pages)) != len(rowsOf(r.clean.pages)) || len(got.accounts) != len(r.clean.accounts):
		t.Errorf("%s at call %d (%s): taken for an answer: %d accounts, %d rows", what, n, r.calls[n-1].Path, len(got.accounts), len(rowsOf(got.pages)))
	}
}

// notLists puts what is no list in the place of the longest one.
func (r rig) notLists(t *testing.T, n int) {
	for name, inPlace := range map[string]string{"an object": "{}", "a word": `"none"`, "a number": "0", "null in it": "[null]", "a list in it": "[[]]", "a word in it": `["x"]`} {
		bent := false
		got := r.run(t, func(at int, _ Asked, t *Told) {
			list := longest(t.Body)
			if at == n && list != nil {
				bent = true
				t.Body = bytes.Replace(t.Body, list, []byte(inPlace), 1)
			}
		})
		what := r.Name() + " where a list belongs, " + name
		r.calm(t, what, n, got, fault.BankUnexpected)
		r.keeps(t, what, n, got)
		if bent {
			r.lists(t, what, n, got, false)
		}
	}
	bent := false
	got := r.run(t, func(at int, _ Asked, t *Told) {
		if at != n || longest(t.Body) == nil {
			return
		}
		bent = true
		list := longest(t.Body)
		key := bytes.LastIndexByte(bytes.TrimRight(t.Body[:bytes.Index(t.Body, list)], `":`), '"')
		name := t.Body[key:bytes.Index(t.Body, list)]
		t.Body = bytes.Replace(t.Body, append(bytes.Clone(name), list...), append(append(append(bytes.Clone(name), list...), ','), append(bytes.Clone(name), []byte("[]")...)...), 1)
	})
	if bent {
		what := r.Name() + " where a list is named twice"
		r.calm(t, what, n, got, fault.BankUnexpected)
		r.keeps(t, what, n, got)
		r.lists(t, what, n, got, true)
	}
}

// longest is the list in body with the most objects, as it stands there; nil for none.
func longest(body []byte) (list []byte) {
	most := 0
	var look func(raw json.RawMessage)
	look = func(raw json.RawMessage) {
		var object map[string]json.RawMessage
		var elements []json.RawMessage
		switch {
		case json.Unmarshal(raw, &object) == nil:
			for _, v := range object {
				look(v)
			}
		case json.Unmarshal(raw, &elements) == nil:
			if len(elements) == 0 || elements[0][0] != '{' {
				return
			}
			if len(elements) > most || len(elements) == most && len(raw) > len(list) {
				most, list = len(elements), raw
			}
			for _, e := range elements {
				look(e)
			}
		}
	}
	look(body)
	return list
}

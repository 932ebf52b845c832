package simplefin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

const (
	mostAccounts = 1000
	mostRaw      = 80  // fields of a row that are kept for the person
	longestRaw   = 500 // bytes of one kept value
)

// text is a JSON string, or a number or bool as it was written: nothing passes through a float.
type text string

// UnmarshalJSON implements json.Unmarshaler. What is neither is empty.
func (t *text) UnmarshalJSON(raw []byte) error {
	*t = ""
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || bytes.Equal(raw, []byte("null")):
		return nil
	case raw[0] == '"':
		return json.Unmarshal(raw, (*string)(t))
	}
	*t = text(raw)
	return nil
}

// moment is seconds since 1970, as told. An object or a list in its place is no absence: it is kept as what can't be read.
type moment text

func (m *moment) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && (raw[0] == '{' || raw[0] == '[') {
		*m = moment(raw[:1])
		return nil
	}
	return (*text)(m).UnmarshalJSON(raw)
}

// untold reports whether m says that there is none: it is missing, empty or zero.
func (m moment) untold() bool { return strings.Trim(string(m), "0") == "" }

// set is an account set of either version.
type set struct {
	Errors      []text       `json:"errors"`  // version 1: for a person to read
	Told        []trouble    `json:"errlist"` // version 2
	Connections []connection `json:"connections"`
	Accounts    []account    `json:"accounts"`
}

// trouble is an entry of errlist. Its prefix says what it is about: gen., con. or act.
type trouble struct {
	Code       string `json:"code"`
	Connection text   `json:"conn_id"`
	Account    text   `json:"account_id"`
}

// connection is a bank behind the bridge (version 2).
type connection struct {
	ID      text `json:"conn_id"`
	Name    text `json:"name"`
	Org     text `json:"org_id"`
	OrgName text `json:"org_name"`
	OrgURL  text `json:"org_url"`
}

type account struct {
	ID         text              `json:"id"`
	Connection text              `json:"conn_id"`
	Name       text              `json:"name"`
	Currency   text              `json:"currency"`
	Balance    text              `json:"balance"`
	Available  text              `json:"available-balance"`
	At         text              `json:"balance-date"`
	Rows       []json.RawMessage `json:"transactions"`
	Holdings   []json.RawMessage `json:"holdings"`
	Org        struct {          // version 1
		Domain text `json:"domain"`
		Name   text `json:"name"`
		Place  text `json:"sfin-url"`
		ID     text `json:"id"`
	} `json:"org"`
}

var (
	errShape = errors.New("not the shape of an account set")
	errMany  = errors.New("more accounts than a person has")
)

// readSet reads a body that is one account set and no more. Of its rows it makes nothing yet.
func readSet(body io.Reader) (set, error) {
	const op = "read an account set"
	var s set
	stream, seen := reply.NewStream(body), map[string]bool{}
	err := stream.Object(func(name string) error {
		if seen[name] {
			return errShape
		}
		if seen[name] = true; name != "accounts" {
			raw, err := stream.Value()
			if err != nil {
				return err
			}
			return s.beside(name, raw)
		}
		return stream.List(func() error {
			a, err := accountIn(stream)
			if s.Accounts = append(s.Accounts, a); len(s.Accounts) > mostAccounts {
				err = misread("simplefin.json", op, errMany)
			}
			return err
		})
	})
	if err == nil {
		err = stream.End()
	}
	if fault.Of(err) != nil {
		return set{}, err // the line's own
	}
	if err != nil || !seen["accounts"] {
		return set{}, misread("simplefin.json", op, errShape) // what else is wrong may repeat the text
	}
	for i, a := range s.Accounts {
		if a.ID == "" {
			return set{}, misread("simplefin.json", fmt.Sprintf("read account %d", i+1), errors.New("it has no id"))
		}
	}
	return s, nil
}

// beside reads what stands beside the accounts.
func (s *set) beside(name string, raw []byte) error {
	if !json.Valid(raw) || !once(raw, 2) {
		return errShape
	}
	switch name {
	case "errors":
		return json.Unmarshal(raw, &s.Errors)
	case "errlist":
		return json.Unmarshal(raw, &s.Told)
	case "connections":
		return json.Unmarshal(raw, &s.Connections)
	}
	return nil
}

// accountIn reads one account: its rows one by one, the rest at once.
func accountIn(stream *reply.Stream) (a account, err error) {
	rest, seen := []byte("{"), map[string]bool{}
	err = stream.Object(func(name string) error {
		if seen[name] {
			return errShape
		}
		seen[name] = true
		c, err := stream.Peek()
		if err != nil {
			return err
		}
		if name == "transactions" && c == '[' {
			return stream.List(func() error {
				raw, err := stream.Value()
				if err == nil && !json.Valid(raw) {
					err = errShape
				}
				a.Rows = append(a.Rows, bytes.Clone(raw))
				return err
			})
		}
		raw, err := stream.Value()
		if err != nil {
			return err
		}
		quoted, err := json.Marshal(name)
		if len(rest) > 1 {
			rest = append(rest, ',')
		}
		rest = append(append(append(rest, quoted...), ':'), raw...)
		return err
	})
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(append(rest, '}'), &a)
}

// once reports whether no object of raw, which is JSON, has a field twice, so many values deep: of two lists with one
// name one would be lost.
func once(raw json.RawMessage, deep int) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	opening, err := d.Token()
	isObject := opening == json.Delim('{')
	if deep == 0 || err != nil || !isObject && opening != json.Delim('[') {
		return true
	}
	seen := map[json.Token]bool{}
	for d.More() {
		if isObject {
			name, err := d.Token()
			if err != nil || seen[name] {
				return false
			}
			seen[name] = true
		}
		var value json.RawMessage
		if d.Decode(&value) != nil || !once(value, deep-1) {
			return false
		}
	}
	return true
}

// rows counts those of all accounts.
func (s set) rows() (n int) {
	for _, a := range s.Accounts {
		n += len(a.Rows)
	}
	return n
}

// says reports whether errlist has the code.
func (s set) says(code string) bool {
	for _, t := range s.Told {
		if t.Code == code {
			return true
		}
	}
	return false
}

// about is the code in errlist that is about a or its bank alone: the one that wants the person, if there is one.
func (s set) about(a account) (code string) {
	for _, t := range s.Told {
		own := strings.HasPrefix(t.Code, "act.") && t.Account == a.ID && (t.Connection == "" || t.Connection == a.Connection)
		bank := strings.HasPrefix(t.Code, "con.") && t.Connection != "" && t.Connection == a.Connection
		if (own || bank) && (code == "" || strings.HasSuffix(t.Code, ".auth")) {
			code = t.Code
		}
	}
	return code
}

// troubled reports whether rows of a may be missing. What version 1 says is for a person to read: it may be
// about any account.
func (s set) troubled(a account) bool {
	general := false
	for _, t := range s.Told {
		general = general || strings.HasPrefix(t.Code, "gen.")
	}
	return general || s.about(a) != "" || len(s.Told) == 0 && len(s.Errors) > 0
}

// key is what an account's id is unique within: its connection, or in version 1 its bank.
func (a account) key() string {
	for _, one := range []text{a.Connection, a.Org.Domain, a.Org.Name, a.Org.Place} {
		if one != "" {
			return string(one)
		}
	}
	return ""
}

// bankOf is what the bank of a is known by in the next setup token, too.
func (s set) bankOf(a account) string {
	for _, c := range s.Connections {
		if a.Connection != "" && c.ID == a.Connection {
			for _, one := range []text{c.Org, c.OrgURL, c.OrgName, c.Name} {
				if one != "" {
					return string(one)
				}
			}
		}
	}
	return a.key()
}

// fieldsOf are the fields of a row as they came, for the person to look at. Inner objects are left as JSON.
func fieldsOf(raw json.RawMessage) []ledger.Field {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return nil
	}
	var all []ledger.Field
	for decoder.More() && len(all) < mostRaw {
		name, err := decoder.Token()
		if err != nil {
			return all
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return all
		}
		shown := string(value)
		var t text
		if value[0] != '{' && value[0] != '[' && json.Unmarshal(value, &t) == nil {
			shown = string(t)
		}
		key, _ := name.(string)
		all = append(all, ledger.Field{Name: clip(plain(key), 100), Value: clip(plain(shown), longestRaw)})
	}
	return all
}

// plain is the bridge's text made fit to show: one line, without controls and without marks that turn the
// direction of what follows. The protocol asks for it.
func plain(s string) string {
	if reply.IsPlain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f' || r == '\ufeff':
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// clip cuts s to at most so many bytes, between two letters.
func clip(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes]
}

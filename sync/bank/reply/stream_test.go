package reply_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"coffer/app/fuzzed"
	"coffer/sync/bank/reply"
)

// told is all that a stream says of a value: lists and objects by their members, the rest as it stands.
func told(s *reply.Stream, depth int) (any, error) {
	c, err := s.Peek()
	switch {
	case err != nil:
		return nil, err
	case c == '{' && depth > 0:
		all := map[string]any{}
		err = s.Object(func(name string) (err error) {
			all[name], err = told(s, depth-1)
			return err
		})
		return all, err
	case c == '[' && depth > 0:
		all := []any{}
		err = s.List(func() error {
			one, err := told(s, depth-1)
			all = append(all, one)
			return err
		})
		return all, err
	}
	raw, err := s.Value()
	if err != nil {
		return nil, err
	}
	var value any
	return value, json.Unmarshal(raw, &value)
}

// FuzzStream holds a stream against encoding/json, however the bytes come.
func FuzzStream(f *testing.F) {
	for _, seed := range []string{
		`{"a":{"b":[{"x":1.10,"y":[true,null]},"s"]},"c":"d"}`, ` [ [ ] , { } , "" ] `, `{"a":1,}`, `{"a" 1}`, `[1,,2]`, `[`, `{"a":`, `"\"]"`,
		`[{"a":"}\\"},{"b":"\\\""}]`, `{"a":1}x`, `{1:2}`, `[]]`, `[:]`, `{"a":[}`, ``, `nul`, "{\"\x00\":1}", `{"\u0061":1}`, `{"\x":1}`,
	} {
		f.Add([]byte(seed), 2)
	}
	f.Fuzz(func(t *testing.T, body []byte, depth int) {
		fuzzed.Limit(t)
		depth = min(max(depth, 0), 20)
		var want any
		wrong := json.Unmarshal(body, &want)
		for _, from := range []io.Reader{bytes.NewReader(body), iotest.OneByteReader(bytes.NewReader(body)), iotest.DataErrReader(bytes.NewReader(body))} {
			s := reply.NewStream(from)
			got, err := told(s, depth)
			if err == nil {
				err = s.End()
			}
			if (err == nil) != (wrong == nil) || err == nil && fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("got %v, %v; want %v, %v", got, err, want, wrong)
			}
		}
	})
}

// TestALongStreamIsReadElementByElement has elements that are longer than what is read at once, and a line that breaks.
func TestALongStreamIsReadElementByElement(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	body := "[" + strings.Repeat(`{"a":"`+long+`"},`, 20) + `{"a":""}]`
	s, n := reply.NewStream(strings.NewReader(body)), 0
	err := s.List(func() error {
		raw, err := s.Value()
		if n++; n <= 20 && string(raw) != `{"a":"`+long+`"}` {
			t.Fatalf("element %d has %d bytes", n, len(raw))
		}
		return err
	})
	if err != nil || n != 21 || s.End() != nil {
		t.Errorf("%d elements, %v", n, err)
	}
	cut := errors.New("the line broke")
	s = reply.NewStream(io.MultiReader(strings.NewReader(body[:150_000]), iotest.ErrReader(cut)))
	if err := s.List(func() error { _, err := s.Value(); return err }); !errors.Is(err, cut) {
		t.Errorf("a line that broke is %v", err)
	}
}

// TestAValueWithoutEndIsNotHeld: a bank may send one until memory is full.
func TestAValueWithoutEndIsNotHeld(t *testing.T) {
	s := reply.NewStream(io.MultiReader(strings.NewReader(`{"a":"`), endless{}))
	if _, err := s.Value(); err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

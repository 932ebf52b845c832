package fdx

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"coffer/app/fault"
	"coffer/sync/bank/reply"
)

// tail is what a list says of itself beside its elements.
type tail struct {
	cursor cursor // of the page that follows; empty on the last
	total  int    // elements in all pages, 0 if not told
	count  int    // elements on this page
}

// readList reads {"page":{…},"<name>":[{…},…]}, or a bare array, one element at a time. links
// is passed over: an address in an answer is never followed (the token would go with it).
func readList(body io.Reader, name string, each func(fields) error) (tail, error) {
	stream := reply.NewStream(body)
	var t tail
	opening, err := stream.Peek()
	switch {
	case err != nil:
	case opening == '[':
		err = t.elements(stream, each)
	case opening == '{':
		err = t.envelope(stream, name, each)
	default:
		err = errShape
	}
	if err == nil {
		err = stream.End()
	}
	if err != nil {
		return tail{}, unread(err)
	}
	return t, nil
}

func (t *tail) envelope(stream *reply.Stream, name string, each func(fields) error) error {
	known := map[string]bool{}
	err := stream.Object(func(key string) error {
		if (key == name || key == "page") && known[key] {
			return errTwice
		}
		switch known[key] = true; key {
		case name:
			return t.list(stream, each)
		case "page":
			return t.page(stream)
		}
		passed, err := stream.Value()
		if err == nil && !json.Valid(passed) {
			err = errSyntax
		}
		return err
	})
	if err == nil && !known[name] && !known["page"] { // an empty list may be left out, but not both
		err = errShape
	}
	return err
}

func (t *tail) list(stream *reply.Stream, each func(fields) error) error {
	opening, err := stream.Peek()
	if err != nil {
		return err
	}
	if opening == '[' {
		return t.elements(stream, each)
	}
	if raw, err := stream.Value(); err != nil || string(raw) != "null" {
		return cmp.Or(err, errShape)
	}
	return nil
}

func (t *tail) elements(stream *reply.Stream, each func(fields) error) error {
	return stream.List(func() error {
		raw, err := stream.Value()
		if err != nil {
			return err
		}
		element, err := flatten(raw)
		if err != nil {
			return fmt.Errorf("element %d: %w", t.count+1, err)
		}
		t.count++
		if err := each(element); err != nil {
			return fmt.Errorf("element %d: %w", t.count, err)
		}
		return nil
	})
}

func (t *tail) page(stream *reply.Stream) error {
	raw, err := stream.Value()
	if err != nil || string(raw) == "null" {
		return err
	}
	page, err := flatten(raw)
	if err != nil {
		return err
	}
	t.cursor = cursorOf(page)
	if n, err := strconv.Atoi(page.first("totalElements", "total")); err == nil && n > 0 {
		t.total = n
	}
	return nil
}

// unread keeps the fault of a line that broke, and makes any other error the bank's fault.
func unread(err error) error {
	if fault.Of(err) != nil {
		return err
	}
	return misread("fdx.json", "read a list", syntax(err))
}

// readObject reads a body that is one object.
func readObject(body io.Reader) (fields, error) {
	stream := reply.NewStream(body)
	raw, err := stream.Value()
	if err != nil {
		return nil, unread(err)
	}
	f, err := flatten(raw)
	if err == nil {
		err = stream.End()
	}
	if err != nil {
		return nil, unread(err)
	}
	return f, nil
}

package fdx

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"coffer/app/fault"
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
	decoder := json.NewDecoder(body)
	decoder.UseNumber()
	var t tail
	opening, err := decoder.Token()
	if err != nil {
		return tail{}, unread(err)
	}
	switch opening {
	case json.Delim('['):
		err = t.elements(decoder, each)
	case json.Delim('{'):
		err = t.envelope(decoder, name, each)
	default:
		err = errShape
	}
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return t, nil
		} else if err == nil {
			err = errShape
		}
	}
	return tail{}, unread(err)
}

func (t *tail) envelope(decoder *json.Decoder, name string, each func(fields) error) error {
	known := map[json.Token]bool{}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		if (key == name || key == "page") && known[key] {
			return errTwice
		}
		switch known[key] = true; key {
		case name:
			err = t.list(decoder, each)
		case "page":
			err = t.page(decoder)
		default:
			var passed json.RawMessage
			err = decoder.Decode(&passed)
		}
		if err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return err
	}
	if !known[name] && !known["page"] { // an empty list may be left out, but not both
		return errShape
	}
	return nil
}

func (t *tail) list(decoder *json.Decoder, each func(fields) error) error {
	opening, err := decoder.Token()
	switch {
	case err != nil:
		return err
	case opening == nil:
		return nil
	case opening != json.Delim('['):
		return errShape
	}
	return t.elements(decoder, each)
}

// elements reads up to and with the closing bracket.
func (t *tail) elements(decoder *json.Decoder, each func(fields) error) error {
	var raw json.RawMessage
	for decoder.More() {
		if err := decoder.Decode(&raw); err != nil {
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
	}
	_, err := decoder.Token()
	return err
}

func (t *tail) page(decoder *json.Decoder) error {
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		return err
	}
	if string(raw) == "null" {
		return nil
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
	decoder := json.NewDecoder(body)
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		return nil, unread(err)
	}
	if _, err := decoder.Token(); err == nil {
		return nil, unread(errShape)
	} else if !errors.Is(err, io.EOF) {
		return nil, unread(err)
	}
	f, err := flatten(raw)
	if err != nil {
		return nil, unread(err)
	}
	return f, nil
}

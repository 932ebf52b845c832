package walk

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// form is the one form of a page.
type form struct {
	action  string
	inputs  []input
	buttons []string // values of the buttons called act
}

type input struct {
	kind, name, value, label string
	checked                  bool
}

// forward is the button that goes on: the first that is neither a no nor a way back.
func (f *form) forward() (string, bool) {
	for _, act := range f.buttons {
		if act != "deny" && act != "back" {
			return act, true
		}
	}
	return "", false
}

// readForm finds the form of a page, or nil. The demo bank writes its pages as well-formed
// XML too, so the standard decoder reads them.
func readForm(page []byte, at *url.URL) (*form, error) {
	decoder := xml.NewDecoder(bytes.NewReader(page))
	decoder.Strict = false
	decoder.AutoClose = xml.HTMLAutoClose
	decoder.Entity = xml.HTMLEntity
	var found *form
	inLabel := false
	for {
		next, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the page: %w", err)
		}
		switch t := next.(type) {
		case xml.StartElement:
			if t.Name.Local == "form" && found == nil {
				if found, err = newForm(t, at); err != nil {
					return nil, err
				}
			}
			inLabel = inLabel || t.Name.Local == "label"
			found.take(t)
		case xml.EndElement:
			if t.Name.Local == "label" {
				inLabel = false
			}
		case xml.CharData:
			if inLabel {
				found.name(string(t))
			}
		}
	}
}

func newForm(t xml.StartElement, at *url.URL) (*form, error) {
	to, err := at.Parse(attribute(t, "action"))
	if err != nil {
		return nil, fmt.Errorf("read the form's address: %w", err)
	}
	return &form{action: to.String()}, nil
}

func (f *form) take(t xml.StartElement) {
	switch {
	case f == nil:
	case t.Name.Local == "button" && attribute(t, "name") == "act":
		f.buttons = append(f.buttons, attribute(t, "value"))
	case t.Name.Local == "input":
		f.inputs = append(f.inputs, input{kind: attribute(t, "type"), name: attribute(t, "name"),
			value: attribute(t, "value"), checked: has(t, "checked")})
	}
}

// name adds text to the label of the input before it.
func (f *form) name(text string) {
	if f != nil && len(f.inputs) > 0 {
		f.inputs[len(f.inputs)-1].label += strings.TrimSpace(text) + " "
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func has(t xml.StartElement, name string) bool {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return true
		}
	}
	return false
}

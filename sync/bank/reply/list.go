package reply

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"coffer/app/fault"
)

// List is one list of an answer.
type List struct {
	Path string             // of the array in the answer: "data.transactions"
	Each func(Fields) error // called for each element, in order

	Optional bool  // it may be missing or null
	Omitted  bool  // as Optional, but the object that holds it must be there: an empty list is left out of it
	There    *bool // set to true where it is neither; may be nil
}

// Read reads one object with lists, each of which must be there unless it is optional, and returns what is beside them. An error of
// the line stays what it is; any other is a BankUnexpected.
func Read(body io.Reader, lists ...List) (Fields, error) {
	r := reader{Stream: NewStream(body), lists: lists, seen: map[string]bool{}}
	err := r.object("", 0)
	if err == nil {
		err = r.End()
	}
	for _, l := range lists {
		if err == nil && !r.seen[l.Path] && !l.Optional && !(l.Omitted && r.seen[holder(l.Path)]) {
			err = errShape // an empty list is written as one: nothing is taken for it
		}
	}
	if err != nil {
		if fault.Of(err) != nil {
			return nil, err
		}
		return nil, misread("bank.json", "read an answer", syntax(err))
	}
	return r.beside, nil
}

type reader struct {
	*Stream
	lists  []List
	seen   map[string]bool
	beside Fields
}

// object reads the object at path, whose lists may lie deeper.
func (r *reader) object(path string, depth int) error {
	if c, err := r.Peek(); err != nil || c != '{' {
		return cmp.Or(err, errShape)
	}
	return r.Object(func(name string) error { return r.member(join(path, clip(name, 100)), depth) })
}

func (r *reader) member(at string, depth int) error {
	for _, l := range r.lists {
		if l.Path == at {
			if r.seen[at] {
				return errTwice
			}
			r.seen[at] = true
			return r.elements(l)
		}
	}
	for _, l := range r.lists {
		if len(l.Path) > len(at) && l.Path[:len(at)+1] == at+"." {
			if r.seen[at] {
				return errTwice
			}
			r.seen[at] = true
			return r.object(at, depth+1)
		}
	}
	raw, err := r.Value()
	if err != nil {
		return err
	}
	w := walker{text: string(raw), each: r.beside.add, hollow: r.beside.hollow}
	return w.whole(at, depth+1)
}

// holder is the path of the object that holds the list at path.
func holder(path string) string { return path[:max(0, strings.LastIndexByte(path, '.'))] }

func (r *reader) elements(l List) error {
	c, err := r.Peek()
	if err != nil {
		return err
	}
	if c != '[' {
		raw, err := r.Value()
		if string(raw) == "null" && (l.Optional || l.Omitted) {
			return nil
		}
		return cmp.Or(err, errShape)
	}
	if l.There != nil {
		*l.There = true
	}
	n := 0
	return r.List(func() error {
		n++
		raw, err := r.Value()
		if err != nil {
			return err
		}
		f, err := flatten(raw)
		if err == nil {
			err = l.Each(f)
		}
		if err != nil {
			return fmt.Errorf("element %d: %w", n, err)
		}
		return nil
	})
}

package reply

import (
	"errors"
	"fmt"
	"io"
)

const (
	firstRead = 32 << 10
	mostValue = 16 << 20 // bytes of one value that is held whole
)

// Stream reads JSON (RFC 8259) as it comes: a list of any length takes the memory of its longest element. Its errors hold nothing
// of the text; one of the reader stays what it is.
type Stream struct {
	from   io.Reader
	text   []byte // what was read and is still needed
	at     int    // the next byte of text
	kept   int    // where in text the value begins that is being read; -1 for none
	passed int64  // bytes before text
	failed error  // of from
}

// NewStream reads from.
func NewStream(from io.Reader) *Stream {
	return &Stream{from: from, text: make([]byte, 0, firstRead), kept: -1}
}

// StreamOf reads what is in memory already.
func StreamOf(text []byte) *Stream { return &Stream{text: text, kept: -1, failed: errShort} }

// more reads on. It moves what is needed of text to its beginning.
func (s *Stream) more() error {
	if s.failed != nil {
		return s.failed
	}
	begin := s.at
	if s.kept >= 0 {
		begin = s.kept
	}
	switch {
	case begin == 0 && len(s.text) >= mostValue:
		return errLong
	case begin == 0 && len(s.text) == cap(s.text):
		s.text = append(make([]byte, 0, 2*cap(s.text)), s.text...)
	case begin > 0:
		s.text = s.text[:copy(s.text, s.text[begin:])]
		s.at, s.passed = s.at-begin, s.passed+int64(begin)
		if s.kept >= 0 {
			s.kept = 0
		}
	}
	for range 100 {
		n, err := s.from.Read(s.text[len(s.text):cap(s.text)])
		s.text = s.text[:len(s.text)+n]
		if s.failed = err; errors.Is(err, io.EOF) {
			s.failed = errShort
		}
		if n > 0 || err != nil {
			break
		}
	}
	if s.at == len(s.text) {
		if s.failed == nil {
			s.failed = io.ErrNoProgress
		}
		return s.failed
	}
	return nil
}

// Peek passes over white space and returns the byte after it.
func (s *Stream) Peek() (byte, error) {
	for {
		for ; s.at < len(s.text); s.at++ {
			switch c := s.text[s.at]; c {
			case ' ', '\t', '\n', '\r':
			default:
				return c, nil
			}
		}
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

// End is an error where anything but white space follows.
func (s *Stream) End() error {
	switch _, err := s.Peek(); {
	case err == nil:
		return errShape
	case !errors.Is(err, errShort):
		return err
	}
	return nil
}

// Object reads an object. member is called with each name, and reads what it is of.
func (s *Stream) Object(member func(name string) error) error {
	return s.members('{', '}', func() error {
		if c, err := s.Peek(); err != nil || c != '"' {
			return s.wrong(err)
		}
		quoted, err := s.Value()
		if err != nil {
			return err
		}
		w := walker{text: string(quoted)}
		name, err := w.quoted()
		if err != nil {
			return s.wrong(err)
		}
		if c, err := s.Peek(); err != nil || c != ':' {
			return s.wrong(err)
		}
		s.at++
		return member(name)
	})
}

// List reads a list. element is called for each of its values, and reads it.
func (s *Stream) List(element func() error) error { return s.members('[', ']', element) }

func (s *Stream) members(opening, closing byte, one func() error) error {
	if c, err := s.Peek(); err != nil || c != opening {
		return s.wrong(err)
	}
	s.at++
	c, err := s.Peek()
	if err != nil {
		return err
	}
	if c == closing {
		s.at++
		return nil
	}
	for {
		if err := one(); err != nil {
			return err
		}
		c, err := s.Peek()
		if err != nil {
			return err
		}
		if c != ',' && c != closing {
			return s.wrong(nil)
		}
		if s.at++; c == closing {
			return nil
		}
	}
}

// wrong is err, or that what comes next is no JSON.
func (s *Stream) wrong(err error) error {
	if err == nil || errors.Is(err, errSyntax) {
		return fmt.Errorf("byte %d: %w", s.passed+int64(s.at), errSyntax)
	}
	return err
}

// Value reads the next value whole. It looks for its end alone: Values says whether it is JSON. It is the stream's own, until the
// next read.
func (s *Stream) Value() ([]byte, error) {
	c, err := s.Peek()
	if err != nil {
		return nil, err
	}
	s.kept = s.at
	defer func() { s.kept = -1 }()
	switch c {
	case '{', '[':
		err = s.nested()
	case '"':
		err = s.quoted()
	default:
		err = s.bare()
	}
	if err != nil {
		return nil, err
	}
	return s.text[s.kept:s.at], nil
}

// nested passes over an object or a list.
func (s *Stream) nested() error {
	depth := 0
	for {
		for s.at < len(s.text) {
			switch s.text[s.at] {
			case '"':
				if err := s.quoted(); err != nil {
					return err
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			if s.at++; depth == 0 {
				return nil
			}
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// quoted passes over a string.
func (s *Stream) quoted() error {
	escaped := true // so that its first byte does not end it
	for {
		for ; s.at < len(s.text); s.at++ {
			switch c := s.text[s.at]; {
			case escaped:
				escaped = false
			case c == '"':
				s.at++
				return nil
			case c == '\\':
				escaped = true
			}
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// bare passes over a number, true, false or null, or what stands in the place of one.
func (s *Stream) bare() error {
	for {
		for ; s.at < len(s.text); s.at++ {
			switch s.text[s.at] {
			case ',', '}', ']', ':', '"', '{', '[', ' ', '\t', '\n', '\r':
				if s.at == s.kept {
					return s.wrong(nil)
				}
				return nil
			}
		}
		if err := s.more(); errors.Is(err, errShort) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

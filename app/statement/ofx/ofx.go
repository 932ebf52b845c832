// Package ofx reads OFX 1 (SGML), OFX 2 (XML) and QFX statement files.
package ofx

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app/ledger"
	"coffer/app/statement"
)

// deepest is how many elements may stand in each other; OFX itself needs a dozen.
const deepest = 64

var (
	errRoot    = errors.New("no OFX element")
	errNothing = errors.New("no statement in the file")
	errPlace   = errors.New("an element where it can't be")
	errDeep    = errors.New("elements nested too deep")
	errMany    = errors.New("too many of a kind")
	errStatus  = errors.New("the bank answered with an error")
)

// Sniff reports whether head is the start of an OFX file, with its header or without.
func Sniff(head string) bool {
	text, _ := statement.Decode(head)
	upper := strings.ToUpper(text)
	return strings.Contains(upper, "OFXHEADER") || strings.Contains(upper, "<OFX>") || strings.Contains(upper, "<OFX ")
}

// Read returns every account and movement of an OFX file. It skips a movement that it can't read
// right, and refuses the file (fault.BadFile with a Reason from Reasons) where it can't tell what
// belongs to what, where the bank put an error in place of the statements, or where the file is
// cut off. No amount is guessed: see amountIn.
func Read(ctx context.Context, raw string, o statement.Options) (statement.File, error) {
	text, encoding := statement.Decode(raw)
	r := &reader{scan: newScanner(text), options: o}
	r.file.How = statement.How{Encoding: encoding, Version: version(text)}
	if err := r.run(ctx); err != nil {
		return statement.File{}, err
	}
	r.file.Lines = r.scan.lines.at(len(text))
	return r.file, nil
}

// version returns the OFX version of the header: "102", "211", or nothing.
func version(text string) string {
	const word, most = "VERSION", 1 << 10
	head := text[:min(most, len(text))]
	if i := strings.Index(head, "<OFX>"); i >= 0 {
		head = head[:i]
	}
	if i := strings.Index(head, "<?OFX"); i >= 0 {
		head = head[i:] // not the version of XML
	}
	for {
		i := strings.Index(head, word)
		if i < 0 {
			return ""
		}
		head = strings.TrimLeft(head[i+len(word):], ` :="'`+"\t")
		n := 0
		for n < len(head) && n < 4 && head[n] >= '0' && head[n] <= '9' {
			n++
		}
		if n > 0 {
			return head[:n]
		}
	}
}

// frame is an element that is open.
type frame struct {
	entry
	name string
	at   int
}

// reader holds the state of one Read.
type reader struct {
	scan        *scanner
	options     statement.Options
	file        statement.File
	stack       []frame
	rooted      bool   // an OFX element was seen
	refused     string // code of the last error status, empty if none
	measured    int    // up to where lists were measured
	refusedLine int
	answer      answer // the status that is open
	bank        string // ORG of the bank
	now         *sheet // the statement that is open
	fields      fields // of the row or trade that is open
	inRow       tag    // row, pendingRow or trade while one is open
	days        lastDate
	arena       []ledger.Field
}

type answer struct{ code, severity string }

func (r *reader) run(ctx context.Context) error {
	const often = 4096
	t := new(token)
	for n := 0; ; n++ {
		if n%often == 0 && ctx.Err() != nil {
			return fmt.Errorf("read OFX: %w", ctx.Err())
		}
		more, err := r.scan.next(t, len(r.stack) == 0)
		if err != nil {
			return err
		}
		if !more {
			return r.finish()
		}
		if t.end {
			err = r.shut(t)
		} else {
			err = r.open(t)
		}
		if err != nil {
			return err
		}
	}
}

// open takes a start tag: an aggregate that now stands open, or a leaf with its text.
func (r *reader) open(t *token) error {
	switch {
	case len(r.stack) == 0 && t.tag != root:
		return r.refuse(t.at, "ofx.root", errRoot)
	case t.rank > 0 && t.text != "":
		return r.filled(t)
	case t.rank > 0:
		return r.push(t)
	case t.tag == unknown && t.text == "" && !t.empty && r.scan.ends(t.name):
		return r.push(t)
	}
	return r.leaf(t)
}

// filled takes an aggregate that holds text where elements must be. Some stand for their main
// leaf (<PAYEE>Miller, <CURRENCY>EUR); a movement with garbage in it is skipped; anywhere else
// nobody can tell what is lost.
func (r *reader) filled(t *token) error {
	switch t.tag {
	case payee:
		t.entry = entry{tag: name}
	case currency, original:
		t.entry = entry{tag: symbol}
	case row, pendingRow, trade:
		if err := r.push(t); err != nil {
			return err
		}
		r.fields.garbled, r.fields.memo = true, t.value()
		return nil
	default:
		return r.refuse(t.at, "ofx.text", errStray)
	}
	r.scan.skipEnd(t.name)
	return r.leaf(t)
}

// push opens an aggregate, and ends those before it that lack their end tags.
func (r *reader) push(t *token) error {
	for len(r.stack) > 0 && t.rank > 0 && r.top().rank >= t.rank {
		if err := r.pop(); err != nil {
			return err
		}
	}
	if len(r.stack) == deepest {
		return r.refuse(t.at, "ofx.deep", errDeep)
	}
	r.stack = append(r.stack, frame{t.entry, t.name, t.at})
	if err := r.begin(t); err != nil {
		return err
	}
	if t.empty {
		return r.pop()
	}
	return nil
}

// shut takes an end tag. One of a leaf, or of something that is not open, means nothing.
func (r *reader) shut(t *token) error {
	for i := len(r.stack) - 1; i >= 0; i-- {
		if r.stack[i].name != t.name {
			continue
		}
		for len(r.stack) > i {
			if err := r.pop(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) top() frame { return r.stack[len(r.stack)-1] }

// within reports whether an element of tag is open.
func (r *reader) within(t tag) bool {
	for _, f := range r.stack {
		if f.tag == t {
			return true
		}
	}
	return false
}

// finish ends the file. Rows may be missing if it stops in a list; after that only end tags are.
func (r *reader) finish() error {
	end := len(r.scan.text)
	switch {
	case !r.rooted:
		return r.refuse(0, "ofx.root", errRoot)
	case r.inRow != unknown || r.within(period) || r.within(pendingList) || r.within(positions):
		return r.refuse(end, "ofx.cut", errCut)
	}
	cut := len(r.stack) > 0
	for len(r.stack) > 0 {
		if err := r.pop(); err != nil {
			return err
		}
	}
	switch {
	case len(r.file.Statements) > 0 && cut:
		return r.unread(end, statement.NoStatement, "ofx.cut", "")
	case len(r.file.Statements) > 0:
		return nil
	case r.refused != "":
		return statement.Refuse(r.refusedLine, "ofx.status", errStatus, "code", r.refused)
	}
	return r.refuse(end, "ofx.nothing", errNothing)
}

func (r *reader) refuse(at int, reason string, err error) error {
	return r.scan.refuse(at, reason, err)
}

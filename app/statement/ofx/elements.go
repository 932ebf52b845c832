package ofx

import (
	"strings"

	"coffer/app/ledger"
	"coffer/app/statement"
)

// shortestRow is the length of a movement with little more than a date and an amount.
const shortestRow = 64

// begin notes that an aggregate opened; it stands on top of the stack already.
func (r *reader) begin(t *token) error {
	switch t.tag {
	case root:
		r.rooted = true
	case status:
		r.answer = answer{}
	case bankStatement, cardStatement, investStatement:
		if r.now != nil {
			return r.refuse(t.at, "ofx.place", errPlace)
		}
		r.now = &sheet{kind: t.tag, line: r.scan.lines.at(t.at)}
	case period:
		if r.now != nil && r.now.rows == nil {
			r.now.rows = make([]ledger.Row, 0, r.expected(t.at))
		}
	case row, pendingRow, trade:
		if r.now == nil || r.inRow != unknown {
			return r.refuse(t.at, "ofx.place", errPlace)
		}
		r.inRow = t.tag
		r.fields = fields{line: r.scan.lines.at(t.at), pending: t.tag == pendingRow, name: t.name, raw: r.fields.raw[:0]}
	case currency, original:
		r.fields.original = t.tag == original
	case positions, position:
		if r.now != nil {
			r.now.hold(t.tag, r.scan.lines.at(t.at))
		}
	case loanStatement:
		return r.unread(t.at, statement.NoStatement, "ofx.loan", "")
	}
	return nil
}

// expected returns about how many rows the list that starts at has, judged by its length and how
// dense they stand at its start. No byte is looked at twice, whatever a hostile file repeats.
func (r *reader) expected(at int) int {
	const sample, slack = 64 << 10, 16
	if at < r.measured {
		return 0
	}
	list := r.scan.text[at:]
	if i := strings.Index(list, "/BANKTRANLIST>"); i >= 0 {
		list = list[:i]
	}
	r.measured = at + len(list)
	head := list[:min(sample, len(list))]
	n := strings.Count(head, "<STMTTRN>")
	if len(list) > len(head) {
		n = n * (len(list) / 1024) / (len(head) / 1024)
		n += n / slack
	}
	return min(n, len(list)/shortestRow)
}

// pop ends the innermost aggregate.
func (r *reader) pop() error {
	f := r.top()
	r.stack = r.stack[:len(r.stack)-1]
	switch f.tag {
	case status:
		return r.endStatus(f)
	case row, pendingRow, trade:
		r.inRow = unknown
		if f.tag == trade {
			return r.skip("ofx.trade", "type", f.name)
		}
		return r.endRow()
	case bankStatement, cardStatement, investStatement:
		return r.endSheet(f)
	}
	return nil
}

// endStatus judges a STATUS. CODE 0 and every answer of severity INFO or WARN (OFX 2.3 §3.1.5)
// come with their data. An error at sign-on is the end; one of a single account leaves the others.
func (r *reader) endStatus(f frame) error {
	a := r.answer
	if strings.EqualFold(a.severity, "INFO") || strings.EqualFold(a.severity, "WARN") ||
		a.severity == "" && strings.Trim(a.code, "0") == "" {
		return nil
	}
	code := digitsOf(a.code)
	if r.within(signon) {
		return statement.Refuse(r.scan.lines.at(f.at), "ofx.status", errStatus, "code", code)
	}
	r.refused, r.refusedLine = code, r.scan.lines.at(f.at)
	return r.unread(f.at, statement.NoStatement, "ofx.status", "", "code", code)
}

// digitsOf keeps a status code a code, whatever a file puts there: it goes into an error.
func digitsOf(code string) string {
	const most = 5
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' || i == most {
			return "?"
		}
	}
	if code == "" {
		return "?"
	}
	return code
}

// leaf takes a leaf's text to where it belongs.
func (r *reader) leaf(t *token) error {
	if r.inRow != unknown {
		r.rowLeaf(t)
		return nil
	}
	in := r.top().tag
	switch t.tag {
	case amount, posted, sourceID:
		if in == period || in == pendingList {
			return r.refuse(t.at, "ofx.place", errPlace) // a row without its start tag
		}
	case statusCode:
		if in == status {
			r.answer.code = t.text
		}
	case severity:
		if in == status {
			r.answer.severity = t.text
		}
	case organization:
		if in == institution {
			r.bank = t.value()
		}
	default:
		if r.now != nil {
			r.now.leaf(in, t, r.scan.lines.at(t.at))
		}
	}
	return nil
}

// value returns t's text decoded.
func (t *token) value() string {
	if t.plain {
		return t.text
	}
	return clean(t.text)
}

// skip lists the movement that was just read as one that is not taken.
func (r *reader) skip(reason string, pairs ...string) error {
	if len(r.file.Skipped) == statement.MostSkips {
		return statement.Refuse(r.fields.line, "ofx.many", errMany)
	}
	f := &r.fields
	r.file.Skipped = append(r.file.Skipped, statement.Skip{
		Line: f.line, Statement: len(r.file.Statements), Reason: because(reason, pairs),
		Text: statement.Clip(f.date, f.shown(), f.amount),
	})
	return nil
}

// unread lists something that is no movement and was not taken.
func (r *reader) unread(at, sheet int, reason, text string, pairs ...string) error {
	return r.unreadLine(r.scan.lines.at(at), sheet, reason, text, pairs...)
}

func (r *reader) unreadLine(line, sheet int, reason, text string, pairs ...string) error {
	if len(r.file.Unread) == statement.MostSkips {
		return statement.Refuse(line, "ofx.many", errMany)
	}
	r.file.Unread = append(r.file.Unread, statement.Skip{
		Line: line, Statement: sheet, Text: statement.Clip(text), Reason: because(reason, pairs),
	})
	return nil
}

func because(reason string, pairs []string) ledger.Reason {
	why := ledger.Reason{ID: reason}
	for i := 0; i+1 < len(pairs); i += 2 {
		if why.Args == nil {
			why.Args = make(map[string]string, len(pairs)/2)
		}
		why.Args[pairs[i]] = statement.Clip(pairs[i+1])
	}
	return why
}

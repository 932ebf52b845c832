package terminal

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"coffer/app/alert"
	"coffer/app/alert/sheet"
	"coffer/app/fault"
	"coffer/app/ledger"

	"github.com/spf13/cobra"
)

func (t *terminal) scoreFile() *cobra.Command {
	var path string
	var hear bool
	c := &cobra.Command{
		Use: "score --csv FILE", Short: "measure: score the rows of a CSV file, without a vault; one line of JSON a row", Args: cobra.NoArgs,
		RunE: t.at(func(ctx context.Context, _ []string) error {
			file, err := t.Files.Open(path)
			if err != nil {
				return t.noRows(err)
			}
			defer file.Close()
			rows, err := sheet.NewReader(file)
			if err != nil {
				return t.noRows(err)
			}
			s := scoring{terminal: t, hear: hear, people: make(map[string]*scored), out: bufio.NewWriterSize(t.Out, 1<<16)}
			return errors.Join(s.all(ctx, rows), s.out.Flush())
		}),
	}
	c.Flags().StringVar(&path, "csv", "", "`file` with the columns id, customer, account, time, amount; .gz too; each customer's rows in time order")
	c.Flags().BoolVar(&hear, "feedback", false, "answer what is flagged by the column is_fraud, as a person would; no label is read otherwise")
	if err := c.MarkFlagRequired("csv"); err != nil {
		c.RunE = func(*cobra.Command, []string) error { return err }
	}
	return c
}

// noRows says why a file can't be scored.
func (t *terminal) noRows(err error) error {
	t.tell(t.Voice.T("score.no-rows", "These rows can't be scored: {{.Why}}. Nothing was changed.", "Why", err.Error()))
	return toldError{fault.With(fault.BadFile, "score the rows", err)}
}

// scoring is one run over a file.
type scoring struct {
	*terminal
	hear   bool
	people map[string]*scored
	order  []*scored
	out    *bufio.Writer
	line   []byte
}

// scored is one customer of the file, whose rows are judged by their own earlier rows alone, as the vault judges them: a day at a time.
type scored struct {
	live   *alert.Live
	day    []ledger.Transaction
	theirs map[ledger.TransactionID]bool // of the day: rows that are labelled
	err    error                         // of writing
}

var errUnsorted = errors.New("it is of an earlier day than the row of its customer before it; sort each customer's rows by time")

func (s *scoring) all(ctx context.Context, rows *sheet.Reader) error {
	for n := 0; ; n++ {
		line, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return s.end()
		}
		if err != nil {
			return s.noRows(err)
		}
		if err := s.take(&line); err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// take adds a row to its customer's day, and judges the day before it.
func (s *scoring) take(line *sheet.Line) error {
	p, t := s.people[line.Customer], line.Booked()
	if p == nil {
		p = &scored{theirs: make(map[ledger.TransactionID]bool)}
		p.live = alert.NewState().Live(alert.Known{}, func(v alert.Verdict) alert.Answer { return s.judged(p, v) })
		s.people[line.Customer], s.order = p, append(s.order, p)
	}
	if len(p.day) > 0 && t.Date != p.day[0].Date {
		if t.Date < p.day[0].Date {
			return s.noRows(fmt.Errorf("row %q: %w", line.ID, errUnsorted))
		}
		if err := p.judge(); err != nil {
			return err
		}
	}
	if p.day = append(p.day, t); s.hear && line.Fraud {
		p.theirs[t.ID] = true
	}
	return nil
}

func (p *scored) judge() error {
	p.live.Judge(p.day)
	p.day = p.day[:0]
	clear(p.theirs)
	return p.err
}

func (s *scoring) end() error {
	for _, p := range s.order {
		if err := p.judge(); err != nil {
			return err
		}
	}
	return nil
}

// judged writes what was thought of a row, and answers for the person where it is flagged.
func (s *scoring) judged(p *scored, v alert.Verdict) alert.Answer {
	if p.err == nil {
		p.err = s.write(&v)
	}
	switch {
	case !s.hear || !v.Unusual:
		return alert.Unanswered
	case p.theirs[v.Row]:
		return alert.NotMine
	}
	return alert.Mine
}

// reasonJSON is one of the largest parts of a score.
type reasonJSON struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

const reasonsShown = 3

// write prints {"id","score","flagged","reasons"}, and "alert" and "interrupts" of a row that the person is told of.
func (s *scoring) write(v *alert.Verdict) error {
	b, err := appendText(append(s.line[:0], `{"id":`...), string(v.Row))
	if err != nil {
		return err
	}
	b = strconv.AppendFloat(append(b, `,"score":`...), v.Score, 'g', -1, 64)
	b = strconv.AppendBool(append(b, `,"flagged":`...), v.Unusual)
	if v.Unusual {
		reasons := []reasonJSON{}
		for _, part := range v.Parts[:min(len(v.Parts), reasonsShown)] {
			reasons = append(reasons, reasonJSON{part.Code, s.Voice.Reason(part.Why.ID, part.Why.Args), part.Weight})
		}
		told, err := json.Marshal(reasons)
		if err != nil {
			return err
		}
		b = append(append(b, `,"reasons":`...), told...)
	}
	if v.Flagged {
		if b, err = appendText(append(b, `,"alert":`...), string(v.Alert)); err != nil {
			return err
		}
		b = strconv.AppendBool(append(b, `,"interrupts":`...), v.Level == alert.Interrupt)
	}
	s.line = append(b, "}\n"...)
	_, err = s.out.Write(s.line)
	return err
}

// appendText appends a text as JSON has it.
func appendText(b []byte, text string) ([]byte, error) {
	plain := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) < 0
	if plain {
		return append(append(append(b, '"'), text...), '"'), nil
	}
	quoted, err := json.Marshal(text)
	return append(b, quoted...), err
}

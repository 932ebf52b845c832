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
	"time"

	"coffer/app/alert/model"
	"coffer/app/alert/sheet"
	"coffer/app/fault"
	"coffer/app/money"

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
	out    *bufio.Writer
	line   []byte
}

// judge is where a row meets what judges it: by its customer's earlier rows alone.
func (s *scoring) judge(line *sheet.Line) (model.Judgement, error) {
	p := s.people[line.Customer]
	if p == nil {
		p = &scored{Person: sheet.NewPerson()}
		s.people[line.Customer] = p
	}
	if line.Row.At.Before(p.last) {
		return model.Judgement{}, errUnsorted
	}
	p.last = line.Row.At
	j := p.Judge(line.Row)
	switch flagged := j.Score >= model.Interrupt; {
	case s.hear && flagged && line.Fraud:
		p.NotMine(line.Row)
	case s.hear && flagged:
		p.Mine(line.Row)
	default:
		p.Add(line.Row)
	}
	return j, nil
}

var errUnsorted = errors.New("it is older than the row of its customer before it; sort each customer's rows by time")

// scored is one customer of the file.
type scored struct {
	*sheet.Person
	last time.Time
}

func (s *scoring) all(ctx context.Context, rows *sheet.Reader) error {
	for n := 0; ; n++ {
		line, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return s.noRows(err)
		}
		j, err := s.judge(&line)
		if err != nil {
			return s.noRows(fmt.Errorf("row %q: %w", line.ID, err))
		}
		if err := s.write(&line, j); err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// reasonJSON is one of the largest parts of a score.
type reasonJSON struct {
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Weight float64 `json:"weight"`
}

const reasonsShown = 3

// write prints {"id","score","flagged","reasons"}.
func (s *scoring) write(line *sheet.Line, j model.Judgement) error {
	b, err := appendText(append(s.line[:0], `{"id":`...), line.ID)
	if err != nil {
		return err
	}
	b = strconv.AppendFloat(append(b, `,"score":`...), j.Score, 'g', -1, 64)
	if j.Score >= model.Interrupt {
		reasons := []reasonJSON{}
		for _, part := range j.Parts[:min(len(j.Parts), reasonsShown)] {
			reasons = append(reasons, reasonJSON{part.Code, s.partText(line.Row, part), part.Weight})
		}
		told, err := json.Marshal(reasons)
		if err != nil {
			return err
		}
		b = append(append(b, `,"flagged":true,"reasons":`...), told...)
	} else {
		b = append(b, `,"flagged":false`...)
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

// partText is one part of a score in words.
func (t *terminal) partText(r model.Row, p model.Part) string {
	this, usual := strconv.FormatInt(p.This, 10), strconv.FormatInt(p.Usual, 10)
	switch p.Code {
	case model.Amount, model.AmountHere, model.AmountKind, model.Spent:
		this, usual = money.New(p.This, r.Currency).Decimal(), money.New(p.Usual, r.Currency).Decimal()
	}
	clock := fmt.Sprintf("%02d:%02d", p.This/3600, p.This/60%60)
	return t.Voice.Reason("part-"+p.Code, map[string]string{
		"this": this, "usual": usual, "times": strconv.Itoa(p.Times), "clock": clock, "currency": r.Currency,
	})
}

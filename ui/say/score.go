package say

import (
	"errors"
	"fmt"
	"strings"
)

// Score is the published table of what the alerts score on labelled histories. The figures are text, empty where a thing is not
// measured yet.
type Score struct {
	Measured string   // the day, as 2026-01-31; empty: not yet
	Sets     []string // ids of the labelled sets
	Rows     []ScoreRow
}

// ScoreRow is one measure of each set.
type ScoreRow struct {
	Measure string // id
	Figures []string
}

// What a table may be at most.
const (
	mostScore     = 4096 // bytes
	mostScoreRows = 40
	mostScoreSets = 4
	unmeasured    = "-"
)

var errScore = errors.New("no table of scores")

// ReadScore reads the table as it ships: lines of words between blanks; "measured" and the day, then "measure" and the sets, then a
// measure and its figures a line. A # begins a remark, "-" stands for what is not measured yet.
func ReadScore(text string) (s Score, err error) {
	if len(text) > mostScore {
		return s, fmt.Errorf("%w: it is too long", errScore)
	}
	var lines [][]string
	for line := range strings.SplitSeq(text, "\n") {
		if words := strings.Fields(line); len(words) > 0 && !strings.HasPrefix(words[0], "#") {
			lines = append(lines, words)
		}
	}
	switch {
	case len(lines) < 3 || len(lines) > mostScoreRows+2:
		return s, fmt.Errorf("%w: it has %d lines", errScore, len(lines))
	case len(lines[0]) != 2 || lines[0][0] != "measured":
		return s, fmt.Errorf("%w: it does not say when it was measured", errScore)
	case len(lines[1]) < 2 || len(lines[1]) > mostScoreSets+1 || lines[1][0] != "measure":
		return s, fmt.Errorf("%w: it does not name its sets", errScore)
	}
	s.Measured, s.Sets = figure(lines[0][1]), lines[1][1:]
	for _, words := range lines[2:] {
		row := ScoreRow{Measure: words[0]}
		for _, word := range words[1:] {
			if !isFigure(word) {
				return Score{}, fmt.Errorf("%w: %q is no figure", errScore, word)
			}
			row.Figures = append(row.Figures, figure(word))
		}
		if len(row.Figures) != len(s.Sets) {
			return Score{}, fmt.Errorf("%w: %s has %d figures of %d sets", errScore, row.Measure, len(row.Figures), len(s.Sets))
		}
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

func figure(word string) string {
	if word == unmeasured {
		return ""
	}
	return word
}

// isFigure reports whether word is a decimal number, of a hundred where it ends with %.
func isFigure(word string) bool {
	if word == unmeasured {
		return true
	}
	whole, fraction, dotted := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(word, unmeasured), "%"), ".")
	return whole != "" && strings.Trim(whole, "0123456789") == "" && (!dotted || fraction != "") && strings.Trim(fraction, "0123456789") == ""
}

// scorePhrases name the measures of the table, and its sets.
var scorePhrases = []phrase{
	{"handbook", "Handbook"}, {"sparkov", "Sparkov"},
	{"roc-auc", "ROC AUC"},
	{"average-precision", "Average precision"},
	{"recall-at-tenth", "Recall at 0.1 false alerts a month"},
	{"episode-recall-at-tenth", "Episodes found at 0.1 false alerts a month"},
	{"false-alerts-shipped", "False alerts a month, as it ships"},
	{"recall-shipped", "Recall, as it ships"},
	{"first-month-recall", "Recall in the first 30 days"},
	{"false-interruptions", "False interruptions a month, rules too"},
	{"feedback-fewer-false", "Fewer false alerts with your answers"},
	{"feedback-recall", "Recall with your answers"},
	{"average-precision-all-frauds", "Average precision, with what nobody can see here"},
}

// Measure names a measure of the table, or a set.
func (v *Voice) Measure(id string) string { return v.pick("score.", id, scorePhrases) }

// Figure says a figure of the table.
func (v *Voice) Figure(figure string) string {
	if figure == "" {
		return v.T("score.unmeasured", "not measured yet")
	}
	return figure
}

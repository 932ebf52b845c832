package main

import (
	"math"
	"testing"

	"coffer/app/alert/made"
	"coffer/app/alert/model"
	"coffer/app/alert/sheet"
)

// The expected figures are what the published scorer prints of the same eight rows.
func TestMeasureAgreesWithThePublishedScorer(t *testing.T) {
	day := int64(86400)
	marks := []mark{
		{score: 9, fraud: true, flagged: true, customer: 0, at: 1 * day},
		{score: 8, flagged: true, customer: 0, at: 2 * day},
		{score: 7, fraud: true, customer: 0, at: 20 * day},
		{score: 7, customer: 1, at: 0},
		{score: 5, customer: 1, at: 60 * day},
		{score: 4, fraud: true, customer: 1, at: 61 * day},
		{score: 3, customer: 0, at: 30 * day},
		{score: 12, fraud: true, customer: 0, at: 3 * day, out: true},
	}
	f := measure(marks)
	for name, c := range map[string]struct{ got, want float64 }{
		"customers": {float64(f.customers), 2}, "frauds": {float64(f.frauds), 3}, "episodes": {float64(f.episodes), 3},
		"months": {f.months, (29 + 61) / 30.44}, "auc": {f.auc, (4 + 2 + 0.5 + 1) / 12.0},
		"average precision": {f.precision, (1.0 + 2.0/4 + 3.0/6) / 3},
		"recall at one":     {f.at[1].recall, 2.0 / 3}, "recall at a half": {f.at[0.5].recall, 1.0 / 3},
		"episodes at one": {f.at[1].episodes, 2.0 / 3},
		"flagged false":   {f.flagFalse, 1 / f.months}, "flagged recall": {f.flagRecall, 1.0 / 3}, "flagged episodes": {f.flagEpisodes, 1.0 / 3},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

// invent makes people whom the weights were not fitted on: of another seed.
func invent(seed uint64, n int) set {
	s := set{name: "made", weight: 1, rare: 1}
	for _, p := range made.People(seed, n) {
		c := customer{id: p.Name}
		for _, charge := range p.Charges {
			c.lines = append(c.lines, sheet.Line{Customer: p.Name, Row: charge.Row, Fraud: charge.Theirs != "", Scenario: charge.Theirs})
		}
		s.customers = append(s.customers, c)
	}
	return s
}

func TestShippedWeightsOnPeopleTheyNeverSaw(t *testing.T) {
	w, err := model.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	all := func(customer) bool { return true }
	same := func(customer) *model.Weights { return w }
	sets := []set{invent(madeSeed+1, 80)}
	f := measure(marksOf(look(sets, never, all, same), 0, model.Interrupt))
	a := measure(marksOf(look(sets, atOnce, all, same), 0, model.Interrupt))
	t.Log(f.lines("made"))
	if f.precision < 0.5 || f.auc < 0.95 || f.flagFalse > 0.25 || f.flagEpisodes < 0.7 {
		t.Errorf("figures: %+v", f)
	}
	if a.flagFalse > f.flagFalse || a.flagRecall < f.flagRecall {
		t.Errorf("with answers: %.3f false alerts a month, recall %.3f; without: %.3f, %.3f", a.flagFalse, a.flagRecall, f.flagFalse, f.flagRecall)
	}
}

// What the trainer finds in histories whose frauds are plain, it finds again in people it did not see.
func TestTheTrainerLearns(t *testing.T) {
	s := invent(3, 24)
	o := options{first: 8, trees: 4}
	w := fit([]set{s}, o, func(string, ...any) {})
	text, err := w.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	read, err := model.ParseWeights(text)
	if err != nil {
		t.Fatal(err)
	}
	others := func(c customer) bool { return !c.fitted() }
	f := measure(marksOf(look([]set{s}, never, others, func(customer) *model.Weights { return read }), 0, model.Interrupt))
	if f.auc < 0.85 || f.precision < 10*float64(f.frauds)/float64(len(look([]set{s}, never, others, func(customer) *model.Weights { return read }))) {
		t.Errorf("figures of people not seen: AUC %.3f, average precision %.3f", f.auc, f.precision)
	}
	again, err := fit([]set{s}, o, func(string, ...any) {}).AppendText(nil)
	if err != nil || string(again) != string(text) {
		t.Error("the same rows and seed give other weights")
	}
}

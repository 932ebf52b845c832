package model_test

import (
	"slices"
	"testing"

	"coffer/app/alert/made"
	"coffer/app/alert/model"

	"pgregory.net/rapid"
)

// join lets a row join as the person's answers have it.
func join(p *model.Profile, n int, c made.Charge) {
	switch {
	case c.Theirs != "" && n%2 == 0:
		p.AddForeign(c.Row)
	case n%97 == 0:
		p.AddOwn(c.Row)
	default:
		p.Add(c.Row)
	}
}

// TestASkimmedRowTeachesTheSame skims the rows before a drawn one: of every later row the first score, and all that is asked but earlier scores,
// is what it is where none was skimmed, and so is its score once it isn't rough. A fortnight on, none is.
func TestASkimmedRowTeachesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := made.People(rapid.Uint64Range(1, 400).Draw(t, "person"), 1)[0].Charges
		rows = rows[:min(len(rows), 1500)]
		cut := rapid.IntRange(1, len(rows)-1).Draw(t, "skimmed")
		p, q, rough := model.NewProfile(), model.NewProfile(), 0
		for i, c := range rows {
			if i < cut {
				q.Skim(c.Row)
			} else if a, b := p.See(c.Row), q.See(c.Row); a.Base != b.Base || !slices.Equal(told(a.Vector), told(b.Vector)) {
				t.Fatalf("row %d after %d skimmed ones: first score %v, want %v\n%v\nwant\n%v", i, cut, b.Base, a.Base, b.Vector, a.Vector)
			} else if a, b := p.Judge(c.Row), q.Judge(c.Row); b.Rough {
				rough = i
			} else if a.Score != b.Score || len(a.Parts) != len(b.Parts) {
				t.Fatalf("row %d after %d skimmed ones: %+v, want %+v", i, cut, b, a)
			}
			join(p, i, c)
			join(q, i, c)
		}
		if rough > 0 && rows[rough].Row.At.Sub(rows[cut-1].Row.At).Hours() > 15*24 {
			t.Fatalf("row %d is rough, the last skimmed one is %d", rough, cut-1)
		}
	})
}

// told is a vector but for what it says of earlier scores, and of the row's own.
func told(v model.Vector) []int16 {
	return slices.Concat(v[:model.FirstBase], v[model.FirstTheirs:model.FirstCase], v[model.FirstCase+1:])
}

// TestTheFirstStageAsksNoScore is why a skimmed row harms the scores of a fortnight alone.
func TestTheFirstStageAsksNoScore(t *testing.T) {
	shipped, err := model.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range shipped.Stages[model.First].Nodes {
		if n.Feature >= model.FirstBase && n.Feature < model.FirstTheirs {
			t.Errorf("it asks feature %d", n.Feature)
		}
	}
}

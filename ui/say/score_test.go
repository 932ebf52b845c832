package say_test

import (
	"strings"
	"testing"

	"coffer/app/fuzzed"
	"coffer/assets"
	"coffer/ui/say"
)

func TestTheShippedTableOfScoresIsWellFormed(t *testing.T) {
	v := english(t)
	text, err := assets.FS.ReadFile("fraud-score.txt")
	if err != nil {
		t.Fatal(err)
	}
	s, err := say.ReadScore(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rows) < 5 || len(s.Sets) != 2 || !strings.Contains(string(text), "synthetic") {
		t.Errorf("the table is %+v", s)
	}
	said := map[string]bool{}
	for _, r := range s.Rows {
		if name := v.Measure(r.Measure); name == r.Measure || said[name] {
			t.Errorf("the measure %s is named %q", r.Measure, name)
		} else {
			said[name] = true
		}
	}
	for _, set := range s.Sets {
		if v.Measure(set) == set {
			t.Errorf("the set %s has no name", set)
		}
	}
}

func TestATableOfScoresIsReadOrRefused(t *testing.T) {
	const head = "measured 2026-11-27\nmeasure handbook sparkov\n"
	for name, test := range map[string]struct {
		text string
		want string // the last figure; "refused"
	}{
		"figures":              {head + "roc-auc 0.991 0.985\n", "0.985"},
		"a remark and a blank": {"# a\n\n" + head + "  # b\nroc-auc 0.991   99%\n", "99%"},
		"below nothing":        {head + "feedback -1.5% -30%", "-30%"},
		"not measured":         {head + "roc-auc 0.991 -\n", ""},
		"nothing":              {"", "refused"},
		"no day":               {"measure a b\nroc-auc 1 2\nx 1 2\n", "refused"},
		"no sets":              {"measured -\nmeasure\nx\n", "refused"},
		"too few figures":      {head + "roc-auc 0.991\n", "refused"},
		"too many figures":     {head + "roc-auc 0.991 1 2\n", "refused"},
		"a word for a figure":  {head + "roc-auc good 1\n", "refused"},
		"half a figure":        {head + "roc-auc 1. 1\n", "refused"},
		"too many rows":        {head + strings.Repeat("roc-auc 1 1\n", 41), "refused"},
		"too long":             {head + "#" + strings.Repeat("x", 5000), "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := say.ReadScore(test.text)
			switch {
			case test.want == "refused":
				if err == nil {
					t.Errorf("read as %+v", s)
				}
			case err != nil:
				t.Error(err)
			default:
				if last := s.Rows[len(s.Rows)-1].Figures; last[len(last)-1] != test.want {
					t.Errorf("read as %+v", s)
				}
			}
		})
	}
	if english(t).Figure("") != "not measured yet" {
		t.Error("what is not measured is not said to be so")
	}
}

func FuzzReadScore(f *testing.F) {
	f.Add("measured -\nmeasure handbook sparkov\nroc-auc 0.991 -\n")
	f.Add("# x\nmeasured 2026-11-27\nmeasure a\nb -1.5%\n")
	f.Fuzz(func(t *testing.T, text string) {
		fuzzed.Limit(t)
		s, err := say.ReadScore(text)
		if err != nil {
			return
		}
		for _, r := range s.Rows {
			if len(r.Figures) != len(s.Sets) {
				t.Errorf("%d figures of %d sets", len(r.Figures), len(s.Sets))
			}
		}
	})
}

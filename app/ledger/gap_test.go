package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/ledger"
)

func TestGapsAfterARead(t *testing.T) {
	refused := ledger.Gap{From: 10, To: 20, Why: ledger.GapRefused, At: readAt}
	partial := ledger.Gap{From: 30, To: 40, Why: ledger.GapPartial, At: readAt}
	row := ledger.Row{Line: 1}
	tests := map[string]struct {
		batch ledger.Batch
		found []ledger.Gap
		want  string
	}{
		"nothing read, nothing changes":                 {ledger.Batch{}, nil, "0:10-20 1:30-40"},
		"a complete read closes its days":               {ledger.Batch{From: 5, To: 25, Complete: true}, nil, "1:30-40"},
		"but the last, which some banks leave out":      {ledger.Batch{From: 5, To: 20, Complete: true}, nil, "0:20-20 1:30-40"},
		"in the middle it leaves two":                   {ledger.Batch{From: 33, To: 36, Complete: true}, nil, "0:10-20 1:30-32 1:36-40"},
		"a read in part closes none":                    {ledger.Batch{From: 5, To: 50}, nil, "0:10-20 1:30-40"},
		"a file closes none":                            {ledger.Batch{From: 5, To: 50, Complete: true, Rows: []ledger.Row{row}}, nil, "0:10-20 1:30-40"},
		"what is found is the newer word":               {ledger.Batch{}, []ledger.Gap{{From: 15, To: 30, Why: ledger.GapPartial, At: readAt}}, "0:10-14 1:15-40"},
		"neighbours of a kind are one":                  {ledger.Batch{}, []ledger.Gap{{From: 21, To: 22, At: readAt}}, "0:10-22 1:30-40"},
		"a read that is complete but for what it found": {ledger.Batch{From: 30, To: 41, Complete: true}, []ledger.Gap{{From: 35, To: 36, Why: ledger.GapPartial, At: readAt}}, "0:10-20 1:35-36"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, g := range ledger.GapsAfter([]ledger.Gap{refused, partial}, test.batch, test.found) {
				got += fmt.Sprintf(" %d:%d-%d", g.Why, g.From, g.To)
			}
			if got != " "+test.want {
				t.Errorf("got%s, want %s", got, test.want)
			}
		})
	}
}

// TestDaysThatFilesTellAreNoGap, but for the first and the last of files that touch.
func TestDaysThatFilesTellAreNoGap(t *testing.T) {
	gaps := []ledger.Gap{{From: 10, To: 20, Why: ledger.GapRefused, At: readAt}, {From: 30, To: 40, Why: ledger.GapPartial, At: readAt}}
	for name, test := range map[string]struct {
		files []ledger.Span
		want  string
	}{
		"none":                {nil, "10-20 30-40"},
		"over both":           {[]ledger.Span{{From: 5, To: 45}}, ""},
		"from the day before": {[]ledger.Span{{From: 9, To: 21}}, "30-40"},
		"from the first day":  {[]ledger.Span{{From: 10, To: 20}}, "10-10 20-20 30-40"},
		"in the middle":       {[]ledger.Span{{From: 33, To: 36}}, "10-20 30-33 36-40"},
		"two that touch":      {[]ledger.Span{{From: 35, To: 41}, {From: 9, To: 34}}, ""},
		"two that touch, the first made on its last day":     {[]ledger.Span{{From: 9, To: 34, Cut: true}, {From: 35, To: 41}}, "34-35"},
		"and another one that was made later":                {[]ledger.Span{{From: 9, To: 34, Cut: true}, {From: 12, To: 34}, {From: 35, To: 41}}, ""},
		"two that share the day on which the first was made": {[]ledger.Span{{From: 9, To: 34, Cut: true}, {From: 34, To: 41}}, ""},
		"two that share a day":                               {[]ledger.Span{{From: 9, To: 35}, {From: 35, To: 41}}, ""},
		"two with a day between":                             {[]ledger.Span{{From: 9, To: 34}, {From: 36, To: 41}}, "34-36"},
		"one within another":                                 {[]ledger.Span{{From: 9, To: 41}, {From: 12, To: 13}}, ""},
		"of one day, and of two":                             {[]ledger.Span{{From: 15, To: 15}, {From: 35, To: 36}}, "10-20 30-40"},
		"of days without a gap":                              {[]ledger.Span{{From: 21, To: 30}}, "10-20 30-40"},
	} {
		got := ""
		for _, g := range ledger.Filled(gaps, test.files) {
			got += fmt.Sprintf(" %d-%d", g.From, g.To)
		}
		if strings.TrimSpace(got) != test.want {
			t.Errorf("%s: got%s, want %s", name, got, test.want)
		}
	}
}

// TestGapsAreTheDaysThatWereFoundLackingAndNotReadSince holds GapsAfter against a list of days.
func TestGapsAreTheDaysThatWereFoundLackingAndNotReadSince(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var gaps []ledger.Gap
		days := map[ledger.Date]ledger.GapWhy{}
		for range rapid.IntRange(1, 12).Draw(rt, "reads") {
			from := ledger.Date(rapid.IntRange(0, 60).Draw(rt, "from"))
			b := ledger.Batch{From: from, To: from + ledger.Date(rapid.IntRange(1, 20).Draw(rt, "days")), Complete: rapid.Bool().Draw(rt, "complete")}
			var found []ledger.Gap
			if b.Complete {
				for day := b.From; day < b.To; day++ {
					delete(days, day)
				}
			} else {
				g := ledger.Gap{From: b.From, To: b.To, Why: ledger.GapWhy(rapid.IntRange(0, 1).Draw(rt, "why")), At: readAt}
				found = append(found, g)
				for day := g.From; day <= g.To; day++ {
					days[day] = g.Why
				}
			}
			gaps = ledger.GapsAfter(gaps, b, found)
		}
		n := 0
		for i, g := range gaps {
			if i > 0 && gaps[i-1].To >= g.From {
				rt.Fatalf("%v overlap or are out of order", gaps)
			}
			for day := g.From; day <= g.To; day++ {
				n++
				if why, lacks := days[day]; !lacks || why != g.Why {
					rt.Fatalf("day %d in %v, want %v", day, gaps, days)
				}
			}
		}
		if n != len(days) {
			rt.Fatalf("%d days in %v, want %v", n, gaps, days)
		}
	})
}

package terminal

import (
	"slices"
	"strings"
	"testing"
)

func TestARowOfSeveralPairsIsNamedWithItsOther(t *testing.T) {
	transfers := []pairIDs{{"aaaa-out1", "bbbb-in01", true}, {"aaaa-out1", "bbbb-in02", true}, {"aaaa-out2", "bbbb-in01", true}, {"aaaa-out3", "bbbb-in03", true}}
	reviews := []pairIDs{{one: "row-1", other: "row-0"}, {one: "row-2", other: "row-1"}, {one: "row-2", other: "row-0"}, {one: "row-4", other: "row-3"}}
	for name, c := range map[string]struct {
		pairs []pairIDs
		words string
		want  []int
		error string
	}{
		"out and in":                 {pairs: transfers, words: "aaaa-out1 bbbb-in02", want: []int{1}},
		"in and out, by their ends":  {pairs: transfers, words: "in01 out2", want: []int{2}},
		"one that is in no other":    {pairs: transfers, words: "in03 aaaa-out2", want: []int{3, 2}},
		"two pairs, whole":           {pairs: transfers, words: "out1 in01 out3 in03", want: []int{0, 3}},
		"a row of two alone":         {pairs: transfers, words: "aaaa-out1", error: "2 of them have the row"},
		"a row of two, and a third":  {pairs: transfers, words: "aaaa-out1 bbbb-in03", error: "name both rows"},
		"a review by its later row":  {pairs: reviews, words: "row-1", want: []int{0}},
		"a review of two, with both": {pairs: reviews, words: "row-2 row-0", want: []int{2}},
		"a review of two, alone":     {pairs: reviews, words: "row-2", error: "2 of them have the row"},
		"two reviews by one row":     {pairs: reviews, words: "row-4 row-1", want: []int{3, 0}},
		"the first row alone":        {pairs: reviews, words: "row-3", error: "none of them is called"},
		"nothing such":               {pairs: reviews, words: "row-1 odd", error: `none of them is called "odd"`},
		"too short":                  {pairs: transfers, words: "ut2", error: "none of them is called"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pickPairs(c.pairs, strings.Fields(c.words), "coffer review")
			if c.error != "" {
				if err == nil || !strings.Contains(err.Error(), c.error) {
					t.Errorf("took %v, %v", got, err)
				}
			} else if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("took %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

package part_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"coffer/ui/part"
)

func TestNiceTicks(t *testing.T) {
	for name, c := range map[string]struct {
		low, high int64
		want      int
		ticks     []int64
	}{
		"a net worth of 69 thousand":     {0, 69112_95, 5, []int64{0, 20000_00, 40000_00, 60000_00, 80000_00}},
		"a charge of 612":                {0, 612_40, 4, []int64{0, 250_00, 500_00, 750_00}},
		"a balance that goes below zero": {-300_00, 900_00, 5, []int64{-500_00, 0, 500_00, 1000_00}},
		"debts only":                     {-80, -10, 5, []int64{-80, -60, -40, -20, 0}},
		"nothing":                        {0, 0, 5, []int64{0, 1}},
		"one cent":                       {0, 1, 5, []int64{0, 1}},
		"two ticks for a low chart":      {0, 69112_95, 2, []int64{0, 100000_00}},
		"a round value ends the axis":    {0, 100, 5, []int64{0, 25, 50, 75, 100}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := part.NiceTicks(c.low, c.high, c.want); !slices.Equal(got, c.ticks) {
				t.Errorf("got %v, wants %v", got, c.ticks)
			}
		})
	}
}

func TestNiceTicksCoverTheValuesInEqualRoundSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low, high := rapid.Int64Range(-1e15, 1e15).Draw(t, "low"), rapid.Int64Range(-1e15, 1e15).Draw(t, "high")
		if low > high {
			low, high = high, low
		}
		want := rapid.IntRange(2, 8).Draw(t, "want")
		ticks := part.NiceTicks(low, high, want)
		if ticks[0] > low || ticks[len(ticks)-1] < high {
			t.Fatalf("%v don't cover %d to %d", ticks, low, high)
		}
		if !slices.Contains(ticks, 0) {
			t.Fatalf("no 0 in %v", ticks)
		}
		if len(ticks) > want+1 {
			t.Fatalf("%d ticks where %d were wanted", len(ticks), want)
		}
		step := ticks[1] - ticks[0]
		for i := 1; i < len(ticks); i++ {
			if ticks[i]-ticks[i-1] != step {
				t.Fatalf("uneven steps in %v", ticks)
			}
		}
		for step%10 == 0 {
			step /= 10
		}
		if !slices.Contains([]int64{1, 2, 25, 5}, step) {
			t.Fatalf("the step ends in %d", step)
		}
	})
}

package consent_test

import (
	"testing"
	"time"

	"coffer/app/consent"

	"pgregory.net/rapid"
)

func TestAQuotaCountsTheLast24Hours(t *testing.T) {
	l := consent.Limits{Reads: 3, Alone: 2}
	day := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return day.Add(time.Duration(minutes) * time.Minute) }
	const hour = 60
	for name, c := range map[string]struct {
		spent []int // minutes at which a request is made
		now   int
		left  int
		until int // minutes; 0: none
	}{
		"nothing spent":                    {nil, 0, 3, 0},
		"some":                             {[]int{0, 1}, 2, 1, 0},
		"all":                              {[]int{0, 1, 2}, 11, 0, 24*hour + 1},
		"past midnight":                    {[]int{0, 1, 2}, 13 * hour, 0, 24*hour + 1},
		"the first one's minute":           {[]int{0, 60, 120}, 24 * hour, 0, 24*hour + 1},
		"a minute later":                   {[]int{0, 60, 120}, 24*hour + 1, 1, 0},
		"a refused one costs nothing":      {[]int{0, 60, 120, 180, 240}, 24*hour + 1, 1, 0},
		"a week later":                     {[]int{0, 1, 2}, 7 * 24 * hour, 3, 0},
		"the clock goes back an hour":      {[]int{0, 1, 2}, -60, 0, 24*hour + 1},
		"and it is put right":              {[]int{0, 1, 2, -60}, 60, 0, 24*hour + 1},
		"ten years":                        {[]int{0, 1, 2}, -87_600 * hour, 0, -87_600*hour + 24*hour + 1},
		"ten years, and a day on from it":  {[]int{0, 1, 2, -87_600 * hour}, -87_600*hour + 24*hour, 0, -87_600*hour + 24*hour + 1},
		"ten years, and a minute after it": {[]int{0, 1, 2, -87_600 * hour}, -87_600*hour + 24*hour + 1, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var q consent.Quota
			for _, minutes := range c.spent {
				q, _ = q.Request(l, at(minutes))
			}
			left, until := q.Left(l, at(c.now)), time.Time{}
			if c.until != 0 {
				until = at(c.until)
			}
			if left.Reads != c.left || left.Alone != 2 || !left.Until.Equal(until) {
				t.Errorf("%+v is left, want %d until %v", left, c.left, until)
			}
		})
	}
	if left := (consent.Quota{}).Left(consent.Limits{}, day); left.Reads >= 0 || left.Alone >= 0 {
		t.Error("a limit where the bank sets none")
	}
	var q consent.Quota
	for range 5000 {
		q, _ = q.Request(consent.Limits{Reads: 4000}, day)
		day = day.Add(10 * time.Second)
	}
	if left := q.Left(consent.Limits{Reads: 4000}, day); left.Reads != 0 || len(q.Reads) > 97 {
		t.Errorf("of a large quota %d are left, kept in %d parts", left.Reads, len(q.Reads))
	}
}

// TestAQuotaIsNeverExceeded draws lives of a clock that goes on and goes back: in no 24 hours as they
// really passed are there more requests than the bank allows, or more reads of an account alone.
func TestAQuotaIsNeverExceeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := consent.Limits{Reads: rapid.IntRange(1, 6).Draw(t, "reads"), Alone: rapid.IntRange(1, 4).Draw(t, "alone")}
		var q consent.Quota
		now, behind := time.Unix(rapid.Int64Range(0, 2e9).Draw(t, "start"), 0).UTC(), time.Duration(0)
		asked := map[string][]time.Time{}
		took := func(what string, limit int) {
			asked[what] = append(asked[what], now)
			if n := len(asked[what]); n > limit && now.Sub(asked[what][n-1-limit]) < 24*time.Hour {
				t.Fatalf("%s: %d within %v", what, limit+1, now.Sub(asked[what][n-1-limit]))
			}
		}
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			ok := false
			switch rapid.IntRange(0, 6).Draw(t, "step") {
			case 0, 1:
				now = now.Add(time.Duration(rapid.IntRange(1, 30*3600).Draw(t, "seconds")) * time.Second)
			case 2:
				behind += time.Duration(rapid.IntRange(1, 200*3600).Draw(t, "back")) * time.Second
			case 3, 4:
				if q, ok = q.Request(l, now.Add(-behind)); ok {
					took("requests", l.Reads)
				}
			default:
				account := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "account")
				if q, ok = q.ReadAlone(l, now.Add(-behind), account); ok {
					took("account "+account, l.Alone)
				}
			}
		}
	})
}

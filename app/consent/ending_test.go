package consent_test

import (
	"testing"
	"time"

	"coffer/app/consent"

	"pgregory.net/rapid"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestAnEndIsAnnounced at 14, 7 and 1 days by the person's own calendar.
func TestAnEndIsAnnounced(t *testing.T) {
	berlin, auckland, la, utc := zone(t, "Europe/Berlin"), zone(t, "Pacific/Auckland"), zone(t, "America/Los_Angeles"), time.UTC
	for name, c := range map[string]struct {
		ends, now string // RFC 3339
		in        *time.Location
		want      consent.Ending
	}{
		"fifteen days":                         {"2026-12-01T09:00:00Z", "2026-11-16T23:59:59Z", utc, consent.Ending{Days: 15}},
		"fourteen, from midnight on":           {"2026-12-01T09:00:00Z", "2026-11-17T00:00:00Z", utc, consent.Ending{Days: 14, At: 14}},
		"eight":                                {"2026-12-01T09:00:00Z", "2026-11-23T12:00:00Z", utc, consent.Ending{Days: 8, At: 14}},
		"seven":                                {"2026-12-01T09:00:00Z", "2026-11-24T12:00:00Z", utc, consent.Ending{Days: 7, At: 7}},
		"two":                                  {"2026-12-01T09:00:00Z", "2026-11-29T23:59:59Z", utc, consent.Ending{Days: 2, At: 7}},
		"tomorrow, over the end of a month":    {"2026-12-01T09:00:00Z", "2026-11-30T00:00:00Z", utc, consent.Ending{Days: 1, At: 1}},
		"today":                                {"2026-12-01T09:00:00Z", "2026-12-01T08:59:59Z", utc, consent.Ending{Days: 0, At: 1}},
		"over":                                 {"2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z", utc, consent.Ending{Days: 0, Over: true}},
		"long over":                            {"2026-12-01T09:00:00Z", "2026-12-31T09:00:00Z", utc, consent.Ending{Days: -30, Over: true}},
		"over the end of February":             {"2027-03-01T00:00:00Z", "2027-02-15T00:00:00Z", utc, consent.Ending{Days: 14, At: 14}},
		"over the end of February, leap year":  {"2028-03-01T00:00:00Z", "2028-02-15T00:00:00Z", utc, consent.Ending{Days: 15}},
		"over the end of the year":             {"2027-01-03T00:00:00Z", "2026-12-27T00:00:00Z", utc, consent.Ending{Days: 7, At: 7}},
		"clocks go back in between: 169 hours": {"2026-10-28T00:30:00+01:00", "2026-10-21T00:30:00+02:00", berlin, consent.Ending{Days: 7, At: 7}},
		"clocks go forward: 167 hours":         {"2027-03-31T00:30:00+02:00", "2027-03-24T00:30:00+01:00", berlin, consent.Ending{Days: 7, At: 7}},
		"the day with 25 hours itself":         {"2026-10-25T23:30:00+01:00", "2026-10-25T00:30:00+02:00", berlin, consent.Ending{Days: 0, At: 1}},
		"tomorrow in Auckland":                 {"2026-12-01T12:00:00Z", "2026-12-01T10:30:00Z", auckland, consent.Ending{Days: 1, At: 1}},
		"today in Los Angeles":                 {"2026-12-02T06:00:00Z", "2026-12-01T10:00:00Z", la, consent.Ending{Days: 0, At: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			ends, err := time.Parse(time.RFC3339, c.ends)
			now, wrong := time.Parse(time.RFC3339, c.now)
			if err != nil || wrong != nil {
				t.Fatal(err, wrong)
			}
			if got := consent.EndingOf(ends.UTC(), now.In(c.in)); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	if got := consent.EndingOf(time.Time{}, time.Now()); got.Due() || got != (consent.Ending{}) {
		t.Errorf("a consent without an end: %+v", got)
	}
}

// TestEachNoticeComesOnceWhateverTheClockDoes walks a clock that sleeps, jumps ahead and goes back, and a
// person who puts away whatever is told: at each of 14, 7 and 1 days they are told once at most, and a
// consent that is over is always told.
func TestEachNoticeComesOnceWhateverTheClockDoes(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "Australia/Lord_Howe"), zone(t, "America/Los_Angeles")}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(zones).Draw(t, "zone")
		ends := time.Unix(rapid.Int64Range(1767225600, 1893456000).Draw(t, "ends"), 0).UTC()
		now := ends.Add(-time.Duration(rapid.IntRange(0, 60*24).Draw(t, "before")) * time.Hour).In(in)
		var away consent.Noticed
		told := map[int]int{}
		for range rapid.IntRange(1, 60).Draw(t, "looks") {
			now = now.Add(time.Duration(rapid.IntRange(-30, 96).Draw(t, "hours")) * time.Hour)
			e := consent.EndingOf(ends, now)
			if e.Over != !now.Before(ends) || e.Over && !e.Due() {
				t.Fatalf("%+v at %v", e, now)
			}
			if want := e.Days <= 14; !e.Over && e.Due() != want {
				t.Fatalf("%+v: due %v", e, e.Due())
			}
			if !e.Due() || away.Covers(ends, e) {
				if e.Over {
					t.Fatal("an end that came is not told")
				}
				continue
			}
			if !e.Over {
				told[e.At]++
				away = consent.Noticed{Ends: ends, At: e.At}
			}
		}
		for at, n := range told {
			if n > 1 || at != 14 && at != 7 && at != 1 {
				t.Fatalf("told %d times at %d", n, at)
			}
		}
		if away.Covers(ends.AddDate(0, 3, 0), consent.Ending{At: 14}) {
			t.Fatal("a renewed consent is not told of")
		}
	})
}

// TestALinkEndsWithItsCertificate, if that ends first, whatever the bank says.
func TestALinkEndsWithItsCertificate(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }
	for _, test := range []struct{ certified, bank, want time.Time }{
		{time.Time{}, day(9), day(9)}, {time.Time{}, time.Time{}, time.Time{}}, {day(5), day(9), day(5)}, {day(5), day(3), day(3)}, {day(5), time.Time{}, day(5)},
	} {
		l := consent.Link{Certified: test.certified}
		if l.Until(test.bank); !l.Expires.Equal(test.want) {
			t.Errorf("certified until %v, by the bank until %v: ends %v", test.certified, test.bank, l.Expires)
		}
	}
}

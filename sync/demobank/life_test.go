package demobank_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"coffer/sync/demobank"
)

const aSeed = 7

var accounts = []int{demobank.Everyday, demobank.Reserve, demobank.Card}

// someLives are lives to draw from: writing one is the dear part. Their first days fall on
// every day of the week and of the month, and over leap years.
func someLives() []drawn {
	var all []drawn
	for i := range 31 {
		born := firstDay.Truncate(24*time.Hour).AddDate(0, 0, (i-15)*31)
		all = append(all, drawn{demobank.NewLife(uint64(i)*7919+1, born), born})
	}
	return all
}

type drawn struct {
	life demobank.Life
	born time.Time
}

func TestLives(t *testing.T) {
	lives := someLives()
	for claim, check := range map[string]func(*rapid.T, demobank.Life, time.Time){
		"a life has three years and some thousand rows": threeYears,
		"balances are the sum of the rows":              balancesAreSums,
		"no account is ever overdrawn":                  neverOverdrawn,
		"four to six rows are pending on the first day": fourToSixPending,
		"the story is there to be found":                storyIsThere,
		"Lumen Video goes up once, near the end":        lumenGoesUp,
		"what was booked stays as it was":               pastStays,
	} {
		t.Run(claim, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				d := rapid.SampledFrom(lives).Draw(t, "life")
				check(t, d.life, d.born)
			})
		})
	}
}

func threeYears(t *rapid.T, l demobank.Life, born time.Time) {
	rows, oldest := 0, born
	for _, on := range accounts {
		seen := l.At(on, born.Add(12*time.Hour))
		rows += len(seen)
		if last := seen[len(seen)-1].At; last.Before(oldest) {
			oldest = last
		}
	}
	if rows < 3000 || rows > 4000 {
		t.Fatalf("%d rows", rows)
	}
	if !oldest.Truncate(24 * time.Hour).Equal(born.AddDate(-3, 0, 0)) {
		t.Fatalf("oldest row %v, first day %v", oldest, born)
	}
}

func balancesAreSums(t *rapid.T, l demobank.Life, born time.Time) {
	now := born.Add(time.Duration(rapid.IntRange(-1000*24*60, 60*24*60).Draw(t, "minute")) * time.Minute)
	on := rapid.SampledFrom(accounts).Draw(t, "account")
	var booked, holds int64
	for _, s := range l.At(on, now) {
		if s.Booked {
			booked += s.Cents
		} else {
			holds += s.Cents
		}
	}
	if gotBooked, gotHolds := l.Sums(on, now); gotBooked != booked || gotHolds != holds {
		t.Fatalf("account %d: %d and %d, rows give %d and %d", on, gotBooked, gotHolds, booked, holds)
	}
}

func neverOverdrawn(t *rapid.T, l demobank.Life, born time.Time) {
	now := born.AddDate(0, 0, rapid.IntRange(-1090, 90).Draw(t, "days")).Add(23 * time.Hour)
	if booked, holds := l.Sums(demobank.Everyday, now); booked+holds < 0 {
		t.Fatalf("everyday %d at %v", booked+holds, now)
	}
	if booked, holds := l.Sums(demobank.Card, now); booked+holds < -9_000_00 {
		t.Fatalf("card %d at %v", booked+holds, now)
	}
}

func fourToSixPending(t *rapid.T, l demobank.Life, born time.Time) {
	now := born.Add(time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "minute")) * time.Minute)
	pending := 0
	for _, on := range accounts {
		for _, s := range l.At(on, now) {
			if !s.Booked {
				pending++
			}
		}
	}
	if pending < 4 || pending > 6 {
		t.Fatalf("%d pending at %v", pending, now)
	}
}

func pastStays(t *rapid.T, l demobank.Life, born time.Time) {
	now := born.AddDate(0, 0, rapid.IntRange(-300, 30).Draw(t, "days")).Add(9 * time.Hour)
	later := now.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "later"))
	on := rapid.SampledFrom(accounts).Draw(t, "account")
	upTo := func(rows []demobank.Seen) []demobank.Seen {
		return slices.DeleteFunc(rows, func(s demobank.Seen) bool { return !s.Booked || s.At.After(now) })
	}
	if after := upTo(l.At(on, later)); !slices.Equal(upTo(l.At(on, now)), after) {
		t.Fatalf("what was booked on account %d by %v is not so any more at %v", on, now, later)
	}
}

// Writing later days moves nothing before them, and a second start writes the same.
func TestThePastNeverChanges(t *testing.T) {
	for days := -40; days <= 40; days += 20 {
		short, long := demobank.NewLife(aSeed, firstDay), demobank.NewLife(aSeed, firstDay)
		now := firstDay.AddDate(0, 0, days)
		for _, on := range accounts {
			before := short.At(on, now)
			_ = long.At(on, now.AddDate(0, 0, 35))
			if !slices.Equal(before, long.At(on, now)) {
				t.Fatalf("account %d differs once later days are written", on)
			}
		}
	}
}

func TestTwoSeedsAreTwoLives(t *testing.T) {
	one, other := demobank.NewLife(1, firstDay), demobank.NewLife(2, firstDay)
	if slices.Equal(one.At(demobank.Everyday, firstDay), other.At(demobank.Everyday, firstDay)) {
		t.Fatal("the seed changes nothing")
	}
}

// duplicates counts pairs of booked charges of 5.00 or more, at one payee, of one amount,
// within 48 hours.
func duplicates(rows []demobank.Seen, since time.Time) int {
	n := 0
	rows = slices.DeleteFunc(slices.Clone(rows), func(s demobank.Seen) bool { return s.At.Before(since.AddDate(0, 0, -4)) })
	for i, a := range rows {
		for _, b := range rows[i+1:] {
			if a.Booked && b.Booked && a.Payee == b.Payee && a.Cents == b.Cents && a.Cents <= -5_00 &&
				a.Done.Sub(b.Done).Abs() <= 48*time.Hour && a.At.After(since) {
				n++
			}
		}
	}
	return n
}

func storyIsThere(t *rapid.T, l demobank.Life, born time.Time) {
	now := born.Add(12 * time.Hour)
	twoWeeks := now.AddDate(0, 0, -14)
	everyday, card := l.At(demobank.Everyday, now), l.At(demobank.Card, now)
	if n := duplicates(everyday, twoWeeks); n != 1 {
		t.Fatalf("%d exact duplicates in two weeks", n)
	}
	test, large := only(t, card, "QX Services"), only(t, card, "Voltbay Electronics")
	if test.Cents != -1_00 || large.Cents != -612_40 || large.Done.Sub(test.Done) != 41*time.Minute || !test.Booked || !large.Booked {
		t.Fatalf("card test: %+v then %+v", test, large)
	}
	grocer := at(everyday, "Green Leaf Grocer")
	most := slices.MinFunc(grocer, func(a, b demobank.Seen) int { return int(a.Cents - b.Cents) })
	if most.Cents != -412_86 || most.At.Before(twoWeeks) {
		t.Fatalf("unusual amount: %+v", most)
	}
	for _, s := range grocer {
		if s != most && s.Cents < -96_00 {
			t.Fatalf("a usual visit costs %d", s.Cents)
		}
	}
	gym := at(card, "Peak Gym")
	if pause := gym[0].Done.Sub(gym[1].Done); pause < 90*24*time.Hour || gym[0].At.Before(twoWeeks) {
		t.Fatalf("charged after cancelling: a pause of %v", pause)
	}
}

func lumenGoesUp(t *rapid.T, l demobank.Life, born time.Time) {
	lumen := at(l.At(demobank.Card, born.Add(12*time.Hour)), "Lumen Video")
	booked := slices.DeleteFunc(lumen, func(s demobank.Seen) bool { return !s.Booked })
	if len(booked) < 34 {
		t.Fatalf("%d charges in three years", len(booked))
	}
	dear := 0
	for dear < len(booked) && booked[dear].Cents == -17_99 {
		dear++
	}
	if dear < 1 || dear > 2 { // the second when its day falls on the last two before the first start
		t.Fatalf("%d charges at 17.99", dear)
	}
	for _, s := range booked[dear:] {
		if s.Cents != -14_99 {
			t.Fatalf("%d before the rise", s.Cents)
		}
	}
}

func TestAnIDIsUsedAgainElsewhereAndLater(t *testing.T) {
	l := demobank.NewLife(aSeed, firstDay)
	where := map[string][]demobank.Seen{}
	for _, on := range accounts {
		for _, s := range l.At(on, firstDay) {
			where[s.ID] = append(where[s.ID], s)
		}
	}
	var shared [][]demobank.Seen
	for _, rows := range where {
		if len(rows) > 1 {
			shared = append(shared, rows)
		}
	}
	if len(shared) != 2 || len(shared[0]) != 2 || len(shared[1]) != 2 {
		t.Fatalf("ids used more than once: %+v", shared)
	}
	for _, rows := range shared {
		if rows[0].At.Month() == rows[1].At.Month() {
			t.Fatalf("in the same month: %+v", rows)
		}
	}
}

func TestTwinsAreBothReal(t *testing.T) {
	l := demobank.NewLife(aSeed, firstDay)
	day := firstDay.AddDate(0, 0, -4).Truncate(24 * time.Hour)
	var twins []demobank.Seen
	for _, s := range at(l.At(demobank.Everyday, firstDay), "Harbour Bakery") {
		if s.Done.Truncate(24 * time.Hour).Equal(day) {
			twins = append(twins, s)
		}
	}
	if len(twins) != 2 || twins[0].Cents != twins[1].Cents || twins[0].ID == twins[1].ID {
		t.Fatalf("twins: %+v", twins)
	}
}

// A hold is booked under another id, which names the hold; a restaurant adds its tip.
func TestAHoldIsBookedUnderAnotherID(t *testing.T) {
	l := demobank.NewLife(aSeed, firstDay)
	held := only(t, pending(l.At(demobank.Card, firstDay)), "Olive & Thyme")
	booked := at(l.At(demobank.Card, firstDay.AddDate(0, 0, 2)), "Olive & Thyme")
	i := slices.IndexFunc(booked, func(s demobank.Seen) bool { return s.Authorization == held.ID })
	if i < 0 || booked[i].ID == held.ID || !booked[i].Booked {
		t.Fatalf("hold %+v, later %+v", held, booked)
	}
	if held.Cents != -46_00 || booked[i].Cents != -54_28 {
		t.Fatalf("held %d, booked %d", held.Cents, booked[i].Cents)
	}
}

func TestTipsAreTenToTwentyFivePerCent(t *testing.T) {
	l := demobank.NewLife(aSeed, firstDay)
	tipped := 0
	for day := firstDay.AddDate(0, -6, 0); day.Before(firstDay); day = day.AddDate(0, 0, 1) {
		holds := pending(l.At(demobank.Card, day))
		later := l.At(demobank.Card, day.AddDate(0, 0, 3))
		for _, h := range holds {
			i := slices.IndexFunc(later, func(s demobank.Seen) bool { return s.Booked && s.Authorization == h.ID })
			if i < 0 {
				t.Fatalf("a hold vanished: %+v", h)
			}
			if low, high := h.Cents*110/100, h.Cents*125/100-1; h.Category == "Eating out" {
				tipped++
				if got := later[i].Cents; got > low || got < high {
					t.Fatalf("held %d, booked %d", h.Cents, got)
				}
			} else if later[i].Cents != h.Cents {
				t.Fatalf("held %d, booked %d without a tip", h.Cents, later[i].Cents)
			}
		}
	}
	if tipped < 10 {
		t.Fatalf("only %d tips looked at", tipped)
	}
}

func TestAHoldThatLapsesIsNeverBooked(t *testing.T) {
	l := demobank.NewLife(aSeed, firstDay)
	if len(at(l.At(demobank.Everyday, firstDay), "Hotel Aurora, hold")) != 1 {
		t.Fatal("no hold on the first day")
	}
	if rows := at(l.At(demobank.Everyday, firstDay.AddDate(0, 0, 8)), "Hotel Aurora, hold"); len(rows) != 0 {
		t.Fatalf("still there: %+v", rows)
	}
}

func TestTheReserveLiesIdle(t *testing.T) {
	l := demobank.NewLife(aSeed, firstDay)
	if newest := l.At(demobank.Reserve, firstDay)[0].At; firstDay.Sub(newest) < 60*24*time.Hour {
		t.Fatalf("it moved on %v", newest)
	}
	if booked, _ := l.Sums(demobank.Reserve, firstDay); booked < 2_400_00 {
		t.Fatalf("only %d in it", booked)
	}
}

func TestLifeGoesOn(t *testing.T) {
	l := demobank.NewLife(aSeed, firstDay)
	before := l.At(demobank.Everyday, firstDay)
	after := l.At(demobank.Everyday, firstDay.AddDate(0, 0, 30))
	if n := len(after) - len(before); n < 30 || n > 120 {
		t.Fatalf("%d new rows in 30 days", n)
	}
}

func at(rows []demobank.Seen, payee string) []demobank.Seen {
	var found []demobank.Seen
	for _, s := range rows {
		if s.Payee == payee {
			found = append(found, s)
		}
	}
	return found
}

func pending(rows []demobank.Seen) []demobank.Seen {
	return slices.DeleteFunc(rows, func(s demobank.Seen) bool { return s.Booked })
}

func only(t interface{ Fatalf(string, ...any) }, rows []demobank.Seen, payee string) demobank.Seen {
	found := at(rows, payee)
	if len(found) != 1 {
		t.Fatalf("%d rows at %s", len(found), payee)
	}
	return found[0]
}

package alert

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// drawn are rows in order with all that a past keeps something of.
func drawn(t *rapid.T, most int) []ledger.Transaction {
	day := ledger.Day(2025, time.January, 1)
	var rows []ledger.Transaction
	for i := range rapid.IntRange(0, most).Draw(t, "rows") {
		day += ledger.Date(rapid.SampledFrom([]int{0, 0, 0, 1, 1, 3, 30, 200}).Draw(t, "step"))
		r := ledger.Transaction{
			ID: ledger.TransactionID(fmt.Sprintf("t%d", i)), Account: ledger.AccountID(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "account")),
		}
		if rapid.Bool().Draw(t, "uuid") {
			r.ID = ledger.TransactionID(fmt.Sprintf("01900000-0000-7000-8000-%012d", i))
		}
		r.Status = rapid.SampledFrom([]ledger.Status{ledger.Booked, ledger.Booked, ledger.Pending}).Draw(t, "status")
		r.Date, r.Payee = day, rapid.SampledFrom([]string{"", "Bean", "Fig", "Volt", "Employer", "J Smith"}).Draw(t, "payee")
		currency := rapid.SampledFrom([]string{"USD", "USD", "JPY"}).Draw(t, "currency")
		r.Amount = money.New(rapid.SampledFrom([]int64{-90, -100, -999, -1250, -90000, 0, 17, 250000, -1 << 63, 1<<63 - 1}).Draw(t, "amount"), currency)
		if rapid.Bool().Draw(t, "timed") {
			r.At = day.Time().Add(time.Duration(rapid.IntRange(-30, 40).Draw(t, "hour")) * time.Hour)
		}
		r.Channel = ledger.Channel(rapid.IntRange(0, int(ledger.OtherChannel)).Draw(t, "channel"))
		r.Country = rapid.SampledFrom([]string{"", "GB", "US", "GR"}).Draw(t, "country")
		r.Category = rapid.SampledFrom([]ledger.Category{"", ledger.Groceries, ledger.Transfer, ledger.Travel}).Draw(t, "category")
		if rapid.IntRange(0, 9).Draw(t, "abroad") == 0 {
			r.Foreign = money.New(-777, "EUR")
		}
		rows = append(rows, r)
	}
	return rows
}

func joined(p *past, rows []ledger.Transaction) *past {
	for i := range rows {
		v := p.view(&rows[i], ledger.MerchantOf(rows[i].Row), nil, nil)
		for _, d := range Detectors() {
			if d.Find != nil {
				d.Find(v)
			}
		}
		p.add(v)
	}
	return p
}

// TestAPastReadsBackAndGoesOn: encoded anywhere and decoded, it is the same past, and the rest of the rows makes of it
// what it makes of the first; a clone stays as it was.
func TestAPastReadsBackAndGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawn(t, 60)
		cut := rapid.IntRange(0, len(rows)).Draw(t, "cut")
		p := joined(newPast(), rows[:cut])
		saved := p.appendBinary(nil)
		back := new(past)
		if err := back.unmarshal(saved); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(p, back) {
			t.Fatalf("read back otherwise:\n%+v\n%+v", p, back)
		}
		copied := p.clone()
		if !reflect.DeepEqual(p, copied) {
			t.Fatalf("the clone is another:\n%+v\n%+v", p, copied)
		}
		joined(p, rows[cut:])
		if !bytes.Equal(copied.appendBinary(nil), saved) {
			t.Fatal("the clone changed with the past")
		}
		if whole := joined(back, rows[cut:]).appendBinary(nil); !bytes.Equal(whole, p.appendBinary(nil)) {
			t.Fatal("the past that was read back goes another way")
		}
	})
}

// TestAPastIsBounded: whatever comes, it stays within a megabyte for a hundred thousand rows of ordinary length.
func TestAPastIsBounded(t *testing.T) {
	for name, merchants := range map[string]int{"a household": 600, "never twice the same": 1 << 30} {
		t.Run(name, func(t *testing.T) {
			p, random, day := newPast(), rand.New(rand.NewPCG(3, 4)), ledger.Day(2016, time.January, 1)
			for i := range 100000 {
				r := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprintf("01900000-0000-7000-8000-%012d", i)), Account: "a"}
				r.Date, r.Payee = day+ledger.Date(i/27), fmt.Sprintf("Merchant %s", letters(random.IntN(merchants)))
				r.Amount = money.New(-int64(100+random.IntN(9000)), "USD")
				r.At = r.Date.Time().Add(time.Duration(random.IntN(24)) * time.Hour)
				p.add(p.view(&r, ledger.MerchantOf(r.Row), nil, nil))
			}
			if n := len(p.appendBinary(nil)); n > 1<<20 {
				t.Errorf("%d bytes", n)
			}
			p.forget(p.last + knownDays + 1)
			if n := len(p.appendBinary(nil)); n > 1<<12 || p.live != 0 {
				t.Errorf("%d bytes and %d places after all is forgotten", n, p.live)
			}
		})
	}
}

// letters writes a number in letters, which MerchantOf keeps.
func letters(n int) string {
	name := ""
	for ; n > 0 || name == ""; n /= 26 {
		name += string(rune('A' + n%26))
	}
	return name
}

func TestPercentilesAreRightToASixteenth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 1, 200).Draw(t, "sizes")
		var h histogram
		day := ledger.Day(2026, time.May, 1)
		for _, size := range sizes {
			h.open(day)
			h.add(day, size)
			if at := bucketOf(size); lowest(at) > size || highest(at) < size {
				t.Fatalf("%d is counted in %d to %d", size, lowest(at), highest(at))
			}
		}
		q := h.on(day + 1)
		exact := percentile(sizesOf(visitsOf(sizes)), 90)
		if q.count != len(sizes) || q.p90 < exact || float64(q.p90) > float64(exact)*17/16+1 {
			t.Fatalf("p90 of %v is %d, exactly %d", sizes, q.p90, exact)
		}
		if before := h.on(day); before.count != 0 {
			t.Fatalf("the day itself is in its own scale: %+v", before)
		}
		if later := h.on(day.AddDays(31 * (mostMonths + 1))); later.count != 0 {
			t.Fatalf("more than a year is remembered: %+v", later)
		}
	})
}

func visitsOf(sizes []int64) []visit {
	visits := make([]visit, len(sizes))
	for i, s := range sizes {
		visits[i].size = s
	}
	return visits
}

func FuzzPast(f *testing.F) {
	rows := rapid.Custom(func(t *rapid.T) []ledger.Transaction { return drawn(t, 30) })
	for i := range 4 {
		f.Add(joined(newPast(), rows.Example(i)).appendBinary(nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzed.Limit(t)
		p := new(past)
		if err := p.unmarshal(data); err != nil {
			if len(p.places)+len(p.accounts) > 0 {
				t.Fatal("bytes that are no past left something")
			}
			return
		}
		for _, row := range rows.Example(9) {
			p.add(p.view(&row, ledger.MerchantOf(row.Row), nil, nil))
		}
		looked(p, p.last+40, nil, nil, nil, nil)
	})
}

package alert_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"coffer/app/alert"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// oddRows draws rows of every kind, on days that are far apart now and then.
func oddRows(t *rapid.T, label string, most int) []ledger.Transaction {
	day, rows := today.AddDays(-rapid.IntRange(0, 4000).Draw(t, "begin")), []ledger.Transaction(nil)
	seed := rapid.Uint64().Draw(t, label)
	random := rand.New(rand.NewPCG(seed, 3))
	for i := range rapid.IntRange(0, most).Draw(t, "rows") {
		day = day.AddDays([]int{0, 0, 1, 1, 3, 30, 450}[random.IntN(7)])
		r := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprintf("%s%d", label, i)), Account: ledger.AccountID([]string{"a", "b", "c"}[random.IntN(3)])}
		if random.IntN(2) == 0 {
			r.ID = ledger.TransactionID(fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(seed), i))
		}
		r.Date, r.Payee = day, []string{"Bean", "Fig Tree", "Überweisung Jo", "Account fee", "Works", ""}[random.IntN(6)]+[]string{"", " North", " Süd"}[random.IntN(3)]
		r.Amount = money.New([]int64{-90, -199, -1299, -1299, -4200, -900000, 17, 250000, 0, -1 << 63, 1<<63 - 1}[random.IntN(11)], []string{"USD", "USD", "JPY", "KWD"}[random.IntN(4)])
		r.Category = []ledger.Category{"", "", ledger.Groceries, ledger.Cash, ledger.Fees, ledger.Transfer, ledger.Salary}[random.IntN(7)]
		r.Channel, r.Country = ledger.Channel(random.IntN(8)), []string{"", "DE", "DE", "US", "FR"}[random.IntN(5)]
		if r.Status = ledger.Status(random.IntN(2)); random.IntN(2) == 0 {
			r.At = day.Time().AddDate(0, 0, random.IntN(3)-1)
		}
		if random.IntN(5) == 0 {
			r.Foreign = money.New(-500, "EUR")
		}
		rows = append(rows, r)
	}
	return rows
}

// TestAPastComesBackAsItWas writes and reads a past at any time, and goes on with what was read and with a copy.
func TestAPastComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := oddRows(t, "x", 120)
		m := alert.NewMemory()
		m.Join(rows, false)
		if !m.Sound() {
			t.Fatal("its bounds don't hold")
		}
		written := m.Bytes()
		read, err := alert.MemoryOf(written)
		if err != nil {
			t.Fatal(err)
		}
		if !read.Same(m) || !m.Clone().Same(m) || !bytes.Equal(read.Bytes(), written) {
			t.Fatal("another past came back")
		}
		later := oddRows(t, "y", 60)
		for i := range later {
			later[i].Date = later[i].Date.AddDays(4000)
		}
		copied := m.Clone()
		copied.Join(later, true)
		if !bytes.Equal(m.Bytes(), written) || !read.Same(m) {
			t.Fatal("what a copy learnt is in the first")
		}
		read.Join(later, false)
		if !read.Same(copied) {
			t.Fatal("what was read went another way, or asking changed something")
		}
	})
}

// TestAPastIsTheSameHoweverItCame joins rows day by day and all at once.
func TestAPastIsTheSameHoweverItCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := oddRows(t, "x", 120)
		whole, parts := alert.NewMemory(), alert.NewMemory()
		whole.Join(rows, false)
		days := map[ledger.Date][]ledger.Transaction{}
		var order []ledger.Date
		for _, r := range rows {
			if len(days[r.Date]) == 0 {
				order = append(order, r.Date)
			}
			days[r.Date] = append(days[r.Date], r)
		}
		slices.Sort(order)
		for _, day := range order {
			slices.Reverse(days[day])
			parts.Join(days[day], true)
		}
		if !parts.Same(whole) {
			t.Fatal("day by day it is another past")
		}
	})
}

// manyRows are so many rows over ten years, at ever new merchants or at a few.
func manyRows(n, merchants int) []ledger.Transaction {
	random := rand.New(rand.NewPCG(1, 9))
	rows := make([]ledger.Transaction, n)
	for i := range rows {
		r := &rows[i]
		r.ID, r.Account = ledger.TransactionID(fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i)), ledger.AccountID([]string{"a", "b"}[i%2])
		k := random.IntN(merchants)
		r.Date = today.AddDays(-3650 + i*3650/n)
		r.Payee = fmt.Sprintf("Shop %c%c%c%c", 'A'+k%26, 'A'+k/26%26, 'A'+k/676%26, 'A'+k/17576%26)
		r.Amount = money.New(-int64(100+random.IntN(9000)), "EUR")
		r.At = r.Date.Time().AddDate(0, 0, 0)
		r.Category, r.Channel, r.Country = ledger.Shopping, ledger.CardPresent, "DE"
		if i%40 == 0 {
			r.Amount.Minor = 200000
		}
	}
	return rows
}

// TestAPastStaysSmall is one MiB for 100,000 rows at most, wherever the person goes, and next to nothing once all is long ago.
func TestAPastStaysSmall(t *testing.T) {
	for name, merchants := range map[string]int{"a household": 200, "many": 5000, "never twice the same": 26 * 26 * 26 * 26} {
		t.Run(name, func(t *testing.T) {
			m := alert.NewMemory()
			m.Join(manyRows(100000, merchants), false)
			if size := len(m.Bytes()); size > 1<<20 || !m.Sound() {
				t.Errorf("%d bytes of 100,000 rows; sound: %v", size, m.Sound())
			}
			m.Forget()
			if size := len(m.Bytes()); size > 1<<12 || !m.Sound() {
				t.Errorf("%d bytes after all is forgotten; sound: %v", size, m.Sound())
			}
		})
	}
}

func FuzzMemory(f *testing.F) {
	m := alert.NewMemory()
	f.Add(m.Bytes())
	m.Join(manyRows(50, 9), false)
	f.Add(m.Bytes())
	year, _ := yearOf(1, 40)
	m.Join(year, false)
	f.Add(m.Bytes())
	odd := rapid.Custom(func(t *rapid.T) []ledger.Transaction { return oddRows(t, "f", 30) })
	for i := range 4 {
		m := alert.NewMemory()
		m.Join(odd.Example(i), false)
		f.Add(m.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fuzzed.Limit(t)
		read, err := alert.MemoryOf(b)
		if err != nil {
			if !read.Same(alert.NewMemory()) {
				t.Fatal("something stayed of bytes that are no past")
			}
			return
		}
		if !bytes.Equal(read.Bytes(), b) {
			t.Fatal("one past has two forms")
		}
		c := read.Clone()
		c.Join(manyRows(30, 3), true)
		c.Look(40)
		if !bytes.Equal(read.Bytes(), b) {
			t.Fatal("what a copy learnt is in the first")
		}
		if again, err := alert.MemoryOf(c.Bytes()); err != nil || !bytes.Equal(again.Bytes(), c.Bytes()) {
			t.Fatalf("what went on can't be read: %v", err)
		}
	})
}

// TestAPastOfDaysFarOffComesBack has rows on the first and last days that there are.
func TestAPastOfDaysFarOffComesBack(t *testing.T) {
	for _, days := range [][]ledger.Date{{-1 << 31}, {1<<31 - 1}, {-1 << 31, -1<<31 + 40, -1<<31 + 80}, {-1000000, -999900, 0}, {-1 << 31, 0, 1<<31 - 1}} {
		m := alert.NewMemory()
		var rows []ledger.Transaction
		for i, day := range days {
			r := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprint("t", i)), Account: "a", Row: ledger.Row{Date: day, Payee: "Bean", Amount: money.New(-900, "USD")}}
			rows = append(rows, r)
		}
		for _, r := range rows {
			m.Join([]ledger.Transaction{r}, true)
		}
		read, err := alert.MemoryOf(m.Bytes())
		if err != nil || !read.Same(m) {
			t.Errorf("%v: %v", days, err)
		}
	}
}

// TestWhatIsWrittenCanBeRead has a name as long as a page, and more accounts than anybody has.
func TestWhatIsWrittenCanBeRead(t *testing.T) {
	row := func(i int, account, payee string) ledger.Transaction {
		return ledger.Transaction{
			ID: ledger.TransactionID(fmt.Sprint("t", i)), Account: ledger.AccountID(account),
			Row: ledger.Row{Date: today, Payee: payee, Amount: money.New(-900, "USD")},
		}
	}
	many := make([]ledger.Transaction, 5000)
	for i := range many {
		many[i] = row(i, fmt.Sprint(i), "Bean")
	}
	for name, rows := range map[string][]ledger.Transaction{"a long name": {row(0, "a", strings.Repeat("bean ", 20000))}, "many accounts": many} {
		m := alert.NewMemory()
		m.Join(rows, true)
		if read, err := alert.MemoryOf(m.Bytes()); err != nil || !read.Same(m) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

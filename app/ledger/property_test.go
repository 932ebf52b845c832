package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

var payees = []string{"Green Grocer", "Fig Tree", "FIG TREE 0042 SEATTLE", "Bean", "Rent Office", "", "Payment 123"}

const firstDay, lastDay = 1, 24

// worlds draws what a bank knows of an account: booked rows with many twins, ids of every sort.
func worlds(t *rapid.T) []ledger.Row {
	ids := rapid.SampledFrom([]string{"all", "none", "some"}).Draw(t, "ids")
	n := rapid.IntRange(0, 40).Draw(t, "rows")
	world := make([]ledger.Row, n)
	for i := range world {
		r := ledger.Row{
			Date:   ledger.Day(2026, time.March, rapid.IntRange(firstDay, lastDay).Draw(t, "day")),
			Amount: money.New(rapid.SampledFrom([]int64{-400, -500, 900}).Draw(t, "minor"), "USD"),
			Payee:  rapid.SampledFrom(payees).Draw(t, "payee"),
		}
		if ids == "all" || ids == "some" && rapid.Bool().Draw(t, "has id") {
			r.SourceID = fmt.Sprintf("id%d", i)
		}
		world[i] = r
	}
	return world
}

// view is the complete read of some days of a world.
func view(world []ledger.Row, from, to ledger.Date) ledger.Batch {
	b := ledger.Batch{From: from, To: to, Complete: true}
	for _, r := range world {
		if r.Date >= from && r.Date <= to {
			b.Rows = append(b.Rows, r)
		}
	}
	return b
}

func contents(rows []ledger.Row) string {
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = fmt.Sprint(r.Date, r.Amount, r.Payee, r.Pending)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (b *books) contents() string {
	var rows []ledger.Row
	for _, t := range b.rows {
		rows = append(rows, t.Row)
	}
	return contents(rows)
}

func TestAnyOverlappingWindowsInAnyOrderGiveTheSameRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := worlds(t)
		first, last := ledger.Day(2026, time.March, firstDay), ledger.Day(2026, time.March, lastDay)
		var windows [][2]ledger.Date
		for from := first; from <= last; {
			to := min(last, from.AddDays(rapid.IntRange(0, 9).Draw(t, "length")))
			windows = append(windows, [2]ledger.Date{from.AddDays(-rapid.IntRange(0, 5).Draw(t, "overlap")), to})
			from = to + 1
		}
		windows = rapid.Permutation(windows).Draw(t, "order")
		var b books
		for _, w := range append(windows, windows...) {
			read := view(world, w[0], w[1])
			if len(read.Rows) > 0 {
				read.Rows = rapid.Permutation(read.Rows).Draw(t, "rows")
			}
			b.read(read)
		}
		if got, want := b.contents(), contents(world); got != want {
			t.Fatalf("the books hold\n%s\nwant\n%s", got, want)
		}
	})
}

// anyBatch draws a read of any sort: pages, complete reads, files; pending rows, names, tips, ids
// that repeat.
func anyBatch(t *rapid.T) ledger.Batch {
	b := ledger.Batch{Complete: rapid.Bool().Draw(t, "complete")}
	b.From = ledger.Day(2026, time.March, rapid.IntRange(1, 10).Draw(t, "from"))
	b.To = b.From.AddDays(rapid.IntRange(0, 20).Draw(t, "days"))
	isFile := rapid.Bool().Draw(t, "file")
	for i := range rapid.IntRange(0, 12).Draw(t, "rows") {
		r := ledger.Row{
			Date:     b.From.AddDays(rapid.IntRange(0, int(b.To-b.From)).Draw(t, "day")),
			Amount:   money.New(rapid.SampledFrom([]int64{-400, -500, -600, 0, 900}).Draw(t, "minor"), "USD"),
			Payee:    rapid.SampledFrom(payees).Draw(t, "payee"),
			SourceID: rapid.SampledFrom([]string{"", "", "x", "y", "z"}).Draw(t, "id"),
			MCC:      rapid.SampledFrom([]string{"", "5812"}).Draw(t, "mcc"),
		}
		if isFile {
			r.Line = i + 1
		} else if r.Pending = rapid.Bool().Draw(t, "pending"); !r.Pending {
			r.Names = rapid.SampledFrom([]string{"", "", "p", "q"}).Draw(t, "names")
		} else if r.SourceID != "" {
			r.SourceID = rapid.SampledFrom([]string{"p", "q"}).Draw(t, "pending id")
		}
		b.Rows = append(b.Rows, r)
	}
	return b
}

func anyBooks(t *rapid.T) *books {
	var b books
	for range rapid.IntRange(0, 3).Draw(t, "reads before") {
		b.read(anyBatch(t))
		if len(b.rows) > 0 && rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
			b.remove(b.rows[rapid.IntRange(0, len(b.rows)-1).Draw(t, "which")].ID)
		}
	}
	return &b
}

func TestPlanDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, read := anyBooks(t), anyBatch(t)
		want := fmt.Sprintf("%+v", ledger.Reconcile(b.rows, b.gone, read))
		rand.Shuffle(len(read.Rows), func(i, j int) { read.Rows[i], read.Rows[j] = read.Rows[j], read.Rows[i] })
		rand.Shuffle(len(b.rows), func(i, j int) { b.rows[i], b.rows[j] = b.rows[j], b.rows[i] })
		rand.Shuffle(len(b.gone), func(i, j int) { b.gone[i], b.gone[j] = b.gone[j], b.gone[i] })
		if got := fmt.Sprintf("%+v", ledger.Reconcile(b.rows, b.gone, read)); got != want {
			t.Fatalf("shuffled, the plan is\n%s\nbefore\n%s", got, want)
		}
	})
}

func TestEveryRowIsDecidedOnceAndEveryStoredRowUsedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, read := anyBooks(t), anyBatch(t)
		p := ledger.Reconcile(b.rows, b.gone, read)
		var decided []ledger.Row
		used := make(map[ledger.TransactionID]int)
		for _, x := range p.Insert {
			decided = append(decided, x.Row)
		}
		for _, x := range p.Update {
			used[x.ID]++
			decided = append(decided, x.Came)
		}
		for _, x := range append(slices.Clone(p.Same), p.Review...) {
			decided = append(decided, x.Row)
		}
		for _, x := range p.Same {
			if x.Reason.ID != ledger.ReasonSuperseded && x.Reason.ID != ledger.ReasonDeleted {
				used[x.ID]++
			}
		}
		for _, x := range slices.Concat(p.Drop, p.Absent) {
			used[x.ID]++
		}
		if got, want := contents(decided), contents(read.Rows); got != want {
			t.Fatalf("decided\n%s\nof\n%s\nin %+v", got, want, p)
		}
		for id, n := range used {
			if n > 1 {
				t.Fatalf("stored row %s used %d times: %+v", id, n, p)
			}
		}
	})
}

func TestReadingTwiceIsReadingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, read := anyBooks(t), anyBatch(t)
		first := b.read(read)
		before := fmt.Sprintf("%+v", b.rows)
		p := b.read(read)
		if len(p.Insert)+len(p.Review)+len(p.Update) != 0 {
			t.Fatalf("the first time: %+v\nthe second: %+v\non %s", first, p, before)
		}
	})
}

func TestBookedNeverTurnsPendingAndIsNeverDropped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anyBooks(t)
		booked := make(map[ledger.TransactionID]bool)
		for _, x := range b.rows {
			booked[x.ID] = x.Status == ledger.Booked
		}
		b.read(anyBatch(t))
		for _, x := range b.rows {
			if booked[x.ID] && x.Status != ledger.Booked {
				t.Fatalf("%s was booked, is %v", x.ID, x.Status)
			}
		}
	})
}

func TestMutatingIDsNeitherDoubleNorMerge(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	world := year(random, 5000)
	var b books
	b.read(view(world, world[0].Date, world[0].Date.AddDays(365)))
	for range 3 {
		for i := range world {
			if random.IntN(5) == 0 {
				world[i].SourceID = fmt.Sprintf("n%d", random.Int64())
			}
		}
		b.read(view(world, world[0].Date, world[0].Date.AddDays(365)))
	}
	if got, want := b.contents(), contents(world); got != want {
		t.Errorf("%d rows after a fifth of the ids changed, want %d", len(b.rows), len(world))
	}
}

// year makes n rows of one year, a quarter of them twins.
func year(random *rand.Rand, n int) []ledger.Row {
	start := ledger.Day(2025, time.January, 1)
	rows := make([]ledger.Row, n)
	for i := range rows {
		rows[i] = ledger.Row{
			SourceID: fmt.Sprintf("id%d", i), Date: start.AddDays(365 * i / n),
			Amount: money.New(-int64(100+random.IntN(9000)), "USD"), Payee: fmt.Sprintf("Shop %s", string(rune('A'+random.IntN(26)))),
		}
		if i > 0 && random.IntN(4) == 0 {
			id := rows[i].SourceID
			rows[i] = rows[i-1]
			rows[i].SourceID = id
		}
	}
	return rows
}

func BenchmarkReconcileTenThousand(b *testing.B) {
	world := year(rand.New(rand.NewPCG(3, 4)), 10000)
	var have books
	have.save(ledger.Reconcile(nil, nil, view(world, world[0].Date, world[0].Date.AddDays(365))))
	for name, change := range map[string]func(i int, r *ledger.Row){
		"same":   func(int, *ledger.Row) {},
		"ids":    func(i int, r *ledger.Row) { r.SourceID = fmt.Sprint("n", i) },
		"all":    func(i int, r *ledger.Row) { r.SourceID, r.Payee, r.Line = "", fmt.Sprint("Store ", r.Payee), i+1 },
		"crowds": func(i int, r *ledger.Row) { r.SourceID, r.Amount = fmt.Sprint("n", i), money.New(-500, "USD") },
	} {
		changed := slices.Clone(world)
		for i := range changed {
			change(i, &changed[i])
		}
		read := view(changed, world[0].Date, world[0].Date.AddDays(365))
		b.Run(name, func(b *testing.B) {
			start := cpuTime()
			for b.Loop() {
				ledger.Reconcile(have.rows, nil, read)
			}
			b.ReportMetric((cpuTime()-start).Seconds()/float64(b.N), "cpu-s/op")
		})
	}
}

// BenchmarkReconcileOneName: hundreds of holds among thousands of rows of one shop, none of which fits: each hold looks at
// a few.
func BenchmarkReconcileOneName(b *testing.B) {
	day := ledger.Day(2026, time.January, 2)
	var have books
	var holds, rows []ledger.Row
	for i := range 400 {
		holds = append(holds, ledger.Row{SourceID: fmt.Sprint("h", i), Pending: true, Date: day, Amount: money.New(-int64(i)*1000-999_999, "EUR"), Payee: "Market Square"})
	}
	for i := range 4000 {
		rows = append(rows, ledger.Row{SourceID: fmt.Sprint("b", i), Date: day.AddDays(i % 6), Amount: money.New(-int64(i)*7-1, "EUR"), Payee: "Market Square"})
	}
	have.read(ledger.Batch{Rows: holds, From: day, To: day, Complete: true})
	read := ledger.Batch{Rows: rows, From: day, To: day.AddDays(7), Complete: true}
	start := cpuTime()
	for b.Loop() {
		ledger.Reconcile(have.rows, nil, read)
	}
	b.ReportMetric((cpuTime()-start).Seconds()/float64(b.N), "cpu-s/op")
}

// BenchmarkReconcileChain: each hold comes near two rows and each row near two holds, so that all of them meet in one chain.
func BenchmarkReconcileChain(b *testing.B) {
	const links = 5000
	day := ledger.Day(2026, time.January, 2)
	name := func(i int) string {
		return string([]rune{rune('a' + i/676%26), rune('a' + i/26%26), rune('a' + i%26)}) + "qx"
	}
	var have books
	var holds, rows []ledger.Row
	for i := range links {
		holds = append(holds, ledger.Row{SourceID: fmt.Sprint("h", i), Pending: true, Date: day, Amount: money.New(-int64(i)-1_000_000, "EUR"), Payee: name(i) + " " + name(i+1)})
		rows = append(rows, ledger.Row{SourceID: fmt.Sprint("b", i), Date: day, Amount: money.New(-int64(i)*3-700_000, "EUR"), Payee: name(i)})
	}
	have.save(ledger.Reconcile(nil, nil, ledger.Batch{Rows: holds, From: day, To: day, Complete: true}))
	read := ledger.Batch{Rows: rows, From: day, To: day.AddDays(3), Complete: true}
	start := cpuTime()
	for b.Loop() {
		ledger.Reconcile(have.rows, nil, read)
	}
	b.ReportMetric((cpuTime()-start).Seconds()/float64(b.N), "cpu-s/op")
}

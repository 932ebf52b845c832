package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// own are three accounts of the person's, and a card.
var own = []ledger.Account{
	{ID: "checking", Name: "Everyday", Masked: "4417", Kind: ledger.Checking, Currency: "USD"},
	{ID: "savings", Name: "Rainy Day", Masked: "9001", Kind: ledger.Savings, Currency: "USD"},
	{ID: "euro", Name: "Euro Konto", Masked: "0777", Kind: ledger.Checking, Currency: "EUR"},
	{ID: "card", Name: "Gold Card", Masked: "3310", Kind: ledger.Card, Currency: "USD"},
}

// moved reads "account day amount text", each row under its place as id.
func moved(texts ...string) []ledger.Transaction {
	var rows []ledger.Transaction
	for i, text := range texts {
		account, rest, _ := strings.Cut(text, " ")
		t := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprint(i)), Account: ledger.AccountID(account), Row: row("- " + rest)}
		if account == "euro" {
			t.Amount.Currency = "EUR"
		}
		rows = append(rows, t)
	}
	return rows
}

func pairsOf(pairs []ledger.TransferPair) []string {
	got := []string{}
	for _, p := range pairs {
		got = append(got, fmt.Sprintf("%s>%s %s", p.Out, p.In, [...]string{"proposed", "linked", "rejected"}[p.State]))
	}
	return got
}

// TestTransfers is promise I13: two rows that are there are linked, and none is made up.
func TestTransfers(t *testing.T) {
	for name, test := range map[string]struct {
		rows []string
		want []string
	}{
		"the same amount, said to be a transfer": {[]string{"checking 3 -500 Transfer", "savings 4 500 Credit"}, []string{"0>1 linked"}},
		"that names the other account":           {[]string{"checking 3 -500 To x9001", "savings 4 500 Credit"}, []string{"0>1 linked"}},
		"by its name":                            {[]string{"checking 3 -500 RAINY DAY", "savings 4 500 Credit"}, []string{"0>1 linked"}},
		"a payment on a card":                    {[]string{"checking 3 -120.55 Gold Card", "card 5 120.55 Payment thank you"}, []string{"0>1 linked"}},
		"an odd amount within a day":             {[]string{"checking 3 -512.37 A", "savings 4 512.37 B"}, []string{"0>1 linked"}},
		"a round one that says nothing":          {[]string{"checking 3 -50 A", "savings 4 50 B"}, []string{"0>1 proposed"}},
		"five days apart":                        {[]string{"checking 3 -500 Transfer", "savings 8 500 Credit"}, []string{"0>1 linked"}},
		"six days apart":                         {[]string{"checking 3 -500 Transfer", "savings 9 500 Credit"}, []string{}},
		"another amount":                         {[]string{"checking 3 -500 Transfer", "savings 3 499 Credit"}, []string{}},
		"the same sign":                          {[]string{"checking 3 -500 Transfer", "savings 3 -500 Transfer"}, []string{}},
		"one account":                            {[]string{"checking 3 -500 Transfer", "checking 3 500 Transfer"}, []string{}},
		"an account that is not the person's":    {[]string{"checking 3 -500 Transfer", "friend 3 500 Transfer"}, []string{}},
		"nothing moved":                          {[]string{"checking 3 0 Transfer", "savings 3 0 Transfer"}, []string{}},
		"a leg alone":                            {[]string{"checking 3 -500 Transfer to savings"}, []string{}},
		"the nearest of two": {
			[]string{"checking 3 -500 Transfer", "savings 7 500 Transfer", "savings 4 500 Transfer"}, []string{"0>2 linked"},
		},
		"two that are as near are asked about": {
			[]string{"checking 3 -500 Transfer", "savings 4 500 Transfer", "card 4 500 Transfer"}, []string{"0>1 proposed"},
		},
		"the one that names it before the nearest": {
			[]string{"checking 3 -500 Transfer", "savings 3 500 Transfer", "card 5 500 from x4417"}, []string{"0>2 linked"},
		},
		"twins pair off": {
			[]string{"checking 3 -500 Transfer", "checking 3 -500 Transfer", "savings 4 500 Transfer", "savings 4 500 Transfer"},
			[]string{"0>2 linked", "1>3 linked"},
		},
		"two that left and one that came": {
			[]string{"checking 3 -500 Transfer", "checking 3 -500 Transfer", "savings 4 500 Transfer"}, []string{"0>2 proposed"},
		},
		"two currencies that say nothing":          {[]string{"checking 3 -110 A", "euro 4 100 B"}, []string{}},
		"two currencies of which one row speaks":   {[]string{"checking 3 -110 Transfer", "euro 4 100 B"}, []string{}},
		"two currencies where both speak":          {[]string{"checking 3 -110 Transfer", "euro 4 100 Transfer"}, []string{"0>1 proposed"}},
		"two currencies, one names the account":    {[]string{"checking 3 -110 to x0777", "euro 4 100 B"}, []string{"0>1 proposed"}},
		"a purchase and a gift of the same amount": {[]string{"checking 3 -20 Shop", "savings 5 20 Ann"}, []string{"0>1 proposed"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pairsOf(ledger.Transfers(moved(test.rows...), own, nil)); !slices.Equal(got, test.want) {
				t.Errorf("paired %v, want %v", got, test.want)
			}
		})
	}
}

func TestTransfersAcrossCurrencies(t *testing.T) {
	out, in := moved("checking 3 -110 A", "euro 4 100 B"), moved("checking 3 -110 A", "euro 4 100 B")
	out[0].Foreign = money.New(-10000, "EUR")
	in[1].Foreign = money.New(11000, "USD")
	rated := moved("checking 3 -110 Transfer", "euro 4 100 B", "checking 1 -55 Bistro")
	rated[2].Foreign = money.New(-5000, "EUR")
	named := moved("checking 3 -110 x0777", "euro 4 100 B", "euro 1 -50 Diner")
	named[2].Foreign = money.New(-5600, "USD")
	off := moved("checking 3 -110 x0777", "euro 4 200 B", "checking 1 -55 Bistro")
	off[2].Foreign = money.New(-5000, "EUR")
	for name, test := range map[string]struct {
		rows []ledger.Transaction
		want []string
	}{
		"the row that left names what came": {out, []string{"0>1 linked"}},
		"the row that came names what left": {in, []string{"0>1 linked"}},
		"the rate is like another's":        {rated, []string{"0>1 proposed"}},
		"and the account is named":          {named, []string{"0>1 linked"}},
		"the rate is none":                  {off, []string{}},
	} {
		if got := pairsOf(ledger.Transfers(test.rows, own, nil)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestTransfersHeedWhatIsDecided(t *testing.T) {
	rows := moved("checking 3 -500 Transfer", "savings 4 500 Transfer", "card 5 500 Transfer")
	pending, dropped, shop := slices.Clone(rows), slices.Clone(rows), slices.Clone(rows)
	pending[0].Status, dropped[0].Status, shop[0].MCC = ledger.Pending, ledger.Dropped, "5411"
	pair := func(in ledger.TransactionID, state ledger.TransferState) []ledger.TransferPair {
		return []ledger.TransferPair{{Out: "0", In: in, State: state}}
	}
	for name, test := range map[string]struct {
		rows    []ledger.Transaction
		decided []ledger.TransferPair
		want    []string
	}{
		"nothing":                           {rows, nil, []string{"0>1 linked"}},
		"a pair that is linked":             {rows, pair("2", ledger.TransferLinked), []string{}},
		"a pair that was rejected":          {rows, pair("1", ledger.TransferRejected), []string{"0>2 linked"}},
		"a pair that is proposed may yield": {rows, pair("2", ledger.TransferProposed), []string{"0>1 linked"}},
		"both rejected":                     {rows, slices.Concat(pair("1", ledger.TransferRejected), pair("2", ledger.TransferRejected)), []string{}},
		"a pending row is in none":          {pending, nil, []string{}},
		"nor a dropped one":                 {dropped, nil, []string{}},
		"nor a purchase at a shop":          {shop, nil, []string{}},
	} {
		if got := pairsOf(ledger.Transfers(test.rows, own, test.decided)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func anyMoves(t *rapid.T) []ledger.Transaction {
	texts := []string{"Transfer", "Shop", "to x9001", "from x4417", "Euro Konto", ""}
	rows := make([]ledger.Transaction, rapid.IntRange(0, 25).Draw(t, "rows"))
	for i := range rows {
		account := own[rapid.IntRange(0, len(own)-1).Draw(t, "account")]
		rows[i] = ledger.Transaction{ID: ledger.TransactionID(fmt.Sprintf("t%02d", i)), Account: account.ID, Row: ledger.Row{
			Date:   ledger.Day(2026, time.March, rapid.IntRange(1, 9).Draw(t, "day")),
			Amount: money.New(rapid.SampledFrom([]int64{-1000, 1000, -733, 733}).Draw(t, "minor"), account.Currency),
			Text:   rapid.SampledFrom(texts).Draw(t, "text"),
		}}
		if rapid.IntRange(0, 4).Draw(t, "abroad") == 0 {
			rows[i].Foreign = money.New(rows[i].Amount.Minor, map[string]string{"USD": "EUR", "EUR": "USD"}[account.Currency])
		}
	}
	return rows
}

func TestTransfersInAnyOrderAreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyMoves(t)
		decided := ledger.Transfers(rows, own, nil)
		for i := range decided {
			decided[i].State = ledger.TransferState(rapid.IntRange(0, 2).Draw(t, "verdict"))
		}
		want := ledger.Transfers(rows, own, decided)
		mixed, accounts, said := slices.Clone(rows), slices.Clone(own), slices.Clone(decided)
		rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		rand.Shuffle(len(said), func(i, j int) { said[i], said[j] = said[j], said[i] })
		slices.Reverse(accounts)
		if got := ledger.Transfers(mixed, accounts, said); !reflect.DeepEqual(got, want) {
			t.Fatalf("shuffled %v, before %v", got, want)
		}
	})
}

func TestTransfersAreOfRowsThatAreThereAndOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyMoves(t)
		byID := make(map[ledger.TransactionID]ledger.Transaction)
		for _, r := range rows {
			byID[r.ID] = r
		}
		var decided []ledger.TransferPair
		rejected, used := make(map[string]bool), make(map[ledger.TransactionID]bool)
		for range 4 {
			for _, p := range ledger.Transfers(rows, own, decided) {
				out, in := byID[p.Out], byID[p.In]
				if out.Amount.Minor >= 0 || in.Amount.Minor <= 0 || out.Account == in.Account {
					t.Fatalf("%v pairs %+v with %+v", p, out, in)
				}
				if rejected[string(p.Out+">"+p.In)] || used[p.Out] || used[p.In] {
					t.Fatalf("%v was rejected, or a row of it is taken: %v", p, decided)
				}
				if p.State = ledger.TransferRejected; rapid.Bool().Draw(t, "yes") {
					p.State = ledger.TransferLinked
					used[p.Out], used[p.In] = true, true
				} else {
					rejected[string(p.Out+">"+p.In)] = true
				}
				decided = append(decided, p)
			}
		}
	})
}

// TestTransfersAreFound measures made-up years of four accounts: how many of the real transfers are
// linked without asking, and how many links are right.
func TestTransfersAreFound(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	var linked, right, proposed, real int
	for range 40 {
		rows, truth := moneyMoves(random)
		real += len(truth)
		for _, p := range ledger.Transfers(rows, own, nil) {
			switch good := truth[p.Out] == p.In; {
			case p.State == ledger.TransferProposed:
				proposed++
			case good:
				right++
				fallthrough
			default:
				linked++
			}
		}
	}
	t.Logf("%d transfers: %d linked, %d of them right (precision %.2f %%, recall %.2f %%), %d asked about",
		real, linked, right, 100*float64(right)/float64(linked), 100*float64(right)/float64(real), proposed)
	if right*1000 < linked*995 || right*100 < real*90 {
		t.Errorf("%d of %d links are right, of %d transfers", right, linked, real)
	}
}

// moneyMoves is a year of purchases, wages, gifts and transfers, of which truth knows the pairs.
func moneyMoves(random *rand.Rand) (rows []ledger.Transaction, truth map[ledger.TransactionID]ledger.TransactionID) {
	truth = make(map[ledger.TransactionID]ledger.TransactionID)
	start := ledger.Day(2025, time.January, 1)
	add := func(account int, day int, minor int64, text string) ledger.TransactionID {
		id := ledger.TransactionID(fmt.Sprintf("r%05d", len(rows)))
		rows = append(rows, ledger.Transaction{ID: id, Account: own[account].ID, Row: ledger.Row{
			Date: start.AddDays(day), Amount: money.New(minor, own[account].Currency), Payee: text,
		}})
		return id
	}
	for range 600 { // purchases, a third of them of whole amounts
		minor := int64(100 + random.IntN(15000))
		if random.IntN(3) == 0 {
			minor -= minor % 500
		}
		add([]int{0, 3}[random.IntN(2)], random.IntN(365), -minor-1, fmt.Sprintf("Shop %d", random.IntN(60)))
	}
	for range 60 { // wages, gifts and refunds
		add(random.IntN(2), random.IntN(365), int64(1+random.IntN(30))*1000, "Ann Example")
	}
	for range 60 {
		from, to := random.IntN(2), 1
		if from == 1 {
			to = 0
		}
		if random.IntN(3) == 0 && from == 0 {
			to = 3
		}
		minor, day := int64(1+random.IntN(200))*500, random.IntN(360)
		texts := [][2]string{{"Transfer", "Transfer"}, {"Online transfer to x" + own[to].Masked, "Credit"}, {own[to].Name, "From " + own[from].Name}, {"Payment", "Payment received thank you x" + own[from].Masked}}
		text := texts[random.IntN(len(texts))]
		out := add(from, day, -minor, text[0])
		truth[out] = add(to, day+random.IntN(4), minor, text[1])
	}
	return rows, truth
}

func BenchmarkTransfersOfAYear(b *testing.B) {
	random := rand.New(rand.NewPCG(33, 34))
	var rows []ledger.Transaction
	for i := range 14 {
		more, _ := moneyMoves(random)
		for j := range more {
			more[j].ID += ledger.TransactionID(fmt.Sprint("-", i))
			more[j].Date += ledger.Date(365 * i)
		}
		rows = append(rows, more...)
	}
	for b.Loop() {
		ledger.Transfers(rows, own, nil)
	}
	b.ReportMetric(float64(len(rows)), "rows")
}

package app_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

// lived is a vault into which rows come in any way, with what the person says of them.
type lived struct {
	*rig
	rt       *rapid.T
	random   *rand.Rand
	accounts []ledger.AccountID // that a bank tells of
	imported [][]int64          // imports that can be taken back
	answered []alert.Alert      // as they were before
	rows     int                // that were made
	spoke    bool               // the person said something, or took rows away: no other vault knows of it
}

// newLived has two accounts of a bank with half a year of habits, of which a file tells one more, or with two years: the oldest are learnt alone.
func newLived(t *testing.T, rt *rapid.T) *lived {
	r := fresh(t)
	r.start(t, &ring{kept: map[string]string{}}, "")
	must(t, r.unlock())
	l := &lived{rig: r, rt: rt, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "person"), 1))}
	for _, name := range []string{"a", "b"} {
		l.accounts = append(l.accounts, l.account(t, name))
	}
	years := rapid.Bool().Draw(rt, "years")
	for i, id := range l.accounts {
		rows := l.made(i, 150, 12, 90)
		if years {
			rows = append(rows, l.made(i, 700, 151, 200)...)
		}
		l.bring(t, id, rows...)
	}
	return l
}

// account is one of a bank that says nothing of its balance.
func (r *rig) account(t *testing.T, name string) ledger.AccountID {
	t.Helper()
	view := ledger.AccountView{Account: ledger.Account{Provider: "p", Identity: name, Name: name, Bank: "bank", Kind: ledger.Checking, Currency: "USD"}}
	return value(r.store.SaveAccounts(t.Context(), "l", []ledger.AccountView{view}))(t)[0].ID
}

// made are n rows of the days from one back to another, habits with something odd among them. No two have one amount but those charged twice.
func (l *lived) made(account, from, to, n int) (rows []ledger.Row) {
	today := l.coffer.Today()
	shops := []string{"Bean", "Green Grocer", "Tram", "Figtree", "Kiosk", "Pharmacy"}
	for range n {
		l.rows++
		k, day := l.random.IntN(len(shops)), today.AddDays(-to-l.random.IntN(from-to+1))
		r := ledger.Row{SourceID: fmt.Sprint("s", l.rows), Date: day, Payee: shops[k], Category: ledger.Categories()[k], Channel: ledger.CardPresent, Country: "DE"}
		r.Amount = money.New(-int64(300+1000*k+l.rows), "USD")
		if l.random.IntN(3) > 0 {
			r.At = day.Time().Add(time.Duration(8+l.random.IntN(12))*time.Hour + time.Duration(l.rows)*time.Second)
		}
		switch odd := l.random.IntN(30); odd {
		case 0:
			r.Payee, r.Country = "Diner", "US"
		case 1:
			r.Amount.Minor, r.Payee, r.Channel = r.Amount.Minor*40, fmt.Sprint("Store ", string(rune('A'+l.random.IntN(20)))), ledger.Online
		case 2:
			r.Amount.Minor, r.Payee, r.Channel = -int64(l.rows%299+1), fmt.Sprint("App ", string(rune('A'+l.random.IntN(20)))), ledger.Online
		case 3:
			again := r
			l.rows++
			again.SourceID = fmt.Sprint("s", l.rows)
			rows = append(rows, again)
		case 4:
			r.Amount.Minor, r.Payee, r.Country, r.Channel = -r.Amount.Minor*9, "Works", "", ledger.UnknownChannel
		case 5:
			r.Payee, r.Channel, r.Category, r.Amount.Minor = "Cash Point", ledger.CashMachine, ledger.Cash, -int64(2000+l.rows)
		case 6:
			r.Payee, r.Channel, r.Amount.Minor = fmt.Sprint("Friend ", string(rune('A'+l.random.IntN(9)))), ledger.PaymentOut, r.Amount.Minor*30
		case 7:
			r.Amount = money.New(r.Amount.Minor*50, "JPY")
		case 8:
			r.Amount.Minor, r.Payee = 0, "Trial"
		}
		rows = append(rows, r)
	}
	return rows
}

// bring has a bank tell rows of an account in an order of its own, and judges them.
func (l *lived) bring(t *testing.T, id ledger.AccountID, rows ...ledger.Row) {
	t.Helper()
	l.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	batch := ledger.Batch{From: rows[0].Date, To: rows[0].Date, Rows: rows}
	for _, r := range rows {
		batch.From, batch.To = min(batch.From, r.Date), max(batch.To, r.Date)
	}
	value(l.store.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: l.coffer.Now()}))(t)
	l.again(t)
}

func (l *lived) again(t *testing.T) {
	t.Helper()
	must(t, l.coffer.Lock())
	must(t, l.unlock())
}

// livedActs is what may happen, by name.
var livedActs = map[string]func(t *testing.T, l *lived){
	"newer rows": func(t *testing.T, l *lived) {
		before := l.scores(t)
		l.clock.move(12 * 24 * time.Hour)
		l.bring(t, l.accounts[0], l.made(0, 11, 0, 15)...)
		after := l.scores(t)
		for row, score := range before {
			if after[row] != score {
				t.Errorf("newer rows changed the score of %s from %v to %v", row, score, after[row])
			}
		}
	},
	"late rows":      func(t *testing.T, l *lived) { l.bring(t, l.accounts[1], l.made(1, 100, 0, 10)...) },
	"very late rows": func(t *testing.T, l *lived) { l.bring(t, l.accounts[0], l.made(0, 300, 140, 10)...) },
	"a file": func(t *testing.T, l *lived) {
		var lines []string
		for _, r := range l.made(2, 60, 0, 12) {
			lines = append(lines, fmt.Sprintf("%s|%s|%s|%s", strings.ReplaceAll(r.Date.String(), "-", ""), money.New(-max(r.Amount.Minor, -r.Amount.Minor), "USD").Decimal(), r.SourceID, r.Payee))
		}
		_, done := l.imports(t, "file.ofx", wide("1111", lines...))
		l.imported = append(l.imported, done.IDs)
	},
	"a file taken back": func(t *testing.T, l *lived) {
		if n := len(l.imported); n > 0 {
			must(t, l.coffer.UndoImport(t.Context(), l.imported[n-1]))
			l.imported, l.spoke = l.imported[:n-1], true
		}
	},
	"a row deleted": func(t *testing.T, l *lived) {
		rows := l.all(t)
		must(t, l.coffer.DeleteTransaction(t.Context(), rows[l.random.IntN(len(rows))].ID))
		l.spoke = true
	},
	"an answer": func(t *testing.T, l *lived) {
		var ids []alert.ID
		for _, v := range value(l.coffer.Alerts(t.Context()))(t) {
			if v.Waits {
				ids = append(ids, v.ID)
			}
		}
		if slices.Sort(ids); len(ids) > 0 {
			said := []alert.Answer{alert.Mine, alert.NotMine, alert.Later}[l.random.IntN(3)]
			l.answered = append(l.answered, value(l.coffer.Answer(t.Context(), ids[l.random.IntN(len(ids))], said))(t))
			l.spoke = true
		}
	},
	"an answer taken back": func(t *testing.T, l *lived) {
		if n := len(l.answered); n > 0 {
			was := l.answered[n-1]
			l.answered = l.answered[:n-1]
			if _, err := l.coffer.Alert(t.Context(), was.ID); err == nil { // else it went with its row
				must(t, l.coffer.Unanswer(t.Context(), was))
			}
		}
	},
	"a trip told afterwards": func(t *testing.T, l *lived) {
		back := l.random.IntN(100)
		value(l.coffer.Watch(t.Context(), alert.Trip{From: l.coffer.Today().AddDays(-back), To: l.coffer.Today().AddDays(9 - back), Countries: []string{"US"}}))(t)
		l.spoke = true
	},
	"a merchant trusted": func(t *testing.T, l *lived) {
		value(l.coffer.Watch(t.Context(), alert.WatchedMerchant{Shown: "Figtree", Blocked: l.random.IntN(2) == 0}))(t)
		l.spoke = true
	},
	"a sensitivity": func(t *testing.T, l *lived) {
		must(t, l.coffer.SetSensitivity(t.Context(), alert.Sensitivities()[l.random.IntN(3)]))
		l.spoke = true
	},
	"a backup restored": func(t *testing.T, l *lived) {
		want := l.thought(t)
		made := value(l.coffer.BackUp(t.Context()))(t)
		l.bring(t, l.accounts[0], l.made(0, 50, 0, 5)...)
		value(l.coffer.Restore(t.Context(), app.Restoring{Path: made.Path, Secret: l.key, Recovery: true}))(t)
		must(t, l.unlock())
		sameThought(t, l.thought(t), want)
	},
}

func (l *lived) all(t *testing.T) []ledger.RegisterRow {
	t.Helper()
	return value(l.coffer.Rows(t.Context(), ledger.Filter{}, ledger.NewestFirst, 0, 5000))(t)
}

// scores are those of every row that is judged.
func (r *rig) scores(t *testing.T) map[ledger.TransactionID]float64 {
	t.Helper()
	all := map[ledger.TransactionID]float64{}
	for _, a := range value(r.coffer.Accounts(t.Context()))(t) {
		for row, score := range value(r.coffer.Suspicion(t.Context(), a.ID, ledger.Day(2025, 1, 1), r.coffer.Today()))(t) {
			all[row] = score
		}
	}
	return all
}

// TestAnyHistoryIsThoughtWhatItsRowsMake is promise F5 through the vault: whatever came, went and was said, in whatever order, judging all rows
// anew tells the same alerts and makes the same states, byte by byte; and of a life in which nobody spoke, a vault that is told all at once.
func TestAnyHistoryIsThoughtWhatItsRowsMake(t *testing.T) {
	must(t, flag.Set("rapid.checks", fmt.Sprint(histories)))
	var names []string
	for name := range livedActs {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(rt *rapid.T) {
		l := newLived(t, rt)
		var done []string
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 3, 8).Draw(rt, "acts") {
			done = append(done, name)
			livedActs[name](t, l)
			if wantRebuilt(t, l.rig); t.Failed() {
				t.Fatalf("after %q", done)
			}
		}
		if l.spoke {
			return
		}
		told := alert.Fresh(l.coffer.Now()) // what was told of older rows stands, and is not told now
		want, other := l.thoughtSince(t, told), fresh(t)
		other.clock.gone.Store(l.clock.gone.Load())
		l.copyRows(t, other)
		if sameThought(t, other.thoughtSince(t, told), want); t.Failed() {
			t.Fatalf("all at once, after %q", done)
		}
	})
}

// copyRows has other read all rows at once.
func (l *lived) copyRows(t *testing.T, other *rig) {
	t.Helper()
	for i, a := range value(l.coffer.Accounts(t.Context()))(t) {
		id := other.account(t, fmt.Sprint(i))
		batch := ledger.Batch{From: ledger.Day(2024, 1, 1), To: l.coffer.Today()}
		for _, r := range l.all(t) {
			if r.Account == a.ID {
				batch.Rows = append(batch.Rows, value(l.store.Transaction(t.Context(), r.ID))(t).Row)
			}
		}
		value(other.store.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: other.coffer.Now()}))(t)
	}
	must(t, other.coffer.Lock())
	must(t, other.unlock())
}

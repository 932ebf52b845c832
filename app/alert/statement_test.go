package alert_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/alert/model"
	"coffer/app/ledger"
)

// statement is a year as a statement file has it: days, names and amounts alone.
func statement() *diary {
	d := new(diary)
	for back := 360; back > 3; back-- {
		if back%7 == 0 {
			d.add(fmt.Sprintf("%d -%d.15 Green Grocer", back, 36+back*7%9))
		}
		if back%3 == 0 {
			d.add(fmt.Sprintf("%d -%d.40 Bean", back, 4+back%5))
		}
		if back%11 == 0 {
			d.add(fmt.Sprintf("%d -%d Pump", back, 40+back%17))
		}
	}
	return d.every(30, 350, 20, "-900 Rent Office").every(30, 352, 22, "2400 Employer")
}

// TestOutliersOfStatementsAreSeen holds scores a good way from the threshold, so that other weights may move them.
func TestOutliersOfStatementsAreSeen(t *testing.T) {
	const margin = 0.4
	for row, want := range map[string]alert.Level{
		"2 -2400 Green Grocer":     alert.Interrupt,
		"2 -800 Green Grocer":      alert.Quiet,
		"2 -900 Bean":              alert.Interrupt,
		"2 -2400 Electro Nord":     alert.Interrupt,
		"2 -700 Pump":              alert.Quiet,
		"2 -240000/JPY Toki House": alert.Quiet - 1,
		"2 -42 Green Grocer":       alert.Quiet - 1,
		"2 -9 Bean":                alert.Quiet - 1,
		"2 -12 Corner Books":       alert.Quiet - 1,
		"1 -900 Rent Office":       alert.Quiet - 1,
	} {
		t.Run(row, func(t *testing.T) {
			rows := *statement().add(row)
			all := alert.NewState().Verdicts(rows, alert.Known{Now: now})
			v := all[slices.IndexFunc(all, func(v alert.Verdict) bool { return v.Row == rows[len(rows)-1].ID })]
			t.Logf("score %.2f flagged %v level %v by %s", v.Score, v.Flagged, v.Level, v.Alert)
			if want < alert.Quiet {
				if v.Flagged || v.Unusual {
					t.Errorf("%+v", v)
				}
				return
			}
			if !v.Flagged || v.Level < want || v.Score < map[alert.Level]float64{alert.Quiet: model.Quiet, alert.Interrupt: model.Interrupt}[want]+margin {
				t.Errorf("%+v", v)
			}
		})
	}
}

// TestAFileBroughtDayByDayIsJudgedAsAVault holds Live against Verdicts.
func TestAFileBroughtDayByDayIsJudgedAsAVault(t *testing.T) {
	rows := *statement().add("2 -2400 Green Grocer", "2 -1 Nowhere", "1 -600 Nowhere")
	slices.SortStableFunc(rows, func(a, b ledger.Transaction) int { return int(a.Date - b.Date) })
	want := alert.NewState().Verdicts(rows, alert.Known{Now: now})
	var got []alert.Verdict
	live := alert.NewState().Live(alert.Known{}, func(v alert.Verdict) alert.Answer {
		got = append(got, v)
		return alert.Unanswered
	})
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Date == rows[0].Date {
			n++
		}
		slices.Reverse(rows[:n])
		live.Judge(rows[:n])
		rows = rows[n:]
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || len(got) == 0 {
		t.Error("what a file brings day by day is judged in another way")
	}
}

// TestFarAboveAKnownMerchantIsListed whatever hours and kinds say: a row of noon, in a bank's own words.
func TestFarAboveAKnownMerchantIsListed(t *testing.T) {
	rows := *statement().add("2 -212 Green Grocer", "1 -60 Green Grocer")
	for i := range rows {
		rows[i].At, rows[i].Category = rows[i].Date.Time().Add(12*time.Hour), ledger.Groceries
	}
	for _, v := range alert.NewState().Verdicts(rows, alert.Known{Now: now}) {
		if far := v.Row == rows[len(rows)-2].ID; v.Day >= today.AddDays(-2) && v.Flagged != far {
			t.Errorf("flagged %v: %+v", v.Flagged, v)
		}
	}
}

// TestRowsWithoutANameAreHeldAgainstAllOwnCharges: what every fifth row comes to is no news where a file tells amounts alone, and far more is.
func TestRowsWithoutANameAreHeldAgainstAllOwnCharges(t *testing.T) {
	d := new(diary)
	for back := 360; back > 3; back-- {
		if d.add(fmt.Sprintf("%d -%d.40 ", back, 9+back%4)); back%4 == 0 {
			d.add(fmt.Sprintf("%d -%d.15 ", back, 36+back*7%9))
		}
	}
	rows := *d.add("1 -4000 ")
	for _, v := range alert.NewState().Verdicts(rows, alert.Known{Now: now}) {
		if far := v.Row == rows[len(rows)-1].ID; v.Day >= today.AddDays(-120) && v.Flagged != far {
			t.Errorf("flagged %v: %+v", v.Flagged, v)
		}
	}
}

// TestWhatIsPaidAgainAndAgainIsListedNoMore has a dear habit begin, day by day, that nobody answers: the first times are told.
func TestWhatIsPaidAgainAndAgainIsListedNoMore(t *testing.T) {
	rows := *statement()
	for i := range 40 {
		var d diary
		r := (*d.add(fmt.Sprintf("%d -%d Casa Club", 42-i, 260+i*3%20)))[0]
		r.ID, r.At, r.Country, r.Channel = ledger.TransactionID(fmt.Sprint("c", i)), r.Date.Time().Add(3*time.Hour), "MT", ledger.Online
		rows = append(rows, r)
	}
	var told []ledger.Date
	for _, a := range only(alert.Unusual, alert.NewState().Judge(rows, alert.Known{Now: now})) {
		told = append(told, a.Day)
	}
	if len(told) < 1 || len(told) > 5 {
		t.Errorf("told on %v", told)
	}
}

// TestEveryChargeAtThePayeeIsCounted although no more than the latest are kept.
func TestEveryChargeAtThePayeeIsCounted(t *testing.T) {
	rows := *statement().add("2 -900 Bean")
	all := alert.NewState().Verdicts(rows, alert.Known{Now: now})
	v := all[slices.IndexFunc(all, func(v alert.Verdict) bool { return v.Row == rows[len(rows)-1].ID })]
	if len(v.Reasons) == 0 || v.Reasons[0].ID != alert.WhyUnusual || v.Reasons[0].Args["times"] != "119" {
		t.Errorf("%+v", v.Reasons)
	}
}

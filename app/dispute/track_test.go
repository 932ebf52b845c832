package dispute_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"coffer/app/dispute"
	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

var opened = time.Date(2026, 11, 22, 10, 14, 0, 0, time.UTC)

func voltbay() dispute.Dispute {
	d := dispute.Dispute{ID: "d", Account: "card", Opened: opened, Items: []dispute.Item{
		{Row: "small", Date: day("2026-11-20"), Amount: money.New(-100, "USD"), Payee: "QX Services"},
		{Row: "big", Date: day("2026-11-20"), Amount: money.New(-61240, "USD"), Payee: "Voltbay Electronics", Text: "VOLTBAY ELECTRONICS 0042"},
	}}
	d.Answers.Country, d.Answers.Instrument, d.Answers.Pack = "US", dispute.CreditCard, dispute.Unauthorised
	return d
}

func done(s dispute.Step) dispute.Event {
	return dispute.Event{At: opened, What: dispute.StepDone, Step: s, Day: day("2026-11-22")}
}

func with(t *testing.T, d dispute.Dispute, events ...dispute.Event) dispute.Dispute {
	t.Helper()
	for _, e := range events {
		var err error
		if d, err = d.With(e); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestADisputeToItsEnd(t *testing.T) {
	d := with(t, voltbay(), done(dispute.Freeze))
	if s := d.Standing(); s.Stage != dispute.Open || !s.Free() || d.Now() != dispute.Call {
		t.Errorf("frozen: %+v, now %s", s, d.Now())
	}
	d = with(t, d, done(dispute.Call))
	if s := d.Standing(); s.Stage != dispute.AtBank || s.Reported != day("2026-11-22") || s.Free() || d.Known().Told != s.Reported {
		t.Errorf("called: %+v", s)
	}
	d = with(t, d, dispute.Event{What: dispute.Credited, Day: day("2026-12-01")}, dispute.Event{What: dispute.LetterSaved},
		dispute.Event{What: dispute.Refunded, Row: "in", Amount: money.New(61240, "USD"), Day: day("2026-12-02")},
		dispute.Event{What: dispute.Resolved, Outcome: dispute.Paid, Day: day("2026-12-20")}, dispute.Event{What: dispute.Closed})
	s := d.Standing()
	if s.Stage != dispute.Decided || s.Outcome != dispute.Paid || s.Back != money.New(61240, "USD") || !s.Closed || s.Credited != day("2026-12-01") {
		t.Errorf("at the end: %+v", s)
	}
	for range 6 {
		var ok bool
		if d, _, ok = d.Undone(); !ok {
			t.Fatal("an event is missing")
		}
	}
	s = d.Standing()
	if s.Saved = false; len(d.Events) != 1 || !reflect.DeepEqual(s, voltbay().Standing()) {
		t.Errorf("undone: %+v", d.Standing())
	}
}

func TestWhatCannotFollow(t *testing.T) {
	called := with(t, voltbay(), done(dispute.Call))
	for name, c := range map[string]struct {
		dispute.Dispute
		dispute.Event
	}{
		"a decision before the bank knows": {voltbay(), dispute.Event{What: dispute.Resolved, Outcome: dispute.Paid}},
		"a credit before the bank knows":   {voltbay(), dispute.Event{What: dispute.Credited}},
		"a step of another pack":           {voltbay(), done(dispute.Seller)},
		"a step twice":                     {called, done(dispute.Call)},
		"what began it":                    {called, done(dispute.Said)},
		"told twice":                       {called, dispute.Event{What: dispute.Reported}},
		"no outcome":                       {called, dispute.Event{What: dispute.Resolved}},
		"a decision after the decision":    {with(t, called, dispute.Event{What: dispute.Resolved, Outcome: dispute.Refused}), dispute.Event{What: dispute.Resolved, Outcome: dispute.Paid}},
		"a credit after the decision":      {with(t, called, dispute.Event{What: dispute.Resolved, Outcome: dispute.Refused}), dispute.Event{What: dispute.Credited}},
		"money out as a refund":            {called, dispute.Event{What: dispute.Refunded, Row: "r", Amount: money.New(-5, "USD")}},
		"a refund in another currency":     {called, dispute.Event{What: dispute.Refunded, Row: "r", Amount: money.New(5, "EUR")}},
		"a disputed row as a refund":       {called, dispute.Event{What: dispute.Refunded, Row: "big", Amount: money.New(5, "USD")}},
		"a refund twice":                   {with(t, called, dispute.Event{What: dispute.Refunded, Row: "r", Amount: money.New(5, "USD")}), dispute.Event{What: dispute.Refunded, Row: "r", Amount: money.New(5, "USD")}},
		"more than can be counted":         {with(t, called, dispute.Event{What: dispute.Refunded, Row: "q", Amount: money.New(math.MaxInt64, "USD")}), dispute.Event{What: dispute.Refunded, Row: "r", Amount: money.New(5, "USD")}},
		"anything after the end":           {with(t, called, dispute.Event{What: dispute.Closed}), dispute.Event{What: dispute.Closed}},
		"anything after it was theirs":     {with(t, voltbay(), dispute.Event{What: dispute.WasMine}), done(dispute.Call)},
	} {
		if after, err := c.With(c.Event); !errors.Is(err, dispute.ErrNotNow) || len(after.Events) != len(c.Dispute.Events) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever is tried: the stage goes forward alone, an event that is refused changes nothing, and undo leads back.
func TestTheTrackerIsAStateMachine(t *testing.T) {
	events := rapid.Custom(func(t *rapid.T) dispute.Event {
		return dispute.Event{
			What: dispute.What(rapid.IntRange(0, int(dispute.LetterSaved)).Draw(t, "what")), Step: rapid.SampledFrom(dispute.Steps(voltbay().Facts())).Draw(t, "step"),
			Day: day("2026-11-22"), Outcome: rapid.SampledFrom(append(dispute.Outcomes(), "")).Draw(t, "outcome"),
			Row: ledger.TransactionID(rapid.SampledFrom([]string{"big", "in", "more"}).Draw(t, "row")), Amount: money.New(rapid.Int64().Draw(t, "minor"), "USD"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		d := voltbay()
		for _, e := range rapid.SliceOfN(events, 0, 30).Draw(t, "events") {
			was := d.Standing()
			next, err := d.With(e)
			if err != nil {
				if !reflect.DeepEqual(next, d) {
					t.Fatalf("a refused event changed it: %v", err)
				}
				continue
			}
			now := next.Standing()
			if now.Stage < was.Stage || was.Closed || now.Stage > dispute.Open && now.Reported == 0 || now.Free() == (now.Reported != 0 || now.Closed) {
				t.Fatalf("%+v after %+v by %+v", now, was, e)
			}
			if e.What == dispute.LetterSaved {
				d = next
				continue
			}
			back, undone, ok := next.Undone()
			if !ok || undone != e || !reflect.DeepEqual(back.Standing(), was) {
				t.Fatalf("undo of %+v leads to %+v, not %+v", e, back.Standing(), was)
			}
			d = next
		}
	})
}

func TestRefundsAreFound(t *testing.T) {
	row := func(id, date, payee string, minor int64, s ledger.Status) ledger.Transaction {
		return ledger.Transaction{ID: ledger.TransactionID(id), Status: s, Row: ledger.Row{Date: day(date), Payee: payee, Amount: money.New(minor, "USD")}}
	}
	rows := []ledger.Transaction{
		row("bank", "2026-12-01", "Dispute credit", 61340, ledger.Booked),
		row("merchant", "2026-12-05", "VOLTBAY ELECTRONICS", 58178, ledger.Booked),
		row("too little", "2026-12-05", "VOLTBAY ELECTRONICS", 58177, ledger.Booked),
		row("before", "2026-11-19", "VOLTBAY ELECTRONICS", 61240, ledger.Booked),
		row("pending", "2026-12-05", "VOLTBAY ELECTRONICS", 61240, ledger.Pending),
		row("out", "2026-12-05", "VOLTBAY ELECTRONICS", -61240, ledger.Booked),
		row("pay", "2026-12-05", "Salary", 250000, ledger.Booked),
		{ID: "euro", Row: ledger.Row{Date: day("2026-12-05"), Amount: money.New(61240, "EUR")}},
	}
	d := voltbay()
	found := d.Refunds(rows)
	if len(found) != 2 || found[0].Row.ID != "merchant" || !found[0].Merchant || found[1].Row.ID != "bank" || !found[1].Whole || found[1].Merchant {
		t.Errorf("found %+v", found)
	}
	d = with(t, d, dispute.Event{What: dispute.Refunded, Row: "merchant", Amount: money.New(58178, "USD")})
	if found = d.Refunds(rows); len(found) != 1 || found[0].Row.ID != "bank" {
		t.Errorf("after a match: %+v", found)
	}
}

func TestStepsInTheirOrder(t *testing.T) {
	f := voltbay().Facts()
	for name, c := range map[string]struct {
		pack dispute.Pack
		by   dispute.Instrument
		want []dispute.Step
	}{
		"card":    {dispute.Unauthorised, dispute.DebitCard, []dispute.Step{"said", "freeze", "call", "ask", "secure", "write", "report", "watch"}},
		"debit":   {dispute.Unauthorised, dispute.DirectDebit, []dispute.Step{"said", "call", "ask", "secure", "write", "mandate", "report", "watch"}},
		"unknown": {"", "", []dispute.Step{"said", "freeze", "call", "ask", "secure", "write", "report", "watch"}},
		"tricked": {dispute.Tricked, dispute.Transfer, []dispute.Step{"said", "call", "ask", "secure", "write", "report", "watch"}},
		"wrong":   {dispute.WentWrong, dispute.DirectDebit, []dispute.Step{"said", "seller", "call", "ask", "write", "mandate", "watch"}},
	} {
		f.Pack, f.Instrument = c.pack, c.by
		if got := dispute.Steps(f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

package banks_test

import (
	"testing"
	"time"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"
)

func TestTheCardSaysHowEachAccountDoes(t *testing.T) {
	day := ledger.DateOf(now)
	for name, c := range map[string]struct {
		set    func(h *app.AccountHealth)
		says   string
		silent string
	}{
		"all is well":                 {set: func(*app.AccountHealth) {}, silent: "See rows"},
		"history begins":              {set: func(h *app.AccountHealth) { h.Gaps = []ledger.Gap{{From: day.AddDays(-700), To: day.AddDays(-264)}} }, says: "Card ·· 4417: the bank told nothing before 4 March 2026."},
		"rows are missing":            {set: func(h *app.AccountHealth) { h.Gaps = []ledger.Gap{{From: day, To: day, Why: ledger.GapPartial}} }, says: "Card ·· 4417: the bank says that rows of 22 November 2026 are missing."},
		"the list moved":              {set: func(h *app.AccountHealth) { h.Gaps = []ledger.Gap{{From: day, To: day, Why: ledger.GapMoved}} }, says: "Card ·· 4417: the bank's list moved while 22 November 2026 was read", silent: "the bank says that rows"},
		"the list moved for days":     {set: func(h *app.AccountHealth) { h.Gaps = []ledger.Gap{{From: day - 7, To: day, Why: ledger.GapMoved}} }, says: "Card ·· 4417: the bank's list moved while 15 November 2026 to 22 November 2026 were read"},
		"cut off":                     {set: func(h *app.AccountHealth) { h.Unended = true }, says: "Card ·· 4417: the last read was cut off."},
		"older than the rest":         {set: func(h *app.AccountHealth) { h.LastRead = now.Add(-3 * time.Hour) }, says: "read 07:14"},
		"never read":                  {set: func(h *app.AccountHealth) { h.LastRead = time.Time{} }, says: "not read yet"},
		"the bank lists it no longer": {set: func(h *app.AccountHealth) { h.Unlisted = now.Add(-72 * time.Hour) }, says: "Card ·· 4417: the bank does not list it any more, last on 19 November 2026. Its balance of then counts in net worth until you leave it out", silent: "Count it"},
		"balances differ": {set: func(h *app.AccountHealth) {
			h.Stated, h.Computed, h.Since, h.Differs = money.New(188412, "USD"), money.New(180000, "USD"), now.Add(-48*time.Hour), true
		}, says: "Card ·· 4417: the bank says $1,884.12, but its rows come to $1,800.00, since 20 November 2026. Nothing was changed."},
	} {
		t.Run(name, func(t *testing.T) {
			f := full()
			f.health = []app.AccountHealth{{Account: f.links[1].Accounts[0], LastRead: now}, {Account: f.links[1].Accounts[1], LastRead: now}}
			c.set(&f.health[1])
			run(t, f, wideSize, func(r *rig) {
				if c.says != "" {
					r.says(c.says)
				}
				if c.silent != "" {
					r.silent(c.silent)
				}
			})
		})
	}
}

func TestADifferenceThatThePersonKnowsOfIsQuiet(t *testing.T) {
	f := full()
	f.health = []app.AccountHealth{{Account: f.links[1].Accounts[0], LastRead: now}, {
		Account: f.links[1].Accounts[1], LastRead: now, Stated: money.New(188412, "USD"), Computed: money.New(180000, "USD"), Since: now.Add(-48 * time.Hour), Differs: true,
	}}
	run(t, f, wideSize, func(r *rig) {
		r.press("I know")
		r.says("You know of it; Coffer tells you once the difference is another.", "Tell me again")
		r.silent("Look at the rows from that day on", "I know")
		r.press("Tell me again")
		r.says("Nothing was changed.", "I know")
		if f.called("know "+string(f.health[1].Account.ID)+" true") != 1 || f.called("know "+string(f.health[1].Account.ID)+" false") != 1 {
			t.Errorf("called %v", f.calls)
		}
	})
}

// TestAnAccountThatIsListedNoLongerIsLeftOutOfNetWorth and counted again, from its card.
func TestAnAccountThatIsListedNoLongerIsLeftOutOfNetWorth(t *testing.T) {
	f := full()
	gone := f.links[1].Accounts[1]
	f.health = []app.AccountHealth{{Account: f.links[1].Accounts[0], LastRead: now}, {Account: gone, LastRead: now, Unlisted: now.Add(-72 * time.Hour)}}
	run(t, f, wideSize, func(r *rig) {
		r.press("Leave out")
		r.says("Card ·· 4417 is left out of net worth. Its rows and its balance stay.", "It is left out of net worth; its rows stay.", "Count it")
		r.silent("until you leave it out")
		r.press("Count it")
		r.says("Card ·· 4417 counts in net worth again.", "Leave out")
		if f.called("left out "+string(gone.ID)+" true") != 1 || f.called("left out "+string(gone.ID)+" false") != 1 {
			t.Errorf("called %v", f.calls)
		}
	})
}

func TestACardSaysAtWhichAccountItIs(t *testing.T) {
	f := full()
	f.running = []app.Progress{{Link: "azulejo", Waits: true}}
	run(t, f, wideSize, func(r *rig) {
		r.says("Waits for its turn")
		f.job(app.Progress{Link: "north", Account: "Everyday", AccountNo: 2, Accounts: 5, Rows: 412})
		r.settle()
		r.says("Account 2 of 5, 412 rows", "Waits for its turn", "Stop reading")
		f.job(app.Progress{Link: "north", Ended: true})
		r.settle()
		r.silent("Account 2 of 5", "Stop reading")
		r.press("Cancel")
		if f.called("stop azulejo") != 1 {
			t.Errorf("called %v", f.calls)
		}
	})
}

package terminal_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/ui/terminal"
)

type shownWatch struct {
	ID, Kind, Name, Account, From, To string
	Countries                         []string
	Amount                            struct{ Amount, Currency string }
}

func TestTheWatchlistFromTheTerminal(t *testing.T) {
	r := linked(t)
	contains(t, r.ok(t, "watch").err, "Nothing is on the list")
	account := listed[struct{ ID, Masked string }](t, r, "balances")[0]
	row := listed[shownRow](t, r, "transactions", "--account", "4417", "--search", "Voltbay")[0]
	for _, c := range []struct{ args, says string }{
		{"block|Quay Hardware", "Blocked: Quay Hardware. Since"},
		{"trust|Green Leaf", "Trusted: Green Leaf. Since"},
		{"trip|2027-05-03|2027-05-17|es|PT", "Trips: 3 May 2027 to 17 May 2027, ES, PT"},
		{"trip|2027-06-03|2027-06-04", "anywhere"},
		{"refund|Fit|Yard|39|usd|--by|2027-09-02", "Refunds you expect: Fit Yard, $39.00 by 2 Sep 2027"},
		{"refund|--row|" + row.ID, "Voltbay Electronics, $"},
		{"cancelled|Lumen Video|--since|2027-01-31", "Cancelled subscriptions: Lumen Video. Since 31 Jan 2027"},
		{"payee|Alder Street dues", "Known payees: Alder Street dues. Confirmed"},
		{"floor|" + account.ID + "|250", "Told below $250.00"},
		{"block|--row|" + row.ID[len(row.ID)-8:], "Blocked: Voltbay Electronics."},
	} {
		contains(t, r.ok(t, append([]string{"watch"}, strings.Split(c.args, "|")...)...).err, c.says)
	}
	all := listed[shownWatch](t, r, "watch")
	if len(all) != 10 || all[0].Kind == "" {
		t.Fatalf("listed are %+v", all)
	}
	want := `[].account string, [].amount.amount string, [].amount.currency string, [].countries[] string, [].from string, [].id string, [].kind string, [].name string, [].to string`
	if got := strings.Join(shape(t, r.ok(t, "watch", "--json").out), ", "); got != want {
		t.Errorf("the shape is\n%s\nwant\n%s", got, want)
	}
	out := r.ok(t, "watch", "list").out
	contains(t, out, "Quay Hardware", "Green Leaf", "ES, PT", "Fit Yard", "Lumen Video", "Alder Street dues", "Told below")
	for _, w := range all {
		if !strings.Contains(out, w.ID[len(w.ID)-8:]+"  ") {
			t.Errorf("%s has no id in the list", w.ID)
		}
	}
	var again []string
	for _, w := range all {
		_, command, _ := strings.Cut(r.ok(t, "watch", "remove", w.ID[len(w.ID)-8:]).err, "back: coffer ")
		again = append(again, strings.TrimSpace(command))
	}
	contains(t, r.ok(t, "watch").err, "Nothing is on the list")
	for _, command := range again {
		r.ok(t, words(command)...)
	}
	back := listed[shownWatch](t, r, "watch")
	if len(back) != len(all) {
		t.Fatalf("%d came back of %d", len(back), len(all))
	}
}

// words splits a command as a shell does where it quotes with double quotes alone.
func words(command string) (all []string) {
	for i, part := range strings.Split(command, `"`) {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}

func TestWhatCanNotBeWatchedIsRefused(t *testing.T) {
	r := linked(t)
	var income shownRow
	for _, row := range listed[shownRow](t, r, "transactions", "--limit", "200") {
		if !strings.HasPrefix(row.Amount.Amount, "-") {
			income = row
		}
	}
	for _, c := range []struct {
		args, says string
		code       int
	}{
		{"block", "name the merchant", terminal.ExitUsage},
		{"block|Quay|--row|" + income.ID, "not both", terminal.ExitUsage},
		{"block|--row|nothing-like-it", "", terminal.ExitUsage},
		{"refund|--row|" + income.ID, "It is no payment of yours.", terminal.ExitFailed},
		{"trip|2027-05-17|2027-05-03", "It would end before it begins.", terminal.ExitFailed},
		{"trip|2027-05-17|2029-05-03", "A trip is a year at most.", terminal.ExitFailed},
		{"trip|2027-05-17|2027-05-18|Spain", "two letters", terminal.ExitFailed},
		{"trip|May|June", "", terminal.ExitUsage},
		{"refund|Fit Yard|0|USD", "The amount must be above zero.", terminal.ExitFailed},
		{"refund|Fit Yard|1|dollars", "", terminal.ExitUsage},
		{"refund|Fit Yard|1|USD|--by|2020-01-01", "It would end before it begins.", terminal.ExitFailed},
		{"floor|nobody|5", "no account is called", terminal.ExitUsage},
		{"payee|" + strings.Repeat("x", 300), "longer than any payee", terminal.ExitFailed},
		{"remove|nonsense", "0 of them", terminal.ExitUsage},
	} {
		contains(t, r.ends(t, c.code, append([]string{"watch"}, strings.Split(c.args, "|")...)...).err, c.says)
	}
	contains(t, r.ok(t, "watch").err, "Nothing is on the list")
}

func TestAnswersOfSeveralAndTheirHistory(t *testing.T) {
	r := linked(t)
	type one struct {
		ID, Answer, Why string
		Values          map[string]string
	}
	list := listed[one](t, r, "alerts", "list")
	first := list[0]
	contains(t, r.ok(t, "alerts", "show", first.ID).out, first.Why, "The numbers", "What would have made this normal", "–")
	var shown struct {
		About, Against []shownRow
		Normal         []string
		Numbers        []struct{ Label string }
	}
	decode(t, r.ok(t, "alerts", "show", first.ID, "--json").out, &shown)
	if len(shown.About) == 0 || len(shown.Normal) == 0 || len(shown.Numbers) == 0 {
		t.Errorf("shown %+v", shown)
	}
	// Each row is of its own account: the alert is of the card, and much that it is held against was paid from the current account.
	rows, names := listed[shownRow](t, r, "transactions", "--limit", "100000"), map[string]string{}
	for _, against := range shown.Against {
		for _, row := range rows {
			if row.ID != against.ID {
				continue
			}
			if name, known := names[row.Account]; known && name != against.Account {
				t.Errorf("%s is told as of %q, others of that account as of %q", row.Payee, against.Account, name)
			}
			names[row.Account] = against.Account
		}
	}
	told := map[string]bool{}
	for _, name := range names {
		told[name] = true
	}
	if len(names) < 2 || len(told) != len(names) {
		t.Errorf("the rows that it is held against are of %v", names)
	}
	payee := shown.About[len(shown.About)-1].Payee
	same := 0
	for _, a := range list {
		if a.Values["merchant"] == payee {
			same++
		}
	}
	contains(t, r.ok(t, "alerts", "answer", "not-mine", "--merchant", payee).err, "answer", "Freeze the card")
	left := 0
	for _, a := range listed[one](t, r, "alerts") { // what is not the person's has what came soon after looked at more closely: others may wait
		if slices.ContainsFunc(list, func(b one) bool { return b.ID == a.ID }) {
			left++
		}
	}
	if left != len(list)-same {
		t.Errorf("%d wait, %d of %d were of %s", left, same, len(list), payee)
	}
	contains(t, r.ok(t, "watch").out, "Blocked: "+payee)
	history := listed[one](t, r, "alerts", "history")
	if len(history) != same || history[0].Answer != "not-mine" {
		t.Errorf("history %+v", history)
	}
	for _, a := range history {
		contains(t, r.ok(t, "alerts", "undo", a.ID).err, "1 answer taken back")
	}
	contains(t, r.ok(t, "watch").err, "Nothing is on the list")
	if left := listed[one](t, r, "alerts"); len(left) != len(list) {
		t.Errorf("%d wait once they were taken back, %d before", len(left), len(list))
	}
	r.ends(t, terminal.ExitUsage, "alerts", "answer", "perhaps", first.ID)
	r.ends(t, terminal.ExitUsage, "alerts", "answer", "mine")
	r.ends(t, terminal.ExitUsage, "alerts", "mine", "--merchant", "Nobody Ltd")
	r.ends(t, terminal.ExitUsage, "alerts", "mine", first.ID, "--merchant", payee)
}

func TestHowMuchIsToldFromTheTerminal(t *testing.T) {
	r := linked(t)
	contains(t, r.ok(t, "alerts", "sensitivity").out, "* usual", "a month", "calm", "keen")
	contains(t, r.ok(t, "alerts", "sensitivity", "calm").out, "* calm")
	r.ends(t, terminal.ExitUsage, "alerts", "sensitivity", "deaf")
	for _, word := range []string{"count", "more", "none"} {
		if word != "count" {
			r.ok(t, "alerts", "notify", word)
		}
		if got := strings.TrimSpace(r.ok(t, "alerts", "notify").out); got != word {
			t.Errorf("it is told %q, want %q", got, word)
		}
	}
	r.ends(t, terminal.ExitUsage, "alerts", "notify", "loudly")
}

// TestLaterOnADayOfTheirOwnInTheTerminal puts alerts off until a day, and is told what can't be one.
func TestLaterOnADayOfTheirOwnInTheTerminal(t *testing.T) {
	r := linked(t)
	type one struct{ ID, Answer string }
	list := listed[one](t, r, "alerts")
	first, day := list[0].ID, time.Now().AddDate(0, 0, 12).Format(time.DateOnly)
	for _, c := range []struct {
		args, says string
		code       int
	}{
		{"later|" + first + "|--until|soon", "2027-05-03", terminal.ExitUsage},
		{"later|" + first + "|--until|2020-05-03", "That day has passed", terminal.ExitFailed},
		{"answer|mine|" + first + "|--until|" + day, "for later alone", terminal.ExitUsage},
	} {
		contains(t, r.ends(t, c.code, append([]string{"alerts"}, strings.Split(c.args, "|")...)...).err, c.says)
	}
	if left := listed[one](t, r, "alerts"); len(left) != len(list) {
		t.Fatalf("%d wait, %d did before", len(left), len(list))
	}
	contains(t, r.ok(t, "alerts", "later", first, "--until", day).err, "Asked again", "at 09:00")
	var said struct{ Answer, Until string }
	decode(t, r.ok(t, "alerts", "answer", "later", first, "--until", day, "--json").out, &said)
	if said.Answer != "later" || said.Until != day {
		t.Errorf("said %+v", said)
	}
	if left := listed[one](t, r, "alerts"); len(left) != len(list)-1 {
		t.Errorf("%d wait, want %d", len(left), len(list)-1)
	}
	r.ok(t, "alerts", "undo", first)
	if left := listed[one](t, r, "alerts"); len(left) != len(list) {
		t.Errorf("taken back, %d wait, want %d", len(left), len(list))
	}
}

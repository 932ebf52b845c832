package banktest

import (
	"slices"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/sync/bank"
)

// Ground is what a dialect's test bank brings to Hostile.
type Ground struct {
	Open func(t *testing.T) Server
	// Consent is what the bank answers to a read of the consent, where Open's has no such address; empty: it has.
	Consent string
	// Days shortens the window of Open to so many; 0 leaves it.
	Days   int
	Many   int  // rows of a very long page; 0 is some thousand
	Stops  bool // it reads rows as they come, and stops where Window.Most says
	Places Places
}

// Hostile checks what dialect d makes of a bank, or of what stands before it, that answers what it should not: every refusal,
// every cut and every odd body at every call that d makes.
func Hostile(t *testing.T, d bank.Dialect, g Ground) {
	parts := map[string]func(*testing.T, rig){
		"refused":    refusals,
		"new fields": newFields,
		"new words":  newWords,
		"odd pages":  oddPages,
		"many rows":  manyRows,
		"cut":        cutOff,
		"not JSON":   oddBodies,
	}
	if g.Places.Row.Amount == "" {
		t.Errorf("say where the answers to %q have their amounts", d.Name())
	} else {
		for name, part := range map[string]func(*testing.T, rig, Places){"odd amounts": oddAmounts, "odd dates": oddDates, "odd currencies": oddCurrencies} {
			parts[name] = func(t *testing.T, r rig) {
				r.alone = alone(r.told(0).Body, g.Places.Pending)
				part(t, r, g.Places)
			}
		}
	}
	cases := 0
	for _, e := range errands(d) {
		for name, part := range parts {
			t.Run(e.name+" "+name, func(t *testing.T) { part(t, newRig(t, d, e, g, &cases)) })
		}
	}
	t.Logf("%s: %d cases", d.Name(), cases)
}

// rig is one errand at a bank behind a Front, and what comes of it where nothing is bent.
type rig struct {
	bank.Dialect
	errand
	front *Front
	known []bank.Account
	clean outcome
	calls []Asked
	pages []int // how many calls were made before each page
	cases *int

	ownDays bool // its pages are days that Coffer counts
	many    int
	stops   bool
	alone   []byte // the first page with one row
}

func newRig(t *testing.T, d bank.Dialect, e errand, g Ground, cases *int) rig {
	t.Helper()
	server := g.Open(t)
	r := rig{Dialect: d, errand: e, cases: cases, ownDays: !slices.Contains(server.Troubles(), Loop), many: g.Many, stops: g.Stops}
	r.front = NewFront(t, d, server, g.consent)
	if w := &r.front.window; g.Days > 0 {
		w.From = w.To.AddDays(1 - g.Days)
	}
	var err error
	if r.known, err = d.Accounts(t.Context(), r.front.Session()); err != nil {
		t.Fatal(err)
	}
	r.front.Bend(nil)
	if e.name == toRows {
		for _, err := range d.Transactions(t.Context(), r.front.Session(), r.front.account, r.front.window) {
			if err == nil {
				r.pages = append(r.pages, len(r.front.Asked()))
			}
		}
		r.front.Bend(nil)
	}
	r.clean = e.do(t, d, r.front, r.front.Session())
	r.calls = r.front.Asked()
	if e.name == toChanges { // each is a call
		for i := range r.clean.pages {
			r.pages = append(r.pages, i+1)
		}
	}
	if r.clean.err != nil || len(r.calls) == 0 {
		t.Fatalf("nothing is bent: %d calls, %v", len(r.calls), r.clean.err)
	}
	return r
}

// consent answers for a bank that knows no consents, or no claim.
func (g Ground) consent(a Asked) (Told, bool) {
	switch {
	case strings.HasPrefix(a.Path, "/claim/"):
		return Told{Status: 200, Body: []byte("https://somebody:secret@bridge.example/simplefin")}, true
	case a.Method == "POST" && strings.HasSuffix(a.Path, "consents"):
		return Told{Status: 201, Body: []byte(`{"consentId":"1","Data":{"ConsentId":"1"},"_links":{"startAuthorisation":{"href":"/"}}}`)}, true
	case a.Method == "POST" && strings.HasSuffix(a.Path, "authorisations"):
		return Told{Status: 201, Body: []byte(`{"_links":{"scaRedirect":{"href":"` + approvePage + `"}}}`)}, true
	case g.Consent == "" || !strings.Contains(a.Path, "consents/"):
		return Told{}, false
	case a.Method != "GET":
		return Told{Status: 204}, true
	}
	return Told{Status: 200, Body: []byte(g.Consent)}, true
}

// later reports whether call n is for a page behind the first, of which the kinds of trouble are tried and not each form of them.
func (r rig) later(n int) bool { return r.name == toRows && n > 1 }

// walk are the calls that are bent: all, or of many pages the first, one between and the last.
func (r rig) walk() []int {
	if r.name == toRows && len(r.calls) > 3 {
		return []int{1, 2, len(r.calls)}
	}
	all := make([]int, len(r.calls))
	for i := range all {
		all[i] = i + 1
	}
	return all
}

// run does the errand while change bends the answers.
func (r rig) run(t *testing.T, change func(n int, a Asked, t *Told)) outcome {
	*r.cases++
	r.front.Bend(change)
	defer r.front.Bend(nil)
	return r.do(t, r.Dialect, r.front, r.front.Session())
}

// before is how many pages came before call n was made.
func (r rig) before(n int) (pages int) {
	for _, calls := range r.pages {
		if calls < n {
			pages++
		}
	}
	return pages
}

// keeps checks that o has the pages that came before call n, and none that the bank did not tell.
func (r rig) keeps(t *testing.T, what string, n int, o outcome) {
	t.Helper()
	if got := len(o.pages); got < r.before(n) || got > len(r.clean.pages) || !slices.EqualFunc(o.pages, r.clean.pages[:got], samePage) {
		t.Errorf("%s at call %d: %d pages, want the %d before it as they were", what, n, got, r.before(n))
	}
}

// calm checks what no error may do: say something of the bank's, or that a sign-in is needed where nobody said so.
func (r rig) calm(t *testing.T, what string, n int, o outcome, kinds ...fault.Kind) {
	t.Helper()
	all := []error{o.err}
	for _, a := range o.accounts {
		all = append(all, a.Err)
	}
	for _, err := range all {
		if err == nil {
			continue
		}
		fits := false
		for _, k := range kinds {
			fits = fits || fault.KindOf(err) == k
		}
		if !fits || strings.Contains(err.Error(), Spilled) {
			t.Errorf("%s at call %d (%s %s): kind %d: %v; want %d", what, n, r.calls[n-1].Method, r.calls[n-1].Path, fault.KindOf(err), err, kinds)
		}
	}
}

// others checks that accounts which call n is not about are as they were.
func (r rig) others(t *testing.T, what string, n int, o outcome) {
	t.Helper()
	asked := map[string]bool{}
	for _, id := range r.calls[n-1].about(r.known) {
		asked[id] = true
	}
	got := map[string]bank.Account{}
	for _, a := range o.accounts {
		got[a.BankID] = a
	}
	if len(asked) == 0 && len(got) == 0 && n == 1 {
		return // there is none to be as it was
	}
	for _, a := range r.clean.accounts {
		now, there := got[a.BankID]
		if !there && len(asked) == 0 && r.lacking(n) {
			continue
		}
		if part := !there && len(asked) > 0 && !r.listed(a); asked[a.BankID] || part {
			continue // the account itself, or a pot of it
		}
		if TellAccounts([]bank.Account{now}) != TellAccounts([]bank.Account{a}) {
			t.Errorf("%s at call %d: it is about others, and %s became %s", what, n, a.BankID, TellAccounts([]bank.Account{now}))
		}
	}
}

// lacking reports whether call n asks for a list that the bank need not have, and so may be refused.
func (r rig) lacking(n int) bool { return n > 1 && len(r.calls[n-1].about(r.known)) == 0 }

// listed reports whether some call names a: else it came with another account.
func (r rig) listed(a bank.Account) bool {
	for _, c := range r.calls {
		if len(c.about([]bank.Account{a})) > 0 {
			return true
		}
	}
	return false
}

package all_test

import (
	"testing"

	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
)

func TestEveryDialectPassesTheConformanceTest(t *testing.T) {
	cant := map[string]int{"simplefin": 1} // whose pages are days that Coffer counts itself: they can't loop
	for _, d := range all.Dialects() {
		open, listed := servers()[d.Name()]
		if !listed {
			t.Errorf("no server to test %q against: add one here", d.Name())
			continue
		}
		if able := open(t).Troubles(); len(able) != len(banktest.Troubles())-cant[d.Name()] {
			t.Errorf("the server of %q makes only the troubles %v", d.Name(), able)
		}
		t.Run(d.Name(), func(t *testing.T) { banktest.Run(t, d, open) })
	}
}

func TestADialectIsFoundByTheNameItWasStoredWith(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range all.Dialects() {
		if seen[d.Name()] {
			t.Errorf("two dialects are called %q", d.Name())
		}
		seen[d.Name()] = true
		if got, found := all.Named(d.Name()); !found || got.Name() != d.Name() {
			t.Errorf("Named(%q) gave %v, %v", d.Name(), got, found)
		}
	}
	if _, found := all.Named("no such dialect"); found {
		t.Error("found a dialect that there is none of")
	}
}

// servers are the test banks, by the name of the dialect that they speak.
func servers() map[string]func(*testing.T) banktest.Server {
	return map[string]func(*testing.T) banktest.Server{
		"fdx":           func(t *testing.T) banktest.Server { return banktest.Filled(t) },
		"simplefin":     func(t *testing.T) banktest.Server { return newBridge(t) },
		"up":            func(t *testing.T) banktest.Server { return banktest.NewUp(t) },
		"plaid":         func(t *testing.T) banktest.Server { return banktest.NewPlaid(t) },
		"enablebanking": func(t *testing.T) banktest.Server { return banktest.NewEnableBanking(t) },
		"investec":      func(t *testing.T) banktest.Server { return banktest.NewInvestec(t) },
		"akahu":         func(t *testing.T) banktest.Server { return banktest.NewAkahu(t) },
		"starling":      func(t *testing.T) banktest.Server { return banktest.NewStarling(t) },
		"monzo":         func(t *testing.T) banktest.Server { return banktest.FilledPots(t) },
		"obie":          func(t *testing.T) banktest.Server { return newOBIE(t) },
		"berlingroup":   func(t *testing.T) banktest.Server { return newBerlinGroup(t) },
		"cdr":           func(t *testing.T) banktest.Server { return banktest.NewCDR(t) },
	}
}

package say_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/statement/ofx"
	"coffer/ui/say"
)

// whole fails for a sentence with a hole in it.
func whole(t *testing.T, id, text string) {
	t.Helper()
	for _, hole := range []string{"<no value>", "{{", "}}", "  ", "()", "“”", " .", ": .", " ,"} {
		if strings.Contains(text, hole) {
			t.Errorf("%s: %q has a hole: %q", id, text, hole)
		}
	}
	if text == "" || text == id {
		t.Errorf("%s has no sentence", id)
	}
}

// moved are the values of a reason about a match, as ledger sends them.
var moved = map[string]string{"id": "tx-1", "days": "1", "was": "46.00", "now": "54.28", "currency": "USD"}

// sent holds the values that the code sends with a reason; the rest come without any.
var sent = map[string]map[string]string{
	ledger.ReasonAlias: {"id": "tx-1"}, ledger.ReasonNamed: moved, ledger.ReasonSettled: moved, ledger.ReasonMatch: moved,
	ledger.ReasonTip: moved, ledger.ReasonForeign: moved, ledger.ReasonCorrected: moved, ledger.ReasonMaybeBooked: moved, ledger.ReasonMaybeFixed: moved,
	ledger.ReasonOrdinal: {"n": "1", "of": "2"}, ledger.ReasonIDChanged: {"n": "1", "of": "2"}, ledger.ReasonMaybeSame: {"days": "2"},
	ledger.ReasonAbsent: {"times": "3", "days": "9"}, ledger.ReasonStale: {"times": "3", "days": "30"},
	ledger.ReasonWithdrawn: {"id": "tx-1"}, ledger.ReasonVanished: {"times": "3", "days": "30"}, ledger.ReasonOverdue: {"days": "9"}, ledger.ReasonBookedOnly: {},
	ledger.ReasonPart:      {"was": "120.00", "now": "50.00", "currency": "USD", "day": "2026-05-03"},
	ledger.ReasonBeside:    {"was": "120.00", "currency": "USD", "day": "2026-05-03"},
	ledger.ReasonFirstPart: {"was": "120.00", "now": "50.00", "currency": "USD", "days": "1", "day": "2026-05-03"},
	ledger.ReasonParts:     {"was": "120.00", "currency": "USD", "of": "2"}, ledger.ReasonMerged: moved,
	ledger.ReasonTransfer: {"days": "1"}, ledger.ReasonTransferForeign: {"days": "1"}, ledger.ReasonMaybeTransfer: {"days": "1", "of": "1"}, ledger.ReasonMarked: {"days": "1"},

	alert.WhyDuplicate:     {"merchant": "Corner Fuel", "amount": "49.10", "currency": "USD", "days": "2"},
	alert.WhyUnusual:       {"merchant": "Green Leaf", "amount": "412.86", "usual": "54.92", "currency": "USD", "times": "122"},
	alert.WhyUnusualCharge: {"merchant": "Voltbay", "amount": "412.86", "currency": "USD"},
	alert.NormalKnown:      {"merchant": "Voltbay"}, alert.NormalHour: {"hour": "12:00", "merchant": "Voltbay"},
	alert.NormalRepeats:   {"merchant": "Corner Fuel", "percent": "10"},
	alert.NormalRefund:    {"merchant": "Corner Fuel", "amount": "49.10", "currency": "USD"},
	alert.NormalApart:     {"days": "2"},
	alert.NormalUpTo:      {"merchant": "Green Leaf", "amount": "90.00", "currency": "USD"},
	alert.NormalRecurring: {"merchant": "Green Leaf"},
	alert.NormalConfirmed: {"merchant": "Green Leaf", "amount": "300.00", "currency": "USD", "days": "365"},

	"file.size": {"line": "1", "megabytes": "256"}, "ofx.status": {"line": "1", "code": ""}, "ofx.date": {"value": ""}, "ofx.amount": {"value": ""},
	"ofx.ambiguous": {"value": "1,000"}, "ofx.precision": {"value": "1.005"}, "ofx.rate": {"value": "1.00", "rate": "", "currency": "EUR"},
	"ofx.trade": {"type": "BUYSTOCK"}, "ofx.positions": {"n": "1"},
	"revoke.access": {"until": ""}, "link.endpoint": {"host": "elsewhere.example"},
}

// TestAHostIsShownAsItReads: the port where it is not the usual one, other alphabets as xn--.
func TestAHostIsShownAsItReads(t *testing.T) {
	v := english(t)
	for address, want := range map[string]string{
		"https://login.bank.example:443/authorize": "login.bank.example", "https://login.bank.example/": "login.bank.example",
		"https://login.bank.example:8443": "login.bank.example:8443", "http://127.0.0.1:4711": "127.0.0.1:4711",
		"https://xn--bnk-qla.example:443": "xn--bnk-qla.example", "https://[2606:4700::1111]:443": "[2606:4700::1111]", "no address": "no address",
	} {
		if got := v.Host(address); got != want {
			t.Errorf("%q is shown as %q, want %q", address, got, want)
		}
	}
	for want, got := range map[string]string{
		"It is the bank's own address, with another port.": v.Whose("127.0.0.1", true), "It has no name, only the address 203.0.114.9, and that is not the bank's own.": v.Whose("203.0.114.9", false),
		"The domain is bank.example, as of the bank's own address.": v.Whose("bank.example", true), "The domain is evil.example, and that is not the one of the bank's own address.": v.Whose("evil.example", false),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if v.HostNote("https://bank.example") != "" {
		t.Error("a plain name is warned of")
	}
	whole(t, "a name in other letters", v.HostNote("https://xn--bnk-qla.example:443"))
	for use := consent.SignInPage; use <= consent.RegisterPlace; use++ {
		whole(t, v.Use(int(use)), v.WouldGet(int(use)))
	}
	for asker, want := range map[string]string{
		"": "the bank's provider file", "https://login.bank.example/as": "the metadata of login.bank.example", "api.bank.example": "an answer of api.bank.example",
	} {
		if got := v.Asker(asker); got != want {
			t.Errorf("%q is named %q", asker, got)
		}
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	v := english(t)
	maps.Copy(sent, sentByRules)
	said := map[string]string{}
	ids := slices.Concat(ledger.ReasonIDs(), alert.Sentences(), ofx.Reasons(), reasonsInCode(t))
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		text := v.Reason(id, sent[id])
		whole(t, id, text)
		if other, twice := said[text]; twice {
			t.Errorf("%s and %s both say %q", id, other, text)
		}
		said[text] = id
		whole(t, id, v.Fault(fault.Because(fault.BankUnexpected, id, "x", errors.New("y"), pairs(sent[id])...)))
	}
	if v.Reason("no-such-reason", nil) != "" {
		t.Error("an unknown reason must say nothing")
	}
}

func pairs(values map[string]string) (all []string) {
	for name, value := range values {
		all = append(all, name, value)
	}
	return all
}

func TestSentencesWithValues(t *testing.T) {
	v := english(t)
	for want, got := range map[string]string{
		"Matched because amount, day and text are close: 1 day apart.":                            v.Reason(ledger.ReasonMatch, moved),
		"Matched because amount, day and text are close: on the same day.":                        v.Reason(ledger.ReasonMatch, map[string]string{"days": "0"}),
		"Perhaps the same as a row of the same day.":                                              v.Reason(ledger.ReasonMaybeSame, map[string]string{"days": "0"}),
		"Between your own accounts: the same amount, on the same day.":                            v.Reason(ledger.ReasonTransfer, map[string]string{"days": "0"}),
		"Perhaps between your own accounts: on the same day, and 2 rows are as near.":             v.Reason(ledger.ReasonMaybeTransfer, map[string]string{"days": "0", "of": "2"}),
		"The bank left it out, 3 times in 9 days.":                                                v.Reason(ledger.ReasonAbsent, sent[ledger.ReasonAbsent]),
		"Matched to the pending row: the amount grew from $46.00 to $54.28, as a tip does.":       v.Reason(ledger.ReasonTip, moved),
		"Matched to the pending row: $50.00 of the $120.00 that was held. More parts may follow.": v.Reason(ledger.ReasonFirstPart, sent[ledger.ReasonFirstPart]),
		"Perhaps a row that the bank corrected: $46.00, now $54.28.":                              v.Reason(ledger.ReasonMaybeFixed, moved),
		"$412.86 at Green Leaf; your usual there is $54.92 (122 times)":                           v.Reason(alert.WhyUnusual, sent[alert.WhyUnusual]),
		"$49.10 at Corner Fuel twice within 2 days":                                               v.Reason(alert.WhyDuplicate, sent[alert.WhyDuplicate]),
		"1 security: counted in the balance, not listed.":                                         v.Reason("ofx.positions", sent["ofx.positions"]),
		"2 securities: counted in the balance, not listed.":                                       v.Reason("ofx.positions", map[string]string{"n": "2"}),
		"There is no date.":                           v.Reason("ofx.date", sent["ofx.date"]),
		"“2026-13-01” is not a date.":                 v.Reason("ofx.date", map[string]string{"value": "2026-13-01"}),
		"The old access token still works.":           v.Reason("revoke.access", sent["revoke.access"]),
		"The bank's own word for it: login_required.": v.Reason("oauth.login_required", nil),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	instant := regexp.MustCompile(`until \d+ November 2026, \d\d:\d\d\.$`)
	if got := v.Reason("revoke.access", map[string]string{"until": "2026-11-22T10:36:00Z"}); !instant.MatchString(got) {
		t.Errorf("an instant is said as %q", got)
	}
	wait := v.Fault(fault.With(fault.BankPaused, "x", errors.New("y"), "until", "2026-11-22T10:36:00Z"))
	if strings.Contains(wait, "T10") || !strings.Contains(wait, "2026, ") {
		t.Errorf("the end of a wait is said as %q", wait)
	}
}

func TestEveryLabelAndDetectorHasWords(t *testing.T) {
	v := english(t)
	for _, id := range alert.Labels() {
		whole(t, id, v.Label(id))
	}
	for _, d := range alert.Detectors() {
		whole(t, d.ID, v.Detector(d.ID))
	}
}

func TestEveryPurposeHasWords(t *testing.T) {
	v := english(t)
	ids := append(purposesInCode(t), "renew") // link hands this one on by argument
	for _, id := range []string{"metadata", "consent", "token", "renew", "accounts", "transactions", "revoke", "probe"} {
		if !slices.Contains(ids, id) {
			t.Errorf("no request is for %q: the search of the code misses it, or its words can go", id)
		}
	}
	for _, id := range ids {
		if _, known := say.Phrases()["purpose."+id]; !known {
			t.Errorf("purpose %s has no words", id)
		}
		whole(t, "purpose "+id, v.Purpose(id, nil))
	}
}

// reasonsInCode returns the reason of every fault under app and sync, as far as it is written out:
// the second argument of Because and Refuse, the first of what rooms put before them.
func reasonsInCode(t *testing.T) []string {
	t.Helper()
	return strings.Fields(strings.Join(inCode(t, func(call *ast.CallExpr, name string) (string, bool) {
		switch {
		case (name == "Because" || name == "Refuse") && len(call.Args) > 1:
			return literal(call.Args[1])
		case (name == "pending" || name == "misread" || name == "wrong") && len(call.Args) > 0:
			return literal(call.Args[0])
		}
		return "", false
	}, nil), " "))
}

// purposesInCode returns every id in an egress.Purpose, and what is handed on as one.
func purposesInCode(t *testing.T) []string {
	t.Helper()
	return inCode(t, func(call *ast.CallExpr, name string) (string, bool) {
		const nth = 4 // of link's renew(ctx, line, link, token, purpose, now)
		if name == "renew" && len(call.Args) > nth {
			return literal(call.Args[nth])
		}
		return "", false
	}, func(pair *ast.KeyValueExpr, of string) (string, bool) {
		if key := lastName(pair.Key); key == "purpose" || key == "ID" && of == "Purpose" {
			return literal(pair.Value)
		}
		return "", false
	})
}

// inCode asks calls and the fields of literals in all code under app and sync for a text.
func inCode(t *testing.T, ofCall func(*ast.CallExpr, string) (string, bool), ofField func(*ast.KeyValueExpr, string) (string, bool)) []string {
	t.Helper()
	found := map[string]bool{}
	keep := func(text string, ok bool) {
		if ok {
			found[text] = true
		}
	}
	set := token.NewFileSet()
	for _, root := range []string{"../../app", "../../sync"} {
		err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "demobank") {
				return err
			}
			f, err := parser.ParseFile(set, file, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					keep(ofCall(n, lastName(n.Fun)))
				case *ast.CompositeLit:
					for _, e := range n.Elts {
						if pair, ok := e.(*ast.KeyValueExpr); ok && ofField != nil {
							keep(ofField(pair, lastName(n.Type)))
						}
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 5 {
		t.Fatalf("only %d found in the code: %v", len(found), slices.Sorted(maps.Keys(found)))
	}
	return slices.Sorted(maps.Keys(found))
}

func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

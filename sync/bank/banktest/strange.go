package banktest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coffer/app/fault"
)

// more is what a bank may add to an object one day: values of each form, and names that mean something elsewhere.
const more = `{"x_unknown":{"amount":"999.99","currency":"XAU","id":"other","status":"POSTED","transactions":[{"amount":1}],"data":[{"id":"x"}],"next":"https://elsewhere.example/?a=b"},
	"x_list":[1,"two",null,{"three":[4]},[]],"x_null":null,"x_true":true,"x_number":123456789012345678901234567890.5e10,"x_text":"word","x_empty":{},"X-Links":{"next":"key"}}`

// newFields adds more to every object of every answer, which changes nothing.
func newFields(t *testing.T, r rig) {
	for n := range r.calls {
		got := r.run(t, func(at int, _ Asked, t *Told) {
			if at == n+1 {
				t.Body = reshaped(t.Body, func(o map[string]any) {
					for name, v := range tree([]byte(more)).(map[string]any) {
						o[name] = v
					}
				})
			}
		})
		if !got.same(r.clean) {
			t.Errorf("%s: new fields in answer %d to %s changed what is read: %v\n%s", r.Name(), n+1, r.calls[n].Path, got.err, TellAccounts(got.accounts))
		}
	}
}

var wordShape = regexp.MustCompile(`^[A-Za-z][A-Za-z_ -]{2,40}$`)

// wordsOf are the names of the fields in body that hold a word of a list, as far as that can be seen, and no currency.
func wordsOf(body []byte) (names []string) {
	reshaped(body, func(o map[string]any) {
		for name, v := range o {
			word, text := v.(string)
			free := strings.HasPrefix(word, "Shop") || slices.ContainsFunc([]string{"name", "id", "currency", "iban", "_account", "defaultcategory"}, func(part string) bool {
				return strings.Contains(strings.ToLower(name), part)
			})
			if text && !free && wordShape.MatchString(word) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	})
	return names
}

// newWords puts a word that nobody knows yet in each field that has one: no row or account goes, no amount changes. A
// direction that nobody knows is refused, for a sign is never guessed.
func newWords(t *testing.T, r rig) {
	for n := range r.calls {
		r.front.mu.Lock()
		names := wordsOf(r.front.clean[r.calls[n].key()].Body)
		r.front.mu.Unlock()
		for _, name := range names {
			got := r.run(t, func(at int, _ Asked, t *Told) {
				if at == n+1 {
					t.Body = reshaped(t.Body, func(o map[string]any) {
						if _, text := o[name].(string); text {
							o[name] = "XQ_BRAND_NEW"
						}
					})
				}
			})
			r.sameMoney(t, r.Name()+" a new word as "+name, n+1, got)
		}
	}
}

// sameMoney checks that got has the rows and accounts of the clean reading, by number, id and amount.
func (r rig) sameMoney(t *testing.T, what string, n int, got outcome) {
	t.Helper()
	if f := fault.Of(got.err); f != nil && f.Kind == fault.BankUnexpected && strings.HasSuffix(f.Reason, ".amount") {
		return
	}
	rows, want := rowsOf(got.pages), rowsOf(r.clean.pages)
	if got.err != nil || len(rows) != len(want) || len(got.accounts) != len(r.clean.accounts) {
		t.Errorf("%s in answer %d to %s: %d rows, %d accounts, %v", what, n, r.calls[n-1].Path, len(rows), len(got.accounts), got.err)
		return
	}
	for i, row := range rows {
		if row.SourceID != want[i].SourceID || row.Amount != want[i].Amount || row.Payee == "" {
			t.Errorf("%s: row %s %v became %s %v", what, want[i].SourceID, want[i].Amount, row.SourceID, row.Amount)
			return
		}
	}
	for i, a := range got.accounts {
		was := r.clean.accounts[i]
		if a.BankID != was.BankID || a.Currency != was.Currency || a.Number != was.Number || a.Name == "" ||
			a.Err != nil && !strings.HasSuffix(fault.Of(a.Err).Reason, ".amount") ||
			a.Err == nil && a.Balance.Booked.Currency != "" && a.Balance.Booked != was.Balance.Booked {
			t.Errorf("%s: account %s became %s", what, was.BankID, tellJSON(a))
		}
	}
}

func tellJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

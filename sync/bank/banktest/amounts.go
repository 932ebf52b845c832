package banktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

// amounts are JSON values that may stand where an amount does.
var amounts = []string{
	`"-12.00"`, `-12`, `"-12"`, `-12.5`, `"12.00"`, `12.00`, `"12"`, `12`, `"0"`, `"-0"`, `-0`, `"0.00"`, `"12.5"`, `12.5`, `"12.30000"`, `"012.50"`, `"+5"`, `"-7.25"`, `-7.25`, `"12."`, `".5"`,
	`"1e3"`, `1e3`, `1E-2`, `1.5e+2`, `"1,234.50"`, `"1.234,50"`, `"12,50"`, `"1 234"`, `"1'234"`, `"1_000"`, `"12345678901234567"`, `12345678901234567`,
	`"123456789012345.67"`, `"9223372036854775807"`, `"-9223372036854775808"`, `9223372036854775808`, `"12345678901234567890"`, `1234567890123456789012`,
	`"92233720368547758.07"`, `"92233720368547758.08"`, `"NaN"`, `"Infinity"`, `"-inf"`, `""`, `" 12.00"`, `"12.00 "`, `"\t12"`, `"12\u00a0"`, `"12\u0000"`, `"--5"`, `"+-5"`,
	`"5-"`, `"(5.00)"`, `"0x10"`, `"0b1"`, `"١٢"`, `"１２"`, `"½"`, `"12.345"`, `12.345`, `"12.005"`, `"0.001"`, `"USD 5"`, `"$5"`, `"5 USD"`, `"."`, `"-"`, `"null"`,
	`null`, `true`, `false`, `[]`, `{}`, `[12]`, `{"value":12}`, `"12.00.00"`, `"1/2"`, `"5%"`,
}

var (
	plainDecimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$`)
	plainWhole   = regexp.MustCompile(`^[+-]?[0-9]+$`)
)

// exact is what raw says in minor units of a currency with so many decimals, without its sign; ok is false where it says no
// amount, or one that the currency has no units for.
func exact(raw string, decimals int, minor bool) (units *big.Int, ok bool) {
	text := raw
	if strings.HasPrefix(raw, `"`) && json.Unmarshal([]byte(raw), &text) != nil {
		return nil, false
	}
	if minor {
		decimals = 0
	}
	if minor && !plainWhole.MatchString(text) || !plainDecimal.MatchString(text) {
		return nil, false
	}
	whole, fraction, _ := strings.Cut(strings.TrimLeft(text, "+-"), ".")
	for len(fraction) < decimals {
		fraction += "0"
	}
	if strings.Trim(fraction[decimals:], "0") != "" {
		return nil, false
	}
	units, ok = new(big.Int).SetString("0"+whole+fraction[:decimals], 10)
	return units, ok && units.IsInt64()
}

// oddAmounts puts each of amounts into a row and a balance: it is read exactly or refused, and nothing is dropped.
func oddAmounts(t *testing.T, r rig, p Places) {
	for _, raw := range amounts {
		switch r.name {
		case toRows:
			for _, currency := range []string{r.front.account.Currency, "JPY", "KWD"} {
				r.amountOfRow(t, p, raw, currency)
			}
		case toAccounts:
			r.amountOfBalance(t, p, raw)
		}
	}
}

// firstOf is list up to the end of its first element.
func firstOf(list []byte) []byte {
	var elements []json.RawMessage
	if json.Unmarshal(list, &elements) != nil {
		return list
	}
	return list[:bytes.Index(list, elements[0])+len(elements[0])]
}

// firstPage reads the first page of account with changes made to the answer, in which the first row is alone.
func (r rig) firstPage(t *testing.T, account ledger.Account, changes map[string]string) (page bank.Page, bent bool, err error) {
	*r.cases++
	r.front.Bend(func(n int, _ Asked, told *Told) {
		if n == 1 {
			told.Body, bent = planting(r.alone, changes)
		}
	})
	defer r.front.Bend(nil)
	for page, err = range r.Transactions(t.Context(), r.front.Session(), account, r.front.window) {
		break
	}
	return page, bent, err
}

// alone is body with the first of its rows alone, and with no list at pending.
func alone(body []byte, pending string) []byte {
	if list := longest(body); list != nil {
		first := firstOf(list)
		body = bytes.Replace(body, list, append(bytes.Clone(first), ']'), 1)
	}
	if pending != "" {
		body, _ = planted(body, pending, "[]")
	}
	return body
}

// planting plants each change for which there is a place.
func planting(body []byte, changes map[string]string) (changed []byte, bent bool) {
	for path, raw := range changes {
		var ok bool
		if body, ok = planted(body, path, raw); ok {
			bent = true
		}
	}
	return body, bent
}

func (r rig) amountOfRow(t *testing.T, p Places, raw, currency string) {
	t.Helper()
	account := r.front.account
	account.Currency = currency
	changes := map[string]string{p.Row.Amount: raw}
	if p.Row.Beside != "" {
		changes[p.Row.Beside] = ""
	}
	other := currency != r.front.account.Currency
	if other && p.Row.Currency != "" {
		changes[p.Row.Currency] = `"` + currency + `"`
	}
	page, bent, err := r.firstPage(t, account, changes)
	if !bent {
		t.Fatalf("%s: no row at %s", r.Name(), p.Row.Amount)
	}
	r.exactly(t, "a row of "+raw+" "+currency, raw, p.Minor, currency, err, func() (money.Amount, bool) {
		if len(page.Rows) != 1 {
			t.Errorf("%s: %s: %d rows of one", r.Name(), raw, len(page.Rows))
			return money.Amount{}, false
		}
		return page.Rows[0].Amount, true
	})
}

func (r rig) amountOfBalance(t *testing.T, p Places, raw string) {
	t.Helper()
	bent := ""
	got := r.run(t, func(_ int, a Asked, t *Told) {
		changes := map[string]string{p.Balance.Amount: raw}
		if p.Balance.Beside != "" {
			changes[p.Balance.Beside] = ""
		}
		if bent == "" {
			var ok bool
			if t.Body, ok = planting(t.Body, changes); ok {
				bent = a.Path
			}
		}
	})
	if bent == "" || got.err != nil || len(got.accounts) != len(r.clean.accounts) {
		t.Errorf("%s: a balance of %s: %d accounts, %v; bent %q", r.Name(), raw, len(got.accounts), got.err, bent)
		return
	}
	first := got.accounts[0]
	r.exactly(t, "a balance of "+raw, raw, p.Minor, first.Currency, first.Err, func() (money.Amount, bool) {
		asked := len(got.accounts) > 0 && !good(raw) && first.Balance == r.clean.accounts[0].Balance // once more, and in full
		if p.Balance.Beside != "" && first.Balance.Available.Currency != "" {                        // of which the booked one is reckoned
			return first.Balance.Available, true
		}
		return first.Balance.Booked, !asked && first.Balance.Booked.Currency != ""
	})
}

// good reports whether there is any text in raw.
func good(raw string) bool { return raw != `""` && raw != `null` && !strings.ContainsAny(raw, "[{") }

// exactly checks that err refuses raw and says why, or that it became what it says.
func (r rig) exactly(t *testing.T, what, raw string, minor bool, currency string, err error, became func() (money.Amount, bool)) {
	t.Helper()
	want, good := exact(raw, money.Exponent(currency), minor)
	f := fault.Of(err)
	switch {
	case err != nil && (f == nil || f.Kind != fault.BankUnexpected || !strings.HasSuffix(f.Reason, ".amount") && !strings.HasSuffix(f.Reason, ".json")):
		t.Errorf("%s: %s: got %v; want a fault that says which field", r.Name(), what, err)
	case err != nil && strings.Contains(err.Error(), strings.Trim(raw, `"`)) && len(raw) > 6:
		t.Errorf("%s: %s: the error repeats it: %v", r.Name(), what, err)
	case err != nil && good && sure(raw) && (r.name == toAccounts || currency == r.front.account.Currency):
		t.Errorf("%s: %s: refused: %v", r.Name(), what, err)
	case err == nil:
		got, known := became()
		if known && (!good || got.Currency != currency || new(big.Int).Abs(big.NewInt(got.Minor)).Cmp(want) != 0) {
			t.Errorf("%s: %s: became %v", r.Name(), what, got)
		}
		if !known && sure(raw) && good {
			t.Errorf("%s: %s: is unknown", r.Name(), what)
		}
	}
}

// sure reports whether raw must be read: in the other form of JSON a dialect may refuse it.
func sure(raw string) bool {
	return raw == `"-12.00"` || raw == `-12` || raw == `"-12"` || raw == `-12.5`
}

// oddDates puts each of dates into a row: its day is the one that is printed, or it is refused.
func oddDates(t *testing.T, r rig, p Places) {
	if r.name != toRows {
		return
	}
	for _, raw := range []string{
		`"0000-01-01"`, `"0001-01-01T00:00:00Z"`, `"1899-12-31"`, `"1899-12-31T23:59:59Z"`, `"9999-12-31"`, `"9999-12-31T23:59:59Z"`, `"2024-02-30"`, `"2024-02-30T10:00:00Z"`,
		`"2023-02-29"`, `"2024-13-01"`, `"2024-00-10"`, `"2024-10-00"`, `"2024-10-01T99:00:00Z"`, `"20241001"`, `"01/10/2024"`, `"10-01-2024"`, `"2024/10/01"`, `"Oct 1, 2024"`,
		`""`, `" "`, `"yesterday"`, `"null"`, `null`, `true`, `{}`, `[]`, `1727780400`, `"1727780400"`, `1727780400000`, `-1`, `0`, `"-1"`, `9999999999999`, `1e9`, `"٢٠٢٤-١٠-٠١"`, `"2024-10-1"`, `"+2024-10-01"`, `" 2024-10-01"`,
	} {
		changes := map[string]string{}
		for _, path := range p.Row.Dates {
			changes[path] = raw
		}
		page, bent, err := r.firstPage(t, r.front.account, changes)
		f := fault.Of(err)
		switch {
		case !bent:
			t.Fatalf("%s: no row at %v", r.Name(), p.Row.Dates)
		case err != nil && f != nil && f.Kind == fault.BankUnexpected && (strings.HasSuffix(f.Reason, ".date") || strings.HasSuffix(f.Reason, ".json")):
			if strings.Contains(err.Error(), strings.Trim(raw, `"`)) && len(raw) > 8 {
				t.Errorf("%s: %s: the error repeats it: %v", r.Name(), raw, err)
			}
		case err != nil:
			t.Errorf("%s: a day of %s: got %v", r.Name(), raw, err)
		case p.Epoch && (raw == `null` || raw == `""` || raw == `0`):
			// pending, of a day that the bridge does not tell
		case p.Undated && (raw == `null` || raw == `""`) && len(page.Rows) == 0:
			// it is pending, and told in the window that ends today
		case p.Epoch && (raw == `"20241001"` || raw == `1e9`): // a day, and none that was asked for
		case len(page.Rows) != 1 || !printed(raw, page.Rows[0].Date, p.Epoch):
			t.Errorf("%s: a day of %s: became %+v", r.Name(), raw, page.Rows)
		}
	}
}

// printed reports whether raw is day, as far as a zone lets one tell.
func printed(raw string, day ledger.Date, epoch bool) bool {
	text := strings.Trim(raw, `"`)
	if epoch {
		return text == "1727780400" && day == ledger.Day(2024, 10, 1)
	}
	told, err := ledger.ParseDate(text[:min(len(text), 10)])
	return err == nil && day >= told-1 && day <= told+1
}

// oddCurrencies changes the currency of a row, on the first page or a later one, and of an account: a row in another currency
// than its account's is refused, and what has none of ISO 4217's form. Where the standard has a currency for what tells none, that
// is what an absent one is: an object or a list in its place is refused there, too.
func oddCurrencies(t *testing.T, r rig, p Places) {
	for _, raw := range []string{`"XXX"`, `"ABC"`, `"usd"`, `"gbp"`, `"USDX"`, `"US"`, `"U$D"`, `""`, `null`, `840`, `{}`, `["USD"]`, `"ЕUR"`, `" USD"`, `"https://elsewhere.example/points"`, `"CHF"`} {
		if r.name == toRows && p.Row.Currency != "" {
			for at := 1; at <= min(2, len(r.pages)); at++ {
				got := r.run(t, func(n int, _ Asked, t *Told) {
					if n == at {
						t.Body, _ = planted(t.Body, p.Row.Currency, raw)
					}
				})
				if p.Assumed != "" && (raw == `""` || raw == `null`) {
					if !got.same(r.clean) {
						t.Errorf("%s: a row that tells no currency on page %d: %d pages, then %v", r.Name(), at, len(got.pages), got.err)
					}
					continue
				}
				if f := fault.Of(got.err); f == nil || f.Kind != fault.BankUnexpected || !strings.HasSuffix(f.Reason, ".currency") && !strings.HasSuffix(f.Reason, ".json") || len(got.pages) != at-1 {
					t.Errorf("%s: a row in %s on page %d: %d pages, then %v", r.Name(), raw, at, len(got.pages), got.err)
				}
			}
		}
		if r.name == toAccounts {
			r.currencyOfAccount(t, p, raw)
		}
	}
}

func (r rig) currencyOfAccount(t *testing.T, p Places, raw string) {
	t.Helper()
	bent := false
	got := r.run(t, func(_ int, _ Asked, t *Told) {
		if !bent {
			t.Body, bent = planted(t.Body, p.Account, raw)
		}
	})
	if !strings.HasPrefix(raw, `"`) && fault.KindOf(got.err) == fault.BankUnexpected {
		return // nor is the list one
	}
	if !bent || got.err != nil || len(got.accounts) != len(r.clean.accounts) {
		t.Errorf("%s: an account in %s: %d accounts, %v; bent %v", r.Name(), raw, len(got.accounts), got.err, bent)
		return
	}
	told, first := strings.Trim(raw, `"`), got.accounts[0]
	f := fault.Of(first.Err)
	own := first.Currency == r.clean.accounts[0].Currency && (told == "" || told == "null" || told == "XXX" || p.Details && strings.ContainsAny(raw, "[{"))
	switch {
	case first.Err == nil && (first.Currency == told && money.KnownForm(told) || own): // its balance tells
	case first.Err != nil && (errors.Is(first.Err, bank.ErrSkipped) || f == nil || f.Kind != fault.BankUnexpected && f.Kind != fault.HostRefused):
		t.Errorf("%s: an account in %s: %v", r.Name(), raw, first.Err)
	case first.Err == nil:
		t.Errorf("%s: an account in %s became one in %q", r.Name(), raw, first.Currency)
	}
}

package simplefin

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

func knownForm(currency string) bool { return money.KnownForm(currency) }

// Accounts lists the accounts of every bank behind the bridge, in one call. One whose bank wants the person
// to sign in at the bridge again comes with an Err of its own.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	told, err := b.read(ctx, s, "accounts", url.Values{"balances-only": {"1"}})
	if err != nil {
		return nil, err
	}
	all := make([]bank.Account, 0, len(told.Accounts))
	currencies := map[text]string{}
	for _, a := range told.Accounts {
		one := told.named(a)
		if strings.HasSuffix(told.about(a), ".auth") {
			one.Err = fault.Because(fault.BankDown, "simplefin.reconnect", "read an account", errors.Join(bank.ErrAccountGone, errors.New("its bank wants a sign-in at the bridge")))
		}
		if _, seen := currencies[a.Currency]; !seen && one.Err == nil {
			currency, err := currencyOf(ctx, s, string(a.Currency))
			if err != nil && fault.KindOf(err) != fault.HostRefused && fault.KindOf(err) != fault.BankUnexpected {
				return nil, err
			}
			currencies[a.Currency] = currency
			one.Err = err
		}
		one.Currency = currencies[a.Currency]
		if one.Err == nil && one.Currency == "" {
			one.Err = misread("simplefin.currency", "read an account", errors.New("its currency is not known"))
		}
		if one.Err == nil {
			one.Balance, one.Err = balanceOf(a, one.Currency)
		}
		all = append(all, one)
	}
	return all, nil
}

// named is a without its currency and balance.
func (s set) named(a account) bank.Account {
	name := plain(string(a.Name))
	got := bank.Account{Account: ledger.Account{BankID: bankID(a), Name: name, Masked: digits(name), Kind: kindOf(a)}}
	got.Number = s.bankOf(a) + " id " + string(a.ID)
	if got.Masked != "" { // ids may be new with a new setup token, the digits stay
		got.Number = s.bankOf(a) + " " + got.Masked
	}
	return got
}

// bankID is the account within the link: what its id is unique within, and the id.
func bankID(a account) string { return url.PathEscape(a.key()) + "/" + string(a.ID) }

// partsOf is the other way.
func partsOf(bankID string) (key, id string, ok bool) {
	escaped, id, ok := strings.Cut(bankID, "/")
	key, err := url.PathUnescape(escaped)
	return key, id, ok && err == nil && id != ""
}

// digits are the last ones of the number, where the name shows them: "Checking (4321)", "Card ··4417".
func digits(name string) string {
	name = strings.TrimRight(name, ")] ")
	at := strings.LastIndexFunc(name, func(r rune) bool { return r < '0' || r > '9' })
	last := name[at+1:]
	if at < 0 || len(last) != 4 || !strings.ContainsAny(name[max(0, at-1):at+1], "(*#-.x…·") && !strings.HasSuffix(name[:at+1], "·") {
		return ""
	}
	return last
}

// kindOf reads the name: the protocol has no kind.
func kindOf(a account) ledger.Kind {
	name := strings.ToLower(string(a.Name))
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(name, w) {
				return true
			}
		}
		return false
	}
	switch {
	case len(a.Holdings) > 0 || has("brokerage", "investment", "retirement", "401k", "roth"):
		return ledger.Investment
	case has("mortgage", "loan"):
		return ledger.Loan
	case has("credit card", "visa", "mastercard", "amex", " card"):
		return ledger.Card
	case has("saving"):
		return ledger.Savings
	}
	return ledger.Checking
}

func balanceOf(a account, currency string) (ledger.Balance, error) {
	var b ledger.Balance
	for _, part := range []struct {
		told text
		to   *money.Amount
	}{{a.Balance, &b.Booked}, {a.Available, &b.Available}} {
		if part.told == "" {
			continue
		}
		amount, err := money.Parse(string(part.told), currency)
		if err != nil {
			return ledger.Balance{}, misread("simplefin.amount", "read a balance", reasonOf(err))
		}
		*part.to = amount
	}
	if at, ok := instant(a.At); ok {
		b.AsOf = at
	}
	return b, nil
}

// instant reads seconds since 1970; 0 is none.
func instant(t text) (time.Time, bool) {
	if t == "" || len(t) > 12 || strings.Trim(string(t), "0123456789") != "" {
		return time.Time{}, false
	}
	var seconds int64
	for _, d := range t {
		seconds = 10*seconds + int64(d-'0')
	}
	at := time.Unix(seconds, 0).UTC()
	return at, seconds > 0 && ledger.DateOf(at).Plausible()
}

// reasonOf returns the sentinel in err alone: the rest of it repeats the amount.
func reasonOf(err error) error {
	for _, known := range []error{money.ErrSyntax, money.ErrPrecision, money.ErrOverflow, money.ErrCurrency} {
		if errors.Is(err, known) {
			return known
		}
	}
	return errShape
}

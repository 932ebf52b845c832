package fdx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

const accountsPage = 100

// Accounts lists the accounts, and asks for the details of each that came without them: some
// banks answer the short form whatever was asked.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	listed, err := b.listAccounts(ctx, s)
	if err != nil {
		return nil, err
	}
	found := make([]bank.Account, 0, len(listed))
	for _, f := range listed {
		if !detailed(f) && s.Skip != nil && s.Skip(f.get("accountId")) {
			found = append(found, bank.Account{Account: named(f), Err: bank.ErrSkipped})
			continue
		}
		if !detailed(f) {
			fuller, err := b.details(ctx, s, f.get("accountId"))
			switch {
			case err == nil:
				f = append(f, fuller...) // the last of a name counts: the list may tell a balance that the details leave out
			case !ofOneAccount(err):
				return nil, err
			default:
				found = append(found, bank.Account{Account: named(f), Err: err})
				continue
			}
		}
		a, err := accountOf(f)
		if err != nil {
			a = bank.Account{Account: named(f), Err: err}
		}
		found = append(found, a)
	}
	return found, nil
}

func (b Bank) listAccounts(ctx context.Context, s bank.Session) ([]fields, error) {
	l := &list{
		ask: ask{
			purpose: "accounts", template: accountsPath, path: accountsPath,
			query: url.Values{"resultType": {"details"}}, maxBytes: accountsBytes,
		},
		name: "accounts", limit: accountsPage,
	}
	var all []fields
	seen := map[string]bool{} // a pager may repeat an account on the next page
	keep := func(f fields) error {
		id := f.get("accountId")
		if id == "" {
			return misread("fdx.account", "read an account", errors.New("it has no accountId"))
		}
		if !seen[id] {
			seen[id] = true
			all = append(all, f)
		}
		return nil
	}
	var t trail
	for at := cursor(""); ; {
		p, err := b.read(ctx, s, l, at, keep)
		if err != nil {
			return nil, err
		}
		if err := t.next(at, p.tail); err != nil {
			return nil, err
		}
		if at = p.cursor; at == "" {
			return all, nil
		}
	}
}

// detailed reports whether f is more than FDX's AccountDescriptor: it has its currency and one
// of the balances that its category has.
func detailed(f fields) bool {
	return f.get("currency.currencyCode") != "" && f.first(balanceNames()...) != ""
}

func (b Bank) details(ctx context.Context, s bank.Session, id string) (fields, error) {
	const op = "read " + accountPath
	answer, err := b.do(ctx, s, ask{
		purpose: "accounts", template: accountPath, path: accountsPath + "/" + url.PathEscape(id), maxBytes: accountsBytes,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	defer answer.Body.Close() // again, where an error came first
	if answer.Status != http.StatusOK && answer.Status != http.StatusPartialContent {
		return nil, b.faultOf(readRefusal(answer), op, true)
	}
	f, err := readObject(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := answer.Body.Close(); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if f.get("accountId") != id {
		return nil, misread("fdx.account", op, errors.New("another account was told"))
	}
	return f, nil
}

// ofOneAccount reports whether err leaves the other accounts readable.
func ofOneAccount(err error) bool {
	return errors.Is(err, bank.ErrAccountGone) || fault.KindOf(err) == fault.BankUnexpected
}

// named is what is known of an account that can't be read.
func named(f fields) ledger.Account {
	return ledger.Account{
		BankID: f.get("accountId"), Name: nameOf(f), Masked: numberOf(f), Kind: kindOf(f), Closed: closed(f),
		Currency: f.get("currency.currencyCode"),
	}
}

func accountOf(f fields) (bank.Account, error) {
	a := bank.Account{Account: named(f)}
	if !money.KnownForm(a.Currency) {
		return bank.Account{}, misread("fdx.currency", "read an account", errors.New("it has no ISO 4217 currency"))
	}
	var err error
	if a.Balance, err = balanceOf(f, a.Currency); err != nil {
		return bank.Account{}, err
	}
	// The last digits only: they are what the short form, the details and both versions of
	// the API have in common. An id is better than nothing where no number is shown.
	if a.Number = a.Masked; a.Number == "" {
		a.Number = "id " + a.BankID
	}
	return a, nil
}

func nameOf(f fields) string {
	return plain(f.first("nickname", "productName", "displayName", "description", "accountType", "accountCategory"))
}

// numberOf returns the last digits of the account's number. displayName is a name at some banks
// and a masked number at others.
func numberOf(f fields) string {
	if n := f.first("accountNumberDisplay", "accountNumber"); n != "" {
		return ledger.Mask(n)
	}
	shown := f.get("displayName")
	at := strings.LastIndexFunc(shown, func(r rune) bool { return r < '0' || r > '9' })
	if digits := shown[at+1:]; len(digits) >= 2 && strings.IndexFunc(shown, isMark) >= 0 {
		return ledger.Mask(digits)
	}
	return ""
}

func isMark(r rune) bool { return strings.ContainsRune("*.xX•·", r) }

func closed(f fields) bool { return slices.Contains([]string{"CLOSED", "PAID"}, f.get("status")) }

func kindOf(f fields) ledger.Kind {
	kind := f.get("accountType")
	switch category(f) {
	case "DEPOSIT_ACCOUNT":
		if slices.Contains([]string{"SAVINGS", "SAVING", "CD", "MONEYMARKET", "MONEYMARKETDEMAND", "TERM"}, kind) {
			return ledger.Savings
		}
		return ledger.Checking
	case "LOC_ACCOUNT":
		if slices.Contains([]string{"LINEOFCREDIT", "HOMELINEOFCREDIT", "SECUREDLINEOFCREDIT", "COMMERCIALLINEOFCREDIT"}, kind) {
			return ledger.Loan
		}
		return ledger.Card
	case "LOAN_ACCOUNT", "BNPL_ACCOUNT":
		return ledger.Loan
	case "INVESTMENT_ACCOUNT", "ANNUITY_ACCOUNT":
		return ledger.Investment
	case "DIGITAL_WALLET", "DIGITALWALLET_ACCOUNT", "DIGITAL_WALLET_ACCOUNT":
		return ledger.Wallet
	}
	return ledger.Other
}

// category is the account's accountCategory, or where it is missing what its fields show.
func category(f fields) string {
	if c := f.get("accountCategory"); c != "" {
		return c
	}
	switch {
	case f.first("creditLine", "availableCredit") != "":
		return "LOC_ACCOUNT"
	case f.first("principalBalance", "escrowBalance") != "":
		return "LOAN_ACCOUNT"
	case f.first("currentValue", "availableCashBalance") != "":
		return "INVESTMENT_ACCOUNT"
	case f.first("currentBalance", "availableBalance") != "":
		return "DEPOSIT_ACCOUNT"
	}
	return ""
}

package life_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// teller is the bank: it shows each history page by page, and has its troubles.
type teller struct {
	*rand.Rand
	name      string
	accounts  []*history
	now       tick
	calm      bool               // no trouble today
	restart   context.CancelFunc // ends the program in the middle of a read
	tokens    int
	unsigned  bool             // the token is refused
	told      map[string]sight // by the Raw field that a row came with
	delivered []map[string]sight
	withheld  []map[ledger.Date]bool // days of an answer that was incomplete
}

var (
	errCut  = errors.New("the connection broke off")
	errTrip = errors.New("an answer of the bank's that makes no sense")
)

func newTeller(name string, r *rand.Rand, accounts ...*history) *teller {
	t := &teller{Rand: r, name: name, accounts: accounts, told: map[string]sight{}}
	for range accounts {
		t.delivered = append(t.delivered, map[string]sight{})
		t.withheld = append(t.withheld, map[ledger.Date]bool{})
	}
	return t
}

func (t *teller) Name() string { return "life" }

func (t *teller) Session(context.Context, consent.Link) (bank.Session, error) {
	return bank.Session{Token: secret.New("token-" + strconv.Itoa(t.tokens)), Base: "https://bank.example"}, nil
}

func (t *teller) Renewed(ctx context.Context, link consent.Link) (bank.Session, error) {
	t.tokens, t.unsigned = t.tokens+1, false
	return t.Session(ctx, link)
}

func (t *teller) Probe(context.Context, bank.Session) (bank.Answer, error) { return bank.Answer{}, nil }

func (t *teller) Accounts(context.Context, bank.Session) ([]bank.Account, error) {
	if err := t.trouble(40); err != nil {
		return nil, err
	}
	all := make([]bank.Account, len(t.accounts))
	for i, h := range t.accounts {
		id := "acc-" + strconv.Itoa(i)
		all[i] = bank.Account{
			Account: ledger.Account{BankID: id, Name: "Account " + id, Kind: ledger.Checking, Currency: "EUR", Masked: fmt.Sprintf("%04d", i)},
			Balance: ledger.Balance{Booked: money.New(h.booked(t.now), "EUR")}, Number: t.name + id,
		}
	}
	return all, nil
}

// booked is the balance of all that is booked at now.
func (h *history) booked(now tick) (sum int64) {
	for _, m := range h.movements {
		for _, p := range m.parts {
			if _, cents := p.at(now); p.from <= now {
				sum += cents
			}
		}
	}
	return sum
}

// trouble is an error, once in a while.
func (t *teller) trouble(once int) error {
	if t.unsigned {
		return fault.New(fault.LoginNeeded, "read", errors.New("401"))
	}
	if t.calm || t.IntN(once) > 0 {
		return nil
	}
	switch t.IntN(5) {
	case 0:
		t.unsigned = true
		return fault.New(fault.LoginNeeded, "read", errors.New("401"))
	case 1:
		return fault.New(fault.BankDown, "read", errors.New("503"))
	case 2:
		return fault.New(fault.BankUnexpected, "read", errTrip)
	case 3:
		t.restart()
		return fault.New(fault.Canceled, "read", context.Canceled)
	}
	return fault.New(fault.Offline, "read", errCut)
}

// Transactions shows w by offset, as most banks do: what comes or goes between two pages moves the rest.
func (t *teller) Transactions(ctx context.Context, _ bank.Session, a ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	n, _ := strconv.Atoi(strings.TrimPrefix(a.BankID, "acc-"))
	h := t.accounts[n]
	return func(yield func(bank.Page, error) bool) {
		offset, err := strconv.Atoi("0" + w.Cursor)
		all := h.shown(t.now, w.From, w.To)
		for ; ; offset += h.custom.page {
			if err = errors.Join(err, t.trouble(30), ctx.Err()); err != nil {
				yield(bank.Page{}, err)
				return
			}
			if !t.calm && t.IntN(20) == 0 {
				t.now++
				all = h.shown(t.now, w.From, w.To)
			}
			p := t.page(n, all, offset)
			if !yield(p, nil) || p.Next == "" {
				return
			}
		}
	}
}

func (t *teller) page(account int, all []sight, offset int) bank.Page {
	size := t.accounts[account].custom.page
	end := min(offset+size, len(all))
	p := bank.Page{Total: len(all)}
	if end < len(all) {
		p.Next = strconv.Itoa(end)
	}
	shown := slices.Clone(all[min(offset, end):end])
	if !t.calm && offset > 0 && t.IntN(20) == 0 && offset <= len(all) { // the last row of the page before, again
		shown = append(all[offset-1:offset:offset], shown...)
	}
	if !t.calm && t.IntN(25) == 0 && len(shown) > 0 && t.accounts[account].custom.ids != nameless {
		p.Partial = true
		drop := t.IntN(len(shown))
		t.withheld[account][shown[drop].row.Date] = true
		shown = slices.Delete(shown, drop, drop+1)
	}
	for _, s := range shown {
		mark := t.mark(account, s)
		s.row.Raw = []ledger.Field{{Name: "mark", Value: mark}}
		t.told[mark] = s
		t.delivered[account][s.key] = s
		p.Rows = append(p.Rows, s.row)
	}
	return p
}

// mark is a raw field by which a row is known in truth. Rows that have no id, and nothing else to tell them apart, share it.
func (t *teller) mark(account int, s sight) string {
	of := fmt.Sprint(t.name, account, s.key)
	if s.row.SourceID == "" {
		of = fmt.Sprint(t.name, account, s.row)
	}
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:8])
}

// truth is what r is.
func (t *teller) truth(r ledger.Row) (sight, bool) {
	for _, f := range r.Raw {
		if s, found := t.told[f.Value]; found && f.Name == "mark" {
			return s, true
		}
	}
	return sight{}, false
}

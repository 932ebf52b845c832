package engine

import (
	"cmp"
	"slices"
	"strconv"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

// naming gives each account that a bank told the identity that it had, or a new one.
type naming struct {
	provider string
	known    map[string]ledger.AccountView // of that provider, by identity
	inGrant  map[shown]string              // identity, of accounts that this grant has shown before
	used     map[string]bool
}

// shown is how a grant showed an account. In another currency it is another account: no row and no balance changes the currency
// of those that are stored, whether the bank made a mistake or its country a new currency.
type shown struct{ bankID, currency string }

// identities returns what makes each account the same again. Within a grant the bank's id does,
// and the identity stays what it was, unless the number says another; in a new grant the number does, for a bank may give the ids of
// one grant to other accounts in the next, and the store forgets them with a new grant. Where two accounts show the same digits their names count too.
func (r *refresh) identities(found []bank.Account, known []ledger.AccountView) []string {
	n := naming{provider: r.link.Provider, known: map[string]ledger.AccountView{}, inGrant: map[shown]string{}, used: map[string]bool{}}
	for _, k := range known {
		if k.Provider != r.link.Provider {
			continue
		}
		n.known[k.Identity] = k
		if k.Link == string(r.link.ID) && k.BankID != "" {
			n.inGrant[shown{k.BankID, k.Currency}] = k.Identity
		}
	}
	alike := map[string][]int{}
	for i, f := range found {
		bare := n.of(f, "")
		alike[bare] = append(alike[bare], i)
	}
	all := make([]string, len(found))
	for i, f := range found {
		if id := n.inGrant[shown{f.BankID, f.Currency}]; id != "" && !n.used[id] && !n.another(f, id) {
			all[i], n.used[id] = id, true
		}
	}
	for _, first := range []bool{true, false} { // those that are known, then the others
		for _, group := range alike {
			slices.SortFunc(group, func(i, j int) int { return cmp.Compare(found[i].BankID, found[j].BankID) })
			for _, i := range group {
				if all[i] == "" {
					all[i] = n.name(found[i], len(group) > 1, first)
				}
			}
		}
	}
	return all
}

// another reports whether f, which the bank calls by the id of the account id, shows the digits of another one that
// is known: the bank has given the id to that one.
func (n naming) another(f bank.Account, id string) bool {
	if f.Masked == "" || n.known[id].Masked == f.Masked {
		return false
	}
	for _, other := range []string{n.of(f, ""), n.of(f, " "+f.Name)} {
		if k, known := n.known[other]; known && other != id && k.Masked == f.Masked {
			return true
		}
	}
	return false
}

func (n naming) of(f bank.Account, more string) string {
	return ledger.IdentityOf(n.provider, f.Number+more, f.Kind, f.Currency)
}

// name is the identity of an account that this grant has not shown before, where known empty unless one
// is known. twins tells that another account shows the same digits now. That may have been otherwise in
// the grant before: an identity that is known by the name is that account in either case.
func (n naming) name(f bank.Account, twins, known bool) string {
	bare, named := n.of(f, ""), n.of(f, " "+f.Name)
	was, bareKnown := n.known[bare]
	_, namedKnown := n.known[named]
	id := bare
	switch {
	case twins && bareKnown && !namedKnown && was.Name == f.Name:
	case twins, namedKnown && (!bareKnown || was.Name != f.Name):
		id = named
	}
	if _, there := n.known[id]; known && (!there || n.used[id]) {
		return ""
	}
	if same := n.renumbered(f); !known && !twins && same != "" {
		id = same
	}
	for i := 2; n.used[id]; i++ {
		id = n.of(f, " "+f.Name+" "+strconv.Itoa(i))
	}
	n.used[id] = true
	return id
}

// renumbered is the identity of the one account that shows the digits of f now although its identity is
// of others: the bank gave it a new number within a grant. It is empty if there is none, or more than one.
func (n naming) renumbered(f bank.Account) string {
	found := ""
	for id, k := range n.known {
		if n.used[id] || f.Masked == "" || k.Masked != f.Masked || k.Kind != f.Kind || k.Currency != f.Currency {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}

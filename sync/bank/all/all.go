// Package all lists the dialects that Coffer speaks.
package all

import (
	"coffer/sync/bank"
	"coffer/sync/bank/akahu"
	"coffer/sync/bank/berlingroup"
	"coffer/sync/bank/cdr"
	"coffer/sync/bank/enablebanking"
	"coffer/sync/bank/fdx"
	"coffer/sync/bank/investec"
	"coffer/sync/bank/monzo"
	"coffer/sync/bank/obie"
	"coffer/sync/bank/plaid"
	"coffer/sync/bank/simplefin"
	"coffer/sync/bank/starling"
	"coffer/sync/bank/up"
)

// Dialects returns every dialect. A new one adds its line here.
func Dialects() []bank.Dialect {
	return []bank.Dialect{
		fdx.Bank{},
		simplefin.Bank{},
		up.Bank{},
		plaid.Bank{},
		enablebanking.Bank{},
		investec.Bank{},
		akahu.Bank{},
		starling.Bank{},
		monzo.Bank{},
		obie.Bank{},
		berlingroup.Bank{},
		cdr.Bank{},
	}
}

// Named returns the dialect that a link was stored with.
func Named(name string) (bank.Dialect, bool) {
	for _, d := range Dialects() {
		if d.Name() == name {
			return d, true
		}
	}
	return nil, false
}

// Opens reports whether the dialect called name has what a provider file's way needs of one.
func Opens(name, way string) bool {
	d, known := Named(name)
	ok := known
	switch way {
	case "setup-token":
		_, ok = d.(bank.Claimer)
	case "signed-jwt":
		_, ok = d.(bank.Signer)
	case "hosted-link":
		_, ok = d.(bank.Visitor)
	case "consent":
		_, ok = d.(bank.ConsentMaker)
	}
	return ok
}

// Package all lists the dialects that Coffer speaks.
package all

import (
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/bank/monzo"
)

// Dialects returns every dialect. A new one adds its line here.
func Dialects() []bank.Dialect {
	return []bank.Dialect{
		fdx.Bank{},
		monzo.Bank{},
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

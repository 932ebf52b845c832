package link

import "coffer/app/consent"

// Offered opens the rule of what a person may be asked about.
func Offered(issuer string, u consent.Use, address string) error {
	_, err := offered(issuer, u, address)
	return err
}

// SameOwner is sameOwner.
var SameOwner = sameOwner

package app

import (
	"coffer/app/secret"
	"coffer/app/vault"
)

// Strength is how hard a passphrase is to guess, in words.
type Strength = vault.Strength

// The strengths. Below Fair a passphrase is refused.
const (
	TooShort = vault.TooShort
	TooEasy  = vault.TooEasy
	Fair     = vault.Fair
	Good     = vault.Good
	Strong   = vault.Strong
)

// Judge says how hard passphrase is to guess.
func Judge(passphrase secret.Text) Strength { return vault.Judge(passphrase) }

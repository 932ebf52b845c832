package consent

import (
	"slices"
	"time"
)

// Account is an account that a bank listed under a grant, and what the person said of it.
type Account struct {
	Identity string // as ledger.Account has it
	BankID   string // the bank's id in the current grant, to know it again
	Name     string // as the bank calls it
	Masked   string // the last digits of its number
	Kind     int    // ledger.Kind
	Currency string // ISO 4217

	Read     bool      // the person lets Coffer read it
	Answered time.Time // UTC, when they said so; zero: nobody was asked yet, and it is not read
}

// Lets reports whether the person lets Coffer read the account with that identity. A link that is not
// Limited reads all that the bank granted.
func (l Link) Lets(identity string) bool {
	return !l.Limited || slices.ContainsFunc(l.Choice, func(a Account) bool { return a.Identity == identity && a.Read })
}

// Offer puts what the bank lists now into the choice of a Limited link. What the person said stays with
// the account; one that they were not asked about goes when the bank no longer lists it.
func (l *Link) Offer(listed []Account) {
	if !l.Limited {
		return
	}
	kept := make([]Account, 0, len(l.Choice)+len(listed))
	at := map[string]int{}
	for _, a := range l.Choice {
		still := slices.ContainsFunc(listed, func(b Account) bool { return b.Identity == a.Identity })
		if still || !a.Answered.IsZero() {
			at[a.Identity] = len(kept)
			kept = append(kept, a)
		}
	}
	for _, a := range listed {
		i, known := at[a.Identity]
		if !known {
			a.Read, a.Answered = false, time.Time{}
			at[a.Identity] = len(kept)
			kept = append(kept, a)
			continue
		}
		a.Read, a.Answered = kept[i].Read, kept[i].Answered
		kept[i] = a
	}
	l.Choice = kept
}

// AskAgain takes back what the person said of the accounts with these identities: they wait, and are not read.
func (l *Link) AskAgain(identities []string) {
	l.Choice = slices.Clone(l.Choice)
	for i := range l.Choice {
		if a := &l.Choice[i]; slices.Contains(identities, a.Identity) {
			a.Read, a.Answered = false, time.Time{}
		}
	}
}

// Choose writes down that of the accounts in the choice those in read may be read and no others. From
// then on l is Limited.
func (l *Link) Choose(read []string, now time.Time) {
	l.Limited, l.Choice = true, slices.Clone(l.Choice)
	for i := range l.Choice {
		a := &l.Choice[i]
		if may := slices.Contains(read, a.Identity); may != a.Read || a.Answered.IsZero() {
			a.Read, a.Answered = may, now.UTC()
		}
	}
}

// Unasked returns the accounts that the bank lists and that nobody has chosen or left out.
func (l Link) Unasked() []Account {
	return slices.DeleteFunc(slices.Clone(l.Choice), func(a Account) bool { return !a.Answered.IsZero() })
}

// LeftOut returns the accounts that the person does not let Coffer read.
func (l Link) LeftOut() []Account {
	return slices.DeleteFunc(slices.Clone(l.Choice), func(a Account) bool { return a.Read || a.Answered.IsZero() })
}

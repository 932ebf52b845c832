package reply

import (
	"strings"

	"coffer/app/ledger"
)

// word is a piece of a bank's category and the category of ours that it means.
type word struct {
	piece string
	means ledger.Category
}

// words are tried in order, so the narrower come first: banks have words of their own.
var words = [...]word{
	{"grocer", ledger.Groceries}, {"supermarket", ledger.Groceries},
	{"eating", ledger.EatingOut}, {"restaurant", ledger.EatingOut}, {"dining", ledger.EatingOut},
	{"food", ledger.EatingOut}, {"coffee", ledger.EatingOut}, {"bar", ledger.EatingOut},
	{"salary", ledger.Salary}, {"payroll", ledger.Salary}, {"paycheck", ledger.Salary}, {"wages", ledger.Salary},
	{"interest", ledger.Interest}, {"dividend", ledger.Interest},
	{"income", ledger.OtherIncome}, {"refund", ledger.OtherIncome},
	{"subscription", ledger.Subscriptions}, {"streaming", ledger.Subscriptions}, {"membership", ledger.Subscriptions},
	{"auto", ledger.Car}, {"car", ledger.Car}, {"fuel", ledger.Car}, {"gas", ledger.Car}, {"parking", ledger.Car},
	{"transport", ledger.Transport}, {"transit", ledger.Transport}, {"taxi", ledger.Transport}, {"rideshare", ledger.Transport},
	{"rent", ledger.Housing}, {"mortgage", ledger.Housing}, {"housing", ledger.Housing},
	{"household", ledger.Household}, {"home", ledger.Household}, {"garden", ledger.Household},
	{"utilit", ledger.Utilities}, {"phone", ledger.Utilities}, {"internet", ledger.Utilities}, {"electric", ledger.Utilities}, {"bill", ledger.Utilities},
	{"health", ledger.Health}, {"medical", ledger.Health}, {"pharmacy", ledger.Health}, {"doctor", ledger.Health},
	{"travel", ledger.Travel}, {"hotel", ledger.Travel}, {"airline", ledger.Travel}, {"lodging", ledger.Travel},
	{"entertainment", ledger.Leisure}, {"leisure", ledger.Leisure}, {"hobb", ledger.Leisure},
	{"fee", ledger.Fees}, {"charge", ledger.Fees}, {"cash", ledger.Cash}, {"atm", ledger.Cash},
	{"transfer", ledger.Transfer}, {"payment", ledger.Transfer},
	{"shop", ledger.Shopping}, {"merchandise", ledger.Shopping}, {"clothing", ledger.Shopping}, {"electronics", ledger.Shopping},
}

// Category maps a bank's words, the narrower ones first; none if it is not clear.
func Category(told ...string) ledger.Category {
	for _, text := range told {
		pieces := strings.Fields(strings.ToLower(strings.Map(letters, text)))
		for _, w := range words {
			for _, t := range pieces {
				if t == w.piece || t == w.piece+"s" || len(w.piece) > 3 && strings.HasPrefix(t, w.piece) && !strings.HasPrefix(t, "automatic") { // says how, not what for
					return w.means
				}
			}
		}
	}
	return ledger.NoCategory
}

func letters(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return ' '
}

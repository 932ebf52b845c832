package fdx

import (
	"strings"

	"coffer/app/ledger"
)

// word is a piece of a bank's category and the category of ours that it means.
type word struct {
	piece string
	means ledger.Category
}

// words are tried in order, so the narrower come first. FDX leaves category to the bank.
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
	{"utilit", ledger.Utilities}, {"phone", ledger.Utilities}, {"internet", ledger.Utilities}, {"electric", ledger.Utilities},
	{"health", ledger.Health}, {"medical", ledger.Health}, {"pharmacy", ledger.Health}, {"doctor", ledger.Health},
	{"travel", ledger.Travel}, {"hotel", ledger.Travel}, {"airline", ledger.Travel}, {"lodging", ledger.Travel},
	{"entertainment", ledger.Leisure}, {"leisure", ledger.Leisure}, {"hobb", ledger.Leisure},
	{"fee", ledger.Fees}, {"charge", ledger.Fees}, {"cash", ledger.Cash}, {"atm", ledger.Cash},
	{"transfer", ledger.Transfer}, {"payment", ledger.Transfer},
	{"shop", ledger.Shopping}, {"merchandise", ledger.Shopping}, {"clothing", ledger.Shopping}, {"electronics", ledger.Shopping},
}

// categoryOf maps the bank's word, the narrower one first; none if it is not clear.
func categoryOf(f fields) ledger.Category {
	for _, name := range []string{"subCategory", "category"} {
		told := strings.Fields(strings.ToLower(strings.Map(letters, f.get(name))))
		for _, w := range words {
			for _, t := range told {
				if t == w.piece || t == w.piece+"s" || len(w.piece) > 3 && strings.HasPrefix(t, w.piece) {
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

package ledger

// Category is the stable id of what money was for: "groceries". Screens show ui/say's word for it.
type Category string

// The categories that Coffer ships. Banks' and files' own words are mapped to these.
const (
	NoCategory    Category = ""
	Salary        Category = "salary"
	Interest      Category = "interest"
	OtherIncome   Category = "income"
	Groceries     Category = "groceries"
	EatingOut     Category = "eating-out"
	Transport     Category = "transport"
	Car           Category = "car"
	Housing       Category = "housing"
	Household     Category = "household"
	Utilities     Category = "utilities"
	Health        Category = "health"
	Shopping      Category = "shopping"
	Subscriptions Category = "subscriptions"
	Travel        Category = "travel"
	Leisure       Category = "leisure"
	Fees          Category = "fees"
	Cash          Category = "cash"
	Transfer      Category = "transfer"
)

// Categories returns every category that Coffer ships, in the order that lists show.
func Categories() []Category {
	return []Category{
		Salary, Interest, OtherIncome, Groceries, EatingOut, Transport, Car, Housing, Household, Utilities,
		Health, Shopping, Subscriptions, Travel, Leisure, Fees, Cash, Transfer,
	}
}

package plaid

import (
	"strings"

	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

// primary are Plaid's categories (personal_finance_category.primary), where one of ours is the same. A tax is none, and
// its words would lead to a wrong one.
var primary = map[string]ledger.Category{
	"INCOME": ledger.OtherIncome, "TRANSFER_IN": ledger.Transfer, "TRANSFER_OUT": ledger.Transfer, "LOAN_PAYMENTS": ledger.Transfer, "BANK_FEES": ledger.Fees,
	"ENTERTAINMENT": ledger.Leisure, "FOOD_AND_DRINK": ledger.EatingOut, "GENERAL_MERCHANDISE": ledger.Shopping, "HOME_IMPROVEMENT": ledger.Household,
	"MEDICAL": ledger.Health, "GOVERNMENT_AND_NON_PROFIT": ledger.NoCategory,
	"TRANSPORTATION": ledger.Transport, "TRAVEL": ledger.Travel, "RENT_AND_UTILITIES": ledger.Utilities,
}

// detailed are those that are narrower than their primary one, and of ours another.
var detailed = map[string]ledger.Category{
	"INCOME_WAGES": ledger.Salary, "INCOME_SALARY": ledger.Salary, "INCOME_DIVIDENDS": ledger.Interest, "INCOME_INTEREST_EARNED": ledger.Interest,
	"TRANSFER_OUT_WITHDRAWAL": ledger.Cash, "LOAN_PAYMENTS_CAR_PAYMENT": ledger.Car, "LOAN_PAYMENTS_MORTGAGE_PAYMENT": ledger.Housing,
	"FOOD_AND_DRINK_GROCERIES": ledger.Groceries, "GENERAL_SERVICES_AUTOMOTIVE": ledger.Car, "TRANSPORTATION_GAS": ledger.Car,
	"TRANSPORTATION_PARKING": ledger.Car, "TRANSPORTATION_TOLLS": ledger.Car, "RENT_AND_UTILITIES_RENT": ledger.Housing,
}

// categoryOf reads personal_finance_category, and the words of one that is new.
func categoryOf(f reply.Fields) ledger.Category {
	narrow, wide := f.Get("personal_finance_category.detailed"), f.Get("personal_finance_category.primary")
	if c, known := detailed[narrow]; known {
		return c
	}
	if c, known := primary[wide]; known {
		return c
	}
	return reply.Category(words(narrow), words(wide))
}

func words(category string) string { return strings.ReplaceAll(category, "_", " ") }

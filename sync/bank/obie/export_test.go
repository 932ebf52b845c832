package obie

// What the tests read without a bank.
var (
	ReadAccounts = readAccounts
	ReadBalances = readBalances
	ReadRows     = readRows
)

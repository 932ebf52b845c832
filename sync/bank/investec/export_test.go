package investec

// What the tests read without a bank.
var (
	ReadAccounts = readAccounts
	ReadBalance  = readBalance
	ReadRows     = readRows
)

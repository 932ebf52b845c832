package up

// What the tests read without a bank.
var (
	ReadAccounts = readAccounts
	ReadRows     = readRows
)

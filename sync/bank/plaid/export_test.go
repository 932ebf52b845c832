package plaid

// What the tests read without a bank.
var (
	ReadAccounts = readAccounts
	ReadRows     = readRows
	ReadLook     = readLook
	ReadGrant    = readGrant
)

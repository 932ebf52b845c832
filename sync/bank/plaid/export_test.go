package plaid

// What the tests read without a bank.
var (
	ReadAccounts = readAccounts
	ReadRows     = readRows
	ReadDelta    = readDelta
	ReadLook     = readLook
	ReadGrant    = readGrant
)

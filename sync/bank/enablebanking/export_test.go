package enablebanking

// What the tests read without a bank.
var (
	ReadSession  = readSession
	ReadDetails  = readDetails
	ReadBalances = readBalances
	ReadRows     = readRows
	ReadBanks    = readBanks
	ReadGrant    = readGrant
)

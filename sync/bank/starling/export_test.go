package starling

// What the tests read without a bank.
var (
	ReadAccounts = readAccounts
	ReadBalance  = readBalance
	ReadGoals    = readGoals
	ReadFeed     = readFeed
)

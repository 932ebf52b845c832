package akahu

// What the tests read without a bank.
var (
	ReadAccounts = readAccounts
	ReadSettled  = readSettled
	ReadItems    = readItems
	PendingOf    = pendingOf
	Offset       = offset
	StartOf      = startOf
)

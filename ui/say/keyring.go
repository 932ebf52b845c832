package say

// keyringPhrases are the sentences for why a keyring does not open the vault, by the reasons that
// the vault gives.
var keyringPhrases = []phrase{
	{"keyring.absent", "There is no keyring on this computer."},
	{"keyring.locked", "The keyring is locked, or doesn’t answer as it should."},
	{"keyring.missing", "The keyring holds no key for this vault: it is another one, or was reset."},
	{"keyring.wrong", "The key that the keyring holds is not this vault’s."},
	{"keyring.slow", "The keyring has not answered in time."},
	{"keyring.off", "This vault doesn’t open by keyring."},
	{"keyring.asked", "It was locked since you signed in to this computer, so you are asked, not the keyring."},
	{"keyring.head", "What it keeps of the ledger can’t be read."},
	{"keyring.other-ledger", "It knows rows that this ledger doesn’t have."},
}

//go:build amd64 || arm64

package vault

// clearRegisters zeroes the vector registers. AES leaves round keys in them, which any signal that
// comes before they are used for something else would save with the rest of them.
//
//go:noescape
func clearRegisters()

//go:build !amd64 && !arm64

package vault

// clearRegisters has nothing to zero: AES is plain Go here, and works on its stack.
func clearRegisters() {}

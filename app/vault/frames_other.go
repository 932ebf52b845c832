//go:build !linux

package vault

// overwriteFrames zeroes the registers of this thread alone: there is no way to have all others
// overwrite what a signal saved of theirs.
func overwriteFrames() { clearRegisters() }

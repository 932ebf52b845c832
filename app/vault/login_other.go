//go:build !linux

package vault

// Login names the login session that this process is of; this system doesn't tell.
func Login() string { return "" }

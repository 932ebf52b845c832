//go:build !soak

package vault

// rounds multiplies the random trials. The soak tag raises it.
const rounds = 1

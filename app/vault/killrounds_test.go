//go:build !soak

package vault_test

// killRounds is how often the writing process is killed. The soak tag raises it.
const killRounds = 4

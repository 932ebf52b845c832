//go:build soak

package vault_test

const killRounds = 200

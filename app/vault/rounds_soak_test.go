//go:build soak

package vault

const rounds = 20

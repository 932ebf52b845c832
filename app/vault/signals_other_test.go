//go:build !linux

package vault_test

func underSignals(work func() error) error { return work() }

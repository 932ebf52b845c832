//go:build !secretservice

package vault_test

import "errors"

// ringChild is there only where a real keyring is tested.
func ringChild(string, string) error { return errors.New("built without secretservice") }

//go:build !linux

package link_test

import "testing"

// listening counts nothing where the system doesn't tell in a file.
func listening(*testing.T) int { return 0 }

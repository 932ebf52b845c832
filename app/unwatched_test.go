//go:build !race

package app_test

// slower is how much slower a watched program is.
const slower = 1

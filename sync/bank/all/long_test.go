//go:build !race

package all_test

// veryLong are the rows of a very long page.
const veryLong = 100_000

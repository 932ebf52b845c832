//go:build race

package all_test

// veryLong are fewer rows where each access is watched: it is the same code.
const veryLong = 5_000

//go:build soak

package app_test

// interleavings is how often the works are let loose at once.
const interleavings = 1000

// bookKills is how often the process that imports and backs up is killed.
const bookKills = 120

//go:build soak

package app_test

// interleavings is how often the works are let loose at once.
const interleavings = 1000

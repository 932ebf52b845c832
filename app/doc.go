// Package app is what a person can do with Coffer: one use case a file. It knows no screen and
// no socket; the window and the terminal call it, and main hands it the store and the banks.
package app

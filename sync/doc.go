// Package sync holds no code: it is the corridor to the rooms below, so that in every
// file the name sync means the standard library's.
//
//	sync/wire      the one door to the network
//	sync/link      OAuth: discovery, consent, tokens, revocation and its proof
//	sync/bank      what a bank is to us; one room a dialect
//	sync/engine    which account next, reconcile, save, tell
//	sync/demobank  the embedded demo bank
package sync

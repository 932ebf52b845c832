// Package session tells when the screen locks, when the computer goes to sleep, wakes and reaches a network, where the
// desktop says so, whether there is a tray, and whether the network counts its bytes. Where nothing says it, nothing is
// told.
package session

// Told is what hears of it. The functions are called on the goroutine of Watch, one at a time.
type Told struct {
	Screen func() // the screen has locked
	Sleep  func() // the computer waits with going to sleep until this returns, some seconds at most
	Wake   func() // it has slept; may be nil
	Online func() // there is a network now, or another one; may be nil
}

// Buses are the addresses of the buses to listen on; an empty one is not listened on. Only sockets
// of this computer are: any other address counts as empty.
type Buses struct{ System, Session string }

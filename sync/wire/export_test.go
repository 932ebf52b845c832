package wire

import "context"

// Connected reads the head of a proxy's answer to CONNECT.
var Connected = connected

// OnlyProxy checks an address that is about to be dialled for the proxy via.
func OnlyProxy(via, address string) error {
	return exactly(via)(context.Background(), "tcp", address, nil)
}

// Challenged reads a WWW-Authenticate header.
var Challenged = challenged

package wire

// Connected reads the head of a proxy's answer to CONNECT.
var Connected = connected

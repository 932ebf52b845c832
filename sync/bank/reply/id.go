package reply

import (
	"crypto/rand"
	"fmt"
)

// NewID returns a random UUID (RFC 9562 version 4), as x-fapi-interaction-id and X-Request-ID want a new one per request.
func NewID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

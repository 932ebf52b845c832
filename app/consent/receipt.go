package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// HashReceipt returns the hex SHA-256 of r, its Hash field aside; r.Previous is in it, so each
// receipt fixes all before it.
func HashReceipt(r Receipt) string {
	r.Hash = ""
	canonical, err := json.Marshal(r)
	if err != nil {
		panic("consent: a receipt of strings, times and numbers always encodes: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

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

// BrokenReceipt returns the place of the first of all, oldest first, that was changed or does not follow
// the one before it, from 1; 0 if there is none. Without a hash that was kept elsewhere it can't tell that
// the newest are missing.
func BrokenReceipt(all []Receipt) int {
	previous := ""
	for i, r := range all {
		if r.Previous != previous || r.Hash != HashReceipt(r) {
			return i + 1
		}
		previous = r.Hash
	}
	return 0
}

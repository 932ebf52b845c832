package store

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"coffer/app/ledger"
)

// uuid is an id as it is stored: 16 bytes.
type uuid [16]byte

// newUUID draws a random id (RFC 9562 §5.4).
func newUUID(random io.Reader) (uuid, error) {
	var u uuid
	if _, err := io.ReadFull(random, u[:]); err != nil {
		return u, fmt.Errorf("draw an id: %w", err)
	}
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return u, nil
}

func (u uuid) String() string {
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// parseUUID reads what String gave. Any other text is nobody's id.
func parseUUID(text string) (uuid, error) {
	var u uuid
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return u, ledger.ErrNotFound
	}
	digits := text[0:8] + text[9:13] + text[14:18] + text[19:23] + text[24:36]
	if _, err := hex.Decode(u[:], []byte(digits)); err != nil {
		return u, ledger.ErrNotFound
	}
	return u, nil
}

// uuidOf reads an id from its column.
func uuidOf(column []byte) uuid {
	var u uuid
	copy(u[:], column)
	return u
}

// nanos is an instant as it is stored: UTC nanoseconds, NULL for the zero time.
func nanos(t time.Time) any {
	switch {
	case t.IsZero():
		return nil
	case t.Before(time.Unix(0, math.MinInt64)):
		return int64(math.MinInt64)
	case t.After(time.Unix(0, math.MaxInt64)): // a bank may say 9999-12-31
		return int64(math.MaxInt64)
	}
	return t.UnixNano()
}

func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}

// orNull stores an empty value as NULL, which costs nothing.
func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// encode is v as JSON text for a column.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(b), nil
}

func decode(text string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("decode %T: %w", into, err)
	}
	return nil
}

// identityOr keeps accounts apart that come without an identity: each is its own.
func identityOr(a ledger.Account, own string) string {
	if a.Identity != "" {
		return a.Identity
	}
	if a.BankID != "" {
		sum := sha256.Sum256([]byte(a.BankID))
		return "bank-id:" + hex.EncodeToString(sum[:16])
	}
	return "own:" + own
}

// idOfHex is the id that SQLite's hex wrote.
func idOfHex(text string) ledger.TransactionID {
	var u uuid
	_, _ = hex.Decode(u[:], []byte(text[:min(len(text), 2*len(u))]))
	return ledger.TransactionID(u.String())
}

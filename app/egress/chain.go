package egress

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// HashEntry returns the hash of e as it stood before the dial.
func HashEntry(e Entry) string {
	e.Hash, e.Outcome = "", Outcome{}
	return hash(e)
}

// HashOutcome returns the hash of how e ended.
func HashOutcome(e Entry) string {
	sealed := e.Outcome
	sealed.Sealed = ""
	return hash(struct {
		Entry   string
		Outcome Outcome
	}{e.Hash, sealed})
}

func hash(v any) string {
	canonical, err := json.Marshal(v)
	if err != nil {
		panic("egress: an entry of strings, times and numbers always encodes: " + err.Error())
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// Head fixes every entry up to Seq: kept elsewhere, it shows that entries were cut off or
// replaced. Seq is also how many entries there were.
type Head struct {
	Seq  int64  // 0 if there was none
	Hash string // of that entry
}

// String is the form that a person can write down: "12-9f86d0…", 64 hex digits.
func (h Head) String() string { return strconv.FormatInt(h.Seq, 10) + "-" + h.Hash }

// ParseHead reads what String gave.
func ParseHead(text string) (Head, error) {
	number, sum, _ := strings.Cut(strings.TrimSpace(text), "-")
	seq, err := strconv.ParseInt(number, 10, 64)
	raw, bad := hex.DecodeString(sum)
	if err != nil || bad != nil || seq < 1 || len(raw) != sha256.Size {
		return Head{}, errors.New("a head is a number, a hyphen and 64 hex digits")
	}
	return Head{seq, hex.EncodeToString(raw)}, nil
}

// Kept is a head and where it was found.
type Kept struct {
	Head
	Where string // "receipt", "keyring" …
}

// Checkpoint stands for entries that were taken out of the ledger: all up to Seq.
type Checkpoint struct {
	Head                 // of the last of them
	Sent, Received int64 // bytes of all of them
	Made           time.Time
	Previous       string // Sealed of the checkpoint before; empty for the first
	Sealed         string // by HashCheckpoint
}

// HashCheckpoint returns the hash that seals c.
func HashCheckpoint(c Checkpoint) string {
	c.Sealed = ""
	return hash(c)
}

// What is wrong with a ledger.
const (
	RowMissing        = "row-missing"
	RowMoved          = "row-moved" // it does not follow the row before it
	RowChanged        = "row-changed"
	OutcomeChanged    = "outcome-changed"
	TailCut           = "tail-cut" // a head that was kept elsewhere knows rows beyond the last one
	Replaced          = "replaced" // a head that was kept elsewhere knows another row under that number
	SumsDiffer        = "sums"     // the rows don't come to the totals
	CheckpointChanged = "checkpoint"
)

// Broken is what is wrong with a ledger, and where. It is an error.
type Broken struct {
	Row   int64
	What  string // RowMissing …
	Where string // for TailCut and Replaced: where the head that shows it was kept
}

func (b *Broken) Error() string { return fmt.Sprintf("row %d: %s", b.Row, b.What) }

// Verify reads entries in order of Seq and reports the first that was changed, removed or
// moved as a *Broken, or nil. after is the head before the first of them, zero from the beginning.
func Verify(entries []Entry, after Head) error {
	for _, e := range entries {
		switch {
		case e.Seq != after.Seq+1:
			return &Broken{Row: e.Seq, What: RowMissing}
		case e.Previous != after.Hash:
			return &Broken{Row: e.Seq, What: RowMoved}
		case e.Hash != HashEntry(e):
			return &Broken{Row: e.Seq, What: RowChanged}
		case e.Sealed != "" && e.Sealed != HashOutcome(e), e.Sealed == "" && e.Outcome != Outcome{}:
			return &Broken{Row: e.Seq, What: OutcomeChanged}
		}
		after = Head{e.Seq, e.Hash}
	}
	return nil
}

// VerifyCheckpoints reads checkpoints, oldest first, and returns the head that entries follow.
func VerifyCheckpoints(all []Checkpoint) (Head, error) {
	var last Checkpoint
	for _, c := range all {
		if c.Previous != last.Sealed || c.Sealed != HashCheckpoint(c) || c.Seq <= last.Seq {
			return Head{}, &Broken{Row: c.Seq, What: CheckpointChanged}
		}
		last = c
	}
	return last.Head, nil
}

// Compare holds the heads in kept that fall on e against it.
func Compare(e Head, kept []Kept) error {
	for _, k := range kept {
		if k.Seq == e.Seq && k.Hash != e.Hash {
			return &Broken{Row: e.Seq, What: Replaced, Where: k.Where}
		}
	}
	return nil
}

// Reaches reports as a *Broken that a head in kept is beyond end, the last entry.
func Reaches(end Head, kept []Kept) error {
	for _, k := range kept {
		if k.Seq > end.Seq {
			return &Broken{Row: end.Seq + 1, What: TailCut, Where: k.Where}
		}
	}
	return nil
}

package vault

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Standing is how an open vault stands to the newest state of it that a keyring remembers.
type Standing int

// The standings.
const (
	Unseen Standing = iota // the keyring remembers none
	Newest                 // nothing newer is known
	Older                  // an older folder was put back: a restored backup looks the same
)

const headOfState = "state"

// state numbers what is on the disk: the key file's generation and the map's. Neither ever
// goes down.
type state struct{ keys, data uint64 }

func (s state) String() string { return fmt.Sprintf("%d.%d", s.keys, s.data) }

func parseState(text string) (s state, ok bool) {
	keys, data, _ := strings.Cut(text, ".")
	var err, also error
	s.keys, err = strconv.ParseUint(keys, 10, 64)
	s.data, also = strconv.ParseUint(data, 10, 64)
	return s, err == nil && also == nil
}

func (v *Vault) state() state {
	v.pager.mu.Lock()
	defer v.pager.mu.Unlock()
	return state{v.file.generation, v.pager.fresh.seq}
}

// Standing holds the vault against what KeepStanding kept. Call it after opening. What the
// keyring can't say is a KeyringLocked fault, not a standing.
func (v *Vault) Standing(ctx context.Context, ring *Keyring) (Standing, error) {
	text, err := ring.Head(ctx, v.ID(), headOfState)
	if err != nil {
		return Unseen, err
	}
	kept, ok := parseState(text)
	switch {
	case !ok:
		return Unseen, nil
	case v.state().olderThan(kept):
		return Older, nil
	}
	return Newest, nil
}

func (s state) olderThan(kept state) bool { return kept.keys > s.keys || kept.data > s.data }

// KeepStanding lets the keyring remember the vault as it is now: after opening, when the
// person has decided if need be, and before closing.
func (v *Vault) KeepStanding(ctx context.Context, ring *Keyring) error {
	return ring.KeepHead(ctx, v.ID(), headOfState, v.state().String())
}

// KeepState is KeepStanding of a vault that is closed by now, by what ID and State said of it.
func (k *Keyring) KeepState(ctx context.Context, vault, state string) error {
	return k.KeepHead(ctx, vault, headOfState, state)
}

// KeepNewerState is KeepState unless the keyring remembers a newer state: an older folder stays
// noticed until the person has said that it is right.
func (k *Keyring) KeepNewerState(ctx context.Context, vault, state string) error {
	text, err := k.Head(ctx, vault, headOfState)
	if err != nil {
		return err
	}
	kept, remembers := parseState(text)
	if now, ok := parseState(state); ok && remembers && now.olderThan(kept) {
		return nil
	}
	return k.KeepState(ctx, vault, state)
}

package egress_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fuzzed"
)

func chain(n int) []egress.Entry {
	var entries []egress.Entry
	previous := ""
	for i := range n {
		e := egress.Entry{
			Seq: int64(i + 1), Link: "l", Purpose: egress.Purpose{ID: "accounts"}, Method: "GET",
			Origin: "http://127.0.0.1:1", Path: "/accounts", Started: time.Unix(int64(i), 0).UTC(), Previous: previous,
		}
		e.Hash = egress.HashEntry(e)
		e.Outcome = egress.Outcome{Ended: e.Started.Add(time.Second), Status: 200, Sent: 10, Received: 20}
		e.Sealed = egress.HashOutcome(e)
		entries = append(entries, e)
		previous = e.Hash
	}
	return entries
}

func TestVerifyFindsEveryChange(t *testing.T) {
	if err := egress.Verify(chain(5), egress.Head{}); err != nil {
		t.Fatalf("a whole chain was refused: %v", err)
	}
	for name, doctor := range map[string]func([]egress.Entry) []egress.Entry{
		"an edited purpose":  func(e []egress.Entry) []egress.Entry { e[2].Purpose.ID = "token"; return e },
		"an edited byte sum": func(e []egress.Entry) []egress.Entry { e[2].Sent = 0; return e },
		"a removed row":      func(e []egress.Entry) []egress.Entry { return slices.Delete(e, 2, 3) },
		"two rows swapped":   func(e []egress.Entry) []egress.Entry { e[1], e[2] = e[2], e[1]; return e },
		"a cut beginning":    func(e []egress.Entry) []egress.Entry { return e[1:] },
		"a recomputed row":   func(e []egress.Entry) []egress.Entry { e[2].Path = "/x"; e[2].Hash = egress.HashEntry(e[2]); return e },
	} {
		t.Run(name, func(t *testing.T) {
			if err := egress.Verify(doctor(chain(5)), egress.Head{}); err == nil {
				t.Error("not noticed")
			}
		})
	}
}

func TestACheckpointStandsForWhatWasPruned(t *testing.T) {
	all := chain(6)
	checkpoint := func(after egress.Entry, previous string) egress.Checkpoint {
		c := egress.Checkpoint{Head: egress.Head{Seq: after.Seq, Hash: after.Hash}, Sent: 10 * after.Seq, Received: 20 * after.Seq, Made: after.Ended, Previous: previous}
		c.Sealed = egress.HashCheckpoint(c)
		return c
	}
	first := checkpoint(all[1], "")
	kept := []egress.Checkpoint{first, checkpoint(all[3], first.Sealed)}
	head, err := egress.VerifyCheckpoints(kept)
	if err != nil || head != kept[1].Head {
		t.Fatalf("got %v, %v", head, err)
	}
	if err := egress.Verify(all[4:], head); err != nil {
		t.Errorf("the rows after it: %v", err)
	}
	if err := egress.Verify(all[3:], head); err == nil {
		t.Error("a row before it passes")
	}
	for name, spoil := range map[string]func(c []egress.Checkpoint) []egress.Checkpoint{
		"fewer bytes":       func(c []egress.Checkpoint) []egress.Checkpoint { c[1].Sent--; return c },
		"another head":      func(c []egress.Checkpoint) []egress.Checkpoint { c[1].Hash = all[2].Hash; return c },
		"the first is gone": func(c []egress.Checkpoint) []egress.Checkpoint { return c[1:] },
		"the wrong order":   func(c []egress.Checkpoint) []egress.Checkpoint { slices.Reverse(c); return c },
	} {
		t.Run(name, func(t *testing.T) {
			var broken *egress.Broken
			if _, err := egress.VerifyCheckpoints(spoil(slices.Clone(kept))); !errors.As(err, &broken) || broken.What != egress.CheckpointChanged {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestHeadsKeptElsewhere(t *testing.T) {
	all := chain(3)
	end := egress.Head{Seq: 3, Hash: all[2].Hash}
	for name, test := range map[string]struct {
		kept egress.Head
		what string
	}{
		"the same":               {end, ""},
		"an older one":           {egress.Head{Seq: 2, Hash: all[1].Hash}, ""},
		"another under its name": {egress.Head{Seq: 3, Hash: all[1].Hash}, egress.Replaced},
		"a later one":            {egress.Head{Seq: 4, Hash: all[1].Hash}, egress.TailCut},
	} {
		t.Run(name, func(t *testing.T) {
			kept := []egress.Kept{{Head: test.kept, Where: "keyring"}}
			var broken *egress.Broken
			err := errors.Join(egress.Compare(end, kept), egress.Reaches(end, kept))
			if test.what == "" && err != nil || test.what != "" && (!errors.As(err, &broken) || broken.What != test.what || broken.Where != "keyring") {
				t.Errorf("got %v, want %q", err, test.what)
			}
		})
	}
}

func FuzzHeadReadsBack(f *testing.F) {
	f.Add(egress.Head{Seq: 12, Hash: strings.Repeat("a0", 32)}.String())
	for _, seed := range []string{"", "-", "0-" + strings.Repeat("0", 64), "1-xyz", " 5-" + strings.Repeat("AB", 32) + "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fuzzed.Limit(t)
		h, err := egress.ParseHead(text)
		if err != nil {
			return
		}
		if again, err := egress.ParseHead(h.String()); err != nil || again != h || h.Seq < 1 || len(h.Hash) != 64 {
			t.Errorf("ParseHead(%q) = %v, then %v, %v", text, h, again, err)
		}
	})
}

package egress_test

import (
	"slices"
	"testing"
	"time"

	"coffer/app/egress"
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

package terminal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/egress"

	"github.com/spf13/cobra"
)

type entryJSON struct {
	Seq      int64      `json:"seq"`
	At       time.Time  `json:"at"`
	Ended    *time.Time `json:"ended,omitempty"`
	Link     string     `json:"link"`
	Purpose  string     `json:"purpose"`
	Method   string     `json:"method"`
	Origin   string     `json:"origin"`
	Path     string     `json:"path"`
	Status   int        `json:"status"`
	Sent     int64      `json:"bytes_sent"`
	Received int64      `json:"bytes_received"`
	TLS      string     `json:"tls,omitempty"`
	Hash     string     `json:"hash"`
}

func (t *terminal) ledger() *cobra.Command {
	var limit int
	var verify bool
	c := &cobra.Command{Use: "ledger", Short: "every connection Coffer ever made, with the bytes each way", Args: cobra.NoArgs}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
		if verify {
			if err := c.VerifyLedger(ctx); err != nil {
				return err
			}
			t.tell(t.Voice.T("ledger.whole", "The ledger is whole: no row was changed, removed or moved"))
			return nil
		}
		entries, err := c.Ledger(ctx, "", 0, limit)
		if err != nil {
			return err
		}
		if t.json {
			return t.printEntriesJSON(entries)
		}
		return t.printEntries(entries)
	})
	c.Flags().IntVar(&limit, "limit", 100, "at most so many rows, newest first")
	c.Flags().BoolVar(&verify, "verify", false, "check the hash chain instead")
	return c
}

func (t *terminal) printEntriesJSON(entries []egress.Entry) error {
	list := make([]entryJSON, 0, len(entries))
	for _, e := range entries {
		list = append(list, entryJSON{
			Seq: e.Seq, At: e.Started, Ended: instant(e.Ended), Link: e.Link, Purpose: e.Purpose.ID, Method: e.Method, Origin: e.Origin,
			Path: e.Path, Status: e.Status, Sent: e.Sent, Received: e.Received, TLS: e.TLS, Hash: e.Hash,
		})
	}
	return t.printJSON(list)
}

func (t *terminal) printEntries(entries []egress.Entry) error {
	if len(entries) == 0 {
		t.tell(t.Voice.T("ledger.empty", "0 connections. Nothing has left"))
		return nil
	}
	rows := make([]string, 0, len(entries))
	for _, e := range entries {
		result := fmt.Sprint(e.Status)
		if e.Ended.IsZero() {
			result = t.Voice.T("ledger.unknown", "outcome unknown")
		}
		rows = append(rows, strings.Join([]string{
			e.Started.Local().Format("2006-01-02 15:04:05"), e.Origin, t.Voice.Purpose(e.Purpose.ID, e.Purpose.Args), e.Method, e.Path,
			t.Voice.Bytes(e.Sent), t.Voice.Bytes(e.Received), result,
		}, "\t"))
	}
	return t.table(rows, 0)
}

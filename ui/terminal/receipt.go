package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/receipt"
	"coffer/ui/paper"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type verdictJSON struct {
	Verdict string    `json:"verdict"` // "genuine", "altered", "unknown", "broken"
	Place   int       `json:"place,omitempty"`
	All     int       `json:"receipts"`
	Page    *bool     `json:"page_says_the_same,omitempty"` // of a PDF
	Bank    string    `json:"bank"`
	Ended   time.Time `json:"ended"`
	Hash    string    `json:"hash"`
}

var verdictNames = map[receipt.Verdict]string{receipt.Genuine: "genuine", receipt.Altered: "altered", receipt.Unknown: "unknown", receipt.Broken: "broken"}

var errNotGenuine = errors.New("the receipt is not genuine, or not of this vault")

func (t *terminal) receipt() *cobra.Command {
	var pdf, verify string
	c := &cobra.Command{Use: "receipt [LINK]", GroupID: groupBank, Short: "the receipt of a revocation: show it, save it as PDF, verify a saved one", Args: cobra.MaximumNArgs(1)}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		chain, err := c.Receipts(ctx)
		if err != nil {
			return err
		}
		if verify != "" {
			return t.verifyReceipt(chain, verify)
		}
		r, err := pickReceipt(chain, args)
		if err != nil {
			return err
		}
		f, err := receipt.Of(chain, r.Hash)
		if err != nil {
			return err
		}
		switch {
		case pdf != "":
			return t.saveReceipt(ctx, f, pdf)
		case t.json:
			raw, err := f.JSON()
			if err == nil {
				_, err = t.Out.Write(raw)
			}
			return err
		}
		return t.showReceipt(r)
	})
	c.Flags().StringVar(&pdf, "pdf", "", "write it as PDF to this new `file`, which holds its JSON, too")
	c.Flags().StringVar(&verify, "verify", "", "hold this `file`, a PDF or JSON, against the vault's chain of receipts")
	c.MarkFlagsMutuallyExclusive("pdf", "verify")
	return c
}

// pickReceipt finds the newest receipt of a revocation of a link, by the link's id, its bank or its hash.
func pickReceipt(chain []consent.Receipt, args []string) (consent.Receipt, error) {
	var found []consent.Receipt
	var names []string
	seen := map[consent.LinkID]bool{}
	for i := len(chain) - 1; i >= 0; i-- {
		r := chain[i]
		if r.Erasure != nil || seen[r.Link] {
			continue
		}
		seen[r.Link] = true
		names = append(names, fmt.Sprintf("%s (%s)", r.Link, r.Bank))
		if len(args) == 0 || string(r.Link) == args[0] || r.Hash == args[0] || strings.EqualFold(r.Bank, args[0]) {
			found = append(found, r)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(names) == 0:
		return consent.Receipt{}, usageError{errors.New("there is no receipt: no link was revoked")}
	}
	return consent.Receipt{}, usageError{fmt.Errorf("which receipt? One of: %s", strings.Join(names, ", "))}
}

func (t *terminal) saveReceipt(ctx context.Context, f receipt.File, path string) error {
	if err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.receipt", "A terminal of yours asks to save the receipt of {{.Bank}} as a PDF", "Bank", f.Receipt.Bank)
	}); err != nil {
		return err
	}
	raw, err := paper.PDF(t.Voice, f, time.Local)
	if err != nil {
		return err
	}
	if err := t.writeNew("write the receipt to a file", path, raw); err != nil {
		return err
	}
	t.tell(t.Voice.T("receipt.saved", "Written to {{.File}}", "File", path))
	return nil
}

// writeNew writes a file of the person's that is not there yet.
func (t *terminal) writeNew(op, path string, raw []byte) error {
	file, err := t.Files.Create(path)
	if errors.Is(err, os.ErrExist) {
		return usageError{fmt.Errorf("%s is there already", path)}
	}
	if err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	if _, err := file.Write(raw); err != nil {
		_ = file.Remove()
		return fault.New(fault.DiskFailed, op, err)
	}
	if err := file.Close(); err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	return nil
}

func (t *terminal) showReceipt(r consent.Receipt) error {
	out := func(format string, args ...any) { fmt.Fprintf(t.Out, format+"\n", args...) }
	out("%s, %s", r.Bank, strings.Join(r.Accounts, ", "))
	out("%s", t.proofOf(r))
	for _, p := range r.Steps {
		mark := "✓"
		if !p.OK {
			mark = "✗"
		}
		out("%s %s  %s  %s", mark, p.At.UTC().Format(time.RFC3339), t.Voice.Proof(int(p.Kind), p.OK), p.Answer)
	}
	out("%s", t.Voice.T("revoke.receipt", "Receipt {{.Hash}}, {{.At}}", "Hash", r.Hash, "At", r.Ended.UTC().Format(time.RFC3339)))
	return nil
}

func (t *terminal) verifyReceipt(chain []consent.Receipt, path string) error {
	file, err := t.Files.Open(path)
	if err != nil {
		return usageError{fmt.Errorf("open %s: %w", path, err)}
	}
	raw, err := io.ReadAll(io.LimitReader(file, receipt.MostBytes+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return fault.New(fault.DiskFailed, "read a receipt", err)
	}
	f, err := receipt.Read(raw)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", path, err)}
	}
	found := receipt.Verify(f, chain)
	isPDF, same := strings.HasPrefix(string(raw), "%PDF-"), true
	if isPDF && found.Verdict == receipt.Genuine {
		same = paper.Same(t.Voice, f, raw)
	}
	if t.json {
		out := verdictJSON{Verdict: verdictNames[found.Verdict], Place: found.Place, All: found.All, Bank: f.Receipt.Bank, Ended: f.Receipt.Ended, Hash: f.Receipt.Hash}
		if isPDF && found.Verdict == receipt.Genuine {
			out.Page = &same
		}
		err = t.printJSON(out)
	} else {
		if found.Verdict == receipt.Genuine {
			fmt.Fprintln(t.Out, paper.Verdict(t.Voice, found))
			err = t.showReceipt(f.Receipt)
		}
		if !same {
			t.tell(paper.Differs(t.Voice))
		}
	}
	if err == nil && found.Verdict != receipt.Genuine {
		t.tell(paper.Verdict(t.Voice, found))
		err = toldError{errNotGenuine}
	}
	return err
}

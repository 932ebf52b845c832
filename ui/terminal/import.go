package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type importJSON struct {
	File    string     `json:"file"`
	Format  string     `json:"format"`
	New     int        `json:"new"`
	Same    int        `json:"already_there"`
	Updated int        `json:"updated"`
	Skipped []skipJSON `json:"skipped"`
	Undo    []int64    `json:"undo,omitempty"`
}

type skipJSON struct {
	Line   int    `json:"line"`
	Text   string `json:"text"`
	Reason string `json:"reason"`
	Why    string `json:"why"`
}

func (t *terminal) importFile() *cobra.Command {
	var into string
	var dry bool
	c := &cobra.Command{Use: "import FILE", GroupID: groupFile, Short: "read a statement file (OFX, QFX) into the register", Args: cobra.ExactArgs(1)}
	c.RunE = t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
		preview, err := t.preview(ctx, c, args[0], into)
		if err != nil {
			return err
		}
		out := importJSON{File: preview.Name, Format: preview.File.Format, New: preview.New(), Skipped: []skipJSON{}}
		for _, p := range preview.Parts {
			out.Same += p.Same
			for _, line := range p.Lines {
				if line.Fate == app.LineBooks {
					out.Updated++
				}
			}
		}
		for _, s := range preview.File.Skipped {
			out.Skipped = append(out.Skipped, skipJSON{s.Line, s.Text, s.Reason.ID, t.Voice.Reason(s.Reason.ID, s.Reason.Args)})
		}
		if !dry {
			done, err := c.Import(ctx, preview)
			if err != nil {
				return err
			}
			out.New, out.Same, out.Updated, out.Undo = done.Added, done.Same, done.Updated, done.IDs
		}
		return t.printImport(out, dry)
	})
	c.Flags().StringVar(&into, "into", "", "account to read into: its id, its last digits or a part of its name")
	c.Flags().BoolVar(&dry, "dry-run", false, "only say what would come in")
	return c
}

func (t *terminal) preview(ctx context.Context, c *app.Coffer, path, into string) (app.ImportPreview, error) {
	chosen := app.ImportChoice{}
	if into != "" {
		accounts, err := c.Accounts(ctx)
		if err != nil {
			return app.ImportPreview{}, err
		}
		account, err := pickAccount(accounts, into)
		if err != nil {
			return app.ImportPreview{}, err
		}
		chosen[0] = account.ID
	}
	preview, err := t.read(ctx, c, path, chosen)
	if err == nil && into != "" && len(preview.Parts) > 1 {
		return preview, usageError{fmt.Errorf("%s holds %d accounts: --into is for a file of one", preview.Name, len(preview.Parts))}
	}
	return preview, err
}

func (t *terminal) read(ctx context.Context, c *app.Coffer, path string, chosen app.ImportChoice) (app.ImportPreview, error) {
	file, err := t.Files.Open(path)
	if err != nil {
		var inPath *os.PathError
		if errors.As(err, &inPath) {
			err = inPath.Err
		}
		return app.ImportPreview{}, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	defer file.Close()
	return c.PreviewImport(ctx, path, file, chosen)
}

func (t *terminal) printImport(out importJSON, dry bool) error {
	if t.json {
		return t.printJSON(out)
	}
	v := t.Voice
	for _, s := range out.Skipped {
		fmt.Fprintln(t.Out, v.T("import.skipped-line", "line {{.Line}} skipped: {{.Why}} {{.Text}}", "Line", s.Line, "Why", s.Why, "Text", s.Text))
	}
	head := v.T("import.done", "{{.File}}:", "File", out.File)
	if dry {
		head = v.T("import.would", "{{.File}}, nothing stored yet:", "File", out.File)
	}
	counts := []string{v.T("import.count-new", "{{.N}} new", "N", v.Count(out.New)), v.T("import.count-same", "{{.N}} already there", "N", v.Count(out.Same))}
	if out.Updated > 0 {
		counts = append(counts, v.T("import.count-updated", "{{.N}} brought up to date", "N", v.Count(out.Updated)))
	}
	if len(out.Skipped) > 0 {
		counts = append(counts, v.T("import.count-skipped", "{{.N}} skipped", "N", v.Count(len(out.Skipped))))
	}
	fmt.Fprintf(t.Out, "%s %s\n", head, strings.Join(counts, ", "))
	if len(out.Undo) > 0 && out.New+out.Updated > 0 {
		t.tell(v.T("import.take-back", "To take it back: coffer undo-import {{.IDs}}", "IDs", strings.Trim(fmt.Sprint(out.Undo), "[]")))
	}
	return nil
}

func (t *terminal) undoImport() *cobra.Command {
	return &cobra.Command{
		Use: "undo-import ID...", GroupID: groupFile, Short: "take an import back: the register is as it was before", Args: cobra.MinimumNArgs(1),
		RunE: t.offline(func(ctx context.Context, c *app.Coffer, args []string) error {
			ids := make([]int64, 0, len(args))
			for _, word := range args {
				id, err := strconv.ParseInt(word, 10, 64)
				if err != nil {
					return usageError{fmt.Errorf("%q is no import: the id is in coffer import --json", word)}
				}
				ids = append(ids, id)
			}
			if err := t.allow(ctx, func(v *say.Voice) string {
				return v.N("asked.undo-import", "A terminal of yours asks to take {{.N}} import back", "A terminal of yours asks to take {{.N}} imports back", len(ids))
			}); err != nil {
				return err
			}
			if err := c.UndoImport(ctx, ids); err != nil {
				return fault.New(fault.KindOf(err), "undo an import", err)
			}
			t.tell(t.Voice.T("import.undone", "Undone. The register is as it was before"))
			return nil
		}),
	}
}

package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/ui/say"

	"github.com/spf13/cobra"
)

type erasureJSON struct {
	Link    string             `json:"link"`
	Bank    string             `json:"bank"`
	At      time.Time          `json:"at"`
	Gone    []goneJSON         `json:"gone"`
	Before  int64              `json:"bytes_before"`
	After   int64              `json:"bytes_after"`
	Rekeyed *time.Time         `json:"new_key,omitempty"` // absent: old blocks may open with the present key
	Needs   []string           `json:"new_key_needs,omitempty"`
	Backups []erasedBackupJSON `json:"backups_that_hold_it"`
	Receipt string             `json:"receipt"`
}

type goneJSON struct {
	What  string `json:"what"`
	Count int64  `json:"count"`
	Bytes int64  `json:"bytes,omitempty"`
}

type erasedBackupJSON struct {
	Path   string    `json:"path"`
	Made   time.Time `json:"made"`
	Former bool      `json:"former_key,omitempty"` // to make it anew takes what opened it
}

func (t *terminal) erase() *cobra.Command {
	var yes bool
	var clean string
	c := &cobra.Command{Use: "erase [LINK]", GroupID: groupBank, Short: "shred what an ended link brought, and report it", Args: cobra.MaximumNArgs(1)}
	c.RunE = t.unlocked(func(ctx context.Context, c *app.Coffer, args []string) error {
		link, err := t.pickErasing(ctx, c, args)
		if err != nil {
			return err
		}
		if !link.done {
			if err := t.eraseLink(ctx, c, link.id, link.bank, yes); err != nil {
				return err
			}
		}
		if clean == "" {
			return t.printErasure(ctx, c, link.id)
		}
		return errors.Join(t.cleanBackups(ctx, c, link.id, link.bank, clean), t.printErasure(ctx, c, link.id))
	})
	c.Flags().BoolVar(&yes, "yes", false, "don't ask")
	c.Flags().StringVar(&clean, "backups", "", "what becomes of backups that still hold it: `rewrite` makes each anew without it, delete shreds them")
	c.PreRunE = func(*cobra.Command, []string) error {
		if clean != "" && clean != "rewrite" && clean != "delete" {
			return usageError{fmt.Errorf("--backups %q: rewrite or delete", clean)}
		}
		return nil
	}
	return c
}

// toErase is a link whose data can be erased, or is, or of which accounts are.
type toErase struct {
	id   consent.LinkID
	bank string
	done bool
}

func (t *terminal) pickErasing(ctx context.Context, c *app.Coffer, args []string) (toErase, error) {
	links, err := c.Links(ctx)
	if err != nil {
		return toErase{}, err
	}
	gone, err := c.Erasures(ctx)
	if err != nil {
		return toErase{}, err
	}
	var all, found []toErase
	erasable := map[consent.LinkID]bool{}
	for _, l := range links {
		if l.State.Ended() || l.State == consent.RevokePending {
			erasable[l.ID] = true
			all = append(all, toErase{l.ID, l.Bank, false})
		}
	}
	for _, e := range gone { // of living links, too, of which accounts were erased
		if !erasable[e.Link] {
			all = append(all, toErase{e.Link, e.Bank, true})
		}
	}
	var names []string
	for _, l := range all {
		names = append(names, fmt.Sprintf("%s (%s)", l.id, l.bank))
		if len(args) == 0 || string(l.id) == args[0] || strings.EqualFold(l.bank, args[0]) {
			found = append(found, l)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(names) == 0:
		return toErase{}, usageError{errors.New("no link has ended: revoke one first")}
	}
	return toErase{}, usageError{fmt.Errorf("which link? One of: %s", strings.Join(names, ", "))}
}

func (t *terminal) eraseLink(ctx context.Context, c *app.Coffer, id consent.LinkID, bank string, yes bool) error {
	if !yes {
		ok, err := t.agree(ctx, t.Voice.T("erased.report-ask", "Shred everything that was read from {{.Bank}}? Nothing brings it back.", "Bank", bank))
		if err != nil || !ok {
			return fault.New(fault.Canceled, "erase what a link brought", context.Canceled)
		}
	}
	if err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.erase", "A terminal of yours asks to erase what was read from {{.Bank}}", "Bank", bank)
	}); err != nil {
		return err
	}
	return t.shred(ctx, c, id)
}

// shred erases, and shows how far the new key is that it ends with.
func (t *terminal) shred(ctx context.Context, c *app.Coffer, id consent.LinkID) error {
	told, end := t.newKeyProgress()
	defer end()
	_, err := c.Erase(ctx, id, told)
	return err
}

func (t *terminal) newKeyProgress() (told func(done, total int64), end func()) {
	shown, end := t.progress()
	label := t.Voice.T("terminal.keys.sealing", "Sealing anew")
	return func(done, total int64) { shown(label, done, total) }, end
}

// finishShredding ends what was erased before and has had no new key since. What it waits for is in the report;
// where it fails it is told, and tried again at the next opening.
func (t *terminal) finishShredding(ctx context.Context, c *app.Coffer) {
	told, end := t.newKeyProgress()
	err := c.FinishShredding(ctx, told)
	end()
	if err != nil && ctx.Err() == nil {
		t.tell(t.Voice.T("erased.report-unkeyed", "What was shredded is gone, but the vault has no new key yet. It is tried again at each opening.") + " " + t.Voice.Fault(err))
	}
}

func (t *terminal) cleanBackups(ctx context.Context, c *app.Coffer, id consent.LinkID, bank, how string) error {
	r, err := c.Erasure(ctx, id)
	if err != nil || len(r.Backups) == 0 {
		return err
	}
	var paths []string
	var former bool
	for _, b := range r.Backups {
		if how == "rewrite" && b.Former && t.Asked != nil { // what opens it is typed where the vault is
			t.tell(t.Voice.T("erased.report-former-window", "Left as it is, for it opens with what opened it then; make it anew in Coffer's window: {{.Path}}", "Path", b.Path))
			continue
		}
		former = former || how == "rewrite" && b.Former
		paths = append(paths, b.Path)
	}
	if len(paths) == 0 {
		return nil
	}
	if err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.clean", "A terminal of yours asks to take {{.Bank}} out of your backups, or to delete those that hold it", "Bank", bank)
	}); err != nil {
		return err
	}
	var typed secret.Text
	if former {
		t.tell(t.Voice.T("erased.report-former-ask", "Backups from before the new key open with what opened them then."))
		if typed, err = t.passphrase(t.Voice.T("erased.report-former-prompt", "Passphrase or recovery key of that time: ")); err != nil {
			return err
		}
	}
	told, end := t.progress()
	defer end()
	return c.CleanBackups(ctx, paths, how == "delete", typed, func(done, total int) {
		told(t.Voice.T("erased.report-cleaning", "Backups"), int64(done), int64(total))
	})
}

// printErasure is the report of what was erased, and of what may still hold it.
func (t *terminal) printErasure(ctx context.Context, c *app.Coffer, id consent.LinkID) error {
	r, err := c.Erasure(ctx, id)
	if err != nil {
		return err
	}
	if t.json {
		return t.printJSON(erasureOf(r))
	}
	v, out := t.Voice, func(text string) { fmt.Fprintln(t.Out, text) }
	out(v.T("erased.report-title", "Erased: {{.Bank}}, {{.At}}", "Bank", r.Bank, "At", r.At.UTC().Format(time.RFC3339)))
	for _, g := range r.Gone {
		out("  " + v.Gone(g.What, int(g.Count), g.Bytes))
	}
	out(v.T("erased.report-pages", "Every page was written anew, and the log and its page map were emptied: {{.Before}} before, {{.After}} now.", "Before", v.Bytes(r.Before), "After", v.Bytes(r.After)))
	out(v.T("erased.report-stays", "What stays: the receipts (bank, masked account numbers) and the ledger of connections."))
	if r.Unkeyed() {
		out(t.noNewKey(r.NewKey))
	} else if !r.Rekeyed.IsZero() {
		out(v.T("erased.report-key", "The vault has had a new key since {{.At}}: old blocks of the disk don't open with it.", "At", r.Rekeyed.UTC().Format(time.RFC3339)))
	}
	if len(r.Backups) > 0 {
		out(v.N("erased.report-backups", "{{.N}} backup was made before the erasure and may hold it. --backups rewrite makes it anew without, --backups delete shreds it:",
			"{{.N}} backups were made before the erasure and may hold it. --backups rewrite makes them anew without, --backups delete shreds them:", len(r.Backups)))
	}
	for _, b := range r.Backups {
		line := b.Made.UTC().Format(time.RFC3339) + "  " + b.Path
		if b.Former {
			line += "  " + v.T("erased.report-former", "(under the former key, with which old blocks of the disk open; made anew by what opened it)")
		}
		out("  " + line)
	}
	return nil
}

// noNewKey says why there is no new key yet, and what to do.
func (t *terminal) noNewKey(k app.NewKey) string {
	v := t.Voice
	text := v.T("erased.report-no-key", "New key: not yet. A disk keeps old, sealed blocks, flash above all: they may still open with the present key.")
	switch {
	case slices.Contains(k.Needs, app.KeyringSlot): // coffer keys rekey would ask it, too
		return text + " " + v.T("erased.report-key-keyring", "It comes by itself once the keyring can be asked. If it can't be any more, take the vault out of it: coffer keys keyring off. Then it comes by itself when the vault is opened next.")
	case slices.Contains(k.Needs, app.RecoverySlot):
		return text + " " + v.T("erased.report-key-recovery", "It comes by itself once you have opened the vault with the recovery key, or now, with a new recovery key: coffer keys rekey")
	case len(k.Needs) > 0:
		return text + " " + v.T("erased.report-key-needs", "It comes by itself once you have opened the vault with the {{.Secret}}, or now, with a new recovery key: coffer keys rekey", "Secret", t.slotName(k.Needs[0]))
	case k.Failed != nil:
		return text + " " + v.Fault(k.Failed)
	}
	return text + " " + v.T("erased.report-key-later", "It comes by itself when the vault is opened next.")
}

func erasureOf(r app.ErasureReport) erasureJSON {
	out := erasureJSON{Link: string(r.Link), Bank: r.Bank, At: r.At, Before: r.Before, After: r.After, Receipt: r.Hash, Backups: []erasedBackupJSON{}}
	for _, g := range r.Gone {
		out.Gone = append(out.Gone, goneJSON(g))
	}
	if !r.Rekeyed.IsZero() {
		out.Rekeyed = &r.Rekeyed
	}
	for _, kind := range r.NewKey.Needs {
		out.Needs = append(out.Needs, slotNames[kind])
	}
	for _, b := range r.Backups {
		out.Backups = append(out.Backups, erasedBackupJSON{b.Path, b.Made, b.Former})
	}
	return out
}

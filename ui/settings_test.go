//go:build !nogui && !e2e

package ui_test

import (
	"testing"
	"time"

	"coffer/app/secret"

	"fyne.io/fyne/v2"
)

func TestSettingsOnARealVault(t *testing.T) {
	const better = "nine quiet oars at dawn"
	for name, story := range map[string]func(h *house){
		"a changed passphrase opens the vault, the one before doesn't": func(h *house) {
			h.press("Change")
			for _, typed := range []string{opener, better, better} {
				h.write(typed)
				h.key(fyne.KeyReturn)
			}
			h.says("older backups still open with the old one")
			h.control(fyne.KeyL)
			h.unlock()
			h.says("That doesn't open the vault.")
			h.write(better)
			h.key(fyne.KeyReturn)
			h.says("Net worth")
		},
		"the whole vault is checked": func(h *house) {
			h.press("Check")
			h.says("Every byte is as it was written.", "Pages", "Ledger of connections")
		},
		"the time until it locks is kept": func(h *house) {
			h.press("After 5 minutes")
			h.press("After 1 hour")
			h.control(fyne.Key1)
			h.control(fyne.Key6)
			h.says("After 1 hour")
			if after, err := h.coffer.LockAfter(h.t.Context()); err != nil || after != time.Hour {
				h.t.Errorf("it locks after %v, %v", after, err)
			}
		},
		"a backup comes back, and the vault from before is kept aside": func(h *house) {
			h.press("Back up now")
			h.says("Made, opened again and checked")
			h.press("Show 1")
			h.says("Opens with the passphrase of today")
			h.press("Restore")
			h.write(opener)
			h.key(fyne.KeyReturn)
			h.says("Coffer is locked", "Restored.", "The vault from before is kept as")
			h.unlock()
			h.says("Net worth", "$1,884.18")
			h.control(fyne.Key6)
			h.says("Kept aside")
			h.silent("Restored.")
		},
		"a vault that is deleted leaves nothing in the window": func(h *house) {
			h.press("Delete everything")
			h.window.Canvas().FocusNext()
			h.window.Canvas().FocusNext()
			h.write("delete")
			h.key(fyne.KeyReturn)
			h.write(opener)
			h.key(fyne.KeyReturn)
			h.says("Choose a passphrase", "The vault is deleted.", "1 link was not revoked")
			h.silent("1,884", "Northlight", "Net worth")
			if err := h.coffer.Unlock(h.t.Context(), secret.New(opener)); err == nil {
				h.t.Error("the deleted vault opens")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, wide, true, func(h *house) {
				h.control(fyne.Key6)
				h.says("Lock when you are away")
				story(h)
			})
		})
	}
}

//go:build !nogui

package ui

import (
	"coffer/ui/restore"
)

// restore shows where a vault comes back from a backup.
func (f *frame) restore() {
	f.alone(atRestore, restore.New(f.config.Coffer, f.voice, f.desk, restore.Go{
		Window: f.window, Done: f.lookAgain,
	}))
}

// other leads from the set-up of a further vault back to the first; nil where there is no way back.
func (f *frame) other() func() {
	if f.config.Coffer.VaultName() == "" {
		return nil
	}
	return func() {
		if err := f.config.Coffer.Choose(""); err != nil {
			f.failed(err)
			return
		}
		f.lookAgain()
	}
}

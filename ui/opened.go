//go:build !nogui

package ui

import (
	"context"
	"errors"
)

// takeCare writes the daily backup and asks how new the vault is, beside everything else. The
// overview shows what comes of it.
func (f *frame) takeCare() {
	f.desk.Do(f.ctx, f.config.Coffer.TakeCare, func(err error) {
		if err != nil && !errors.Is(err, context.Canceled) {
			f.status.Refresh(f.ctx)
		}
	})
}

// readFirst reads what is due before anything else is told: the vault has just been opened.
func (f *frame) readFirst() {
	f.desk.Do(f.ctx, f.config.Coffer.ReadFirst, func(error) {}) // what went wrong with a link stands with the link
}

// known notes that the person knows why the vault is an older one.
func (f *frame) known(done func(error)) {
	f.desk.Do(f.ctx, f.config.Coffer.AcceptStanding, done)
}

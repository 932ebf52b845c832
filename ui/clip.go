//go:build !nogui

package ui

import (
	"context"
	"time"

	"coffer/app/secret"

	"fyne.io/fyne/v2"
)

// secretStays is how long a secret that was copied lies in the clipboard.
const secretStays = 30 * time.Second

// copied is the newest secret that was put into the clipboard.
type copied struct {
	text secret.Text // empty if there is none any more
	turn int         // counts them, so that the time of one that was replaced ends nothing
}

// copySecret puts a secret into the clipboard: it is taken out again after a while, when the vault
// locks and when the window closes, unless something else was copied since.
func (f *frame) copySecret(text string) {
	f.copy(text)
	f.copied = copied{secret.New(text), f.copied.turn + 1}
	mine := f.copied.turn
	f.desk.Do(f.ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(secretStays):
		}
		return ctx.Err()
	}, func(error) {
		if f.copied.turn == mine {
			f.takeBack()
		}
	})
}

// takeBack empties the clipboard if the secret is still in it.
func (f *frame) takeBack() {
	if f.copied.text.Empty() {
		return
	}
	board := fyne.CurrentApp().Clipboard()
	if f.copied.text.Equal(secret.New(board.Content())) {
		board.SetContent("")
	}
	f.copied.text = secret.Text{}
}

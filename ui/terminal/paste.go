package terminal

import (
	"context"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
)

// pasting is told, and asks for the address of the last page where the person brings it. stop gives
// the link up.
func (t *terminal) pasting(ctx context.Context, stop context.CancelFunc, told func(app.LinkingProgress)) func(app.LinkingProgress) {
	return func(p app.LinkingProgress) {
		told(p)
		if p.Step != app.InBrowser || p.Paste == nil {
			return
		}
		t.tell(t.Voice.T("link.last-page", "In the end your browser comes to {{.Page}}, whatever that shows. Copy the whole address of that page and paste it here.", "Page", p.LastPage))
		for {
			address, err := t.lastPage(ctx)
			if err != nil {
				stop()
				return
			}
			if err = p.Paste(address); err == nil {
				return
			}
			t.tell(t.Voice.Fault(err))
			if fault.KindOf(err) != fault.BadAnswer {
				return
			}
		}
	}
}

// lastPage reads one address: hidden at a terminal, a line where there is none.
func (t *terminal) lastPage(ctx context.Context) (secret.Text, error) {
	if t.Hidden == nil {
		typed, err := t.lines.next(ctx)
		return secret.New(typed), err
	}
	typed, err := t.Hidden(t.Voice.T("link.paste", "Address of the last page (it is not shown): ")) // Ctrl-C and Ctrl-D are an error
	return secret.New(typed), err
}

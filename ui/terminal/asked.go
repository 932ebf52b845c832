package terminal

import (
	"context"
	"errors"
	"log/slog"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/holder"
	"coffer/ui/say"
)

// Asked is the side of the process that holds the vault: a command runs here for a terminal elsewhere.
type Asked struct {
	Coffer *app.Coffer
	// Allow asks the person at the window. question speaks with the window's voice.
	Allow func(ctx context.Context, question func(v *say.Voice) string) (bool, error)
}

// Window is what the commands of a terminal elsewhere need of the window.
type Window interface {
	Raise()
	Allow(ctx context.Context, question func(v *say.Voice) string) (bool, error)
}

// endedError is how a command ended in the process that holds the vault. What there was to say is said.
type endedError int

func (endedError) Error() string { return "ended elsewhere" }

var (
	errInWindow = errors.New("not over the socket")
	errRefused  = errors.New("refused in the window")
	errWent     = errors.New("the window went away")
)

// ask lets the process that holds the vault run the command. asked is false where there is none: then
// nothing was done.
func (t *terminal) ask(ctx context.Context) (asked bool, err error) {
	if t.Holder == nil {
		return false, nil
	}
	at, err := t.Holder(t.place)
	if err != nil {
		return false, err
	}
	code, err := holder.Ask(ctx, at, holder.Request{Vault: t.place.Vault, Args: t.Args, Languages: t.Languages},
		holder.Mine{Out: t.Out, Err: t.Err, Line: t.lines.next, Files: t.Files})
	switch {
	case errors.Is(err, holder.ErrNobody):
		return false, nil
	case holder.IsBroken(err):
		t.tell(t.Voice.T("terminal.window-went", "Coffer's window closed before the command ended. Look there, or ask again."))
		return true, toldError{errWent}
	case err != nil:
		return true, err
	case code == ExitOK:
		return true, nil
	}
	return true, endedError(code)
}

// Serve answers the terminals of the person until ctx ends. c is what each command gets but for what
// the terminal lends it; voice finds the voice for a terminal's languages.
func Serve(ctx context.Context, l *holder.Listener, c *app.Coffer, w Window, voice func(languages []string) (*say.Voice, error), log *slog.Logger) error {
	return l.Serve(ctx, holder.Holding{Show: w.Raise, Log: log, Begin: func(r holder.Request) func(context.Context, *holder.Talk) int {
		if state, err := c.State(); err != nil || state != app.Open || c.VaultName() != r.Vault {
			return nil
		}
		v, err := voice(r.Languages)
		if err != nil {
			return nil
		}
		return func(ctx context.Context, t *holder.Talk) int {
			return Run(ctx, Config{Args: r.Args, In: t.In(), Out: t.Out(), Err: t.Err(), Files: t, Voice: v, Asked: &Asked{c, w.Allow}})
		}
	}})
}

// allow asks the person at the window before something ends, goes or leaves. Without a window in
// between the terminal itself is where the person said so.
func (t *terminal) allow(ctx context.Context, question func(v *say.Voice) string) error {
	if t.Asked == nil {
		return nil
	}
	t.tell(t.Voice.T("terminal.answer-in-window", "Coffer's window asks you whether to."))
	yes, err := t.Asked.Allow(ctx, question)
	if err != nil {
		return err
	}
	if !yes {
		t.tell(t.Voice.T("terminal.refused", "Refused in the window. Nothing was done."))
		return toldError{fault.New(fault.ConsentDenied, "ask in the window", errRefused)}
	}
	return nil
}

// inWindow is the answer to what must not travel over the socket.
func (t *terminal) inWindow() error {
	t.tell(t.Voice.T("terminal.in-window", "Do this in Coffer's window, or close it and ask again: what you type stays where the vault is."))
	return toldError{fault.New(fault.Locked, "ask over the socket", errInWindow)}
}

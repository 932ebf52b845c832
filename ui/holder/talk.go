package holder

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"coffer/ui/live"
)

// Talk is one asker, seen by the command that runs for it: output, a person who types, files.
// Everything ends with the context that the command got.
type Talk struct {
	conn    *net.UnixConn
	from    *bufio.Reader
	replies chan frame
	ctx     context.Context // of the command; ends when the asker cancels or goes
	cancel  context.CancelFunc

	asking sync.Mutex // held from a question to its answer
	mu     sync.Mutex // guards what is written
	broken error
}

func newTalk(conn *net.UnixConn) *Talk {
	return &Talk{conn: conn, from: bufio.NewReader(conn), replies: make(chan frame, 1)}
}

// hold leads the conversation to its end.
func (t *Talk) hold(life context.Context, h Holding) {
	defer t.conn.Close()
	defer context.AfterFunc(life, func() { _ = t.conn.Close() })()
	t.ctx, t.cancel = context.WithCancel(life)
	defer t.cancel()
	_ = t.conn.SetReadDeadline(time.Now().Add(helloWithin))
	first, err := readFrame(t.from)
	if err != nil || first.Kind != asks || first.Request == nil {
		return
	}
	_ = t.conn.SetReadDeadline(time.Time{})
	r := *first.Request
	if r.Version != version {
		_ = t.put(frame{Kind: other})
		return
	}
	if r.Show {
		h.Show()
		_ = t.put(frame{Kind: shown})
		return
	}
	run := h.Begin(r)
	if run == nil {
		_ = t.put(frame{Kind: other})
		return
	}
	if t.put(frame{Kind: begins}) != nil {
		return
	}
	var hearing live.Group
	hearing.Go(t.hear)
	code := t.guarded(run, h)
	_ = t.put(frame{Kind: ends, Code: code})
	_ = t.conn.Close()
	hearing.Wait()
}

// guarded keeps a mistake in a command from ending the process that holds the vault.
func (t *Talk) guarded(run func(context.Context, *Talk) int, h Holding) (code int) {
	defer func() {
		if p := recover(); p != nil {
			h.Log.Error("a command that was asked for stopped", "what", fmt.Sprintf("%T", p))
			code = 1
		}
	}()
	return run(t.ctx, t)
}

// hear takes what the asker says while the command runs. An answer that nobody waits for ends the conversation.
func (t *Talk) hear() {
	defer t.cancel()
	for {
		f, err := readFrame(t.from)
		if err != nil {
			return
		}
		switch f.Kind {
		case cancels:
			t.cancel()
			continue
		case answers:
			select {
			case t.replies <- f:
				continue
			default:
			}
		}
		_ = t.conn.Close()
		return
	}
}

// put sends a frame. An asker that doesn't take it in time is given up.
func (t *Talk) put(f frame) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken != nil {
		return t.broken
	}
	_ = t.conn.SetWriteDeadline(time.Now().Add(takenWithin))
	if err := writeFrame(t.conn, f); err != nil {
		t.broken = fmt.Errorf("%w: %w", errBroken, err)
		t.cancel()
		_ = t.conn.Close()
		return t.broken
	}
	return nil
}

// ask sends a frame and waits for its answer.
func (t *Talk) ask(f frame) (frame, error) {
	t.asking.Lock()
	defer t.asking.Unlock()
	if err := t.put(f); err != nil {
		return frame{}, err
	}
	late := time.NewTimer(lineWithin)
	defer late.Stop()
	select {
	case got := <-t.replies:
		return got, nil
	case <-t.ctx.Done():
		return frame{}, t.ctx.Err()
	case <-late.C:
		_ = t.conn.Close()
		return frame{}, errBroken
	}
}

// Out is where results go.
func (t *Talk) Out() io.Writer { return voice{t, out} }

// Err is where questions and troubles go.
func (t *Talk) Err() io.Writer { return voice{t, trouble} }

type voice struct {
	talk *Talk
	kind kind
}

func (v voice) Write(p []byte) (int, error) {
	return inChunks(p, func(piece []byte) error { return v.talk.put(frame{Kind: v.kind, Data: piece}) })
}

// In is what the person types, a line at a time. io.EOF says that nobody types.
func (t *Talk) In() io.Reader { return &typed{talk: t} }

type typed struct {
	talk *Talk
	rest []byte
}

func (y *typed) Read(p []byte) (int, error) {
	if len(y.rest) == 0 {
		got, err := y.talk.ask(frame{Kind: line})
		if err != nil {
			return 0, err
		}
		if got.Over {
			return 0, io.EOF
		}
		y.rest = append(got.Data, '\n')
	}
	n := copy(p, y.rest)
	y.rest = y.rest[n:]
	return n, nil
}

// Open implements Files.
func (t *Talk) Open(path string) (io.ReadCloser, error) {
	if err := t.do(frame{Kind: open, Text: path}); err != nil {
		return nil, err
	}
	return &farFile{talk: t}, nil
}

// Create implements Files.
func (t *Talk) Create(path string) (NewFile, error) {
	if err := t.do(frame{Kind: create, Text: path}); err != nil {
		return nil, err
	}
	return &farFile{talk: t}, nil
}

// do asks for something that either works or says why not.
func (t *Talk) do(f frame) error {
	got, err := t.ask(f)
	switch {
	case err != nil:
		return err
	case got.There:
		return os.ErrExist
	case got.Text != "":
		return errors.New(got.Text)
	}
	return nil
}

// farFile is the one file that the asker has open.
type farFile struct {
	talk *Talk
	rest []byte
	over bool
}

func (f *farFile) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.over {
			return 0, io.EOF
		}
		got, err := f.talk.ask(frame{Kind: read})
		if err == nil && got.Text != "" {
			err = errors.New(got.Text)
		}
		if err != nil {
			return 0, err
		}
		f.rest, f.over = got.Data, got.Over
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

func (f *farFile) Write(p []byte) (int, error) {
	return inChunks(p, func(piece []byte) error { return f.talk.put(frame{Kind: write, Data: piece}) })
}

func (f *farFile) Close() error { return f.talk.do(frame{Kind: shut}) }

func (f *farFile) Remove() error { return f.talk.do(frame{Kind: remove}) }

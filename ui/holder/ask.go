package holder

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"coffer/ui/live"
)

const (
	firstWithin = 10 * time.Second // for the holder's first word: it may be opening or locking the vault
	endsWithin  = 10 * time.Second // for a cancelled command to end
)

// Mine is what an asker lends to the command that runs for it.
type Mine struct {
	Out, Err io.Writer
	Line     func(ctx context.Context) (string, error)
	Files    Files // only those that the request names are opened
}

// Show asks the holder to bring its window to front. It errs with ErrNobody.
func Show(ctx context.Context, at Address) error {
	a, first, err := reach(ctx, at, Request{Show: true})
	if err != nil {
		return err
	}
	_ = a.conn.Close()
	if first.Kind != shown {
		return ErrNobody
	}
	return nil
}

// Ask lets the holder run a command and returns how it ended. With ErrNobody nothing was done and the
// asker helps itself. When ctx ends the command is cancelled, and Ask waits a while for its end.
func Ask(ctx context.Context, at Address, r Request, m Mine) (code int, err error) {
	a, first, err := reach(ctx, at, r)
	if err != nil {
		return 0, err
	}
	a.mine, a.request = m, r
	var hearing live.Group
	defer hearing.Wait()
	defer a.conn.Close()
	if first.Kind != begins {
		return 0, ErrNobody
	}
	a.heard = make(chan struct{}, 1)
	hearing.Go(a.hear)
	defer a.dropFile()
	return a.follow(ctx)
}

// asker is the asking end of a conversation.
type asker struct {
	conn    *net.UnixConn
	from    *bufio.Reader
	mine    Mine
	request Request

	heard chan struct{} // a word that something is in queue
	mu    sync.Mutex
	queue []frame // the holder never waits for this end's output to be read
	ended error   // no more frames come

	reads   io.ReadCloser
	writes  NewFile
	failure error // of writing to writes
	shut    bool  // writes is whole and in its place
}

// reach connects, says what is wanted and takes the first word.
func reach(ctx context.Context, at Address, r Request) (*asker, frame, error) {
	if at.check() != nil {
		return nil, frame{}, ErrNobody
	}
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: at.socket(), Net: "unix"})
	if err != nil {
		return nil, frame{}, ErrNobody
	}
	a := &asker{conn: conn, from: bufio.NewReader(conn)}
	if checkPeer(conn) != nil {
		_ = conn.Close()
		return nil, frame{}, ErrNobody
	}
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	_ = conn.SetDeadline(time.Now().Add(firstWithin))
	r.Version = version
	err = writeFrame(conn, frame{Kind: asks, Request: &r})
	first, readErr := readFrame(a.from)
	if readErr != nil {
		_ = conn.Close()
		if ctx.Err() != nil {
			return nil, frame{}, ctx.Err()
		}
		return nil, frame{}, errors.Join(ErrNobody, err)
	}
	return a, first, nil
}

// hear queues what the holder says, until it ends.
func (a *asker) hear() {
	_ = a.conn.SetDeadline(time.Time{})
	for {
		f, err := readFrame(a.from)
		a.mu.Lock()
		if err == nil {
			a.queue = append(a.queue, f)
		} else {
			a.ended = fmt.Errorf("%w: %w", errBroken, err)
		}
		a.mu.Unlock()
		select {
		case a.heard <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// next takes the oldest of the queue; ok is false while there is none.
func (a *asker) next() (f frame, ok bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queue) == 0 {
		return frame{}, false, a.ended
	}
	f = a.queue[0]
	a.queue[0] = frame{}
	a.queue = a.queue[1:]
	return f, true, nil
}

// follow does what the holder says until the command has ended.
func (a *asker) follow(ctx context.Context) (int, error) {
	var late <-chan time.Time
	canceled := ctx.Done()
	cancel := func() {
		canceled = nil
		late = time.After(endsWithin)
		_ = writeFrame(a.conn, frame{Kind: cancels})
	}
	for {
		f, ok, err := a.next()
		switch {
		case ok && f.Kind == ends:
			return f.Code, nil
		case ok:
			if canceled != nil && ctx.Err() != nil {
				cancel()
			}
			a.handle(ctx, f, cancel)
			continue
		case err != nil && ctx.Err() != nil:
			return 0, ctx.Err()
		case err != nil:
			return 0, err
		}
		select {
		case <-a.heard:
		case <-canceled:
			cancel()
		case <-late:
			return 0, ctx.Err()
		}
	}
}

// handle does what one frame asks for. What can't be answered the holder notices by itself.
func (a *asker) handle(ctx context.Context, f frame, cancel func()) {
	switch f.Kind {
	case out:
		_, _ = a.mine.Out.Write(f.Data)
	case trouble:
		_, _ = a.mine.Err.Write(f.Data)
	case line:
		text, err := a.mine.Line(ctx)
		if ctx.Err() != nil {
			cancel()
		}
		a.answer(frame{Data: []byte(text), Over: err != nil})
	case open, create:
		a.answer(a.start(f))
	case read:
		a.answer(a.piece())
	case write:
		if a.writes != nil && a.failure == nil && !a.shut {
			_, a.failure = a.writes.Write(f.Data)
		}
	case shut:
		a.answer(saying(a.closeFile()))
	case remove:
		if a.writes == nil {
			a.answer(saying(os.ErrNotExist))
			return
		}
		a.answer(saying(a.writes.Remove()))
		a.writes = nil
	}
}

func (a *asker) answer(f frame) {
	f.Kind = answers
	_ = writeFrame(a.conn, f)
}

// saying is an answer that tells why something failed, in the words that the command would have
// had from its own system.
func saying(err error) frame {
	if err == nil {
		return frame{}
	}
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return frame{Text: inPath.Err.Error(), There: errors.Is(err, fs.ErrExist)}
	}
	return frame{Text: err.Error(), There: errors.Is(err, fs.ErrExist)}
}

// start opens or makes the file of a frame: one that stands in the command, and no other.
func (a *asker) start(f frame) frame {
	if !slices.Contains(a.request.Args, f.Text) {
		return saying(fs.ErrPermission)
	}
	a.dropFile()
	var err error
	if f.Kind == open {
		a.reads, err = a.mine.Files.Open(f.Text)
	} else {
		a.writes, err = a.mine.Files.Create(f.Text)
	}
	if err != nil {
		a.reads, a.writes = nil, nil
	}
	return saying(err)
}

func (a *asker) piece() frame {
	if a.reads == nil {
		return saying(fs.ErrClosed)
	}
	piece := make([]byte, chunkBytes)
	n, err := io.ReadFull(a.reads, piece)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return frame{Data: piece[:n], Over: true}
	}
	if err != nil {
		return saying(err)
	}
	return frame{Data: piece}
}

// closeFile closes what is open. A file that was written whole is in its place then, and stays known, to
// be removed.
func (a *asker) closeFile() error {
	var err error
	if a.reads != nil {
		err = a.reads.Close()
		a.reads = nil
	}
	if a.writes == nil || a.shut {
		return err
	}
	if a.failure != nil {
		err = errors.Join(err, a.failure, a.writes.Remove())
		a.writes = nil
		return err
	}
	a.shut = true
	return errors.Join(err, a.writes.Close())
}

// dropFile ends with the file that is open: one that nobody said is whole goes.
func (a *asker) dropFile() {
	if a.reads != nil {
		_ = a.reads.Close()
	}
	if a.writes != nil && !a.shut {
		_ = a.writes.Remove()
	}
	a.reads, a.writes, a.failure, a.shut = nil, nil, nil, false
}

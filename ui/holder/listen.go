package holder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"time"

	"coffer/ui/live"
)

const (
	mostTalks   = 8                      // at a time; more are told to help themselves
	helloWithin = 5 * time.Second        // for the first frame to come
	takenWithin = 5 * time.Second        // for an asker to take a frame: the vault can't lock while it is written to
	enterWithin = 5 * time.Second        // for another process to take the socket or leave it
	lineWithin  = 10 * time.Minute       // for a person to type a line
	breather    = 100 * time.Millisecond // after the system refused a connection
)

// Listener is the holder's ear.
type Listener struct {
	at     Address
	socket *net.UnixListener
	lock   *os.File
}

// Holding is what the holder does when it is asked. Both are called from goroutines of Serve.
type Holding struct {
	// Begin returns what runs the request, or nil for one that the asker must run by itself.
	Begin func(r Request) func(ctx context.Context, t *Talk) (code int)
	// Show brings the window to front.
	Show func()
	Log  *slog.Logger
}

// Listen begins to listen. What a crash left there is replaced; ErrHeld says that another process listens.
func Listen(at Address) (*Listener, error) {
	if err := at.prepare(); err != nil {
		return nil, err
	}
	lock, err := take(at.lock())
	if err != nil {
		return nil, err
	}
	if err := os.Remove(at.socket()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("take away a dead socket: %w", err), lock.Close())
	}
	socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: at.socket(), Net: "unix"})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen at the socket: %w", err), lock.Close())
	}
	return &Listener{at, socket, lock}, nil
}

// Enter listens, or brings the window of who listens to front and returns shown. A holder that is just
// coming or going is waited for.
func Enter(ctx context.Context, at Address) (l *Listener, shown bool, err error) {
	over := time.NewTimer(enterWithin)
	defer over.Stop()
	again := time.NewTicker(breather)
	defer again.Stop()
	for {
		l, err := Listen(at)
		if !errors.Is(err, ErrHeld) {
			return l, false, err
		}
		if Show(ctx, at) == nil {
			return nil, true, nil
		}
		select {
		case <-again.C:
		case <-over.C:
			return nil, false, err
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

// Close ends listening and takes the socket away.
func (l *Listener) Close() error { return errors.Join(l.socket.Close(), l.lock.Close()) }

// Serve answers until ctx ends or the listener is closed, and waits for the conversations at work,
// which end with ctx. It closes the listener.
func (l *Listener) Serve(ctx context.Context, h Holding) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group live.Group
	defer group.Wait()
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	seats := make(chan struct{}, mostTalks)
	for {
		conn, err := l.socket.AcceptUnix()
		if errors.Is(err, net.ErrClosed) {
			cancel()
			return nil
		}
		if err != nil {
			h.Log.Warn("a connection to the socket was refused", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(breather):
			}
			continue
		}
		if err := checkPeer(conn); err != nil {
			h.Log.Warn("a stranger at the socket", "err", err)
			_ = conn.Close()
			continue
		}
		select {
		case seats <- struct{}{}:
			group.Go(func() {
				defer func() { <-seats }()
				newTalk(conn).hold(ctx, h)
			})
		default:
			_ = conn.SetDeadline(time.Now().Add(breather))
			_ = writeFrame(conn, frame{Kind: other})
			_ = conn.Close()
		}
	}
}

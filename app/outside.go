package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/vault"
)

// headLedger is the head of the ledger of connections that the keyring keeps of a vault that it opens.
const headLedger = "ledger"

// headsEvery is how often the keyring is told a newer head while requests go on.
const headsEvery = 30 * time.Second

// inKeyring is the id of the place, for ui to say.
const inKeyring = "keyring"

// Why a head in the keyring is of no use, beside the reasons of vault. ui/say has words for them.
const (
	HeadUnreadable = "keyring.head"         // what is kept there is no head
	HeadElsewhere  = "keyring.other-ledger" // it is of rows that this ledger does not have; it stays there
)

// outside is what the keyring keeps of the ledger of connections, as far as is known while the vault
// is open. No other process writes it meanwhile.
type outside struct {
	turn chan struct{} // holds a token while the keyring is asked

	mu      sync.Mutex
	head    egress.Head // that it keeps; zero if none is known
	ours    bool        // the ledger has that row, or nothing was kept: a newer one may take its place
	trouble string      // why it did not say, or did not keep the newest; empty if all went well
	tried   time.Time   // when it was told last, by Coffer's clock
}

func newOutside() *outside { return &outside{turn: make(chan struct{}, 1)} }

func (x *outside) set(change func(*outside)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	change(x)
}

func (x *outside) get() (head egress.Head, ours bool, trouble string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.head, x.ours, x.trouble
}

// due reports whether the keyring was not told within every, by a clock that may be set back.
func (x *outside) due(now time.Time, every time.Duration) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.tried.IsZero() || now.Before(x.tried) || now.Sub(x.tried) >= every
}

// byRing reports whether the keyring opens the vault: no other keyring is asked for anything.
func (c *Coffer) byRing(o *opened) bool { return c.config.Keyring != nil && o.vault.KeyringEnabled() }

// keepHead lets the keyring that opens the vault know the newest row of the ledger of connections,
// unless it was told one within every. It takes no longer than remembering; a keyring that fails
// changes nothing for the person: the log says so, and the privacy screen.
func (c *Coffer) keepHead(ctx context.Context, every time.Duration) {
	err := c.use(ctx, "keep the head of the ledger", func(ctx context.Context, o *opened) error {
		if !c.byRing(o) || !o.outside.due(c.Now(), every) {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, remembering)
		defer cancel()
		return c.keepNewest(ctx, o)
	})
	c.notKept(err)
}

func (c *Coffer) notKept(err error) {
	if kind := fault.KindOf(err); err != nil && kind != fault.Canceled && kind != fault.Locked {
		c.config.Log.Warn("head of the ledger not kept in the keyring", "err", err)
	}
}

// keepNewest tells the keyring the newest head. One that this ledger does not have shows that the
// ledger was cut or put back: it stays.
func (c *Coffer) keepNewest(ctx context.Context, o *opened) error {
	done, err := o.outside.enter(ctx)
	if err != nil {
		return err
	}
	defer done()
	head, err := o.store.EgressHead(ctx)
	if err != nil || head.Seq == 0 {
		return err
	}
	kept, ours, _ := o.outside.get()
	if !ours {
		if kept, ours, err = c.askHead(ctx, o); err != nil {
			return err
		}
	}
	switch {
	case !ours:
		return errOtherLedger
	case kept == head:
		return nil
	}
	return c.tellHead(ctx, o, head)
}

// enter waits until nobody else asks the keyring about the head.
func (x *outside) enter(ctx context.Context) (done func(), err error) {
	select {
	case x.turn <- struct{}{}:
		return func() { <-x.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

var errOtherLedger = errors.New("the head that was kept is not of this ledger")

// askHead asks the keyring for the head that it keeps, and whether the ledger has that row. A head
// that can't be read is none, and may be replaced.
func (c *Coffer) askHead(ctx context.Context, o *opened) (kept egress.Head, ours bool, err error) {
	text, err := c.config.Keyring.Head(ctx, o.vault.ID(), headLedger)
	trouble := headTrouble(err)
	if err == nil {
		var readable bool
		if kept, readable = parseHead(text); !readable {
			trouble = HeadUnreadable
		}
		if ours, err = holds(ctx, o, kept); err == nil && !ours {
			trouble = HeadElsewhere
		}
	}
	o.outside.set(func(x *outside) {
		if err == nil {
			x.head, x.ours = kept, ours
		}
		if ctxErr(ctx) == nil {
			x.trouble = trouble
		}
	})
	return kept, ours, err
}

// ctxErr is the error of a context that was cancelled; one whose time is over is not.
func ctxErr(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	return nil
}

// parseHead reads what tellHead kept: the zero Head is kept as one, too.
func parseHead(text string) (h egress.Head, readable bool) {
	if text == "" || text == (egress.Head{}).String() {
		return egress.Head{}, true
	}
	h, err := egress.ParseHead(text)
	return h, err == nil
}

// holds reports whether the ledger has the row of a head, or had it before it was pruned.
func holds(ctx context.Context, o *opened, kept egress.Head) (bool, error) {
	if kept.Seq == 0 {
		return true, nil
	}
	head, err := o.store.EgressHead(ctx)
	if err != nil {
		return false, err
	}
	at, err := o.store.EgressHeadAt(ctx, kept.Seq)
	return kept.Seq <= head.Seq && (at.Seq == 0 || at == kept), err
}

// tellHead lets the keyring keep head, whatever it kept before.
func (c *Coffer) tellHead(ctx context.Context, o *opened, head egress.Head) error {
	now := c.Now()
	err := c.config.Keyring.KeepHead(ctx, o.vault.ID(), headLedger, head.String())
	o.outside.set(func(x *outside) {
		x.tried = now
		if err == nil {
			x.head, x.ours = head, true
		}
		if ctxErr(ctx) == nil {
			x.trouble = headTrouble(err)
		}
	})
	return err
}

// headTrouble is why a keyring did not answer, as an id for ui.
func headTrouble(err error) string {
	if err == nil {
		return ""
	}
	if f := fault.Of(err); f != nil && f.Kind == fault.KeyringLocked && f.Reason != "" {
		return f.Reason
	}
	return vault.KeyringShut
}

// acceptLedger makes the ledger as it is the newest that the keyring knows: the person said why it is older.
func (c *Coffer) acceptLedger(ctx context.Context, o *opened) error {
	done, err := o.outside.enter(ctx)
	if err != nil {
		return err
	}
	defer done()
	head, err := o.store.EgressHead(ctx)
	if err != nil {
		return err
	}
	return c.tellHead(ctx, o, head)
}

// headAtLock is what the keyring is yet to be told when the vault has locked; zero for nothing. Only a
// head is replaced that was seen to be of this ledger. The store is open still.
func (c *Coffer) headAtLock(ctx context.Context, o *opened) egress.Head {
	kept, ours, _ := o.outside.get()
	if !c.byRing(o) || !ours {
		return egress.Head{}
	}
	head, err := o.store.EgressHead(ctx)
	if err != nil {
		c.notKept(err)
		return egress.Head{}
	}
	if head == kept {
		return egress.Head{}
	}
	return head
}

// learnHead asks for the head after an opening, and tells the newest. asked is what the keyring said
// to the question before this one: where it can't be asked it is not asked again.
func (c *Coffer) learnHead(ctx context.Context, asked error) {
	err := c.use(ctx, "ask for the head of the ledger", func(ctx context.Context, o *opened) error {
		if !c.byRing(o) {
			return nil
		}
		if asked != nil {
			if ctxErr(ctx) == nil {
				o.outside.set(func(x *outside) { x.trouble = headTrouble(asked) })
			}
			return nil
		}
		_, reason, err := c.headInRing(ctx, o)
		if err != nil || reason != "" && reason != HeadUnreadable {
			return err
		}
		return c.keepNewest(ctx, o)
	})
	c.notKept(err)
}

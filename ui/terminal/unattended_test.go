package terminal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/demobank"
	"coffer/ui/terminal"
)

// alone runs coffer sync --unattended with nobody there, and fails where something is asked.
func (r *rig) alone(t *testing.T, code int, args ...string) spoken {
	t.Helper()
	before := len(r.hidden)
	got := r.runBare(t.Context(), append([]string{"--data", r.dir, "--demo", "sync", "--unattended"}, args...)...)
	if got.code != code || len(r.hidden) != before {
		t.Errorf("sync --unattended %v ended with %d, want %d; it asked %v\n%s%s", args, got.code, code, len(r.hidden) != before, got.out, got.err)
	}
	return got
}

// quiet fails where a run said anything.
func (s spoken) quiet(t *testing.T) {
	t.Helper()
	if s.out+s.err != "" {
		t.Errorf("it said:\n%s%s", s.out, s.err)
	}
}

// older has the link of the next opening read so long ago.
func (r *rig) older(by time.Duration) {
	r.seed = func(ctx context.Context, s *store.Store) error {
		links, err := s.Links(ctx)
		if err != nil {
			return err
		}
		_, err = s.ChangeLink(ctx, links[0].ID, func(l *consent.Link) error { l.LastUsed = time.Now().Add(-by); return nil })
		return errors.Join(err, s.SetSetting(ctx, "read.next."+string(links[0].ID), ""))
	}
}

func TestSyncUnattendedAsksNothingAndReadsWhatIsDue(t *testing.T) {
	r := linked(t)
	memory := &ring{kept: map[string]string{}}
	r.keyring = vault.NewKeyring(memory)
	r.alone(t, terminal.ExitLocked) // the keyring does not open it yet
	r.hidden = []string{r.key, passphrase}
	r.ok(t, "keys", "keyring", "on")
	r.hidden = []string{passphrase}
	for name, args := range map[string][]string{"a passphrase": {"--passphrase-fd", "0"}, "the recovery key": {"--recovery"}, "no keyring": {"--no-keyring"}} {
		if got := r.alone(t, terminal.ExitUsage, args...); got.err == "" {
			t.Errorf("%s: it does not say why", name)
		}
	}

	type read struct {
		Read []struct {
			Bank  string `json:"bank"`
			Error string `json:"error"`
		} `json:"read"`
		Alerts int `json:"alerts"`
	}
	reads := func(want int, args ...string) {
		t.Helper()
		var got read
		decode(t, r.alone(t, terminal.ExitOK, append(args, "--json")...).out, &got)
		if len(got.Read) != want {
			t.Errorf("%v read %+v, want %d links", args, got, want)
		}
	}
	reads(0) // just linked
	reads(1, "--all")
	reads(1, "Northlight Bank")
	r.older(7 * time.Hour)
	reads(1)
	reads(0)
	r.older(7 * time.Hour)
	r.alone(t, terminal.ExitOK).quiet(t)
	r.alone(t, terminal.ExitUsage, "Nobody's Bank")

	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized, Times: 100})
	contains(t, r.alone(t, terminal.ExitSignIn, "--all").err, "Northlight Bank")
	r.alone(t, terminal.ExitOK).quiet(t) // it waits for the person, who was told
	r.bank.Heal()

	memory.mu.Lock()
	memory.err = errors.New("no bus")
	memory.mu.Unlock()
	if got := r.alone(t, terminal.ExitLocked); got.err == "" {
		t.Error("a keyring that can't be asked is not told of")
	}
}

func TestTheScheduleIsSetFromTheTerminal(t *testing.T) {
	r := linked(t)
	for _, word := range []string{"never", "12h", "1d", "6h"} {
		if got := r.ok(t, "schedule", word).out; got != word+"\n" {
			t.Errorf("%s is said as %q", word, got)
		}
	}
	r.ends(t, terminal.ExitUsage, "schedule", "5m")
	r.ends(t, terminal.ExitUsage, "schedule", "--metered", "perhaps")
	contains(t, r.ok(t, "schedule", "--metered", "read").err, "counts its bytes, too")
	contains(t, r.ok(t, "schedule", "--json").out, `"every": "6h"`, `"metered": "read"`)
}

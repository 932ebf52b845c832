package app_test

import (
	"slices"
	"testing"
	"time"
)

func TestALockedVaultKnowsWhenItsBanksWereReadAndReadsNothing(t *testing.T) {
	r := linked(t)
	if _, ok := r.coffer.LastLooked(); ok {
		t.Error("it was not locked yet")
	}
	read := value(r.coffer.Status(t.Context()))(t).AsOf
	must(t, r.coffer.Lock())
	if at, ok := r.coffer.LastLooked(); !ok || !at.Equal(read) {
		t.Errorf("looked at %v, want %v", at, read)
	}
	r.present.take()
	if n, err := r.coffer.ReadDue(t.Context()); n != 0 || err == nil {
		t.Errorf("a locked vault told of %d alerts: %v", n, err)
	}
	if err := r.coffer.ReadFirst(t.Context()); err == nil {
		t.Error("a locked vault was read")
	}
	if got := r.present.take(); len(got) != 0 {
		t.Errorf("its bank was asked: %v", got)
	}
}

func TestOpeningReadsWhatIsDueWithThePersonThere(t *testing.T) {
	r := linked(t)
	ctx := t.Context()
	for _, step := range []struct {
		name string
		by   time.Duration
		want []bool
	}{{"just read", 0, nil}, {"a day on", 24 * time.Hour, []bool{true}}, {"at once after it", 0, nil}} {
		r.clock.move(step.by)
		must(t, r.coffer.Lock())
		must(t, r.unlock())
		r.present.take()
		must(t, r.coffer.ReadFirst(ctx))
		if got := r.present.take(); !slices.Equal(got, step.want) {
			t.Errorf("%s: read with the person there %v, want %v", step.name, got, step.want)
		}
	}
	must(t, r.coffer.SetReadEvery(ctx, 0))
	r.clock.move(48 * time.Hour)
	must(t, r.coffer.ReadFirst(ctx))
	if got := r.present.take(); len(got) != 0 {
		t.Errorf("who wants to be asked is not: %v", got)
	}
}

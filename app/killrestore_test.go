package app_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/secret"
)

const killedChild = "COFFER_TEST_RESTORES" // folder, backup and recovery key of the child, by lines

// TestKilledChild restores a backup again and again, until it is killed. It does nothing unless the
// test below starts it.
func TestKilledChild(t *testing.T) {
	asked, _, _ := strings.Cut(os.Getenv(killedChild), "\n")
	if asked == "" {
		return
	}
	parts := strings.Split(os.Getenv(killedChild), "\n")
	r, err := build(parts[0], new(clock))
	must(t, err)
	r.key = secret.New(parts[2])
	for {
		value(r.coffer.State())(t)
		must(t, r.unlock())
		value(r.coffer.Restore(t.Context(), app.Restoring{Path: parts[1], Secret: r.key, Recovery: true}))(t)
	}
}

// Killed at any moment of restoring, the vault of before or the one of the backup is there, and what
// was left in between goes when it is opened.
func TestAKilledRestoringLosesNothing(t *testing.T) {
	r, made := backed(t)
	want := r.read(t)
	must(t, r.coffer.Lock())
	must(t, r.stopBank())
	kills := 0
	for range 6 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledChild$")
		child.Env = append(os.Environ(), killedChild+"="+strings.Join([]string{r.dir, made.Path, r.key.Reveal()}, "\n"))
		must(t, child.Start())
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		select {
		case err := <-ended:
			t.Fatalf("the child ended by itself: %v", err)
		case <-time.After(200*time.Millisecond + rand.N(1200*time.Millisecond)):
		}
		must(t, child.Process.Kill())
		<-ended
		kills++
		if s := value(r.coffer.State())(t); s != app.Locked {
			t.Fatalf("after kill %d the state is %d", kills, s)
		}
		must(t, r.unlock())
		sameBooks(t, r.read(t), want)
		wantNothingBeside(t, r)
		must(t, r.coffer.Lock())
		for _, v := range value(r.coffer.Vaults())(t) {
			must(t, r.coffer.Choose(v.Name))
			must(t, r.unlock())
			must(t, r.coffer.Lock())
		}
		must(t, r.coffer.Choose(""))
	}
}

package app_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/secret"
)

const killedChild = "COFFER_TEST_KILLED" // folder of the child, backup or number to begin with, recovery key, by lines

// booksTake is about what some rounds of the child take, within which a kill comes at random.
const booksTake = 1200 * time.Millisecond

// TestKilledChild restores a backup again and again, or imports and backs up, until it is killed. It
// does nothing unless a test below starts it.
func TestKilledChild(t *testing.T) {
	asked, _, _ := strings.Cut(os.Getenv(killedChild), "\n")
	if asked == "" {
		return
	}
	parts := strings.Split(os.Getenv(killedChild), "\n")
	r, err := build(parts[0], new(clock))
	must(t, err)
	r.key = secret.New(parts[2])
	if first, err := strconv.Atoi(parts[1]); err == nil {
		must(t, r.unlock())
		r.keepsBooks(t, first)
	}
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
	for range max(6, bookKills/4) {
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
	t.Logf("%d kills around restoring, nothing was lost", kills)
}

// rowsOfRound is how many rows each import of the child has.
const rowsOfRound = 10

// keepsBooks imports a statement and backs up, a day later each time, until it is killed.
func (r *rig) keepsBooks(t *testing.T, first int) {
	for n := first; ; n++ {
		r.clock.gone.Store(int64(n) * int64(24*time.Hour))
		var rows []string
		for i := range rowsOfRound {
			rows = append(rows, fmt.Sprintf("202610%02d|-%d.%02d|%d-%d|Round %d", 1+i, n, i, n, i, n))
		}
		r.imports(t, "round.ofx", sheet("7777", rows...))
		fmt.Println("imported", n)
		made := value(r.coffer.BackUp(t.Context()))(t)
		fmt.Println("backed", n, made.Path)
	}
}

// Killed at any moment of importing, backing up and taking old backups away, no import that was told is
// lost, none is there by half, every backup can be read, and the newest that was told comes back whole.
func TestAProcessKilledAtImportOrBackupLosesNothing(t *testing.T) {
	r := fresh(t)
	r.start(t, &ring{kept: map[string]string{}}, "")
	must(t, r.stopBank())
	imported, backed, made, within := 0, 0, "", 0
	for kill := range bookKills {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledChild$")
		child.Env = append(os.Environ(), killedChild+"="+strings.Join([]string{r.dir, strconv.Itoa(imported + 1), r.key.Reveal()}, "\n"))
		out := value(child.StdoutPipe())(t)
		must(t, child.Start())
		var after *time.Timer
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var n int
			var path string
			if _, err := fmt.Sscanf(lines.Text(), "imported %d", &n); err == nil {
				imported = n
			} else if _, err := fmt.Sscanf(lines.Text(), "backed %d %s", &n, &path); err == nil {
				backed, made = backed+1, path
			}
			if n > 0 && after == nil {
				after = time.AfterFunc(rand.N(booksTake), func() { _ = child.Process.Kill() })
			}
		}
		_ = child.Wait()
		if child.ProcessState.Exited() {
			t.Fatalf("kill %d: the child ended by itself: %v", kill, child.ProcessState)
		}
		must(t, r.unlock())
		for n, rows := range roundsOf(t, r) {
			if rows != rowsOfRound || n > imported+1 {
				t.Fatalf("kill %d: round %d has %d rows, %d rounds were told", kill, n, rows, imported)
			}
			if n == imported+1 {
				within++
			}
		}
		if got := len(roundsOf(t, r)); got < imported {
			t.Fatalf("kill %d: %d rounds of %d that were told", kill, got, imported)
		}
		for _, check := range value(r.coffer.Verify(t.Context(), nil))(t) {
			must(t, check.Err)
		}
		wantBackups(t, r, made)
		must(t, r.coffer.Lock())
	}
	t.Logf("%d kills around %d imports and %d backups, nothing told was lost; %d imports were there untold", bookKills, imported, backed, within)
}

// roundsOf counts the rows of each import of the child.
func roundsOf(t *testing.T, r *rig) map[int]int {
	t.Helper()
	all := map[int]int{}
	for row, times := range r.read(t).Rows {
		var n int
		if _, payee, _ := strings.Cut(row, "Round "); payee != "" {
			n = value(strconv.Atoi(payee))(t)
		}
		all[n] += times
	}
	return all
}

// wantBackups fails unless every backup can be read, made among them, which must come back. Of one day the newest is kept.
func wantBackups(t *testing.T, r *rig, made string) {
	t.Helper()
	there, found := value(r.coffer.Backups(t.Context()))(t), made == ""
	for _, b := range there {
		must(t, b.Problem)
		found = found || b.Path == made
	}
	if !found {
		t.Fatalf("%d backups, the newest that was told is there: %v", len(there), found)
	}
	if made != "" {
		for _, check := range value(r.coffer.VerifyBackup(t.Context(), app.Restoring{Path: made, Secret: r.key, Recovery: true}))(t) {
			must(t, check.Err)
		}
	}
}

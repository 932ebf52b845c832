package app_test

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/secret"
)

const scoredChild = "COFFER_TEST_KILLED_SCORING" // folder, recovery key, way in which rows come, step to end at, by lines

// TestKilledScorer brings rows and is killed at a step between their commit and the end of their scoring. It does nothing unless a
// test below starts it.
func TestKilledScorer(t *testing.T) {
	parts := strings.Split(os.Getenv(scoredChild), "\n")
	if len(parts) != 4 {
		return
	}
	r, err := build(parts[0], new(clock))
	must(t, err)
	r.key = secret.New(parts[1])
	must(t, r.unlock())
	r.hook = func(step string) error {
		if step == parts[3] {
			self, err := os.FindProcess(os.Getpid())
			must(t, errors.Join(err, self.Kill()))
			select {}
		}
		return nil
	}
	scoredWays[parts[2]].bring(t, r)
}

// scoredWay is how rows come that an alert is of, and the steps of the store from their commit on.
type scoredWay struct {
	bring func(t *testing.T, r *rig)
	steps []string
}

var scoredWays = map[string]scoredWay{
	"a file": {func(t *testing.T, r *rig) { r.imports(t, "odd.ofx", wide("1111", oddDays...)) }, []string{"imported", "transfer marks", "feedback", "save alerts", "saved alerts"}},
	"a bank": {func(t *testing.T, r *rig) {
		value(r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: history, ConsentDays: 90}, func(app.LinkingProgress) {}))(t)
	}, []string{"transfer marks", "save alerts"}},
}

// oddDays are two days on which the same is charged twice, and much at a merchant never seen.
var oddDays = []string{"20261023|-42.00|odd1|Figtree", "20261024|-42.00|odd2|Figtree", "20261024|-2400.00|odd3|Voltbay"}

// TestAProcessKilledBeforeScoringLosesNoAlert kills between the commit of rows and that of their alerts, at every step on the way. Then
// each alert is there once, as a process that is not killed tells it, and the states that are kept are what the rows make.
func TestAProcessKilledBeforeScoringLosesNoAlert(t *testing.T) {
	file := fresh(t)
	file.imports(t, "all.ofx", wide("1111", habits(7)...))
	for name, r := range map[string]*rig{"a file": file, "a bank": fresh(t)} {
		must(t, r.coffer.Lock())
		must(t, r.stopBank())
		way, twin := scoredWays[name], twinOf(t, r)
		before := len(value(twin.coffer.Alerts(t.Context()))(t))
		way.bring(t, twin)
		want := twin.thought(t)
		if got := len(value(twin.coffer.Alerts(t.Context()))(t)); got <= before {
			t.Fatalf("%s brings no alert beside the %d that were there", name, before)
		}
		for _, step := range way.steps {
			t.Run(name+", killed at "+step, func(t *testing.T) {
				killed := twinOf(t, r)
				must(t, killed.coffer.Lock())
				must(t, killed.stopBank())
				killAt(t, killed, name, step)
				for range 2 {
					must(t, killed.unlock())
					sameThought(t, killed.thought(t), want)
					must(t, killed.reopen())
				}
				must(t, killed.unlock())
				wantRebuilt(t, killed)
			})
		}
	}
}

// killAt has a process of its own bring rows into a locked vault, and end at a step of the store.
func killAt(t *testing.T, r *rig, way, step string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledScorer$")
	child.Env = append(os.Environ(), scoredChild+"="+strings.Join([]string{r.dir, r.key.Reveal(), way, step}, "\n"))
	out, err := child.CombinedOutput()
	if err == nil || child.ProcessState.Exited() {
		t.Fatalf("the child ended by itself: %v\n%s", child.ProcessState, out)
	}
}

// twinOf is a rig of its own on a copy of another's folder, which is locked, and its bank stopped.
func twinOf(t *testing.T, r *rig) *rig {
	t.Helper()
	dir := t.TempDir()
	must(t, os.CopyFS(dir, os.DirFS(r.dir)))
	twin := value(build(dir, new(clock)))(t)
	twin.key = r.key
	must(t, twin.unlock())
	t.Cleanup(func() {
		must(t, twin.coffer.Lock())
		if twin.bank != nil {
			must(t, twin.bank.Close())
		}
	})
	return twin
}

// wantRebuilt judges everything again from the first row on: what is told stays, and the newest state that is kept is the same, byte by byte.
func wantRebuilt(t *testing.T, r *rig) {
	t.Helper()
	want := r.thought(t)
	due := value(r.store.Due(t.Context()))(t)
	kept := map[ledger.Date]string{}
	for _, day := range due.States {
		kept[day] = string(value(r.store.JudgeState(t.Context(), day))(t))
	}
	must(t, r.store.JudgeAgain(t.Context(), due.First.AddDays(-1)))
	if left := value(r.store.Due(t.Context()))(t).States; len(left) != 0 {
		t.Fatalf("states of %v are kept though all is to be judged again", left)
	}
	must(t, r.coffer.Lock())
	must(t, r.unlock())
	sameThought(t, r.thought(t), want)
	compared := 0
	for _, day := range value(r.store.Due(t.Context()))(t).States {
		if was, both := kept[day]; both {
			compared++
			if again := value(r.store.JudgeState(t.Context(), day))(t); string(again) != was {
				t.Errorf("the state of %v that was kept is not what the rows make", day)
			}
		}
	}
	if len(kept) > 0 && compared == 0 {
		t.Errorf("states were kept of %v, and of none of these days after all was judged again", slices.Collect(maps.Keys(kept)))
	}
}

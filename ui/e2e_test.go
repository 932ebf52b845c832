//go:build e2e

package ui_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	passphrase = "lamp river tin oak moss"
	provider   = "Northlight Bank"
)

// TestMainJob walks what a person does, in a real window with a real browser at the bank's page.
// Its pictures are the tour of `make run` without a display.
func TestMainJob(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo"})
	makeVault(t, w)
	linkDemo(t, w)
	accounts := lookAround(t, w)
	answerAlerts(t, w)
	importStatement(t, w)
	w.close()

	t.Log("everything is closed and the bank is stopped; balances from the vault alone")
	before := balances(t, r)
	w = r.open([]string{"--demo", "--without-bank"})
	unlock(w, "offline")
	for _, name := range accounts {
		w.see(name)
	}
	w.shot("overview-offline")
	w.close()
	if after := balances(t, r); after != before {
		t.Errorf("balances changed while nothing was read:\n%s\n%s", before, after)
	}

	w = r.open([]string{"--demo"})
	unlock(w, "")
	revoke(t, w)
	w.close()
	scan(t, r)
}

// makeVault goes through the welcome: passphrase twice, the recovery key shown and typed back.
func makeVault(t *testing.T, w *window) {
	t.Helper()
	t.Log("choose a passphrase, note the recovery key, type it back")
	w.see("Choose a passphrase")
	w.write(passphrase)
	w.key("Return")
	w.write(passphrase)
	w.shot("welcome-passphrase")
	w.click("Make the vault")
	w.see("Write down the recovery key")
	var groups []string
	w.until("eight groups of the recovery key", func(all []seen) bool {
		groups = recoveryGroups(all)
		return len(groups) == 8
	})
	w.shot("welcome-recovery-key")
	w.click("I wrote it on paper")
	w.see("Type your recovery key back")
	for _, g := range groups {
		w.write(strings.ToLower(g))
	}
	w.see("8 of 8 groups right")
	w.shot("welcome-type-back")
	w.click("Continue")
	w.see("Your vault is ready and sealed")
	w.shot("welcome-start")
}

var groupForm = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}$`)

// recoveryGroups reads the key off the screen, row by row.
func recoveryGroups(all []seen) []string {
	var found []seen
	for _, s := range all {
		if groupForm.MatchString(s.Text) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b seen) int {
		if a.Y/20 != b.Y/20 {
			return a.Y - b.Y
		}
		return a.X - b.X
	})
	return texts(found)
}

// linkDemo links the demo bank; consent is given in the browser.
func linkDemo(t *testing.T, w *window) {
	t.Helper()
	t.Log("link the demo bank: who is in the path, then the bank's own page in the browser")
	w.click("Choose")
	w.see("Who sees your data on the way")
	w.shot("add-a-bank")
	w.click("Link")
	address := w.address()
	w.see("Waiting for " + provider)
	w.shot("waiting-for-the-browser")
	b := w.openBrowser()
	b.approve(address, true)
	b.shot("browser-done")
	w.see("Choose what Coffer may read")
	w.shot("choose-accounts")
	w.click("Read these accounts")
	w.see("Northlight Bank is linked")
	w.see("Northlight Everyday")
	w.gone("Waiting for")
}

// lookAround visits overview and transactions, and returns the names of the accounts.
func lookAround(t *testing.T, w *window) []string {
	t.Helper()
	t.Log("see balances and three years of transactions")
	w.key("ctrl+1")
	w.see("Net worth")
	w.see("Latest")
	w.shot("overview")
	w.key("ctrl+2")
	w.see("How it got here") // of the first row, whatever day it is
	w.see("City Transit")
	w.shot("transactions")
	w.key("ctrl+f")
	w.write("corner fuel")
	w.see("Corner Fuel")
	w.shot("transactions-search")
	w.key("Escape")
	return []string{"Northlight Everyday", "Northlight Reserve", "Northlight card"}
}

// answerAlerts answers one alert by key and one by mouse.
func answerAlerts(t *testing.T, w *window) {
	t.Helper()
	t.Log("flagged transactions, each with its reason: mine, and not mine")
	w.key("ctrl+3")
	w.see("The numbers")
	w.shot("alerts")
	w.click("Mine")
	w.see("Answered: mine")
	w.see("The numbers")
	w.shot("alerts-answered")
	w.click("Not mine")
	w.see("Contact your bank now")
	w.shot("dispute")
}

// importStatement reads a file twice: the second time nothing is new.
func importStatement(t *testing.T, w *window) {
	t.Helper()
	t.Log("open a statement file, and open it again")
	sample, err := os.ReadFile("../assets/samples/harbour-statement.ofx")
	if err != nil {
		t.Fatal(err)
	}
	path := w.path("statement.ofx")
	if err := os.WriteFile(path, sample, 0o600); err != nil {
		t.Fatal(err)
	}
	preview := func() {
		w.key("ctrl+i")
		w.see("Which file?")
		w.write(path)
		w.key("Return")
	}
	preview()
	w.see("new, will be added")
	w.shot("import-preview")
	w.click("Import 6")
	w.see("6 rows added")
	preview()
	w.see("All 6 are already there")
	w.shot("import-again")
	w.click("Close")
}

func unlock(w *window, shot string) {
	w.see("Coffer is locked")
	if shot != "" {
		w.write("not the passphrase")
		w.key("Return")
		w.see("That doesn't open the vault")
		w.shot("locked-wrong-passphrase")
	}
	w.write(passphrase)
	w.key("Return")
	w.see("Net worth")
}

// revoke ends the link and waits for the five proofs.
func revoke(t *testing.T, w *window) {
	t.Helper()
	t.Log("revoke: the grant dies at the bank and is proved dead")
	w.key("ctrl+4")
	w.see(provider)
	w.shot("banks")
	w.click("Revoke")
	w.see("Revoke reads and tokens")
	w.clickLast("Revoke")
	w.see("Revoked, and proved")
	w.see("The old access token is refused")
	w.see("The old refresh token is refused")
	w.shot("revoked")
}

// clickLast presses the last of the pressable texts that start with words.
func (w *window) clickLast(words string) {
	w.t.Helper()
	var got seen
	w.until("a button "+words, func(all []seen) bool {
		found := false
		for _, s := range all {
			if s.Tap && s.Text == words {
				got, found = s, true
			}
		}
		return found
	})
	w.clickAt(got.X, got.Y)
}

// balances asks the program itself, with no bank and no network.
func balances(t *testing.T, r *rig) string {
	t.Helper()
	out, code := r.run(passphrase, "--demo", "--without-bank", "--json", "balances")
	if code != 0 {
		t.Fatalf("coffer balances ended with %d: %s", code, out)
	}
	var accounts []struct {
		ID     string
		Booked struct{ Amount, Currency string }
	}
	if err := json.Unmarshal([]byte(out), &accounts); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(accounts)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// scan looks through every file that the program wrote for what must never be readable on disk.
// Its control is an export: there the same words are found. An account's last digits are looked for as they would be
// written: four digits alone stand in random bytes now and then.
func scan(t *testing.T, r *rig) {
	t.Helper()
	canaries := []string{"Green Leaf Grocer", "Corner Fuel", "Northlight Everyday", "GREEN LEAF", `"2290"`, "·· 2290", passphrase, "Quay Hardware"}
	out, code := r.run(passphrase, "--demo", "--without-bank", "--json", "transactions", "--limit", "5000")
	if code != 0 {
		t.Fatalf("coffer transactions ended with %d: %s", code, out)
	}
	for _, word := range canaries[:2] {
		if !strings.Contains(out, word) {
			t.Errorf("the control does not hold %q: the scan proves nothing", word)
		}
	}
	files := 0
	err := filepath.WalkDir(r.home, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || path == r.path("statement.ofx") || strings.HasPrefix(path, r.path("browser")) ||
			path == r.path("run", "seen.json") || strings.HasPrefix(path, r.path("cache", "mesa_shader_cache")) {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, word := range canaries {
			if strings.Contains(string(raw), word) {
				t.Errorf("%s holds %q", strings.TrimPrefix(path, r.home), word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files scanned, 0 hits for %d words", files, len(canaries))
}
